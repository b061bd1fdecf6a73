use crate::sqlite::Borrowed;
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

const SQLITE_TABLE: &str = "CREATE TABLE IF NOT EXISTS _sqlx_migrations (\
    version BIGINT PRIMARY KEY, description TEXT NOT NULL, \
    installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL, \
    checksum BLOB NOT NULL, execution_time BIGINT NOT NULL)";
const SQLITE_NOTE: &str = "INSERT INTO _sqlx_migrations \
    (version, description, success, checksum, execution_time) VALUES (?1, ?2, TRUE, ?3, 0)";

impl Migration {
    fn step(&self) -> sqlx::migrate::Migration {
        sqlx::migrate::Migration::new(
            self.version,
            self.name.into(),
            MigrationType::Simple,
            sqlx::SqlStr::from_static(self.sql),
            false,
        )
    }
}

impl Db {
    /// Brings the schema up to date. Safe while several nodes start at once:
    /// `PostgreSQL` serialises them by an advisory lock, `SQLite` has one server.
    pub async fn migrate(&self, migrations: &[Migration]) -> Result<()> {
        let steps: Vec<_> = migrations.iter().map(Migration::step).collect();
        match self {
            Self::Sqlite { writer, .. } => {
                let steps = move |own: &mut Borrowed| Ok(run_on_sqlite(own.get()?, &steps));
                writer.acquire().await?.blocking(steps).await?
            }
            Self::Postgres { pool, .. } => {
                // Patient where a request is not: other nodes wait here for the
                // one that migrates, and a step may take long.
                let patient = pool.connect_options().as_ref().clone().options([
                    ("lock_timeout", "0"),
                    ("statement_timeout", "0"),
                    ("idle_in_transaction_session_timeout", "0"),
                ]);
                let mut connection = PgConnection::connect_with(&patient).await?;
                let ran = Migrator::with_migrations(steps).run(&mut connection).await;
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
            Self::Sqlite { readers, .. } => {
                let mut reader = readers.acquire().await?;
                let found = reader.get()?.query_row(SQL, [], |row| row.get(0));
                // Nothing has been migrated yet.
                return Ok(found.unwrap_or(0));
            }
            Self::Postgres { pool, .. } => sqlx::query_scalar(SQL).fetch_one(pool).await,
        };
        match version {
            Ok(version) => Ok(version),
            Err(sqlx::Error::Database(_)) => Ok(0),
            Err(error) => Err(error.into()),
        }
    }
}

/// The same steps, noted in the same table, as sqlx does it on `PostgreSQL`.
fn run_on_sqlite(
    connection: &mut rusqlite::Connection,
    steps: &[sqlx::migrate::Migration],
) -> std::result::Result<(), MigrateError> {
    let failed = |error| MigrateError::Execute(sqlx::Error::AnyDriverError(Box::new(error)));
    connection.execute_batch(SQLITE_TABLE).map_err(failed)?;
    let applied: Vec<(i64, Vec<u8>)> = connection
        .prepare("SELECT version, CAST(checksum AS BLOB) FROM _sqlx_migrations ORDER BY version")
        .and_then(|mut all| all.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect())
        .map_err(failed)?;
    for (version, checksum) in &applied {
        match steps.iter().find(|step| step.version == *version) {
            None => return Err(MigrateError::VersionMissing(*version)),
            Some(step) if step.checksum.as_ref() != checksum.as_slice() => {
                return Err(MigrateError::VersionMismatch(*version));
            }
            Some(_) => {}
        }
    }
    let missing = |version| applied.iter().all(|(applied, _)| *applied != version);
    for step in steps.iter().filter(|step| missing(step.version)) {
        let note = (step.version, step.description.as_ref(), step.checksum.as_ref());
        connection
            .transaction()
            .and_then(|tx| {
                tx.execute_batch(step.sql.as_str())?;
                tx.execute(SQLITE_NOTE, note)?;
                tx.commit()
            })
            .map_err(failed)?;
    }
    Ok(())
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
