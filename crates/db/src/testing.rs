//! For tests alone: databases of their own, and the hand of somebody who can
//! write into the database.

use crate::{Db, Result, Subject};
use sqlx::{AssertSqlSafe, Connection, Executor};

/// Makes an empty database beside the one that the URL names; its URL.
pub async fn create_database(url: &str, name: &str) -> Result<String> {
    create(url, name, "").await
}

/// The same, as a copy of another that nobody uses.
pub async fn copy_database(url: &str, name: &str, template: &str) -> Result<String> {
    create(url, name, &format!(" TEMPLATE {template}")).await
}

async fn create(url: &str, name: &str, more: &str) -> Result<String> {
    let mut connection = sqlx::PgConnection::connect(url).await?;
    connection.execute(AssertSqlSafe(format!("CREATE DATABASE {name}{more}"))).await?;
    connection.close().await?;
    let mut own = url::Url::parse(url).map_err(|error| crate::Error::Target(error.to_string()))?;
    own.set_path(name);
    Ok(own.into())
}

/// Removes a database that one of them has made, whoever uses it.
pub async fn drop_database(url: &str, name: &str) -> Result<()> {
    let mut connection = sqlx::PgConnection::connect(url).await?;
    connection.execute(AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"))).await?;
    connection.close().await?;
    Ok(())
}

/// Runs SQL as somebody who has the database; rows changed.
pub async fn tamper(db: &Db, sql: &str) -> Result<u64> {
    Ok(match db {
        Db::Sqlite { writer, .. } => writer.acquire().await?.get()?.execute(sql, [])? as u64,
        Db::Postgres { pool, .. } => {
            sqlx::query(AssertSqlSafe(sql.to_owned())).execute(pool).await?.rows_affected()
        }
    })
}

/// Says that everything has changed, where rows were written behind everybody's back.
pub async fn changed(db: &Db) -> Result<()> {
    if let Db::Sqlite { changes, .. } = db {
        changes.made_here(&[Subject::INSTALLATION]);
        return Ok(());
    }
    let mut tx = db.begin().await?;
    tx.changed(Subject::INSTALLATION);
    tx.commit().await
}

/// Counts rows: the first column of the first row of a `SELECT COUNT(…)`.
pub async fn count(db: &Db, sql: &str) -> Result<i64> {
    Ok(match db {
        Db::Sqlite { readers, .. } => {
            readers.acquire().await?.get()?.query_row(sql, [], |row| row.get(0))?
        }
        Db::Postgres { pool, .. } => {
            sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(pool).await?
        }
    })
}

/// The first column of every row: one text each.
pub async fn texts(db: &Db, sql: &str) -> Result<Vec<String>> {
    Ok(match db {
        Db::Sqlite { readers, .. } => {
            let mut reader = readers.acquire().await?;
            let mut prepared = reader.get()?.prepare(sql)?;
            let rows = prepared.query_map([], |row| row.get(0))?;
            rows.collect::<std::result::Result<_, _>>()?
        }
        Db::Postgres { pool, .. } => {
            sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_all(pool).await?
        }
    })
}

/// Every row of every table, one text a row, with bytes in hexadecimal: what
/// somebody reads who has the database.
pub async fn dump(db: &Db) -> Result<Vec<String>> {
    let mut rows = Vec::new();
    match db {
        Db::Sqlite { readers, .. } => {
            let mut reader = readers.acquire().await?;
            let reader = reader.get()?;
            let texts = |sql: &str| -> Result<Vec<String>> {
                Ok(reader
                    .prepare(sql)?
                    .query_map([], |row| row.get(0))?
                    .collect::<std::result::Result<_, _>>()?)
            };
            for table in texts("SELECT name FROM sqlite_schema WHERE type = 'table'")? {
                let columns = texts(&format!(
                    "SELECT 'quote(\"' || name || '\")' FROM pragma_table_info('{table}')"
                ))?
                .join(" || ' ' || ");
                rows.extend(texts(&format!("SELECT '{table}: ' || {columns} FROM \"{table}\""))?);
            }
        }
        Db::Postgres { pool, .. } => {
            // One statement, since tests look often.
            let whole = "SELECT string_agg(format(\
                'SELECT %L || row_to_json(whole)::text FROM %I AS whole', tablename || ': ', tablename\
                ), ' UNION ALL ' ORDER BY tablename) FROM pg_tables WHERE schemaname = 'public'";
            let whole: String = sqlx::query_scalar(whole).fetch_one(pool).await?;
            rows = sqlx::query_scalar(AssertSqlSafe(whole)).fetch_all(pool).await?;
        }
    }
    Ok(rows)
}

/// How the database would go about a statement, whatever its values are, a line a
/// step, where it avoids reading whole tables if it can.
pub async fn plan(db: &Db, sql: &str) -> Result<Vec<String>> {
    match db {
        Db::Sqlite { readers, .. } => {
            let mut reader = readers.acquire().await?;
            let mut prepared = reader.get()?.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
            let mut rows = prepared.raw_query();
            let mut plan = Vec::new();
            while let Some(row) = rows.next()? {
                plan.push(row.get(3)?);
            }
            Ok(plan)
        }
        Db::Postgres { pool, .. } => {
            let mut connection = pool.acquire().await?;
            connection.execute("SET enable_seqscan = off").await?;
            connection.execute("SET plan_cache_mode = force_generic_plan").await?;
            connection.execute(AssertSqlSafe(format!("PREPARE statement AS {sql}"))).await?;
            let values = (1..100).take_while(|number| sql.contains(&format!("${number}"))).count();
            let nulls = vec!["NULL"; values].join(", ");
            let arguments = if values == 0 { String::new() } else { format!("({nulls})") };
            let plan = format!("EXPLAIN (COSTS OFF) EXECUTE statement{arguments}");
            let plan = sqlx::query_scalar(AssertSqlSafe(plan)).fetch_all(&mut *connection).await?;
            connection.execute("DEALLOCATE statement").await?;
            Ok(plan)
        }
    }
}
