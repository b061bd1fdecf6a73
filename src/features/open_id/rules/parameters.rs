use std::borrow::Cow;
use url::form_urlencoded;

/// Name and value of each parameter, each name once: a second one could be read by
/// whoever reads the other (RFC 6749 §3.1). One without a value is not there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parameters(Vec<(String, String)>);

/// Why a query can't be read in one way only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotParameters {
    /// It is no UTF-8.
    Encoding,
    /// This name stands in it more than once.
    Repeated(String),
}

impl Parameters {
    /// Reads a query. With what is wrong comes what could be read, each name's first
    /// value: an error has to be sent somewhere.
    pub fn parse(query: &str) -> (Self, Option<NotParameters>) {
        let mut read = Self::default();
        // Else a wrong byte becomes U+FFFD, and many values are one.
        let utf8 = percent_encoding::percent_decode(query.as_bytes()).decode_utf8();
        let mut wrong = utf8.err().map(|_| NotParameters::Encoding);
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if read.0.iter().any(|(own, _)| *own == name) {
                wrong.get_or_insert_with(|| NotParameters::Repeated(name.into_owned()));
            } else {
                read.0.push((name.into_owned(), value.into_owned()));
            }
        }
        read.0.retain(|(_, value)| !value.is_empty());
        (read, wrong)
    }

    /// A value, where there is one.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The same with another value, or without this name.
    #[must_use]
    pub fn with(mut self, name: &str, value: Option<Cow<'_, str>>) -> Self {
        self.0.retain(|(own, _)| own != name);
        if let Some(value) = value {
            self.0.push((name.to_owned(), value.into_owned()));
        }
        self
    }

    /// The one spelling that they have as a query of ours: letters, digits and
    /// `*-._+%&=`, so that no reader takes a part of it for anything else.
    pub fn query(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.0).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn repeated_names_and_bad_encodings_are_told() {
        let (read, wrong) = Parameters::parse("a=1&b=&c=%20+x&d");
        assert_eq!(wrong, None);
        assert_eq!((read.get("a"), read.get("b"), read.get("c")), (Some("1"), None, Some("  x")));
        assert_eq!(read.get("d"), None);
        let (read, wrong) = Parameters::parse("a=1&a=2");
        assert_eq!((read.get("a"), wrong), (Some("1"), Some(NotParameters::Repeated("a".into()))));
        for twice in ["a=&a=2", "a=1&%61=1", "a&a"] {
            assert!(Parameters::parse(twice).1.is_some(), "{twice}");
        }
        assert_eq!(Parameters::parse("a=%ff").1, Some(NotParameters::Encoding));
        assert_eq!(Parameters::parse("a=%ef%bf%bd").1, None, "somebody may mean that character");
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back_and_is_plain(
            pairs in prop::collection::btree_map("\\PC{1,12}", "\\PC{1,24}", 0..6)
        ) {
            let mut all = Parameters::default();
            for (name, value) in &pairs {
                all = all.with(name, Some(value.into()));
            }
            let query = all.query();
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"*-._+%&=".contains(&byte);
            prop_assert!(query.bytes().all(plain), "{}", query);
            prop_assert_eq!(Parameters::parse(&query), (all, None));
        }
    }
}
