//! What nodes tell each other, in three tables of the database that they share.

use super::node::NodeId;
use crate::Result;
use crate::subject::Subject;
use sqlx::postgres::{PgListener, PgPool};
use std::future::Future;

/// A node as the others see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NodeRow {
    /// Which one.
    pub id: NodeId,
    /// Grows with each renewal.
    pub generation: i64,
    /// It answers from nothing that is older than this.
    pub applied: u64,
}

/// What has changed since a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// The newest number.
    pub head: u64,
    /// Those that are still there, in order; some may be missing.
    pub changes: Vec<(u64, Vec<Subject>)>,
}

/// More are not read one by one: then everything counts as changed.
pub const MOST_NEWS: u64 = 1000;

/// The tables, or what a test has in their place. Each call is a transaction of its own.
pub trait Tables: Send + Sync + 'static {
    /// Writes a node's row, anew where somebody has removed it. Durable when it is done.
    fn renew(
        &self,
        id: NodeId,
        generation: i64,
        applied: u64,
    ) -> impl Future<Output = Result<()>> + Send;

    /// What has been committed beyond this number, in one view of the database that
    /// begins after the call.
    fn since(&self, applied: u64) -> impl Future<Output = Result<News>> + Send;

    /// The newest number.
    fn head(&self) -> impl Future<Output = Result<u64>> + Send;

    /// Tells the others how far a node has come. It may be lost.
    fn note_applied(&self, id: NodeId, applied: u64) -> impl Future<Output = Result<()>> + Send;

    /// All nodes, in one view of the database that begins after the call.
    fn nodes(&self) -> impl Future<Output = Result<Vec<NodeRow>>> + Send;

    /// Removes a node's row, unless that was renewed.
    fn remove(&self, id: NodeId, generation: i64) -> impl Future<Output = Result<()>> + Send;

    /// Forgets changes up to this number.
    fn forget(&self, up_to: u64) -> impl Future<Output = Result<()>> + Send;

    /// Makes the others look. It may be lost.
    fn hint(&self) -> impl Future<Output = Result<()>> + Send;
}

/// The last statement of a transaction that changes what somebody may have remembered.
pub const NUMBER: &str = "WITH next AS \
    (UPDATE change_counter SET revision = revision + 1 RETURNING revision) \
    INSERT INTO changes (revision, subjects) SELECT revision, $1 FROM next RETURNING revision";
const RENEW: &str = "INSERT INTO nodes (id, generation, applied) VALUES ($1, $2, $3) \
    ON CONFLICT (id) DO UPDATE SET generation = excluded.generation";
/// Asked many times a second: read by the index and no further than is wanted, whatever the
/// server believes of tables that change so often.
const SINCE: &str = "SELECT c.revision, n.revision, n.subjects \
    FROM (SELECT revision FROM change_counter LIMIT 1) c LEFT JOIN \
    (SELECT revision, subjects FROM changes WHERE revision > $1 ORDER BY revision LIMIT $2) n \
    ON true ORDER BY n.revision";
const HEAD: &str = "SELECT revision FROM change_counter";
/// It need not wait for the disk: if it is lost, others wait a little longer.
const NOTE_APPLIED: &str = "WITH soon AS (SELECT set_config('synchronous_commit', 'off', true)) \
    UPDATE nodes SET applied = $2 FROM soon WHERE id = $1 AND applied < $2";
const NODES: &str = "SELECT id, generation, applied FROM nodes";
const REMOVE: &str = "DELETE FROM nodes WHERE id = $1 AND generation = $2";
const FORGET: &str = "WITH soon AS (SELECT set_config('synchronous_commit', 'off', true)) \
    DELETE FROM changes USING soon WHERE revision <= $1";
const HINT: &str = "SELECT pg_notify('portcullis_changes', '')";
const CHANNEL: &str = "portcullis_changes";

/// The tables on `PostgreSQL`, by connections that requests do not use.
#[derive(Clone)]
pub struct Postgres(PgPool);

impl Postgres {
    pub(crate) const fn new(side: PgPool) -> Self {
        Self(side)
    }

    /// Rings for each hint, until the connections are closed.
    pub(super) async fn listen(&self, ring: impl Fn() + Send) -> Result<()> {
        let mut listener = PgListener::connect_with(&self.0).await?;
        listener.listen(CHANNEL).await?;
        loop {
            // None where the connection was lost, and with it perhaps a hint.
            let _ = listener.try_recv().await?;
            ring();
        }
    }

    pub(super) fn is_closed(&self) -> bool {
        self.0.is_closed()
    }
}

/// Numbers are counted from one on.
pub fn number(revision: i64) -> u64 {
    u64::try_from(revision).unwrap_or(0)
}

fn stored(revision: u64) -> i64 {
    i64::try_from(revision).unwrap_or(i64::MAX)
}

impl Tables for Postgres {
    async fn renew(&self, id: NodeId, generation: i64, applied: u64) -> Result<()> {
        let query = sqlx::query(RENEW).bind(id.as_slice()).bind(generation).bind(stored(applied));
        query.execute(&self.0).await?;
        Ok(())
    }

    async fn since(&self, applied: u64) -> Result<News> {
        type Columns = (i64, Option<i64>, Option<Vec<u8>>);
        let rows: Vec<Columns> = sqlx::query_as(SINCE)
            .bind(stored(applied))
            .bind(stored(MOST_NEWS))
            .fetch_all(&self.0)
            .await?;
        let head = rows.first().map_or(0, |(head, ..)| number(*head));
        let changes = rows.into_iter().filter_map(|(_, revision, subjects)| {
            Some((number(revision?), Subject::read(&subjects?)))
        });
        Ok(News { head, changes: changes.collect() })
    }

    async fn head(&self) -> Result<u64> {
        let head: i64 = sqlx::query_scalar(HEAD).fetch_one(&self.0).await?;
        Ok(number(head))
    }

    async fn note_applied(&self, id: NodeId, applied: u64) -> Result<()> {
        let query = sqlx::query(NOTE_APPLIED).bind(id.as_slice()).bind(stored(applied));
        query.execute(&self.0).await?;
        Ok(())
    }

    async fn nodes(&self) -> Result<Vec<NodeRow>> {
        let rows: Vec<(Vec<u8>, i64, i64)> = sqlx::query_as(NODES).fetch_all(&self.0).await?;
        rows.into_iter()
            .map(|(id, generation, applied)| {
                let id = id.try_into().map_err(|_| crate::Error::Column {
                    index: 0,
                    message: "this is no node's id".into(),
                })?;
                Ok(NodeRow { id, generation, applied: number(applied) })
            })
            .collect()
    }

    async fn remove(&self, id: NodeId, generation: i64) -> Result<()> {
        sqlx::query(REMOVE).bind(id.as_slice()).bind(generation).execute(&self.0).await?;
        Ok(())
    }

    async fn forget(&self, up_to: u64) -> Result<()> {
        sqlx::query(FORGET).bind(stored(up_to)).execute(&self.0).await?;
        Ok(())
    }

    async fn hint(&self) -> Result<()> {
        sqlx::query(HINT).execute(&self.0).await?;
        Ok(())
    }
}
