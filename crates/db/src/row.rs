use crate::{Error, Result};
use sqlx::{Row as _, ValueRef as _};

/// One answered row of either database.
pub struct Row<'a>(Answered<'a>);

enum Answered<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a sqlx::postgres::PgRow),
}

impl<'a> Row<'a> {
    pub(crate) const fn sqlite(row: &'a rusqlite::Row<'a>) -> Self {
        Self(Answered::Sqlite(row))
    }

    pub(crate) const fn postgres(row: &'a sqlx::postgres::PgRow) -> Self {
        Self(Answered::Postgres(row))
    }

    /// The column at this position of the `SELECT` list.
    pub fn get<T: Column>(&self, index: usize) -> Result<T> {
        T::read(self, index)
    }
}

/// A type that a column can be read as.
pub trait Column: Sized {
    /// Reads the column at `index`; an error says what stands there instead.
    fn read(row: &Row<'_>, index: usize) -> Result<Self>;

    /// The error for a value that has the right SQL type but no meaning.
    fn invalid(index: usize, message: impl std::fmt::Display) -> Error {
        Error::Column { index, message: message.to_string() }
    }
}

/// A struct that is read from one row.
pub trait FromRow: Sized {
    /// Reads its fields by position.
    fn from_row(row: &Row<'_>) -> Result<Self>;
}

macro_rules! column {
    ($($kind:ty),+) => {$(
        impl Column for $kind {
            fn read(row: &Row<'_>, index: usize) -> Result<Self> {
                match row.0 {
                    Answered::Sqlite(row) => {
                        row.get(index).map_err(|error| Self::invalid(index, error))
                    }
                    Answered::Postgres(row) => {
                        row.try_get(index).map_err(|error| Self::invalid(index, error))
                    }
                }
            }
        }
    )+};
}

column!(String, i64, Vec<u8>);

impl<const N: usize> Column for [u8; N] {
    fn read(row: &Row<'_>, index: usize) -> Result<Self> {
        let bytes = match row.0 {
            Answered::Sqlite(row) => row
                .get_ref(index)
                .map_err(|error| Self::invalid(index, error))?
                .as_blob()
                .map_err(|error| Self::invalid(index, error))?,
            Answered::Postgres(row) => {
                row.try_get(index).map_err(|error| Self::invalid(index, error))?
            }
        };
        bytes.try_into().map_err(|_| Self::invalid(index, format!("these are not {N} bytes")))
    }
}

impl<T: Column> Column for Option<T> {
    fn read(row: &Row<'_>, index: usize) -> Result<Self> {
        let null = match row.0 {
            Answered::Sqlite(row) => row
                .get_ref(index)
                .map(|value| value == rusqlite::types::ValueRef::Null)
                .map_err(|error| Self::invalid(index, error))?,
            Answered::Postgres(row) => row
                .try_get_raw(index)
                .map(|value| value.is_null())
                .map_err(|error| Self::invalid(index, error))?,
        };
        if null { Ok(None) } else { T::read(row, index).map(Some) }
    }
}

impl<A: Column> FromRow for (A,) {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok((row.get(0)?,))
    }
}

impl<A: Column, B: Column> FromRow for (A, B) {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok((row.get(0)?, row.get(1)?))
    }
}

impl<A: Column, B: Column, C: Column> FromRow for (A, B, C) {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    }
}
