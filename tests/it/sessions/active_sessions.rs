//! The page of active sessions: all of them, and each as its owner knows it.

use super::limit::many;
use super::{MIRA, ends, listed};
use crate::both;
use crate::guards::html::unescape;
use crate::support::phone::{CHALLENGE, STEP};
use crate::support::{Browser, PASSWORD, TestApp};
use std::collections::BTreeSet;
use std::time::Duration;

pub const PAGE: &str = "/settings/security/sessions";
const OTHERS: &str = "/settings/security/sessions/sign-out-others";
const MINUTE: Duration = Duration::from_mins(1);
const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1";
const IPAD: &str = "Mozilla/5.0 (iPad; CPU OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Mobile/15E148 Safari/604.1";

/// A browser that names itself, somewhere.
pub fn named(app: &TestApp, agent: &str, address: &str) -> Browser {
    let mut browser = app.browser();
    browser.user_agent = agent.into();
    browser.address = address.parse().unwrap();
    browser
}

/// The rows of the page, in order, as they stand in it.
async fn rows(browser: &mut Browser) -> Vec<String> {
    let page = browser.get(PAGE).await;
    page.is(200).shows("Active Sessions");
    let list = page.body.split_once("<ul class=\"rows\"").unwrap().1.split_once("</ul>").unwrap().0;
    list.split("<li class=\"row\">").skip(1).map(str::to_owned).collect()
}

/// The row of a program, in words.
async fn row_of(browser: &mut Browser, device: &str) -> String {
    let rows = rows(browser).await;
    let row = rows.into_iter().find(|row| row.contains(device));
    let row = row.unwrap_or_else(|| panic!("no session of {device}"));
    let mut text = String::new();
    let mut inside = false;
    for character in unescape(&row).chars() {
        match character {
            '<' => inside = true,
            '>' => inside = false,
            _ if !inside => text.push(character),
            _ => {}
        }
    }
    text
}

both!(each_session_is_what_its_owner_knows_it_by, async |app: TestApp| {
    app.account(MIRA).await;
    for (agent, address) in
        [(IPHONE, "193.0.6.139"), (IPAD, "192.168.7.7"), ("git/2.47", "203.0.113.9")]
    {
        named(&app, agent, address).signs_in(MIRA, PASSWORD).await;
        app.wait(Duration::from_hours(1));
    }
    let mut own = app.browser();
    own.signs_in(MIRA, PASSWORD).await;
    // Another was active later, and still the one at hand stands first.
    app.wait(Duration::from_secs(50));
    app.browser().signs_in(MIRA, PASSWORD).await;
    let rows = rows(&mut own).await;
    assert_eq!(rows.len(), 5);
    assert!(rows[0].contains("This device") && !rows[0].contains("<form"));
    assert!(rows[0].contains("active just now"));
    for (row, icon, words) in [
        (1, "computer", &["Computer", "Firefox 143 on Linux", "active just now"][..]),
        (2, "terminal", &["Program", "git 2", "Unknown place · 203.0.113.9", "active 1 hour ago"]),
        (3, "tablet", &["Tablet", "Safari 17 on iPadOS 17", "Private network · 192.168.7.7"]),
        (4, "phone", &["Phone", "Safari 18 on iOS 18", "Netherlands · 193.0.6.139"]),
    ] {
        let text = &rows[row];
        assert!(text.contains(&format!("#icon-{icon}\"")), "{text}");
        for word in words.iter().chain(&["signed in ", "by password", ">Sign out</button>"]) {
            assert!(text.contains(word), "{word:?} is not in {text}");
        }
        // The exact time is at hand, for people and programs.
        assert_eq!(text.matches("<time datetime=\"20").count(), 2, "{text}");
        assert_eq!(text.matches("Z\" title=\"").count(), 2, "{text}");
        assert!(!text.contains("This device"));
    }
    own.get(PAGE).await.shows("Ends all 4 other sessions at once").shows("IP geolocation by DB-IP");
});

both!(each_way_in_is_said, async |app: TestApp| {
    let holder = app.enrolled(MIRA).await;
    let mut own = holder.browser.clone();
    let mut with_app = named(&app, "app/1", "203.0.113.1");
    with_app.signs_in_with_code(MIRA, &holder.phone.code(app.clock.now())).await;
    let mut with_backup_code = named(&app, "paper/1", "203.0.113.2");
    with_backup_code.half_signs_in(MIRA).await;
    with_backup_code.enters_backup_code(&holder.codes[0]).await.is(303);
    app.wait(STEP);
    let mut trusted = named(&app, "trusted/1", "203.0.113.3");
    trusted.half_signs_in(MIRA).await;
    let code = holder.phone.code(app.clock.now());
    let fields = [("way", "authenticator"), ("code", code.as_str()), ("trust", "yes")];
    trusted.post(CHALLENGE, &fields).await.leads_to("/settings/security");
    assert!(row_of(&mut own, "trusted 1").await.contains("by password and authenticator app"));
    trusted.forget("-session");
    trusted.signs_in(MIRA, PASSWORD).await;
    for (device, by) in [
        ("app 1", "by password and authenticator app"),
        ("paper 1", "by password and a backup code"),
    ] {
        let row = row_of(&mut own, device).await;
        assert!(row.contains(by), "{row}");
    }
    let rows = rows(&mut own).await;
    assert!(rows.iter().any(|row| row.contains("by password, in a trusted browser")));
    // What is proved later changes nothing about how it began.
    app.wait(STEP);
    own.get("/step-up").await;
    own.steps_up(&holder.phone.code(app.clock.now())).await.is(303);
    let first = &self::rows(&mut own).await[0];
    assert!(first.contains("· by password</p>"), "{first}");
});

both!(a_code_by_sms_and_a_mailed_link_are_said, async |app: TestApp| {
    let app = app.restart(crate::sms::SETTINGS).await;
    app.account(MIRA).await;
    app.verify_email(MIRA).await;
    let mut own = app.browser();
    own.signs_in(MIRA, PASSWORD).await;
    crate::sessions::second_factor_forms::with_sms(&app, &mut own, &mut Vec::new()).await;
    app.wait(Duration::from_hours(2));
    let mut with_sms = named(&app, "texted/1", "203.0.113.1");
    with_sms.half_signs_in(MIRA).await;
    let code = app.texts().await[0].text[..6].to_owned();
    with_sms.enters("sms", &code).await.leads_to("/settings/security");
    let row = row_of(&mut own, "texted 1").await;
    assert!(row.contains("by password and a code by SMS"), "{row}");
    let (invited, link) = app.invite("tomas@example.com").await;
    let mut tomas = named(&app, "invited/1", "203.0.113.2");
    tomas.chooses(&link, PASSWORD).await.is(303);
    let row = row_of(&mut tomas, "invited 1").await;
    assert!(row.contains("by a one-time link"), "{} {row}", invited.email);
});

both!(the_place_moves_with_whoever_uses_it, async |app: TestApp| {
    app.account(MIRA).await;
    let mut own = named(&app, "roaming/1", "193.0.6.139");
    own.signs_in(MIRA, PASSWORD).await;
    own.address = "203.0.113.77".parse().unwrap();
    app.wait(MINUTE - Duration::from_millis(1));
    let row = row_of(&mut own, "roaming 1").await;
    assert!(row.contains("Netherlands · 193.0.6.139") && !row.contains("203.0.113.77"), "{row}");
    app.wait(Duration::from_millis(1));
    let row = row_of(&mut own, "roaming 1").await;
    assert!(row.contains("Unknown place · 203.0.113.77 · active just now"), "{row}");
    assert!(row.contains("from Netherlands · 193.0.6.139"), "{row}");
    // Back where it began, there is nothing to add.
    own.address = "193.0.6.139".parse().unwrap();
    app.wait(MINUTE);
    let row = row_of(&mut own, "roaming 1").await;
    assert!(row.contains("Netherlands · 193.0.6.139 · active just now"), "{row}");
    assert!(!row.contains("from "), "{row}");
});

both!(se_12_a_hundred_sessions_are_all_there_and_all_end, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browsers = many(&app, 101).await;
    let page = browsers[50].get(PAGE).await;
    page.is(200).shows("Ends all 99 other sessions");
    let ids: BTreeSet<String> = listed(&page.body).into_iter().collect();
    assert_eq!((listed(&page.body).len(), ids.len()), (99, 99));
    let rows = rows(&mut browsers[50]).await;
    assert_eq!(rows.len(), 100);
    assert!(rows[0].contains("This device"));
    // Some hundreds of bytes each, in one question to the database.
    assert!(page.body.len() < 160_000, "{} bytes", page.body.len());
    // The last active first.
    let times: Vec<&str> =
        rows[1..].iter().map(|row| row.split("datetime=\"").nth(1).unwrap()).collect();
    let mut sorted = times.clone();
    sorted.sort_by_key(|time| std::cmp::Reverse(time.split_once('"').unwrap().0));
    assert_eq!(times, sorted);
    browsers[50].post(&ends(ids.first().unwrap()), &[]).await.leads_to(PAGE);
    browsers[50].get(PAGE).await.shows("That session is signed out.");
    assert_eq!(self::rows(&mut browsers[50]).await.len(), 99);
    browsers[50].post(OTHERS, &[]).await.leads_to(PAGE);
    browsers[50].get(PAGE).await.shows("You are signed in nowhere else.");
    let mut alive = Vec::new();
    for (number, browser) in browsers.iter_mut().enumerate() {
        if browser.is_signed_in().await {
            alive.push(number);
        }
    }
    assert_eq!(alive, [50]);
});
