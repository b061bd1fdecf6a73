use crate::sqlite::Borrowed;
use crate::{Db, FromRow, Result, Row, Statement, Value};
use sqlx::postgres::PgRow;
use sqlx::{Executor as _, Postgres};
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
    Sqlite(Borrowed),
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

fn rows<T: FromRow>(rows: &[PgRow]) -> Result<Vec<T>> {
    rows.iter().map(|row| T::from_row(&Row::postgres(row))).collect()
}

fn row<T: FromRow>(row: Option<&PgRow>) -> Result<Option<T>> {
    row.map(|row| T::from_row(&Row::postgres(row))).transpose()
}

impl Tx {
    /// Runs a statement that changes rows; the number changed.
    pub async fn execute(&mut self, statement: &Statement, args: Vec<Value>) -> Result<u64> {
        Ok(match self {
            Self::Sqlite(tx) => tx.execute(statement, &args)?,
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
            Self::Sqlite(tx) => tx.fetch_all(statement, &args),
            Self::Postgres(tx) => rows(&bound!(statement, args).fetch_all(&mut **tx).await?),
        }
    }

    async fn fetch_optional<T: FromRow + Send>(
        &mut self,
        statement: &Statement,
        args: Vec<Value>,
    ) -> Result<Option<T>> {
        match self {
            Self::Sqlite(tx) => tx.fetch_optional(statement, &args),
            Self::Postgres(tx) => {
                row(bound!(statement, args).fetch_optional(&mut **tx).await?.as_ref())
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
            Db::Sqlite { readers, .. } => readers.acquire().await?.fetch_all(statement, &args),
            Db::Postgres { pool } => rows(&bound!(statement, args).fetch_all(pool).await?),
        }
    }

    async fn fetch_optional<T: FromRow + Send>(
        &mut self,
        statement: &Statement,
        args: Vec<Value>,
    ) -> Result<Option<T>> {
        match self {
            Db::Sqlite { readers, .. } => readers.acquire().await?.fetch_optional(statement, &args),
            Db::Postgres { pool } => {
                row(bound!(statement, args).fetch_optional(pool).await?.as_ref())
            }
        }
    }
}

impl Db {
    /// Opens a write transaction.
    pub async fn begin(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { writer, .. } => {
                let mut writer = writer.acquire().await?;
                writer.begin().await?;
                Tx::Sqlite(writer)
            }
            Self::Postgres { pool } => Tx::Postgres(pool.begin().await?),
        })
    }

    /// Prepares a statement without running it, to prove that this database
    /// understands it.
    pub async fn prepare(&self, statement: &Statement) -> Result<()> {
        match self {
            Self::Sqlite { readers, .. } => {
                readers.acquire().await?.get()?.prepare(statement.sql)?;
            }
            Self::Postgres { pool } => {
                pool.acquire().await?.prepare(sqlx::SqlStr::from_static(statement.sql)).await?;
            }
        }
        Ok(())
    }
}
