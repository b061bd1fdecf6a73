use super::rules::Matcher;
use super::version;
use crate::app::App;
use crate::error::{Fault, Result};
use crate::ids::OrganisationId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// So many networks are kept in memory, whosever they are; beyond, all are read anew.
const KEPT: usize = 2_000_000;

type Key = (OrganisationId, i64);
/// None for a list that is off.
type Kept = Option<Arc<Matcher>>;

/// What was made of versions of lists. A version never changes, so what stands here is
/// never too old; which version counts is not kept.
#[derive(Debug, Default)]
pub struct Matchers(Mutex<Shelf>);

#[derive(Debug, Default)]
struct Shelf {
    kept: HashMap<Key, Kept>,
    networks: usize,
}

impl Matchers {
    /// What a version is matched by; none where it is off.
    pub(super) async fn of(
        &self,
        app: &App,
        organisation: OrganisationId,
        number: i64,
    ) -> Result<Kept> {
        let key = (organisation, number);
        if let Some(found) = self.shelf()?.kept.get(&key) {
            return Ok(found.clone());
        }
        let version = version(&mut &app.db, organisation, number).await?;
        let made = version.enabled.then(|| Arc::new(Matcher::new(&version.entries)));
        let weight = made.as_ref().map_or(1, |made| made.networks().max(1));
        let mut kept_here = self.shelf()?;
        if kept_here.networks.saturating_add(weight) > KEPT {
            *kept_here = Shelf::default();
        }
        // What an organisation had before is hardly asked for again.
        let old: Vec<Key> = kept_here
            .kept
            .keys()
            .filter(|(own, own_number)| *own == organisation && *own_number + 1 < number)
            .copied()
            .collect();
        for key in old {
            if let Some(gone) = kept_here.kept.remove(&key) {
                let weight = gone.map_or(1, |gone| gone.networks().max(1));
                kept_here.networks = kept_here.networks.saturating_sub(weight);
            }
        }
        if kept_here.kept.insert(key, made.clone()).is_none() {
            kept_here.networks = kept_here.networks.saturating_add(weight);
        }
        drop(kept_here);
        Ok(made)
    }

    fn shelf(&self) -> Result<std::sync::MutexGuard<'_, Shelf>> {
        self.0.lock().map_err(|_| Fault::new("a thread died while it held the allowlists").into())
    }
}
