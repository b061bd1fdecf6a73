//! Who somebody is, in headers that every program reads alike. They are made once for what
//! is remembered.

use crate::features::account::Account;
use crate::features::applications::rules::Scopes;
use axum::body::Bytes;
use axum::http::HeaderValue;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// What must not stand in a header as it is, and the sign that stands for it. Everything
/// beyond ASCII is written so as well.
const NOT_PLAIN: &AsciiSet = &CONTROLS.add(b'%').add(b'"').add(b'\\').add(b',').add(b';');

/// Values of four headers: UTF-8 in percent signs where it is not plain ASCII.
#[derive(Debug, Clone)]
pub struct Headers {
    /// The account's id.
    pub user: HeaderValue,
    /// Its address.
    pub email: HeaderValue,
    /// Its name.
    pub name: HeaderValue,
    /// What of the application's permissions was allowed, in order, with spaces between.
    pub permissions: HeaderValue,
}

impl Headers {
    pub(super) fn of(account: &Account, scopes: &Scopes) -> Self {
        let permissions = scopes.permissions().collect::<Vec<_>>().join(" ");
        let texts = [&account.id.to_string(), &account.email, &account.name, &permissions];
        let texts = texts.map(|text| utf8_percent_encode(text, NOT_PLAIN).to_string());
        // In one piece of memory: they are sent together, and have to be fetched for that.
        let whole = Bytes::from(texts.concat());
        let mut end = 0;
        let [user, email, name, permissions] = texts.map(|text| {
            let begin = end;
            end += text.len();
            value(HeaderValue::from_maybe_shared(whole.slice(begin..end)))
        });
        Self { user, email, name, permissions }
    }

    /// Bytes that they take beside themselves, roughly.
    pub(super) fn bytes(account: &Account, scopes: &Scopes) -> usize {
        // What they cost once they are shared.
        const SHARED: usize = 48;
        const ID: usize = 36;
        SHARED + ID + account.email.len() + account.name.len() + scopes.bytes()
    }
}

/// A text as the value of a header.
pub(super) fn plain(text: &str) -> HeaderValue {
    value(HeaderValue::try_from(utf8_percent_encode(text, NOT_PLAIN).to_string()))
}

fn value<E>(read: Result<HeaderValue, E>) -> HeaderValue {
    read.unwrap_or_else(|_| HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use percent_encoding::percent_decode_str;
    use proptest::prelude::*;

    #[test]
    fn plain_text_stays_as_it_is() {
        for (text, expected) in [
            ("mira@example.com", "mira@example.com"),
            ("Mira Okafor-Smith (née O'Neil)", "Mira Okafor-Smith (n%C3%A9e O'Neil)"),
            ("a:b c:d", "a:b c:d"),
            ("", ""),
        ] {
            assert_eq!(plain(text), expected);
        }
    }

    proptest! {
        /// Whatever a name holds, its header is one line of ASCII, and reads back.
        #[test]
        fn headers_are_safe_and_read_back(name in "\\PC{0,40}|[\r\n\t\0,;%\"a-z]{0,20}") {
            let value = plain(&name);
            let header = value.to_str().unwrap();
            prop_assert!(header.bytes().all(|byte| matches!(byte, 0x20..=0x7e)));
            prop_assert_eq!(percent_decode_str(header).decode_utf8().unwrap(), name);
        }
    }
}
