use super::error::{Code, Failure};
use std::collections::BTreeSet;
use url::form_urlencoded;

/// Parameters, as the standards read them: each once, and one without a value is not
/// there (RFC 6749 §3.1). Unknown ones are passed over.
#[derive(Default)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// Reads `application/x-www-form-urlencoded`.
    pub fn parse(bytes: &[u8]) -> Result<Self, Failure> {
        // Else a wrong byte becomes U+FFFD, and many secrets are one.
        let is_text = if bytes.contains(&b'%') {
            percent_encoding::percent_decode(bytes).decode_utf8().is_ok()
        } else {
            std::str::from_utf8(bytes).is_ok()
        };
        if !is_text {
            return Err(Failure::with(Code::InvalidRequest, "The parameters are not UTF-8."));
        }
        let pairs: Vec<(String, String)> = form_urlencoded::parse(bytes).into_owned().collect();
        // One that asks about a token has a single one, most often.
        let mut seen = BTreeSet::new();
        if pairs.len() > 1 && !pairs.iter().all(|(name, _)| seen.insert(name.as_str())) {
            return Err(Failure::with(Code::InvalidRequest, "A parameter stands there twice."));
        }
        Ok(Self(pairs))
    }

    /// A parameter, if it has a value.
    pub fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.0.iter().find(|(own, _)| own == name)?;
        Some(value.as_str()).filter(|value| !value.is_empty())
    }

    /// All of them, in their order.
    pub fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// A parameter that has to be there.
    pub fn need(&self, name: &'static str) -> Result<&str, Failure> {
        self.get(name)
            .ok_or_else(|| Failure::with(Code::InvalidRequest, format!("{name} is missing.")))
    }
}

impl std::fmt::Debug for Form {
    /// Names only: values can be secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_parameter_once_and_none_without_a_value() {
        let form = Form::parse(b"a=1&b=&c=x+y%21&d").unwrap();
        assert_eq!((form.get("a"), form.get("b"), form.get("d")), (Some("1"), None, None));
        assert_eq!(form.get("c"), Some("x y!"));
        assert!(form.need("b").is_err());
        for wrong in [&b"a=1&a=1"[..], b"a=1&%61=2", b"a=&a=", b"a=%ff", b"a=\xff"] {
            assert_eq!(Form::parse(wrong).unwrap_err().code, Code::InvalidRequest);
        }
        assert_eq!(format!("{form:?}"), "[\"a\", \"b\", \"c\", \"d\"]");
    }
}
