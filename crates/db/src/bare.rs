//! For benches alone: one look-up by the driver itself, with nothing around it.

use crate::{Result, Target};
use rusqlite::Connection;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

/// What a program would ask that keeps its tokens in one table.
const FIND: &str =
    "SELECT account_id, secret_hash, expires_at, revoked_at FROM access_tokens WHERE id = $1";

/// A driver's own connection or pool.
pub enum Bare {
    /// One connection, as the driver gives it.
    Sqlite(Mutex<Connection>),
    /// A pool of as many connections as a node has.
    Postgres(PgPool),
}

/// What the table holds of a token.
#[derive(Debug)]
pub struct Found {
    /// Whose it is.
    pub account: Vec<u8>,
    /// What its secret is compared with.
    pub secret_hash: Vec<u8>,
    /// When it expires.
    pub expires_at: Option<i64>,
    /// When it was revoked.
    pub revoked_at: Option<i64>,
}

impl Bare {
    /// Opens what the target names, which is there already.
    pub async fn open(target: &Target) -> Result<Self> {
        Ok(match target {
            Target::Sqlite(path) => {
                let connection = Connection::open(path)?;
                connection.pragma_update(None, "cache_size", -8_000)?;
                Self::Sqlite(Mutex::new(connection))
            }
            Target::Postgres(url) => {
                let pool = PgPoolOptions::new().max_connections(16).test_before_acquire(false);
                Self::Postgres(pool.connect_with(PgConnectOptions::from_str(url)?).await?)
            }
        })
    }

    /// One token, by its primary key.
    pub async fn find(&self, id: &[u8]) -> Result<Option<Found>> {
        match self {
            Self::Sqlite(connection) => {
                let connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
                let mut prepared = connection.prepare_cached(FIND)?;
                let mut rows = prepared.query([id])?;
                let Some(row) = rows.next()? else { return Ok(None) };
                Ok(Some(Found {
                    account: row.get(0)?,
                    secret_hash: row.get(1)?,
                    expires_at: row.get(2)?,
                    revoked_at: row.get(3)?,
                }))
            }
            Self::Postgres(pool) => {
                type Columns = (Vec<u8>, Vec<u8>, Option<i64>, Option<i64>);
                let found: Option<Columns> =
                    sqlx::query_as(FIND).bind(id).fetch_optional(pool).await?;
                Ok(found.map(|(account, secret_hash, expires_at, revoked_at)| Found {
                    account,
                    secret_hash,
                    expires_at,
                    revoked_at,
                }))
            }
        }
    }
}
