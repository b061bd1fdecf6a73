use url::Url;

/// As long as the longest request of an application that is answered, in one
/// spelling.
const MAX_LENGTH: usize = 8192;

/// Where to go after signing in: a path of this site, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnPath(String);

impl ReturnPath {
    /// A text that every browser reads as a path of this site. What can be read
    /// in two ways is refused; look again each time it is used.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = text.len() <= MAX_LENGTH
            && text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'\\' | b'#'))
            && text.starts_with('/')
            && !text.starts_with("//");
        if !plain {
            return None;
        }
        let base = Url::parse("https://portcullis.invalid/").ok()?;
        let url = base.join(text).ok()?;
        // The same once resolved: no dots that climb, nothing to decode twice.
        let path = url
            .query()
            .map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        let same_site = url.origin() == base.origin() && path == text;
        let leads_round = ["/sign-in", "/sign-out", "/step-up", "/set-up", "/assets"]
            .iter()
            .any(|closed| url.path().starts_with(closed));
        (same_site && !url.path().starts_with("//") && !leads_round).then_some(Self(path))
    }

    /// The path.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn paths_of_ours_are_kept() {
        let request = format!("/oauth/authorize?state={}", "a".repeat(4096));
        for path in [
            "/",
            "/settings/security",
            "/settings/security/log?kind=sign-in&page=2",
            "/a%20b",
            "/oauth/authorize?redirect_uri=https%3A%2F%2Fapp.example%2Fback&scope=openid+email",
            &request,
        ] {
            assert_eq!(ReturnPath::parse(path).unwrap().as_str(), path);
        }
    }

    /// SE-17: nothing that some browser takes for another site.
    #[test]
    fn se_17_everything_else_is_refused() {
        let long = format!("/{}", "a".repeat(8192));
        for text in [
            "",
            "e.example",
            "//e.example",
            "/\\e.example",
            "\\\\e.example",
            "\\/e.example",
            "/%09/e.example/..//e",
            "https:e.example",
            "https://e.example",
            "http:/e.example",
            "/\t/e.example",
            "/\r\n/e.example",
            "javascript:alert(1)",
            "data:text/html,x",
            "@e.example",
            "?x",
            "#x",
            "/#//e.example",
            "/../../e",
            "/./e",
            "/a/../b",
            "///e.example",
            "/。e.example",
            "/ /e",
            " /e",
            "/e\u{0}",
            "/é",
            "/sign-in",
            "/sign-out",
            "/step-up?return_to=/",
            &long,
        ] {
            assert_eq!(ReturnPath::parse(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_accepted_stays_on_this_site(text in "[/\\\\a-z.%:@?#\t ]{0,24}") {
            if let Some(path) = ReturnPath::parse(&text) {
                let base = Url::parse("http://localhost:8080/deep/er").unwrap();
                prop_assert_eq!(base.join(path.as_str()).unwrap().origin(), base.origin());
            }
        }
    }
}
