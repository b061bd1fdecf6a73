//! The two ways in which a request does not do what was asked.

use std::time::Duration;

/// What an action or a handler returns when it does not succeed.
#[derive(Debug)]
pub enum Error {
    /// Expected; said in the user's words.
    Refused(Refused),
    /// Not expected; logged once, shown as a reference.
    Fault(Fault),
}

/// The answer of an action.
pub type Result<T> = std::result::Result<T, Error>;

/// Refusals that have no form to return to; what is wrong with a field of a
/// form is the feature's own type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// There is nothing here, or nothing of yours.
    NotFound,
    /// The form was made for another session, or too long ago.
    OldForm,
    /// The request came from another site.
    CrossSite,
    /// The request can't be read as what this page sends.
    Unreadable,
    /// The body is larger than any form of ours.
    TooLarge,
    /// Too much to do at the moment.
    Busy {
        /// When to try again.
        retry_after: Duration,
    },
}

/// A failure that is ours to find.
#[derive(Debug)]
pub struct Fault {
    message: String,
}

impl Fault {
    /// A fault that has no error beneath it.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }

    /// For the operator's log, never for a page.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<portcullis_db::Error> for Error {
    fn from(error: portcullis_db::Error) -> Self {
        match error {
            portcullis_db::Error::Unreachable(message) => {
                tracing::error!(message, "the database does not answer");
                Self::Refused(Refused::Busy { retry_after: Duration::from_secs(5) })
            }
            other => Self::Fault(Fault::new(other.to_string())),
        }
    }
}
