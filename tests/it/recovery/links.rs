//! Reset links: what they open, for how long, and what ends them.

use super::{MIRA, NEW, minutes, reset_link};
use crate::both;
use crate::support::{Backend, Browser, OTHER_PASSWORD, PASSWORD, TestApp};
use axum::http::Method;
use portcullis::secret::{Kind, Token};
use std::time::Duration;

async fn works(app: &TestApp, link: &str) -> bool {
    app.browser().get(link).await.status.as_u16() == 200
}

both!(the_owner_gets_back_in, async |app: TestApp| {
    app.account(MIRA).await;
    let mut sessions = [app.browser(), app.browser()];
    for browser in &mut sessions {
        browser.signs_in(MIRA, PASSWORD).await;
    }
    // Strangers have locked the account for the hour.
    for _ in 0..5 {
        app.browser().sign_in(MIRA, OTHER_PASSWORD).await.is(403);
    }
    app.browser().sign_in(MIRA, PASSWORD).await.is(429);
    let link = reset_link(&app, MIRA).await;
    app.wait(minutes(1));
    // In a browser that has never been here.
    let mut browser = app.browser();
    let page = browser.get(&link).await;
    page.is(200).shows("Create new password").shows("m•••@example.com").lacks(MIRA);
    browser.chooses(&link, NEW).await.leads_to("/sign-in");
    browser.get("/sign-in").await.shows("Your new password is set");
    assert!(!browser.is_signed_in().await, "a reset signed somebody in");
    for browser in &mut sessions {
        assert!(!browser.is_signed_in().await, "a session outlived the reset");
    }
    app.browser().sign_in(MIRA, PASSWORD).await.is(403);
    app.browser().signs_in(MIRA, NEW).await;
    let told = app.mail().await.remove(0);
    assert_eq!((told.to.as_str(), told.subject.as_str()), (MIRA, "Your password was changed"));
    let verified = "SELECT COUNT(*) FROM accounts WHERE email_verified_at IS NOT NULL";
    assert_eq!(app.count(verified).await, 1);
});

both!(a_demanded_password_is_then_chosen, async |app: TestApp| {
    app.account(MIRA).await;
    app.tamper("UPDATE accounts SET password_change_required_at = 5, email_verified_at = 7").await;
    let link = reset_link(&app, MIRA).await;
    app.browser().chooses(&link, NEW).await.leads_to("/sign-in");
    let demanded = "SELECT COUNT(*) FROM accounts WHERE password_change_required_at IS NOT NULL";
    assert_eq!(app.count(demanded).await, 0);
    // A proof that was there stays what it was.
    assert_eq!(app.count("SELECT COUNT(*) FROM accounts WHERE email_verified_at = 7").await, 1);
});

both!(what_is_wrong_with_the_password_does_not_spend, async |app: TestApp| {
    app.account(MIRA).await;
    let link = reset_link(&app, MIRA).await;
    let mut browser = app.browser();
    browser.chooses(&link, "").await.is(400).shows("Fill this in.");
    browser.chooses(&link, "short").await.is(422).shows("Use at least 12 characters.");
    browser.get(&link).await;
    let unlike = [("new_password", NEW), ("confirm_new_password", PASSWORD)];
    browser.post(&link, &unlike).await.is(400).shows("This is not the same as");
    browser.chooses(&link, "Password1234!").await.is(422).shows("This password is common");
    browser.chooses(&link, NEW).await.leads_to("/sign-in");
});

both!(rs_03_a_link_works_once, async |app: TestApp| {
    app.account(MIRA).await;
    let link = reset_link(&app, MIRA).await;
    app.browser().chooses(&link, NEW).await.leads_to("/sign-in");
    let mut again = app.browser();
    again.get(&link).await.is(410).shows("This link was used").shows("Ask for a new link");
    again.chooses(&link, OTHER_PASSWORD).await.is(410).shows("This link was used");
    let app = app.restart(&[]).await;
    app.browser().chooses(&link, OTHER_PASSWORD).await.is(410);
    app.browser().signs_in(MIRA, NEW).await;
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rs_03_a_link_used_on_one_node_is_used_on_the_other() {
    let one = TestApp::new(Backend::Postgres).await;
    let two = one.second_node().await;
    one.account(MIRA).await;
    one.browser().forgets(MIRA).await.is(200);
    // The other node answers, and the first one finds nothing more to do.
    two.post().await;
    one.post().await;
    assert_eq!(one.mail().await.len(), 1);
    let link = one.link(MIRA, "password-reset").await;
    let mut late = two.browser();
    late.get(&link).await.is(200);
    one.browser().chooses(&link, NEW).await.leads_to("/sign-in");
    let fields = [("new_password", OTHER_PASSWORD), ("confirm_new_password", OTHER_PASSWORD)];
    late.post(&link, &fields).await.is(410);
    two.browser().signs_in(MIRA, NEW).await;
}

both!(rs_05_only_the_latest_link_works_and_no_event_leaves_one, async |app: TestApp| {
    app.account(MIRA).await;
    let mut links = Vec::new();
    for _ in 0..3 {
        links.push(reset_link(&app, MIRA).await);
        app.wait(minutes(1));
    }
    for link in &links[..2] {
        app.browser().get(link).await.is(410).shows("This link no longer works");
        app.browser().chooses(link, NEW).await.is(410).shows("Ask for a new link");
    }
    app.browser().chooses(&links[2], NEW).await.leads_to("/sign-in");
    for link in &links {
        assert!(!works(&app, link).await);
    }
    // Changed on the page.
    app.wait(minutes(61));
    let link = reset_link(&app, MIRA).await;
    assert!(works(&app, &link).await);
    let mut browser = app.browser();
    browser.signs_in(MIRA, NEW).await;
    browser.change_password(NEW, PASSWORD).await.leads_to("/settings/security");
    app.browser().chooses(&link, NEW).await.is(410).shows("This link no longer works");
    // Suspended, and restored.
    let link = reset_link(&app, MIRA).await;
    app.suspend(MIRA).await;
    assert!(!works(&app, &link).await);
    app.restore_account(MIRA).await;
    assert!(!works(&app, &link).await, "a link came back to life");
    // Sent to an address that the account has no more.
    let link = reset_link(&app, MIRA).await;
    app.tamper("UPDATE accounts SET email = 'm@example.com', email_canonical = 'm@example.com'")
        .await;
    app.browser().chooses(&link, NEW).await.is(410);
    app.browser().signs_in("m@example.com", PASSWORD).await;
});

both!(rs_06_a_link_lives_for_exactly_an_hour, async |app: TestApp| {
    app.account(MIRA).await;
    let hour = Duration::from_hours(1);
    let link = reset_link(&app, MIRA).await;
    app.wait(hour.saturating_sub(Duration::from_secs(1)));
    assert!(works(&app, &link).await);
    app.wait(Duration::from_secs(1));
    app.browser().get(&link).await.is(410).shows("This link is too old");
    app.browser().chooses(&link, NEW).await.is(410).shows("Ask for a new link");
    app.wait(Duration::from_secs(1));
    app.browser().chooses(&link, NEW).await.is(410);
    // One second before the end it does its work.
    let link = reset_link(&app, MIRA).await;
    app.wait(hour.saturating_sub(Duration::from_secs(1)));
    app.browser().chooses(&link, NEW).await.leads_to("/sign-in");
    // A page that was opened in time is sent too late.
    let link = reset_link(&app, MIRA).await;
    let mut slow = app.browser();
    slow.get(&link).await.is(200);
    app.wait(hour);
    let fields = [("new_password", PASSWORD), ("confirm_new_password", PASSWORD)];
    slow.post(&link, &fields).await.is(410);
    app.browser().signs_in(MIRA, NEW).await;
});

both!(rs_14_looking_never_spends, async |app: TestApp| {
    app.account(MIRA).await;
    let link = reset_link(&app, MIRA).await;
    let before = app.dump().await;
    for method in [Method::GET, Method::HEAD] {
        for _ in 0..20 {
            let mut scanner = app.browser();
            scanner.send(method.clone(), &link, &[], None).await.is(200);
        }
    }
    assert_eq!(app.dump().await, before, "looking wrote something");
    app.browser().chooses(&link, NEW).await.leads_to("/sign-in");
});

both!(rs_11_a_dump_opens_nothing, async |app: TestApp| {
    app.account(MIRA).await;
    let link = reset_link(&app, MIRA).await;
    app.invite("guest@example.com").await;
    let secret = link.rsplit('/').next().unwrap();
    let body = secret.strip_prefix("pcl_lnk_").unwrap();
    let dump = app.dump().await.join("\n");
    for part in [secret, &body[22..44], &body[44..66]] {
        assert!(!dump.contains(part) && !dump.contains(&hex::encode(part)), "the secret is there");
    }
    let token = Token::parse(Kind::Link, secret).unwrap();
    // Whatever stands in a row, used as the secret of its id.
    let values: Vec<String> = dump
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|value| value.len() >= 32)
        .map(str::to_owned)
        .collect();
    assert!(values.len() > 5);
    let mut thief: Browser = app.browser();
    for value in values {
        let id = hex::encode(token.id().as_bytes());
        for text in [value.clone(), format!("pcl_lnk_{value}"), format!("pcl_lnk_{id}{value}")] {
            thief.get(&format!("/link/password-reset/{text}")).await.is(404);
        }
    }
    // A forged secret under the id that stands there.
    let forged = Token::new(Kind::Link, token.id(), &app.random).encode();
    let path = format!("/link/password-reset/{}", forged.reveal());
    thief.get(&path).await.is(404).shows("This link does not work");
    thief.chooses(&path, NEW).await.is(404);
});

both!(rs_12_a_link_without_its_row_is_nothing, async |app: TestApp| {
    app.account(MIRA).await;
    let link = reset_link(&app, MIRA).await;
    app.tamper("DELETE FROM mailed_links").await;
    app.browser().get(&link).await.is(404);
    app.browser().chooses(&link, NEW).await.is(404);
    app.browser().signs_in(MIRA, PASSWORD).await;
});

both!(rs_20_nothing_in_the_address_leads_elsewhere, async |app: TestApp| {
    app.account(MIRA).await;
    let evil = "https%3A%2F%2Fevil.example";
    let query = format!("return_to={evil}&next={evil}&redirect={evil}&url={evil}");
    let mut browser = app.browser();
    browser.header("host", "evil.example");
    browser.header("x-forwarded-host", "evil.example");
    browser.get(&format!("/forgot-password?{query}")).await.is(200).lacks("evil.example");
    let asked = browser.post(&format!("/forgot-password?{query}"), &[("email", MIRA)]).await;
    asked.is(200).lacks("evil.example");
    app.post().await;
    let mail = app.mail().await.remove(0);
    assert!(!mail.text.contains("evil.example") && !mail.html.contains("evil.example"));
    let link = app.link(MIRA, "password-reset").await;
    assert!(mail.text.contains(&format!("http://localhost:8080{link}")));
    browser.get(&format!("{link}?{query}")).await.is(200).lacks("evil.example");
    let fields =
        [("new_password", NEW), ("confirm_new_password", NEW), ("return_to", "//evil.example")];
    browser.post(&format!("{link}?{query}"), &fields).await.leads_to("/sign-in");
});
