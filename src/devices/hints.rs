//! Client hints: what Chromium's user agent no longer tells. What they add is noted
//! behind the stored user agent, so that every row that has the one has the other,
//! and the log's leaf stands for both:
//!
//! `Mozilla/5.0 (…) Chrome/143.0.0.0 Safari/537.36 [hints: platform=Windows 15.0.0]`

use crate::text::one_line;
use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// What browsers are asked for; the other hints they send unasked.
pub(crate) const ACCEPT: (HeaderName, HeaderValue) = (
    HeaderName::from_static("accept-ch"),
    HeaderValue::from_static("Sec-CH-UA-Platform-Version, Sec-CH-UA-Model"),
);

const OPENING: &str = " [hints: ";
/// Bytes of a header that are looked at.
const MAX_HEADER: usize = 256;
/// Characters of a value that are kept.
const MAX_VALUE: usize = 40;

/// Brands that say nothing beyond what the user agent says.
const PLAIN_BRANDS: &[&str] =
    &["Chromium", "Google Chrome", "Microsoft Edge", "Opera", "Samsung Internet", "HeadlessChrome"];

/// What the hints of a request add to its user agent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Hints {
    /// A browser that calls itself Chrome in its user agent, and its major version.
    pub brand: Option<String>,
    /// The system, and its version.
    pub platform: Option<String>,
    /// The model of a phone or tablet.
    pub model: Option<String>,
    /// Whether it wants pages for phones.
    pub mobile: Option<bool>,
}

/// Adds what the hints tell to a user agent that is to be stored.
pub(crate) fn note(agent: &mut String, headers: &HeaderMap) {
    let mut parts = Vec::new();
    if let Some(brand) = header(headers, "sec-ch-ua").and_then(|list| brand(&list)) {
        parts.push(format!("brand={brand}"));
    }
    let platform = header(headers, "sec-ch-ua-platform").and_then(|text| quoted(&text));
    let version = header(headers, "sec-ch-ua-platform-version").and_then(|text| quoted(&text));
    if let (Some(platform), Some(version)) = (platform, version) {
        parts.push(format!("platform={platform} {version}"));
    }
    if let Some(model) = header(headers, "sec-ch-ua-model").and_then(|text| quoted(&text)) {
        parts.push(format!("model={model}"));
    }
    let mobile = header(headers, "sec-ch-ua-mobile");
    if let Some(mobile) = mobile.filter(|_| agent.contains("Android")) {
        match mobile.as_str() {
            "?1" => parts.push("mobile=yes".to_owned()),
            "?0" => parts.push("mobile=no".to_owned()),
            _ => {}
        }
    }
    if !parts.is_empty() {
        agent.push_str(OPENING);
        agent.push_str(&parts.join("; "));
        agent.push(']');
    }
}

/// Its first bytes; nobody honest sends more.
fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    let bytes = headers.get(name)?.as_bytes();
    let head = bytes.get(..MAX_HEADER).unwrap_or(bytes);
    Some(String::from_utf8_lossy(head).trim().to_owned())
}

/// The text between the first quotes, without what would end it where it is noted.
fn quoted(text: &str) -> Option<String> {
    let text = text.strip_prefix('"')?.split('"').next()?;
    let text = one_line(&text.replace([';', '[', ']', '='], " "), MAX_VALUE);
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Of `"Chromium";v="143", "Brave";v="143", "Not A(Brand";v="24"`, the one that
/// tells something.
fn brand(list: &str) -> Option<String> {
    list.split(',').find_map(|entry| {
        let entry = entry.trim();
        let name = quoted(entry)?;
        // Browsers mix in a brand of odd signs so that nobody relies on the list.
        let is_made_up = name.contains("Not") && name.contains("Brand");
        if is_made_up || PLAIN_BRANDS.contains(&name.as_str()) {
            return None;
        }
        let version = entry.rsplit_once("v=").and_then(|(_, version)| quoted(version));
        let version = version.filter(|version| version.bytes().all(|byte| byte.is_ascii_digit()));
        Some(version.map_or_else(|| name.clone(), |version| format!("{name} {version}")))
    })
}

impl Hints {
    /// The user agent alone, and what was noted behind it.
    pub(super) fn split(stored: &str) -> (&str, Self) {
        let noted = stored.strip_suffix(']').and_then(|text| text.rsplit_once(OPENING));
        let Some((agent, noted)) = noted else { return (stored, Self::default()) };
        let mut hints = Self::default();
        for part in noted.split("; ") {
            let Some((key, value)) = part.split_once('=') else { continue };
            // Nothing of ours writes one that is empty, but a user agent can.
            let value = value.trim().to_owned();
            if value.is_empty() {
                continue;
            }
            match key {
                "brand" => hints.brand = Some(value),
                "platform" => hints.platform = Some(value),
                "model" => hints.model = Some(value),
                "mobile" => hints.mobile = Some(value == "yes"),
                _ => {}
            }
        }
        (agent, hints)
    }

    /// The version of the system, where it is the one that is asked for.
    pub(super) fn version_of(&self, platform: &str) -> Option<&str> {
        self.platform.as_deref()?.strip_prefix(platform)?.strip_prefix(' ')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noted(agent: &str, sent: &[(&'static str, &str)]) -> String {
        let mut headers = HeaderMap::new();
        for (name, value) in sent {
            headers.insert(*name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        let mut agent = agent.to_owned();
        note(&mut agent, &headers);
        agent
    }

    #[test]
    fn hints_are_noted_and_read_again() {
        let stored = noted(
            "A Android",
            &[
                ("sec-ch-ua", r#""Not A(Brand";v="24", "Chromium";v="143", "Brave";v="143""#),
                ("sec-ch-ua-platform", r#""Android""#),
                ("sec-ch-ua-platform-version", r#""16.0.0""#),
                ("sec-ch-ua-model", r#""Pixel 9""#),
                ("sec-ch-ua-mobile", "?1"),
            ],
        );
        let suffix = "[hints: brand=Brave 143; platform=Android 16.0.0; model=Pixel 9; mobile=yes]";
        assert_eq!(stored, format!("A Android {suffix}"));
        let (agent, hints) = Hints::split(&stored);
        assert_eq!(agent, "A Android");
        assert_eq!(hints.brand.as_deref(), Some("Brave 143"));
        assert_eq!(hints.version_of("Android"), Some("16.0.0"));
        assert_eq!(hints.version_of("Windows"), None);
        assert_eq!((hints.model.as_deref(), hints.mobile), (Some("Pixel 9"), Some(true)));
    }

    #[test]
    fn what_tells_nothing_is_not_noted() {
        let plain = r#""Chromium";v="143", "Google Chrome";v="143", "Not_A Brand";v="8""#;
        let cases: [&[(&str, &str)]; 4] = [
            &[],
            &[
                ("sec-ch-ua", plain),
                ("sec-ch-ua-mobile", "?0"),
                ("sec-ch-ua-platform", "\"Linux\""),
            ],
            &[("sec-ch-ua-model", "\"\""), ("sec-ch-ua-platform-version", "\"15\"")],
            &[("sec-ch-ua", "Brave"), ("sec-ch-ua-model", "\u{7f}")].as_slice()[..1],
        ];
        for sent in cases {
            assert_eq!(noted("A", sent), "A", "{sent:?}");
        }
    }

    /// LG-01, LG-09: bounded and one line, whatever is sent.
    #[test]
    fn lg_09_hostile_hints_are_cut() {
        let long = format!("\"{}\"", "[hints: =;]\u{202e}x".repeat(4096));
        let brand = format!("{long};v={long}");
        let sent = [
            ("sec-ch-ua", brand.as_str()),
            ("sec-ch-ua-platform", &long),
            ("sec-ch-ua-platform-version", &long),
            ("sec-ch-ua-model", &long),
            ("sec-ch-ua-mobile", &long),
        ];
        let stored = noted("Android", &sent);
        assert!(stored.chars().count() < 220, "{stored}");
        assert!(!stored.contains('\u{202e}'));
        assert_eq!(Hints::split(&stored).0, "Android");
    }
}
