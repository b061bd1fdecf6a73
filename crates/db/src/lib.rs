//! The only code that names a database driver.
//!
//! SQL stands once, for `SQLite` and `PostgreSQL` alike: `$1` placeholders, and
//! columns that are only `TEXT`, `BIGINT` or `BYTEA`. What one database can do
//! and the other can't stands here too, behind a name that says what it is for.

mod backup;
mod changes;
mod commit_order;
mod connect;
mod error;
mod migrate;
mod row;
mod sqlite;
mod statement;
mod subject;
mod tx;
mod value;

#[cfg(feature = "testing")]
pub mod bare;
#[cfg(feature = "testing")]
pub mod seed;
#[cfg(feature = "testing")]
pub mod seed_checks;
#[cfg(feature = "testing")]
pub mod testing;

pub use changes::{LEASE, Membership, Stamp, Standing, View};
pub use connect::{Db, Target};
pub use error::Error;
pub use migrate::Migration;
pub use row::{Column, FromRow, Row};
pub use statement::Statement;
pub use subject::{Subject, SubjectKind, Watched};
pub use tx::{Reader, Tx};
pub use value::{Bind, Value};

/// The answer of everything that asks a database.
pub type Result<T> = std::result::Result<T, Error>;
