//! Who somebody is, in headers that every program reads alike.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// What must not stand in a header as it is, and the sign that stands for it. Everything
/// beyond ASCII is written so as well.
const NOT_PLAIN: &AsciiSet = &CONTROLS.add(b'%').add(b'"').add(b'\\').add(b',').add(b';');

/// Who has been let through.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Identity {
    /// The account's id.
    pub user: String,
    /// Its address.
    pub email: String,
    /// Its name.
    pub name: String,
    /// What of the application's permissions was allowed, in order.
    pub permissions: Vec<String>,
    /// The organisation that the rule names, by its short name, and the role in it.
    pub organisation: Option<(String, String)>,
}

impl Identity {
    /// Values of the six headers: UTF-8 in percent signs where it is not plain ASCII.
    pub fn headers(&self) -> [String; 6] {
        let plain = |text: &str| utf8_percent_encode(text, NOT_PLAIN).to_string();
        let (organisation, role) = self.organisation.clone().unwrap_or_default();
        [
            plain(&self.user),
            plain(&self.email),
            plain(&self.name),
            plain(&self.permissions.join(" ")),
            plain(&organisation),
            plain(&role),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use percent_encoding::percent_decode_str;
    use proptest::prelude::*;

    fn named(name: &str) -> Identity {
        let permissions = vec!["a:b".to_owned(), "c:d".to_owned()];
        Identity {
            user: "1".into(),
            email: "mira@example.com".into(),
            name: name.into(),
            permissions,
            organisation: Some(("acme".into(), "admin".into())),
        }
    }

    #[test]
    fn plain_text_stays_as_it_is() {
        let headers = named("Mira Okafor-Smith (née O'Neil)").headers();
        assert_eq!(
            headers,
            [
                "1",
                "mira@example.com",
                "Mira Okafor-Smith (n%C3%A9e O'Neil)",
                "a:b c:d",
                "acme",
                "admin"
            ]
        );
    }

    proptest! {
        /// Whatever a name holds, its header is one line of ASCII, and reads back.
        #[test]
        fn headers_are_safe_and_read_back(name in "\\PC{0,40}|[\r\n\t\0,;%\"a-z]{0,20}") {
            let [_, _, header, ..] = named(&name).headers();
            prop_assert!(header.bytes().all(|byte| matches!(byte, 0x20..=0x7e)));
            prop_assert_eq!(percent_decode_str(&header).decode_utf8().unwrap(), name);
        }
    }
}
