//! Where checks read the database: by a look-up of their own, or together where each costs a
//! way there and back.

use super::row::Row;
use super::store::{self, Asking, Found, Several};
use crate::error::Result;
use crate::features::applications::HeldSecret;
use crate::ids::{ApplicationSessionId, TokenId};
use crate::together::{LookUp, Together};
use portcullis_db::Db;
use std::sync::Arc;

type FoundRow = Found<Arc<Row>>;

/// The ways to look up what is presented.
pub struct LookUps {
    db: Db,
    tokens: Together<Tokens>,
    sessions: Together<Sessions>,
}

struct Tokens(Db);

struct Sessions(Db);

impl LookUps {
    /// In this database.
    pub fn new(db: &Db) -> Self {
        let tokens = Together::new(Tokens(db.clone()));
        let sessions = Together::new(Sessions(db.clone()));
        Self { db: db.clone(), tokens, sessions }
    }

    /// A token, with those of its permissions that the application declares.
    pub(super) async fn token(&self, asking: Asking, id: TokenId) -> Result<FoundRow> {
        if self.db.is_far()
            && let Some(found) = self.tokens.find(asking, id).await
        {
            return Ok(found);
        }
        let found = store::token(&mut &self.db, asking, id).await?;
        Ok(found.map(|held| Arc::new(Row::token(held))))
    }

    /// An application session of the application that asks.
    pub(super) async fn session(
        &self,
        asking: Asking,
        id: ApplicationSessionId,
    ) -> Result<FoundRow> {
        if self.db.is_far()
            && let Some(found) = self.sessions.find(asking, id).await
        {
            return Ok(found);
        }
        let found = store::session(&mut &self.db, asking, id).await?;
        Ok(found.map(|held| Arc::new(Row::session(held))))
    }
}

impl LookUp for Tokens {
    type Group = Asking;
    type Id = TokenId;
    type Found = FoundRow;

    async fn look_up(
        &self,
        asking: Asking,
        ids: &[TokenId],
    ) -> portcullis_db::Result<Vec<FoundRow>> {
        let Several { secret, held } = store::tokens(&mut &self.0, asking, ids).await?;
        let rows = held.into_iter().map(|held| (held.id, Arc::new(Row::token(held))));
        Ok(in_order(ids, secret.as_ref(), &rows.collect::<Vec<_>>()))
    }
}

impl LookUp for Sessions {
    type Group = Asking;
    type Id = ApplicationSessionId;
    type Found = FoundRow;

    async fn look_up(
        &self,
        asking: Asking,
        ids: &[ApplicationSessionId],
    ) -> portcullis_db::Result<Vec<FoundRow>> {
        let Several { secret, held } = store::sessions(&mut &self.0, asking, ids).await?;
        let rows = held.into_iter().map(|held| (held.id, Arc::new(Row::session(held))));
        Ok(in_order(ids, secret.as_ref(), &rows.collect::<Vec<_>>()))
    }
}

/// What was found of each; nothing of those that are not there.
fn in_order<I: Eq>(
    ids: &[I],
    secret: Option<&HeldSecret>,
    rows: &[(I, Arc<Row>)],
) -> Vec<FoundRow> {
    let held = |id: &I| rows.iter().find(|(own, _)| own == id).map(|(_, row)| Arc::clone(row));
    ids.iter().map(|id| Found { secret: secret.cloned(), held: held(id) }).collect()
}
