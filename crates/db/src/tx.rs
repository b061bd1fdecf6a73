use crate::{Db, FromRow, Result, Row, Statement, Value};
use sqlx::{Executor as _, Postgres, Sqlite};
use std::future::Future;

/// What answers reads: the pool, or a transaction that also sees its own
/// writes.
pub trait Reader: Send {
    /// All rows of a statement.
    fn fetch_all<T: FromRow + Send>(
        &mut self,
        statement: &Statement,
        args: Vec<Value>,
    ) -> impl Future<Output = Result<Vec<T>>> + Send;

    /// The first row, if there is one.
    fn fetch_optional<T: FromRow + Send>(
        &mut self,
        statement: &Statement,
        args: Vec<Value>,
    ) -> impl Future<Output = Result<Option<T>>> + Send;
}

/// An open write transaction. Dropped without [`Tx::commit`] it is rolled back.
pub enum Tx {
    /// Begun `IMMEDIATE`: it holds the one write lock from its first moment.
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    /// `READ COMMITTED`: invariants over rows rest on guarded writes.
    Postgres(sqlx::Transaction<'static, Postgres>),
}

macro_rules! bound {
    ($statement:expr, $args:expr) => {{
        let mut query = sqlx::query($statement.sql);
        for value in $args {
            query = match value {
                Value::Text(value) => query.bind(value),
                Value::BigInt(value) => query.bind(value),
                Value::Bytes(value) => query.bind(value),
            };
        }
        query
    }};
}

fn rows<T: FromRow, R>(rows: Vec<R>, wrap: fn(R) -> Row) -> Result<Vec<T>> {
    rows.into_iter().map(|row| T::from_row(&wrap(row))).collect()
}

fn row<T: FromRow, R>(row: Option<R>, wrap: fn(R) -> Row) -> Result<Option<T>> {
    row.map(|row| T::from_row(&wrap(row))).transpose()
}

impl Tx {
    /// Runs a statement that changes rows; the number changed.
    pub async fn execute(&mut self, statement: &Statement, args: Vec<Value>) -> Result<u64> {
        Ok(match self {
            Self::Sqlite(tx) => bound!(statement, args).execute(&mut **tx).await?.rows_affected(),
            Self::Postgres(tx) => bound!(statement, args).execute(&mut **tx).await?.rows_affected(),
        })
    }

    /// Runs a guarded write: true when it changed exactly the one row that it
    /// was to change, false when the guard did not hold.
    pub async fn execute_guarded(
        &mut self,
        statement: &Statement,
        args: Vec<Value>,
    ) -> Result<bool> {
        Ok(self.execute(statement, args).await? == 1)
    }

    /// Makes everything durable.
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}

impl Reader for Tx {
    async fn fetch_all<T: FromRow + Send>(
        &mut self,
        statement: &Statement,
        args: Vec<Value>,
    ) -> Result<Vec<T>> {
        match self {
            Self::Sqlite(tx) => {
                rows(bound!(statement, args).fetch_all(&mut **tx).await?, Row::Sqlite)
            }
            Self::Postgres(tx) => {
                rows(bound!(statement, args).fetch_all(&mut **tx).await?, Row::Postgres)
            }
        }
    }

    async fn fetch_optional<T: FromRow + Send>(
        &mut self,
        statement: &Statement,
        args: Vec<Value>,
    ) -> Result<Option<T>> {
        match self {
            Self::Sqlite(tx) => {
                row(bound!(statement, args).fetch_optional(&mut **tx).await?, Row::Sqlite)
            }
            Self::Postgres(tx) => {
                row(bound!(statement, args).fetch_optional(&mut **tx).await?, Row::Postgres)
            }
        }
    }
}

impl Reader for &Db {
    async fn fetch_all<T: FromRow + Send>(
        &mut self,
        statement: &Statement,
        args: Vec<Value>,
    ) -> Result<Vec<T>> {
        match self {
            Db::Sqlite { readers, .. } => {
                rows(bound!(statement, args).fetch_all(readers).await?, Row::Sqlite)
            }
            Db::Postgres { pool } => {
                rows(bound!(statement, args).fetch_all(pool).await?, Row::Postgres)
            }
        }
    }

    async fn fetch_optional<T: FromRow + Send>(
        &mut self,
        statement: &Statement,
        args: Vec<Value>,
    ) -> Result<Option<T>> {
        match self {
            Db::Sqlite { readers, .. } => {
                row(bound!(statement, args).fetch_optional(readers).await?, Row::Sqlite)
            }
            Db::Postgres { pool } => {
                row(bound!(statement, args).fetch_optional(pool).await?, Row::Postgres)
            }
        }
    }
}

impl Db {
    /// Opens a write transaction.
    pub async fn begin(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { writer, .. } => Tx::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres { pool } => Tx::Postgres(pool.begin().await?),
        })
    }

    /// Prepares a statement without running it, to prove that this database
    /// understands it.
    pub async fn prepare(&self, statement: &Statement) -> Result<()> {
        match self {
            Self::Sqlite { readers, .. } => {
                readers.acquire().await?.prepare(sqlx::SqlStr::from_static(statement.sql)).await?;
            }
            Self::Postgres { pool } => {
                pool.acquire().await?.prepare(sqlx::SqlStr::from_static(statement.sql)).await?;
            }
        }
        Ok(())
    }
}
