//! The rules of origins, as far as this process remembers them.

use super::store::{self, Guarded};
use crate::app::App;
use crate::error::Result;
use crate::remembered::{Remembered, Weighed, text};
use portcullis_db::{Subject, View};
use std::sync::Arc;

/// Rules by origin.
pub struct Memory(Option<Remembered<String, Guarded>>);

impl Weighed for Guarded {
    fn weight(&self) -> usize {
        let permissions = |rule: &super::rules::Rule| text(&rule.requirement.permissions());
        self.rules.all().iter().map(|rule| text(&rule.prefix.typed()) + permissions(rule)).sum()
    }
}

impl Memory {
    /// Of so many bytes; nothing is remembered where it is none.
    pub fn new(bytes: u64) -> Self {
        Self((bytes > 0).then(|| Remembered::new(bytes)))
    }

    /// How many origins there are, and the bytes that they take.
    pub fn size(&self) -> (usize, u64) {
        self.0.as_ref().map_or((0, 0), |own| (own.len(), own.bytes()))
    }
}

/// The application at an origin, with its rules; none where there is none, which is not
/// remembered.
pub(super) async fn guarded(app: &App, origin: &str) -> Result<Option<Arc<Guarded>>> {
    let view = app.memory.view(&app.db);
    let places = view.as_ref().zip(app.gates.0.as_ref());
    if let Some(found) = places.and_then(|(view, places)| places.get(view, origin)) {
        return Ok(Some(found));
    }
    let found = store::guarded(&mut &app.db, origin).await?.map(Arc::new);
    if let (Some((view, places)), Some(found)) = (places, &found) {
        let about = [found.application.into(), Subject::INSTALLATION];
        places.put(view, origin.to_owned(), Arc::clone(found), &about);
    }
    Ok(found)
}

/// The same at once, where it is remembered.
pub(super) fn remembered(app: &App, view: &View<'_>, origin: &str) -> Option<Arc<Guarded>> {
    app.gates.0.as_ref()?.get(view, origin)
}
