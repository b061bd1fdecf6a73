use crate::{Db, Error, Result};
use sqlx::migrate::{MigrateError, MigrationType, Migrator};
use sqlx::{Connection, PgConnection};

/// One step of the schema, embedded in the program.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Its place in the order; never reused, never edited once released.
    pub version: i64,
    /// What it makes.
    pub name: &'static str,
    /// The SQL, valid on both databases.
    pub sql: &'static str,
}

impl Db {
    /// Brings the schema up to date. Safe while several nodes start at once:
    /// `PostgreSQL` serialises them by an advisory lock, `SQLite` has one server.
    pub async fn migrate(&self, migrations: &[Migration]) -> Result<()> {
        let migrator = Migrator::with_migrations(
            migrations
                .iter()
                .map(|migration| {
                    sqlx::migrate::Migration::new(
                        migration.version,
                        migration.name.into(),
                        MigrationType::Simple,
                        sqlx::SqlStr::from_static(migration.sql),
                        false,
                    )
                })
                .collect(),
        );
        match self {
            Self::Sqlite { writer, .. } => migrator.run(writer).await,
            Self::Postgres { pool } => {
                // Patient where a request is not: other nodes wait here for the
                // one that migrates, and a step may take long.
                let patient = pool.connect_options().as_ref().clone().options([
                    ("lock_timeout", "0"),
                    ("statement_timeout", "0"),
                    ("idle_in_transaction_session_timeout", "0"),
                ]);
                let mut connection = PgConnection::connect_with(&patient).await?;
                let ran = migrator.run(&mut connection).await;
                connection.close().await?;
                ran
            }
        }
        .map_err(explain)
    }

    /// The newest schema version that is in place; 0 for an empty database.
    pub async fn schema_version(&self) -> Result<i64> {
        const SQL: &str = "SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations WHERE success";
        let version = match self {
            Self::Sqlite { readers, .. } => sqlx::query_scalar(SQL).fetch_one(readers).await,
            Self::Postgres { pool } => sqlx::query_scalar(SQL).fetch_one(pool).await,
        };
        match version {
            Ok(version) => Ok(version),
            Err(sqlx::Error::Database(_)) => Ok(0),
            Err(error) => Err(error.into()),
        }
    }
}

fn explain(error: MigrateError) -> Error {
    match error {
        MigrateError::Execute(error) => error.into(),
        MigrateError::VersionMissing(version) => Error::Schema(format!(
            "the database has schema version {version}, which this program does not know: \
             it was made by a newer Portcullis. Start that version, or restore a backup"
        )),
        MigrateError::VersionMismatch(version) => Error::Schema(format!(
            "schema version {version} in the database differs from the one in this program. \
             The two were not made by the same release"
        )),
        MigrateError::Dirty(version) => Error::Schema(format!(
            "schema version {version} was applied only in part. Restore a backup"
        )),
        other => Error::Schema(other.to_string()),
    }
}
