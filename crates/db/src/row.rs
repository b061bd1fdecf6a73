use crate::{Error, Result};
use sqlx::{Row as _, ValueRef as _};

/// One answered row of either database.
pub enum Row {
    /// From `SQLite`.
    Sqlite(sqlx::sqlite::SqliteRow),
    /// From `PostgreSQL`.
    Postgres(sqlx::postgres::PgRow),
}

impl Row {
    /// The column at this position of the `SELECT` list.
    pub fn get<T: Column>(&self, index: usize) -> Result<T> {
        T::read(self, index)
    }
}

/// A type that a column can be read as.
pub trait Column: Sized {
    /// Reads the column at `index`; an error says what stands there instead.
    fn read(row: &Row, index: usize) -> Result<Self>;

    /// The error for a value that has the right SQL type but no meaning.
    fn invalid(index: usize, message: impl std::fmt::Display) -> Error {
        Error::Column { index, message: message.to_string() }
    }
}

/// A struct that is read from one row.
pub trait FromRow: Sized {
    /// Reads its fields by position.
    fn from_row(row: &Row) -> Result<Self>;
}

macro_rules! column {
    ($($kind:ty),+) => {$(
        impl Column for $kind {
            fn read(row: &Row, index: usize) -> Result<Self> {
                match row {
                    Row::Sqlite(row) => row.try_get(index),
                    Row::Postgres(row) => row.try_get(index),
                }
                .map_err(|error| Self::invalid(index, error))
            }
        }
    )+};
}

column!(String, i64, Vec<u8>);

impl<T: Column> Column for Option<T> {
    fn read(row: &Row, index: usize) -> Result<Self> {
        let null = match row {
            Row::Sqlite(row) => row.try_get_raw(index).map(|value| value.is_null()),
            Row::Postgres(row) => row.try_get_raw(index).map(|value| value.is_null()),
        }
        .map_err(|error| Self::invalid(index, error))?;
        if null { Ok(None) } else { T::read(row, index).map(Some) }
    }
}

impl<A: Column> FromRow for (A,) {
    fn from_row(row: &Row) -> Result<Self> {
        Ok((row.get(0)?,))
    }
}

impl<A: Column, B: Column> FromRow for (A, B) {
    fn from_row(row: &Row) -> Result<Self> {
        Ok((row.get(0)?, row.get(1)?))
    }
}

impl<A: Column, B: Column, C: Column> FromRow for (A, B, C) {
    fn from_row(row: &Row) -> Result<Self> {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    }
}
