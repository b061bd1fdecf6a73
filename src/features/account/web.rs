//! What pages share about accounts.

use super::rules::{EmailAddress, MAX_NAME, Name, NotAName};
use crate::error::Result;
use crate::http::{Answer, Field, Public, Visit};

/// The address without a path.
pub async fn home(visit: Visit, _: Public) -> Result<Answer> {
    let to = if visit.current.is_some() { "/settings/security" } else { "/sign-in" };
    Ok(Answer::redirect(to))
}

/// A name that was typed, and the field that it came from.
pub fn read_name(visit: &Visit, typed: &str) -> (Option<Name>, Field) {
    let field = Field::new(typed);
    match Name::parse(typed) {
        Ok(name) => (Some(name), field),
        Err(NotAName::Empty) => (None, field.wrong(visit.text.say("name-required"))),
        Err(NotAName::TooLong) => {
            let most = i64::try_from(MAX_NAME).unwrap_or(i64::MAX);
            (None, field.wrong(visit.text.say("name-too-long").number("max", most)))
        }
    }
}

/// An address that was typed, and the field that it came from.
pub fn read_email(visit: &Visit, typed: &str) -> (Option<EmailAddress>, Field) {
    let field = Field::new(typed);
    if typed.trim().is_empty() {
        return (None, field.wrong(visit.text.say("field-required")));
    }
    match EmailAddress::parse(typed) {
        Ok(email) => (Some(email), field),
        Err(_) => (None, field.wrong(visit.text.say("email-invalid"))),
    }
}
