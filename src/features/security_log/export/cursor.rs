use crate::ids::EventId;
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// A place in the order of commits: right after an event. Within a transaction
/// events stand in the order of their ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    /// The number of the transaction.
    pub number: i64,
    /// The event in it.
    pub id: EventId,
}

impl Cursor {
    /// Before the first event.
    pub const fn start() -> Self {
        Self { number: 0, id: EventId::from_uuid(Uuid::nil()) }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.number, self.id)
    }
}

/// A text that is no cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a cursor is what an export has given out")]
pub struct NotACursor;

impl FromStr for Cursor {
    type Err = NotACursor;

    fn from_str(text: &str) -> Result<Self, NotACursor> {
        let (number, id) = text.split_once('.').ok_or(NotACursor)?;
        let number = number.parse().map_err(|_| NotACursor)?;
        let cursor = Self { number, id: id.parse().map_err(|_| NotACursor)? };
        // Only as it was given out: no other spelling of the same place.
        if cursor.number >= 0 && cursor.to_string() == text { Ok(cursor) } else { Err(NotACursor) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_given_out_is_a_cursor() {
        let start = Cursor::start().to_string();
        assert_eq!(start.parse(), Ok(Cursor::start()));
        for wrong in ["", "0", "0.", "x.y", "-1.00000000-0000-0000-0000-000000000000"] {
            assert_eq!(wrong.parse::<Cursor>(), Err(NotACursor), "{wrong}");
        }
        assert_eq!(format!("0{start}").parse::<Cursor>(), Err(NotACursor));
        assert_eq!(format!("+{start}").parse::<Cursor>(), Err(NotACursor));
    }
}
