//! Where checks read the database: by a look-up of their own, or together where each costs a
//! way there and back.

use super::row::Row;
use super::store::{self, Asking, Found, Presentable};
use crate::error::Result;
use crate::features::{access_tokens, application_sessions};
use crate::ids::{ApplicationSessionId, TokenId};
use crate::together::{LookUp, Together};
use portcullis_db::Db;
use std::marker::PhantomData;
use std::sync::Arc;

type FoundRow = Found<Arc<Row>>;

/// The ways to look up what is presented.
pub struct LookUps {
    tokens: Together<Own<access_tokens::Held>>,
    sessions: Together<Own<application_sessions::Held>>,
}

/// Of one kind of what is presented.
struct Own<T> {
    db: Db,
    kind: PhantomData<fn() -> T>,
}

impl LookUps {
    /// In this database.
    pub fn new(db: &Db) -> Self {
        Self { tokens: together(db), sessions: together(db) }
    }

    /// A token, with those of its permissions that the application declares.
    pub(super) async fn token(&self, asking: Asking, id: TokenId) -> Result<FoundRow> {
        Ok(self.tokens.find(asking, id).await?)
    }

    /// An application session of the application that asks.
    pub(super) async fn session(
        &self,
        asking: Asking,
        id: ApplicationSessionId,
    ) -> Result<FoundRow> {
        Ok(self.sessions.find(asking, id).await?)
    }
}

fn together<T: Presentable>(db: &Db) -> Together<Own<T>> {
    Together::new(Own { db: db.clone(), kind: PhantomData }, db.is_far())
}

impl<T: Presentable> LookUp for Own<T> {
    type Group = Asking;
    type Id = T::Id;
    type Found = FoundRow;

    async fn one(&self, asking: &Asking, id: &T::Id) -> portcullis_db::Result<FoundRow> {
        let found = store::one::<T>(&mut &self.db, *asking, *id).await?;
        Ok(found.map(|held| Arc::new(held.into())))
    }

    async fn several(
        &self,
        asking: &Asking,
        ids: &[T::Id],
    ) -> portcullis_db::Result<Vec<FoundRow>> {
        let found = store::several::<T>(&mut &self.db, *asking, ids).await?;
        Ok(found.into_iter().map(|found| found.map(|held| Arc::new(held.into()))).collect())
    }

    /// Its secret is one of the application's. Whether it was presented rightly is seen to
    /// for each.
    fn is_there(asking: &Asking, found: &FoundRow) -> bool {
        asking.secret.is_none() || found.secret.is_some()
    }
}
