//! For tests alone: databases of their own, and the hand of somebody who can
//! write into the database.

use crate::{Db, Result};
use sqlx::{AssertSqlSafe, Connection, Executor};

/// Makes an empty database beside the one that the URL names; its URL.
pub async fn create_database(url: &str, name: &str) -> Result<String> {
    let mut connection = sqlx::PgConnection::connect(url).await?;
    connection.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await?;
    connection.close().await?;
    let mut own = url::Url::parse(url).map_err(|error| crate::Error::Target(error.to_string()))?;
    own.set_path(name);
    Ok(own.into())
}

/// Removes a database that [`create_database`] has made, whoever uses it.
pub async fn drop_database(url: &str, name: &str) -> Result<()> {
    let mut connection = sqlx::PgConnection::connect(url).await?;
    connection.execute(AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"))).await?;
    connection.close().await?;
    Ok(())
}

/// Runs SQL as somebody who has the database; rows changed.
pub async fn tamper(db: &Db, sql: &str) -> Result<u64> {
    let sql = AssertSqlSafe(sql.to_owned());
    Ok(match db {
        Db::Sqlite { writer, .. } => sqlx::query(sql).execute(writer).await?.rows_affected(),
        Db::Postgres { pool } => sqlx::query(sql).execute(pool).await?.rows_affected(),
    })
}

/// Counts rows: the first column of the first row of a `SELECT COUNT(…)`.
pub async fn count(db: &Db, sql: &str) -> Result<i64> {
    let sql = AssertSqlSafe(sql.to_owned());
    Ok(match db {
        Db::Sqlite { readers, .. } => sqlx::query_scalar(sql).fetch_one(readers).await?,
        Db::Postgres { pool } => sqlx::query_scalar(sql).fetch_one(pool).await?,
    })
}
