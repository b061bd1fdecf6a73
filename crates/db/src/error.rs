/// Why a database did not answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A row with this key exists already.
    #[error("a row with this key exists already ({constraint})")]
    Duplicate {
        /// The constraint's name on `PostgreSQL`, the columns on `SQLite`.
        constraint: String,
    },
    /// The database could not be reached, or had no connection free in time.
    #[error("the database can't be reached: {0}")]
    Unreachable(String),
    /// A stored value is not what the code expects of that column.
    #[error("column {index}: {message}")]
    Column {
        /// Position in the statement's `SELECT` or `RETURNING` list.
        index: usize,
        /// What is wrong with it.
        message: String,
    },
    /// The schema is not one that this program can work with.
    #[error("{0}")]
    Schema(String),
    /// Anything else that the driver says.
    #[error("the database refused: {0}")]
    Driver(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A transaction wrote what may be remembered, and did not say whom it is about.
    #[error("{statement} writes {table}, which is watched, and nobody was named as changed")]
    Unnamed {
        /// The statement's name.
        statement: &'static str,
        /// The table that it writes.
        table: &'static str,
    },
    /// A database URL or a path that can't be used.
    #[error("{0}")]
    Target(String),
    /// A backup could not be written.
    #[error("{0}")]
    Backup(String),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(database) if database.is_unique_violation() => Self::Duplicate {
                constraint: database.constraint().unwrap_or_else(|| database.message()).to_owned(),
            },
            sqlx::Error::Database(database) if database.code().is_some_and(|it| is_away(&it)) => {
                Self::Unreachable(database.message().to_owned())
            }
            sqlx::Error::Io(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Tls(_) => Self::Unreachable(error.to_string()),
            _ => Self::Driver(Box::new(error)),
        }
    }
}

/// `PostgreSQL` says this of itself, not of the statement: it shuts down or
/// starts (57P01 to 57P05), has no connection left (53300), lost one (class 08),
/// or the database is not there or closed to us (3D000, 55000 while it is
/// dropped); or it gave up waiting for others (40001, 40P01, 55P03, 57014). Then
/// nothing was changed, and trying again helps.
fn is_away(code: &str) -> bool {
    code.starts_with("57P")
        || code.starts_with("08")
        || matches!(code, "53300" | "3D000" | "55000" | "40001" | "40P01" | "55P03" | "57014")
}
