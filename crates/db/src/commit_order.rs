//! The order in which transactions were committed, as numbers that rows carry,
//! so that whoever reads on from the last number seen misses no row and gets
//! none twice.
//!
//! Statements are the same on both databases, because they ask two views:
//!
//! - `next_commit` holds the number for a row of the transaction at hand,
//! - `settled_commit` holds the first number that readers must not take yet.
//!
//! `PostgreSQL` numbers by transaction id, which costs no lock and no round trip.
//! A transaction may commit after a later one has, so what is at or above the
//! oldest id that is still open is not settled: below it all rows are there that
//! ever will be. `SQLite` has one writer, and one number after the other.

use crate::sqlite::Borrowed;
use crate::{Db, Result};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

/// Any number that nothing else locks in the same database.
const LOCK: i64 = 0x706f_7274_6f72_6472;

impl Db {
    /// Makes the views, and sees that no number is given twice, for a table with a
    /// column `commit_number`. Before anything is written, at each start: a
    /// database may have been restored into a cluster whose ids are lower.
    pub async fn keep_commit_order(&self, table: &'static str) -> Result<()> {
        let largest = format!("(SELECT COALESCE(MAX(commit_number), 0) FROM {table})");
        match self {
            Self::Sqlite { writer, .. } => {
                let make = move |own: &mut Borrowed| {
                    let sql = format!(
                        "CREATE VIEW IF NOT EXISTS next_commit AS \
                         SELECT MAX(floor, {largest}) + 1 AS number FROM commit_numbers; \
                         CREATE VIEW IF NOT EXISTS settled_commit AS \
                         SELECT number FROM next_commit"
                    );
                    Ok(own.get()?.execute_batch(&sql)?)
                };
                writer.acquire().await?.blocking(make).await
            }
            Self::Postgres { pool, .. } => {
                let patient = pool.connect_options().as_ref().clone().options([
                    ("lock_timeout", "0"),
                    ("statement_timeout", "0"),
                    ("idle_in_transaction_session_timeout", "0"),
                ]);
                let mut connection = PgConnection::connect_with(&patient).await?;
                let kept = keep(&mut connection, &largest).await;
                connection.close().await?;
                kept
            }
        }
    }
}

async fn keep(connection: &mut PgConnection, largest: &str) -> Result<()> {
    let mut tx = connection.begin().await?;
    // Nodes that start at once do it one after the other.
    sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(LOCK).execute(&mut *tx).await?;
    let there: bool = sqlx::query_scalar("SELECT to_regclass('settled_commit') IS NOT NULL")
        .fetch_one(&mut *tx)
        .await?;
    if !there {
        tx.execute(
            "CREATE VIEW next_commit AS \
             SELECT base + pg_current_xact_id()::text::bigint AS number FROM commit_numbers",
        )
        .await?;
        tx.execute(
            "CREATE VIEW settled_commit AS \
             SELECT base + pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS number \
             FROM commit_numbers",
        )
        .await?;
    }
    // What this snapshot sees was committed by ids below its upper end, unless
    // those were ids of another cluster.
    let raise = format!(
        "UPDATE commit_numbers SET base = seen.largest + 1 - seen.upper \
         FROM (SELECT GREATEST({largest}, (SELECT floor FROM commit_numbers)) AS largest, \
         pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS upper) AS seen \
         WHERE seen.largest >= base + seen.upper"
    );
    tx.execute(AssertSqlSafe(raise)).await?;
    Ok(tx.commit().await?)
}
