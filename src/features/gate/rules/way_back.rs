//! Where somebody goes on after signing in: a page of the same application, or its first.

/// Longer addresses are not come back to.
const LONGEST: usize = 1400;

/// A path, perhaps with a query, on the origin where it was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WayBack(String);

impl WayBack {
    /// The first page.
    pub fn first_page() -> Self {
        Self("/".to_owned())
    }

    /// Reads a path. What a browser could take for another site, or for a page of the
    /// gate's own, is the first page (attacks SE-17, FA-08).
    pub fn parse(text: &str) -> Self {
        if Self::is_one(text) { Self(text.to_owned()) } else { Self::first_page() }
    }

    fn is_one(text: &str) -> bool {
        // Before the first slash, question mark or hash nothing but the path's own slash: and
        // no second one, which with it would begin a host.
        let path = text.split(['?', '#']).next().unwrap_or_default();
        text.len() <= LONGEST
            && text.bytes().all(|byte| matches!(byte, 0x21..=0x7e))
            && path.starts_with('/')
            && !text.contains(['\\', '#'])
            && super::path::RequestPath::parse(text).is_ok_and(|path| {
                let careless = path.carelessly();
                careless.text() != "/gate" && !careless.text().starts_with("/gate/")
            })
    }

    /// The path, as it was asked for.
    pub fn text(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn fa_08_only_a_page_of_the_application_is_come_back_to() {
        for text in ["/", "/a", "/a/b?c=d&e=//f", "/caf%C3%A9", "/a?next=https://evil.example"] {
            assert_eq!(WayBack::parse(text).text(), text);
        }
        for text in [
            "",
            "a",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/%09/evil.example",
            "/\t/evil.example",
            "https:evil.example",
            "https://evil.example",
            "https://app.example.com.evil.example/",
            "https://evilexample.com",
            "https://user@app.example.com/",
            "https://app.example.com:8443/",
            "http://app.example.com/",
            "javascript:alert(1)",
            "data:text/html,x",
            "/a#b",
            "/%2f%2fevil.example",
            "/%2F/evil.example",
            "/%5cevil.example",
            "/。evil",
            "/%0d%0aLocation:x",
            "/a\r\nLocation: x",
            "/../evil",
            "/./",
            "?a",
            "#a",
            "@evil.example",
            "/gate/sign-in",
            "/gate/sign-out",
            "/GATE/x",
            "/gate",
        ] {
            assert_eq!(WayBack::parse(text).text(), "/", "{text:?}");
        }
        assert_eq!(WayBack::parse(&format!("/{}", "a".repeat(LONGEST))).text(), "/");
    }

    proptest! {
        /// Whatever is asked for, a browser stays where it is.
        #[test]
        fn fa_08_a_browser_stays_where_it_is(text in "\\PC{0,30}|[/\\\\@:?#.a-z\t\r\n%0-9]{0,30}") {
            let back = WayBack::parse(&text);
            let base = url::Url::parse("https://app.example.com:8443/x/y").unwrap();
            let there = base.join(back.text()).unwrap();
            prop_assert_eq!(there.origin(), base.origin());
        }
    }
}
