//! Where an application is reached: scheme, host and port.

use url::Url;

/// An origin in its one spelling, as a browser sends it in `Origin`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(String);

impl Origin {
    /// Reads what a proxy says of a request. Letters and a port that goes without saying
    /// may be written either way; everything else has one spelling.
    pub fn of_request(scheme: &str, host: &str) -> Option<Self> {
        if !matches!(scheme, "https" | "http") {
            return None;
        }
        let known =
            |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']');
        if host.is_empty() || host.len() > 300 || !host.chars().all(known) {
            return None;
        }
        let own_port = if scheme == "https" { ":443" } else { ":80" };
        let mut typed = [scheme, "://", host].concat();
        typed.make_ascii_lowercase();
        if typed.ends_with(own_port) {
            typed.truncate(typed.len() - own_port.len());
        }
        if is_plain(&typed) { Some(Self(typed)) } else { Self::parse(&typed) }
    }

    /// Reads the stored spelling.
    pub fn parse(text: &str) -> Option<Self> {
        if is_plain(text) {
            return Some(Self(text.to_owned()));
        }
        let url = Url::parse(text).ok()?;
        let is_one = matches!(url.scheme(), "https" | "http")
            && url.host_str().is_some_and(|host| !host.ends_with('.'))
            && url.origin().ascii_serialization() == text;
        is_one.then(|| Self(text.to_owned()))
    }

    /// The spelling.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Whether cookies of it can be `Secure`.
    pub fn is_secure(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// The full address of a path there.
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}

/// Whether it is a name of plain words, as nearly all are, which has no other spelling: so
/// that a question at each request needs no parser of addresses.
fn is_plain(text: &str) -> bool {
    let Some(host) = text.strip_prefix("https://") else { return false };
    let is_word = |word: &str| {
        word.len() <= 63
            && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
            && word.bytes().next().is_some_and(|first| first.is_ascii_lowercase())
    };
    host.len() <= 253 && host.split('.').all(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// What is plain is what the parser takes for an origin in its one spelling.
        #[test]
        fn plain_names_are_origins(host in "[a-z0-9.x:-]{1,20}|[a-z][a-z0-9]{0,8}(\\.[a-z0-9]{1,8}){0,3}") {
            let text = format!("https://{host}");
            if is_plain(&text) {
                let url = Url::parse(&text).unwrap();
                prop_assert_eq!(url.origin().ascii_serialization(), text);
            }
        }
    }

    fn of(scheme: &str, host: &str) -> Option<String> {
        Origin::of_request(scheme, host).map(|origin| origin.text().to_owned())
    }

    #[test]
    fn a_proxy_s_words_are_one_origin() {
        for (scheme, host, read) in [
            ("https", "app.example.com", "https://app.example.com"),
            ("https", "App.Example.COM:443", "https://app.example.com"),
            ("http", "app.localhost:80", "http://app.localhost"),
            ("https", "app.example.com:80", "https://app.example.com:80"),
            ("https", "[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
            ("http", "127.0.0.1:3000", "http://127.0.0.1:3000"),
        ] {
            assert_eq!(of(scheme, host).as_deref(), Some(read));
        }
    }

    /// FA-08: what is not spelled so is no origin of anybody's.
    #[test]
    fn fa_08_other_spellings_are_none() {
        for (scheme, host) in [
            ("ftp", "app.example.com"),
            ("HTTPS", "app.example.com"),
            ("https, http", "app.example.com"),
            ("https", ""),
            ("https", "app.example.com."),
            ("https", "app.example.com, other"),
            ("https", "user@app.example.com"),
            ("https", "app.example.com/"),
            ("https", "app.example.com:"),
            ("https", "app.example.com:0443"),
            ("https", "app.example.com:99999"),
            ("https", "app.example.com:443:443"),
            ("https", "127.1"),
            ("https", "0x7f000001"),
            ("https", "[::1"),
            ("https", "[0:0:0:0:0:0:0:1]"),
            ("https", "app\u{ff0e}example.com"),
            ("https", "app example.com"),
            ("https", "app%2eexample.com"),
        ] {
            assert_eq!(of(scheme, host), None, "{scheme} {host}");
        }
    }
}
