//! SE-06: only the exact text that was given opens a session.

use super::MIRA;
use crate::both;
use crate::support::{PASSWORD, TestApp};

both!(se_06_no_other_spelling_of_a_cookie_is_one, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    let text = browser.session().unwrap();
    let device = browser.cookies["portcullis-device"].clone();
    let body = text.strip_prefix("pcl_ses_").unwrap();
    let swapped: String = text
        .chars()
        .map(|c| if c.is_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() })
        .collect();
    let others = [
        String::new(),
        text[..text.len() - 1].into(),
        text[..text.len() - 6].into(),
        text[1..].into(),
        body.into(),
        format!("{text}0"),
        format!("{text}="),
        format!("{text}=="),
        format!("{text}%00"),
        format!("{text}%20"),
        format!("{text}.sig"),
        format!("{text}, {text}"),
        format!("{text}{text}"),
        format!(" {text}"),
        format!("{text} "),
        format!("\t{text}"),
        format!("\"{text}\""),
        format!("Bearer {text}"),
        text.to_uppercase(),
        text.to_lowercase(),
        swapped,
        text.replacen("pcl_ses_", "pcl_ses_0", 1),
        text.replacen("pcl_ses_", "pcl_ses-", 1),
        text.replacen("ses", "dev", 1),
        text.replacen("ses", "set", 1),
        text.replace('_', "%5F"),
        device.clone(),
        device.replacen("dev", "ses", 1),
        format!("pcl_ses_{}", "0".repeat(72)),
        format!("pcl_ses_{}", "z".repeat(72)),
        "x".repeat(8_000),
    ];
    for other in others {
        let mut thief = app.browser();
        thief.cookies.insert("portcullis-session".into(), other.clone());
        assert!(!thief.is_signed_in().await, "{other:?} was taken for the session");
    }
    // Nor in another cookie, or under another spelling of the name.
    for name in [
        "portcullis-device",
        "portcullis-browser",
        "Portcullis-Session",
        "__Host-portcullis-session",
    ] {
        let mut thief = app.browser();
        thief.cookies.insert(name.into(), text.clone());
        assert!(!thief.is_signed_in().await, "{name}");
    }
    for header in ["authorization", "x-session"] {
        let mut thief = app.browser();
        thief.header(header, &format!("Bearer {text}"));
        assert!(!thief.is_signed_in().await, "{header}");
    }
    assert!(browser.is_signed_in().await);
});

both!(se_06_every_changed_character_is_refused, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    let text = browser.session().unwrap();
    for position in (0..text.len()).step_by(5) {
        let mut changed = text.clone().into_bytes();
        changed[position] = if changed[position] == b'7' { b'8' } else { b'7' };
        let mut thief = app.browser();
        let changed = String::from_utf8(changed).unwrap();
        thief.cookies.insert("portcullis-session".into(), changed);
        assert!(!thief.is_signed_in().await, "{position}");
    }
});
