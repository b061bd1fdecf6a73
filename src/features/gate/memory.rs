//! The rules of origins, as far as this process remembers them.

use super::store::{self, Guarded};
use crate::app::App;
use crate::error::Result;
use crate::remembered::{Remembered, Weighed, text};
use crate::together::{LookUp, Together};
use portcullis_db::{Db, Subject, View};
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
    let found = app.origins.0.find(origin.to_owned(), ()).await?;
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

/// Where the gate reads rules that are not remembered.
pub struct Origins(Together<Own>);

struct Own(Db);

impl Origins {
    /// In this database.
    pub fn new(db: &Db) -> Self {
        Self(Together::new(Own(db.clone()), db.is_far()))
    }
}

/// One origin for all who ask about it.
impl LookUp for Own {
    type Group = String;
    type Id = ();
    type Found = Option<Arc<Guarded>>;

    async fn one(&self, origin: &String, (): &()) -> portcullis_db::Result<Self::Found> {
        Ok(store::guarded(&mut &self.0, origin).await?.map(Arc::new))
    }

    async fn several(&self, origin: &String, _: &[()]) -> portcullis_db::Result<Vec<Self::Found>> {
        Ok(vec![self.one(origin, &()).await?])
    }

    fn is_there(_: &String, found: &Self::Found) -> bool {
        found.is_some()
    }
}
