//! The profile: what is saved is shown, and what is wrong says where.

use super::MIRA;
use crate::both;
use crate::support::{PASSWORD, TestApp};
use std::time::Duration;

const PROFILE: &str = "/settings/profile";

both!(a_profile_is_saved_and_shown, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    browser.get(PROFILE).await;
    let name = "  Mïra   \u{202e}O’Kafor 🐎 ";
    let fields = [("name", name), ("language", "en-US"), ("time_zone", "Pacific/Chatham")];
    browser.post(PROFILE, &fields).await.leads_to(PROFILE);
    let page = browser.get(PROFILE).await;
    page.shows("Your profile is saved.");
    assert!(page.body.contains("value=\"Mïra O’Kafor 🐎\""));
    assert!(page.body.contains("<option value=\"en-US\" selected>"));
    assert!(page.body.contains("<option value=\"Pacific/Chatham\" selected>"));
    assert!(page.body.contains("lang=\"en-US\""));
    browser.get(PROFILE).await.lacks("Your profile is saved.");
    assert_eq!(app.events().await, ["sign-in succeeded", "profile-changed succeeded"]);
});

both!(each_error_stands_next_to_its_field_and_nothing_is_lost, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    browser.get(PROFILE).await;
    let long = "x".repeat(101);
    for (name, language, zone, wrong) in [
        ("", "en-US", "Europe/Brussels", &["name"][..]),
        (" \u{200b}\t", "en-US", "Europe/Brussels", &["name"]),
        (&long, "en-US", "Europe/Brussels", &["name"]),
        ("Mira", "de", "Europe/Brussels", &["language"]),
        ("Mira", "en-XA", "Europe/Brussels", &["language"]),
        ("Mira", "en-US", "Europe/Atlantis", &["time_zone"]),
        ("Mira", "en-US", "../../etc/passwd", &["time_zone"]),
        ("", "", "", &["name", "language", "time_zone"]),
    ] {
        let fields = [("name", name), ("language", language), ("time_zone", zone)];
        let page = browser.post(PROFILE, &fields).await;
        page.is(400).shows("Please check what is marked below.");
        for field in ["name", "language", "time_zone"] {
            let marked = page.body.contains(&format!("id=\"{field}-error\""));
            assert_eq!(marked, wrong.contains(&field), "{field} of {fields:?}");
            let linked = page.body.contains(&format!("href=\"#{field}\""));
            assert_eq!(linked, marked, "{field} of {fields:?}");
        }
        assert!(
            page.body
                .contains(&format!("id=\"name\" name=\"name\" type=\"text\" value=\"{name}\""))
        );
        let kept = [("en-US", language), ("Europe/Brussels", zone)];
        for (value, typed) in kept.iter().filter(|(value, typed)| value == typed) {
            let selected = format!("<option value=\"{typed}\" selected>");
            assert!(page.body.contains(&selected), "{value} is lost");
        }
    }
    assert_eq!(app.events().await, ["sign-in succeeded"]);
    assert_eq!(app.count("SELECT COUNT(*) FROM accounts WHERE name = 'Mira Okafor'").await, 1);
});

both!(dates_are_in_the_owners_language_and_zone, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    for (language, zone, absolute) in [
        ("en-GB", "UTC", "24 Nov 2026, 09:00 UTC"),
        ("en-US", "UTC", "Nov 24, 2026, 9:00 AM UTC"),
        ("en-GB", "Pacific/Chatham", "24 Nov 2026, 22:45 +1345"),
        ("en-US", "America/New_York", "Nov 24, 2026, 4:00 AM EST"),
        ("en-GB", "Europe/Brussels", "24 Nov 2026, 10:00 CET"),
        ("en-US", "Pacific/Kiritimati", "Nov 24, 2026, 11:00 PM +14"),
    ] {
        browser.get(PROFILE).await;
        let fields = [("name", "Mira"), ("language", language), ("time_zone", zone)];
        browser.post(PROFILE, &fields).await.leads_to(PROFILE);
        let page = browser.get("/settings/security").await;
        assert!(page.body.contains(&format!("title=\"{absolute}\"")), "{zone}: {}", page.body);
        assert!(page.body.contains("datetime=\"2026-11-24T09:00:00Z\""));
    }
    app.wait(Duration::from_hours(6 * 24));
    browser.get("/settings/security").await.shows("6 days ago");
});

both!(a_date_stands_where_it_is_long_ago, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browser = app.browser();
    app.wait(Duration::from_hours(20 * 24));
    browser.signs_in(MIRA, PASSWORD).await;
    browser.get("/settings/security").await.shows("Changed 24 Nov 2026");
    browser.get(PROFILE).await;
    let fields = [("name", "Mira"), ("language", "en-US"), ("time_zone", "UTC")];
    browser.post(PROFILE, &fields).await;
    browser.get("/settings/security").await.shows("Changed Nov 24, 2026");
});
