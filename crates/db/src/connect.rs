use crate::changes::Changes;
use crate::sqlite::Connections;
use crate::{Error, Result};
use sqlx::Connection;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

/// How long a request waits for a connection before it is told that the
/// database can't be reached.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);
const SQLITE_READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 16;
/// For what nodes tell each other, which must not wait for requests: one renews the lease,
/// one follows changes, one hears of them, one asks who knows of a change made here.
const SIDE_CONNECTIONS: u32 = 4;
const SIDE_TIMEOUT: Duration = Duration::from_secs(1);

/// Where the data lives.
#[derive(Clone, PartialEq, Eq)]
pub enum Target {
    /// One file, one server.
    Sqlite(PathBuf),
    /// A `postgres://` URL; it may carry a password, so it is never printed.
    Postgres(String),
}

impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(_) => f.write_str("postgres://…"),
        }
    }
}

impl FromStr for Target {
    type Err = Error;

    fn from_str(url: &str) -> Result<Self> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() || path.contains(":memory:") || path.contains('?') {
                return Err(Error::Target(
                    "a SQLite database needs a file: sqlite:portcullis-data/portcullis.db".into(),
                ));
            }
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            PgConnectOptions::from_str(url).map_err(|error| {
                Error::Target(format!("this PostgreSQL URL can't be read: {error}"))
            })?;
            return Ok(Self::Postgres(url.to_owned()));
        }
        Err(Error::Target("a database URL starts with sqlite: or postgres://".into()))
    }
}

/// Makes an empty file for the server's user alone, which `SQLite` takes for a
/// new database and whose mode its journal inherits; left to itself it would let
/// everybody read what the folder lets them reach.
fn make_private(path: &Path) -> Result<()> {
    std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(path)
        .map(drop)
        .map_err(|error| Error::Target(error.to_string()))
}

/// The database: an enum over two concrete pools, so that each keeps its
/// driver's own speed.
#[derive(Clone)]
pub enum Db {
    /// One writer (`SQLite` has no more) and a few readers that never wait for it.
    Sqlite {
        /// The one connection that writes.
        writer: Connections,
        /// Connections that read the last committed state.
        readers: Connections,
        /// The database file.
        path: PathBuf,
        /// What is known of changes.
        changes: Arc<Changes>,
    },
    /// Any number of nodes over one server.
    Postgres {
        /// The connections of this node's requests.
        pool: PgPool,
        /// Those by which it speaks with other nodes, opened when first needed.
        side: PgPool,
        /// What is known of changes.
        changes: Arc<Changes>,
    },
}

impl Db {
    /// Connects; a `SQLite` file is made if it isn't there.
    pub async fn connect(target: &Target) -> Result<Self> {
        match target {
            Target::Sqlite(path) => Self::connect_sqlite(path).await,
            Target::Postgres(url) => Self::connect_postgres(url).await,
        }
    }

    async fn connect_sqlite(path: &Path) -> Result<Self> {
        make_private(path)?;
        let writer = Connections::new(path, 1, ACQUIRE_TIMEOUT);
        // Opened now, so that a file that can't be used is told at the start.
        drop(writer.acquire().await?);
        let readers = Connections::new(path, SQLITE_READERS, ACQUIRE_TIMEOUT);
        let changes = Arc::new(Changes::alone());
        Ok(Self::Sqlite { writer, readers, path: path.to_owned(), changes })
    }

    async fn connect_postgres(url: &str) -> Result<Self> {
        // A node that stops in the middle of a transaction must not stop the
        // others: the server ends what it holds.
        let options = PgConnectOptions::from_str(url)?.application_name("portcullis").options([
            ("lock_timeout", "5s"),
            ("statement_timeout", "30s"),
            ("idle_in_transaction_session_timeout", "10s"),
            // Statements here are short. Where the server has no statistics yet, it takes some
            // for long ones, and compiles a plan for longer than that runs.
            ("jit", "off"),
        ]);
        // A pool tries until its time-out and then tells only of that; one
        // connection of its own says at once what is wrong.
        let first = tokio::time::timeout(ACQUIRE_TIMEOUT, PgConnection::connect_with(&options));
        let Ok(first) = first.await else {
            let seconds = ACQUIRE_TIMEOUT.as_secs();
            return Err(Error::Unreachable(format!("no answer within {seconds} s")));
        };
        first?.close().await?;
        let hasty = options.clone().options([("lock_timeout", "1s"), ("statement_timeout", "1s")]);
        let side = PgPoolOptions::new()
            .max_connections(SIDE_CONNECTIONS)
            .acquire_timeout(SIDE_TIMEOUT)
            .test_before_acquire(false)
            .connect_lazy_with(hasty);
        let pool = PgPoolOptions::new()
            .max_connections(POSTGRES_CONNECTIONS)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .test_before_acquire(false)
            .connect_with(options)
            .await?;
        Ok(Self::Postgres { pool, side, changes: Arc::new(Changes::shared()) })
    }

    /// What it is called where an operator reads it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Sqlite { .. } => "SQLite",
            Self::Postgres { .. } => "PostgreSQL",
        }
    }

    /// Whether each question is a way to somewhere else and back.
    pub const fn is_far(&self) -> bool {
        matches!(self, Self::Postgres { .. })
    }

    /// Asks for a trivial answer, to see that the database is there.
    pub async fn ping(&self) -> Result<()> {
        match self {
            Self::Sqlite { readers, .. } => {
                readers.acquire().await?.get()?.execute_batch("SELECT 1")?;
            }
            Self::Postgres { pool, .. } => sqlx::query("SELECT 1").execute(pool).await.map(drop)?,
        }
        Ok(())
    }

    /// The shared database server's clock in unix milliseconds; `None` on
    /// `SQLite`, where the only clock is this machine's.
    pub async fn server_clock(&self) -> Result<Option<i64>> {
        match self {
            Self::Sqlite { .. } => Ok(None),
            Self::Postgres { pool, .. } => {
                let millis: i64 = sqlx::query_scalar(
                    "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint",
                )
                .fetch_one(pool)
                .await?;
                Ok(Some(millis))
            }
        }
    }

    /// Settings that let a `PostgreSQL` server forget, when it crashes, what it has
    /// acknowledged: those of `fsync`, `full_page_writes` and `synchronous_commit` that are
    /// off. None of `SQLite`, whose settings are ours.
    pub async fn forgetful_settings(&self) -> Result<Vec<String>> {
        match self {
            Self::Sqlite { .. } => Ok(Vec::new()),
            Self::Postgres { pool, .. } => Ok(sqlx::query_scalar(
                "SELECT name FROM pg_settings WHERE setting = 'off' AND name IN \
                 ('fsync', 'full_page_writes', 'synchronous_commit') ORDER BY name",
            )
            .fetch_all(pool)
            .await?),
        }
    }

    /// Closes all connections, after what is in flight.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers, .. } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres { pool, side, .. } => {
                pool.close().await;
                side.close().await;
            }
        }
    }
}
