//! The path that somebody asks for, in the one form that rules are compared with.
//!
//! Proxy and application each read a path their own way. What two of them could read as
//! two paths is none here: it is refused, whatever the rules say.

use percent_encoding::percent_decode_str;
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// No address of a page is near this.
const LONGEST: usize = 8 * 1024;

/// Why a path opens nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAPath {
    /// It is not the path of a request.
    #[error("this is not the path of a request")]
    Malformed,
    /// Somebody could read it as another path.
    #[error("this path can be read in more than one way")]
    Ambiguous,
}

/// A path, decoded once, that everybody reads alike.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RequestPath(String);

impl RequestPath {
    /// Reads the target of a request: a path, perhaps with a query, which no rule looks at.
    pub fn parse(target: &str) -> Result<Self, NotAPath> {
        if target.len() > LONGEST || !target.bytes().all(|byte| matches!(byte, 0x21..=0x7e)) {
            return Err(NotAPath::Malformed);
        }
        if target.contains('#') {
            return Err(NotAPath::Ambiguous);
        }
        let raw = target.split('?').next().unwrap_or_default();
        if !raw.starts_with('/') || !raw.chars().all(may_stand_in_a_path) {
            return Err(NotAPath::Malformed);
        }
        if !triplets_are_whole(raw) {
            return Err(NotAPath::Malformed);
        }
        let decoded = percent_decode_str(raw).decode_utf8().map_err(|_| NotAPath::Malformed)?;
        // An encoded slash or dot is one to some and none to others.
        let same_marks = |mark| count(raw, mark) == count(&decoded, mark);
        if !same_marks('/') || !same_marks('.') || !is_plain(&decoded) {
            return Err(NotAPath::Ambiguous);
        }
        Ok(Self(decoded.into_owned()))
    }

    /// Reads a prefix as somebody types it: as a path, with letters of any script.
    pub fn parse_typed(text: &str) -> Result<Self, NotAPath> {
        const TYPED: &percent_encoding::AsciiSet =
            &percent_encoding::CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`');
        let encoded = percent_encoding::utf8_percent_encode(text, TYPED).to_string();
        if encoded.contains('?') {
            return Err(NotAPath::Malformed);
        }
        let Self(path) = Self::parse(&encoded)?;
        // `/admin/` is the folder `/admin`.
        let trimmed = path.strip_suffix('/').filter(|path| !path.is_empty());
        Ok(Self(trimmed.unwrap_or(&path).to_owned()))
    }

    /// As everybody reads it.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// As somebody types it, and as it is stored: [`RequestPath::parse_typed`] reads it back.
    pub fn typed(&self) -> String {
        let text = self.0.replace('%', "%25").replace(' ', "%20").replace('?', "%3F");
        let text = text.replace('#', "%23").replace('"', "%22").replace('<', "%3C");
        text.replace('>', "%3E").replace('`', "%60")
    }

    /// Whether a prefix covers it: all of its parts, never half of one.
    pub fn is_below(&self, prefix: &Self) -> bool {
        let prefix = prefix.0.strip_suffix('/').unwrap_or(&prefix.0);
        self.0.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// As an application reads it that is careless about letters, and about what stands
    /// at the end of a name.
    #[must_use]
    pub fn carelessly(&self) -> Cow<'_, Self> {
        if self.is_careless() { Cow::Borrowed(self) } else { Cow::Owned(self.read_carelessly()) }
    }

    /// Whether nobody reads it otherwise, as is so of nearly all.
    fn is_careless(&self) -> bool {
        let ends = |byte: &u8| matches!(byte, b'.' | b' ');
        self.0.bytes().all(|byte| {
            byte.is_ascii() && !byte.is_ascii_uppercase() && !matches!(byte, b'?' | b'#')
        }) && !self
            .0
            .as_bytes()
            .split(|byte| *byte == b'/')
            .any(|part| part.last().is_some_and(ends))
    }

    fn read_carelessly(&self) -> Self {
        // ASCII is its own normal form.
        let folded = if self.0.is_ascii() {
            self.0.to_ascii_lowercase()
        } else {
            self.0.nfkc().collect::<String>().to_lowercase()
        };
        let folded = folded.split(['?', '#']).next().unwrap_or_default();
        let parts: Vec<&str> =
            folded.split('/').map(|part| part.trim_end_matches(['.', ' '])).collect();
        Self(parts.join("/"))
    }
}

/// What RFC 3986 lets stand in a path, the percent sign of a triplet, and what browsers
/// send as it is. No semicolon, because some cut a name off there.
const fn may_stand_in_a_path(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(
            c,
            '-' | '.' | '_' | '~' | '!' | '$' | '&' | '\'' | '(' | ')' | '*' | '+' | ',' | '='
        )
        || matches!(c, ':' | '@' | '/' | '%' | '[' | ']' | '|' | '^' | '{' | '}')
}

fn triplets_are_whole(raw: &str) -> bool {
    raw.split('%').skip(1).all(|rest| {
        rest.get(..2).is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
    })
}

fn count(text: &str, mark: char) -> usize {
    text.chars().filter(|c| *c == mark).count()
}

/// Whether nobody finds another path in it: by walking up, by merging slashes, by cutting
/// off parameters, by decoding twice, or by writing letters in a simpler way.
fn is_plain(decoded: &str) -> bool {
    let twice = decoded.split('%').skip(1).any(|rest| {
        let mut digits = rest.chars();
        let both = [digits.next(), digits.next()];
        both.iter().all(|c| c.is_some_and(|c| c.is_ascii_hexdigit() || matches!(c, 'u' | 'U')))
    });
    // ASCII is its own normal form.
    let grows = !decoded.is_ascii() && {
        let simpler: String = decoded.nfkc().collect();
        let marks = ['/', '\\', '.', ';', '%', '?', '#'];
        marks.into_iter().any(|mark| count(&simpler, mark) != count(decoded, mark))
    };
    !twice
        && !grows
        && !decoded.contains("//")
        && !decoded.contains(['\\', ';'])
        && !decoded.chars().any(|c| c.is_control() || is_unseen(c))
        && !decoded
            .split('/')
            .any(|part| matches!(part.trim_end_matches([' ', '.']), "") && !part.is_empty())
}

/// Characters that some programs drop.
const fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{feff}' | '\u{fff9}'..='\u{fffd}' | '\u{200b}'..='\u{200f}')
        || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn path(target: &str) -> RequestPath {
        RequestPath::parse(target).unwrap_or_else(|error| panic!("{target}: {error}"))
    }

    /// FA-04: every trick of the corpus is refused, however harmless the rest is.
    #[test]
    fn fa_04_what_can_be_read_in_two_ways_is_no_path() {
        for target in [
            "",
            "*",
            "public",
            "?/public",
            "http://app.example.com/",
            "//admin",
            "/a//b",
            "/a/..",
            "/a/../b",
            "/./a",
            "/a/.",
            "/...",
            "/a/.../b",
            "/%2e%2e/b",
            "/a%2fb",
            "/a%2Fb",
            "/a%2eb",
            "/public/%2e%2e/admin",
            "/a%5cb",
            "/a\\b",
            "/a;b",
            "/a%3bb",
            "/a;/../b",
            "/%00",
            "/a%00.png",
            "/a%0ab",
            "/a%0d%0ab",
            "/%7f",
            "/%ff",
            "/%c0%ae",
            "/%c0%af",
            "/%e0%80%af",
            "/%f0%80%80%af",
            "/%ed%a0%80",
            "/a%",
            "/a%2",
            "/a%zz",
            "/%252e%252e",
            "/a%252fb",
            "/a%25%32%66",
            "/%25u002f",
            "/a#b",
            "/admin#/public",
            "/a?b#c",
            "/a b",
            "/a\tb",
            "/ü",
            "/%ef%bc%8f",
            "/%ef%bc%8e%ef%bc%8e/b",
            "/%e2%80%a4",
            "/a%e2%80%8bb",
            "/a%c2%adb",
            "/%20",
            "/a/%20/b",
            "/a/%20./b",
            "/.%20",
            "/a\"b",
            "/a<b",
            "/a`b",
        ] {
            assert!(
                RequestPath::parse(target).is_err(),
                "{target:?}: {:?}",
                RequestPath::parse(target)
            );
        }
        assert!(RequestPath::parse(&format!("/{}", "a".repeat(LONGEST))).is_err());
    }

    #[test]
    fn everyday_paths_are_read() {
        for (target, read) in [
            ("/", "/"),
            ("/admin", "/admin"),
            ("/admin/", "/admin/"),
            ("/a?next=//evil/../..;%00%ff", "/a"),
            ("/caf%C3%A9", "/café"),
            ("/cafe%CC%81", "/cafe\u{301}"),
            ("/%61dmin", "/admin"),
            ("/What%3F", "/What?"),
            ("/100%25", "/100%"),
            ("/50%25-off", "/50%-off"),
            ("/a%20b.c", "/a b.c"),
            ("/.well-known/x", "/.well-known/x"),
            ("/~me/@x/a:b,c=d&e+f*(g)!'$", "/~me/@x/a:b,c=d&e+f*(g)!'$"),
            ("/%E6%97%A5%E6%9C%AC", "/日本"),
        ] {
            assert_eq!(path(target).text(), read);
        }
    }

    #[test]
    fn a_prefix_covers_whole_parts() {
        let admin = RequestPath::parse_typed("/admin/").unwrap();
        assert_eq!(admin.text(), "/admin");
        for below in ["/admin", "/admin/", "/admin/x", "/%61dmin/x?y"] {
            assert!(path(below).is_below(&admin), "{below}");
        }
        for beside in ["/", "/administrator", "/admin.json", "/x/admin", "/Admin"] {
            assert!(!path(beside).is_below(&admin), "{beside}");
        }
        let root = RequestPath::parse_typed("/").unwrap();
        assert!(path("/").is_below(&root) && path("/x/y").is_below(&root));
        assert_eq!(RequestPath::parse_typed("/büro/a b").unwrap().text(), "/büro/a b");
        assert!(RequestPath::parse_typed("/a?b").is_err());
        assert!(RequestPath::parse_typed("a").is_err());
    }

    #[test]
    fn carelessness_finds_what_others_would_open() {
        for (target, read) in
            [("/ADMIN./x", "/admin/x"), ("/admin%20/x", "/admin/x"), ("/a%3Fb", "/a")]
        {
            assert_eq!(path(target).carelessly().text(), read);
        }
        // A letter that is only wider.
        assert_eq!(path("/%ef%bd%81dmin").carelessly().text(), "/admin");
    }

    proptest! {
        /// What is read has one reading: decoding it again, in whatever way it is written,
        /// gives the same path, and nothing in it walks.
        #[test]
        fn what_is_read_is_plain(target in "/[ -~é/.%]{0,40}") {
            if let Ok(path) = RequestPath::parse(&target) {
                let text = path.text();
                prop_assert!(text.starts_with('/') && !text.contains("//"));
                prop_assert!(text.split('/').all(|part| part != "." && part != ".."));
                prop_assert!(!text.contains(['\\', ';', '\0', '\n', '\r']));
                let typed = RequestPath::parse_typed(&path.typed()).unwrap();
                prop_assert_eq!(typed.text(), text.strip_suffix('/').filter(|text| !text.is_empty()).unwrap_or(text));
            }
        }

        /// The short way through a path that nobody reads otherwise says the same.
        #[test]
        fn who_is_careless_reads_it_once(target in "/[ -~éＡ/.%]{0,20}") {
            if let Ok(path) = RequestPath::parse(&target) {
                let careless = path.carelessly();
                prop_assert_eq!(&*careless, &path.read_carelessly());
                prop_assert_eq!(&*careless.carelessly(), &*careless);
            }
        }

        #[test]
        fn nothing_panics(target in "\\PC{0,40}") {
            let _ = RequestPath::parse(&target);
            let _ = RequestPath::parse_typed(&target);
        }

        /// Every spelling in triplets is the same path, or none.
        #[test]
        fn spelling_does_not_matter(name in "[a-z]{1,12}", which: usize) {
            let at = which % name.len();
            let letter = name.as_bytes()[at];
            let spelled = format!("/{}%{letter:02x}{}", &name[..at], &name[at + 1..]);
            prop_assert_eq!(path(&spelled), path(&format!("/{name}")));
        }
    }
}
