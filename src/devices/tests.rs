use super::*;
use axum::http::{HeaderMap, HeaderValue};
use proptest::prelude::*;

/// A user agent, the kind, and how it reads.
type Case = (&'static str, Kind, &'static str);

const WINDOWS: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36";
const ANDROID: &str = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Mobile Safari/537.36";

const CORPUS: &[Case] = &include!("corpus.rs");

fn reads(device: &Device) -> String {
    match (&device.browser, &device.system) {
        (Some(browser), Some(system)) => format!("{} on {}", browser.say(), system.say()),
        (Some(browser), None) => browser.say(),
        (None, Some(system)) => format!("? on {}", system.say()),
        (None, None) => "?".to_owned(),
    }
}

#[test]
fn real_user_agents_are_recognised() {
    let mut wrong = Vec::new();
    for (agent, kind, text) in CORPUS {
        let device = Device::of(agent);
        if device.kind != *kind || reads(&device) != *text {
            wrong.push(format!(
                "{agent}\n  {:?} {}, not {kind:?} {text}",
                device.kind,
                reads(&device)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(CORPUS.len() >= 60, "{}", CORPUS.len());
}

fn hinted(agent: &str, sent: &[(&'static str, &'static str)]) -> Device {
    let mut headers = HeaderMap::new();
    for (name, value) in sent {
        headers.insert(*name, HeaderValue::from_static(value));
    }
    let mut agent = agent.to_owned();
    hints::note(&mut agent, &headers);
    Device::of(&agent)
}

#[test]
fn hints_tell_what_the_user_agent_hides() {
    let platform =
        |name, version| [("sec-ch-ua-platform", name), ("sec-ch-ua-platform-version", version)];
    for (version, text) in [
        ("\"15.0.0\"", "Chrome 143 on Windows 11"),
        ("\"13.0.0\"", "Chrome 143 on Windows 11"),
        ("\"10.0.0\"", "Chrome 143 on Windows 10"),
        ("\"0.3.0\"", "Chrome 143 on Windows"),
        ("\"x\"", "Chrome 143 on Windows"),
    ] {
        assert_eq!(reads(&hinted(WINDOWS, &platform("\"Windows\"", version))), text, "{version}");
    }
    let device = hinted(ANDROID, &platform("\"Android\"", "\"16.0.0\""));
    assert_eq!(reads(&device), "Chrome 143 on Android 16");
    assert_eq!(hinted(ANDROID, &[("sec-ch-ua-mobile", "?0")]).kind, Kind::Tablet);
    let brave = [("sec-ch-ua", r#""Chromium";v="143", "Brave";v="143", "Not A(Brand";v="24""#)];
    assert_eq!(reads(&hinted(WINDOWS, &brave)), "Brave 143 on Windows");
    let mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36";
    assert_eq!(reads(&hinted(mac, &platform("\"macOS\"", "\"26.1.0\""))), "Chrome 143 on macOS 26");
    // A hint about another system than the one that is claimed says nothing.
    assert_eq!(reads(&hinted(mac, &platform("\"Windows\"", "\"15.0.0\""))), "Chrome 143 on macOS");
}

fn is_bounded(device: &Device) -> bool {
    let names = [&device.browser, &device.system].into_iter().flatten();
    names.into_iter().all(|named| {
        let version = named.version.as_deref().unwrap_or_default();
        named.name.chars().count() <= 40
            && version.chars().count() <= 17
            && !named.name.is_empty()
            && !named.name.chars().chain(version.chars()).any(char::is_control)
    })
}

/// LG-09: what lies behind the cut changes nothing, so that time can't grow with it.
#[test]
fn lg_09_what_is_long_is_cut_first() {
    for unit in [
        "a",
        "Mozilla/5.0 (",
        " /1.",
        "Chrome/1 Safari/1 ",
        "\u{1f600}",
        " [hints: brand=x]",
        "(((",
        ";",
    ] {
        let long: String = unit.chars().cycle().take(64 * 1024).collect();
        let cut: String = long.chars().take(MAX_INPUT).collect();
        assert_eq!(Device::of(&long), Device::of(&cut), "{unit}");
        assert!(is_bounded(&Device::of(&long)), "{unit}");
        let tail = format!("{cut}{}", " Firefox/143.0".repeat(4096));
        assert_eq!(Device::of(&tail), Device::of(&cut), "{unit}");
    }
}

proptest! {
    #[test]
    fn se_14_any_text_gives_short_names(agent in any::<String>()) {
        prop_assert!(is_bounded(&Device::of(&agent)));
    }

    #[test]
    fn se_14_so_do_texts_like_real_ones(
        head in "(Mozilla/5\\.0 \\(|curl/|Opera/|)",
        middle in "[ -~\\u{80}-\\u{2fff}]{0,120}",
        tail in "(Chrome/[0-9]{0,30}|Version/[0-9.]{0,30} Safari/1|Firefox/[0-9]+| \\[hints: brand=.{0,60}\\]|)",
    ) {
        let agent = [head, middle, tail].concat();
        prop_assert!(is_bounded(&Device::of(&agent)));
    }
}
