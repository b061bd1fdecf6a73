//! A message as it goes over the line (RFC 5322, MIME).

use super::{Failure, Mail};
use crate::time::Timestamp;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};
use std::time::{Duration, UNIX_EPOCH};

/// The last second that a date in a header can say: the end of the year 9999.
const LAST_SECOND: u64 = 253_402_300_799;

/// A message, written out, and the one whom it goes to.
pub(super) struct Letter {
    pub(super) to: Address,
    pub(super) bytes: Vec<u8>,
}

impl Letter {
    pub(super) fn new(
        mail: &Mail,
        from: &Mailbox,
        message_id: &str,
        date: Timestamp,
    ) -> Result<Self, Failure> {
        let never = |why: &str| Failure::Never(why.to_owned());
        let to = recipient(&mail.to).ok_or_else(|| never("the recipient is not one address"))?;
        if message_id.is_empty()
            || !message_id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        {
            return Err(never("the message's id is not one"));
        }
        let seconds = u64::try_from(date.millis() / 1000).unwrap_or(0).min(LAST_SECOND);
        let parts = MultiPart::alternative()
            .singlepart(part(ContentType::TEXT_PLAIN, &mail.text)?)
            .singlepart(part(ContentType::TEXT_HTML, &mail.html)?);
        let message = Message::builder()
            .from(from.clone())
            .to(to.clone().into())
            .subject(line(&mail.subject))
            .date(UNIX_EPOCH + Duration::from_secs(seconds))
            .message_id(Some(format!("<{message_id}@{}>", from.email.domain())))
            // So that no absence note answers (RFC 3834 §5).
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".into(),
            ))
            .multipart(parts)
            .map_err(|error| never(&error.to_string()))?;
        Ok(Self { to, bytes: message.formatted() })
    }
}

/// Quoted-printable whatever the text is: no line of it is longer than a server
/// takes, and no byte of it can be anything but text.
fn part(kind: ContentType, text: &str) -> Result<SinglePart, Failure> {
    let body = Body::new_with_encoding(text.to_owned(), ContentTransferEncoding::QuotedPrintable)
        .map_err(|_| Failure::Never("the text can't be encoded".into()))?;
    Ok(SinglePart::builder().header(kind).body(body))
}

/// A text that can't end its header.
fn line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned()
}

/// Exactly one address, which no server can read as two or as a route.
fn recipient(text: &str) -> Option<Address> {
    const STRUCTURE: &str = "\"(),:;<>@[\\]";
    let (local, domain) = text.rsplit_once('@')?;
    if !local.chars().all(|c| c.is_ascii_graphic() && !STRUCTURE.contains(c)) {
        return None;
    }
    let domain = idna::domain_to_ascii_strict(domain).ok()?;
    Address::new(local, domain).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_and_nothing_else() {
        for (text, wire) in [
            ("mira@example.com", "mira@example.com"),
            ("Mira.O'Kafor+x@Example.com", "Mira.O'Kafor+x@example.com"),
            ("mira@bücher.example", "mira@xn--bcher-kva.example"),
        ] {
            assert_eq!(recipient(text).unwrap().to_string(), wire);
        }
        for text in [
            "",
            "mira",
            "@example.com",
            "mira@",
            "mira@x.example,eve@y.example",
            "mira@x.example;eve@y.example",
            "mira@x.example eve@y.example",
            "mira@x.example\nBcc: eve@y.example",
            "mira\r\nRCPT TO:<eve@y.example>\r\n@x.example",
            "mira@x.example\r\n",
            " mira@x.example",
            "<mira@x.example>",
            "Mira <mira@x.example>",
            "\"mira\"@x.example",
            "@relay.example:mira@x.example",
            "mira@x.example>",
            "mira@[127.0.0.1]",
            "mira@x.example\u{0}",
            "mira@x.example\u{2028}y",
            "mïra@x.example",
        ] {
            assert!(recipient(text).is_none(), "{text:?}");
        }
    }

    #[test]
    fn no_time_is_too_far_for_a_date() {
        let mail = Mail {
            to: "a@x.example".into(),
            subject: String::new(),
            text: String::new(),
            html: String::new(),
        };
        for millis in [i64::MIN, -1, 0, i64::MAX] {
            let from = "b@y.example".parse().unwrap();
            Letter::new(&mail, &from, "1", Timestamp::from_millis(millis)).unwrap();
        }
    }
}
