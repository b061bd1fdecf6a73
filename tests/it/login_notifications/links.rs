//! What a notice's links do, and everything that they don't.

use super::*;
use crate::both;
use crate::support::OTHER_PASSWORD;
use axum::http::Method;

const ANSWERED: &str = "finding-answered succeeded";
const REFUSED: &str = "finding-answered refused/link";
const NO_LINK: &str = "This link does not work";

/// A notice of a stranger abroad: its two links.
async fn alarm(app: &TestApp) -> (Browser, String, String) {
    at_home(app).await;
    let mut stranger = browser(app);
    stranger.address = at(ABROAD);
    stranger.user_agent = CHROME.into();
    stranger.signs_in(MIRA, PASSWORD).await;
    let (me, not_me) = links_to(app, MIRA).await;
    (stranger, me, not_me)
}

both!(this_was_me_notes_it_and_nothing_else, async |app: TestApp| {
    let (_, me, not_me) = alarm(&app).await;
    let mut reader = app.browser();
    let page = reader.get(&me).await;
    page.is(200).shows("Was this you?").shows("United States · 8.8.8.8").shows("Chrome 143");
    page.shows("by password").lacks(MIRA).lacks("Mira Okafor");
    let live = app.count("SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL").await;
    reader.post(&me, &[]).await.leads_to(&me);
    reader.get(&me).await.is(200).shows("We have noted that this was you.");
    assert!(reader.session().is_none() && !reader.is_signed_in().await);
    assert_eq!(app.count("SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL").await, live);
    assert_eq!(logged(&app, ANSWERED).await, 1);
    // Twice is once.
    reader.get(&not_me).await;
    reader.post(&me, &[]).await.leads_to(&me);
    assert_eq!(logged(&app, ANSWERED).await, 1);
    assert_eq!(logged(&app, "finding-answered refused/already").await, 1);
    // Who was mistaken can still raise the alarm, and nobody takes it back.
    reader.get(&not_me).await.is(200).shows("This wasn’t you?");
    reader.post(&not_me, &[]).await.leads_to(&not_me);
    reader.get(&me).await.is(200).shows("We have noted that it wasn’t you").lacks("/me\"");
    reader.post(&me, &[]).await.leads_to(&me);
    assert_eq!(logged(&app, ANSWERED).await, 2);
    let said = "SELECT COUNT(*) FROM finding_answers WHERE answer = 'not-me'";
    assert_eq!(app.count(said).await, 1);
});

both!(this_was_not_me_offers_what_helps, async |app: TestApp| {
    let (_, _, not_me) = alarm(&app).await;
    let mut reader = app.browser();
    let page = reader.get(&not_me).await;
    page.is(200).shows("This wasn’t you?").lacks("/lock\"").lacks("/settings/security/review");
    reader.post(&not_me, &[]).await.leads_to(&not_me);
    let page = reader.get(&not_me).await;
    page.is(200).shows("Lock my account").shows("nobody can sign in");
    page.shows("you create a new password by a link that we mail you.");
    page.lacks("/settings/security/review").lacks(MIRA);
    // Who is signed in to that account is led to its review; who is to another, is not.
    let mut owner = browser(&app);
    owner.signs_in(MIRA, PASSWORD).await;
    let page = owner.get(&not_me).await;
    assert!(page.body.contains("href=\"/settings/security/review\""), "{}", page.body);
    app.account(EVE).await;
    let mut eve = browser(&app);
    eve.signs_in(EVE, PASSWORD).await;
    eve.get(&not_me).await.is(200).lacks("/settings/security/review");
});

both!(rs_14_scanners_change_nothing, async |app: TestApp| {
    let (_, me, not_me) = alarm(&app).await;
    let lock = not_me.replace("/not-me", "/lock");
    let before = app.dump().await;
    for _ in 0..20 {
        for link in [&me, &not_me] {
            for method in [Method::GET, Method::HEAD] {
                let reply = app.browser().send(method, link, &[], None).await;
                assert_eq!(reply.status.as_u16(), 200);
            }
        }
        app.browser().get(&lock).await.is(405);
    }
    assert_eq!(app.dump().await, before);
    let mut reader = app.browser();
    reader.get(&me).await;
    reader.post(&me, &[]).await.leads_to(&me);
});

both!(se_15_only_a_page_s_own_form_answers, async |app: TestApp| {
    let (_, me, not_me) = alarm(&app).await;
    let lock = not_me.replace("/not-me", "/lock");
    for path in [&me, &not_me, &lock] {
        let mut foreign = app.browser();
        foreign.get(&me).await;
        foreign.origin = Some("https://e.example".into());
        foreign.post(path, &[]).await.is(403);
        let mut tokenless = app.browser();
        tokenless.send_form(path, String::new()).await.is(409);
        let mut other = app.browser();
        other.get(&me).await;
        other.forget("-browser");
        other.post(path, &[]).await.is(409);
    }
    assert_eq!(logged(&app, ANSWERED).await, 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM finding_answers").await, 0);
});

both!(rs_06_seven_days_to_the_millisecond, async |app: TestApp| {
    let (_, me, not_me) = alarm(&app).await;
    let lock = not_me.replace("/not-me", "/lock");
    app.wait(DAY * 7 - MILLISECOND);
    portcullis::jobs::prune(&app).await.unwrap();
    let mut reader = app.browser();
    reader.get(&not_me).await.is(200);
    app.wait(MILLISECOND);
    for (path, refused) in [(&me, REFUSED), (&not_me, REFUSED)] {
        let before = logged(&app, refused).await;
        reader.post(path, &[]).await.is(410).shows("This link is too old");
        assert_eq!(logged(&app, refused).await, before + 1);
        reader.get(path).await.is(410).shows("This link is too old");
        reader.get("/sign-in").await;
    }
    reader.post(&lock, &[]).await.is(410);
    assert_eq!(logged(&app, "account-locked refused/link").await, 1);
    assert_eq!(app.count("SELECT COUNT(*) FROM finding_answers").await, 0);
});

both!(rs_11_nothing_else_opens, async |app: TestApp| {
    let (_, me, not_me) = alarm(&app).await;
    let token = not_me.split('/').nth(3).unwrap().to_owned();
    let (_, secret) = token.split_at(token.len() - 50);
    assert!(!app.dump().await.join("\n").contains(secret), "the secret is at rest");
    let mut forgetful = app.browser();
    forgetful.forgets(MIRA).await;
    app.post().await;
    let reset = app.link(MIRA, "password-reset").await.rsplit('/').next().unwrap().to_owned();
    let swapped = token.replacen("ntc", "lnk", 1);
    let mut cases = vec![
        reset.clone(),
        swapped.clone(),
        token[..token.len() - 1].to_owned(),
        token.to_uppercase(),
        token.to_lowercase(),
        format!("{token}0"),
        format!("{}0", &token[..token.len() - 1]),
        "x".to_owned(),
        "%00".to_owned(),
    ];
    cases.retain(|case| *case != token);
    for case in cases {
        for page in ["me", "not-me"] {
            let path = format!("/link/sign-in/{case}/{page}");
            let mut other = app.browser();
            other.get(&path).await.is(404).shows(NO_LINK);
            other.get("/sign-in").await;
            other.post(&path, &[]).await.is(404).shows(NO_LINK);
        }
    }
    for purpose in ["password-reset", "email-undo", "email-change", "invitation"] {
        for text in [&token, &swapped] {
            app.browser().get(&format!("/link/{purpose}/{text}")).await.is(404);
        }
    }
    assert_eq!(logged(&app, ANSWERED).await, 0);
    // Another account's link says nothing of this one, and does nothing to it.
    app.account(EVE).await;
    browser(&app).signs_in(EVE, PASSWORD).await;
    browser(&app).signs_in(EVE, PASSWORD).await;
    let (of_eve, _) = links_to(&app, EVE).await;
    let mut eve = app.browser();
    eve.get(&of_eve).await.is(200);
    eve.post(&of_eve, &[]).await.leads_to(&of_eve);
    app.browser().get(&me).await.is(200).shows("Was this you?");
});

// What else ends in the account does not end the links: whoever is in it must not be
// able to.
both!(lg_10_links_outlive_all_that_a_thief_does, async |app: TestApp| {
    let (mut thief, _, not_me) = alarm(&app).await;
    thief.change_password(PASSWORD, OTHER_PASSWORD).await.is(303);
    app.wait(Duration::from_mins(1));
    thief.get("/settings/profile/email").await;
    thief.get("/step-up").await;
    thief.post("/step-up", &[("password", OTHER_PASSWORD)]).await.is(303);
    thief.get("/settings/profile/email").await.is(200);
    let taken = "thief@example.com";
    thief.post("/settings/profile/email", &[("new_email", taken)]).await.is(303);
    let link = app.link(taken, "email-change").await;
    thief.get(&link).await;
    thief.post(&link, &[]).await.is(303);
    thief.enables(&app).await;
    let mut owner = app.browser();
    owner.get(&not_me).await.is(200);
    owner.post(&not_me, &[]).await.leads_to(&not_me);
    let lock = not_me.replace("/not-me", "/lock");
    owner.get(&not_me).await.is(200);
    owner.post(&lock, &[]).await.leads_to(&not_me);
    assert!(!thief.is_signed_in().await, "the thief is still there");
});

// The notice's address is where the account's mail goes now.
both!(rs_02_notices_go_to_the_account_s_own_address, async |app: TestApp| {
    at_home(&app).await;
    browser(&app).signs_in("MIRA@Example.COM", PASSWORD).await;
    says(&notices(&app).await, 1, NEW_DEVICE);
    assert!(app.all_mail().await.iter().all(|mail| mail.to == MIRA));
});

both!(rs_15_a_suspended_account_s_links_do_nothing, async |app: TestApp| {
    let (_, me, not_me) = alarm(&app).await;
    let mut reader = app.browser();
    reader.get(&me).await;
    app.suspend(MIRA).await;
    for path in [&me, &not_me] {
        reader.post(path, &[]).await.is(410).shows("This link is of no use any more");
        reader.get(path).await.is(410);
        reader.get("/sign-in").await;
    }
    assert_eq!(logged(&app, ANSWERED).await, 0);
});
