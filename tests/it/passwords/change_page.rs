//! The page that changes the password: every way in which it can answer.

use super::{CHANGE, logged};
use crate::both;
use crate::support::{Browser, OTHER_PASSWORD, PASSWORD, Reply, TestApp};

const MIRA: &str = "mira@example.com";
const NEW: &str = "Another-horse 3 paper";

async fn signed_in(app: &TestApp) -> Browser {
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    browser
}

async fn send(browser: &mut Browser, current: &str, new: &str, confirmed: &str) -> Reply {
    browser.get(CHANGE).await.is(200);
    let fields =
        [("current_password", current), ("new_password", new), ("confirm_new_password", confirmed)];
    let reply = browser.post(CHANGE, &fields).await;
    // Secrets never come back, whatever the answer.
    for secret in [current, new, confirmed] {
        if !secret.is_empty() {
            reply.lacks(secret);
        }
    }
    reply
}

/// The sentence stands beside its field, which is tied to it and marked.
#[track_caller]
fn marks(reply: &Reply, field: &str, sentence: &str) {
    let (_, input) =
        reply.body.split_once(&format!("<input class=\"input\" id=\"{field}\"")).unwrap();
    let (input, rest) = input.split_once('>').unwrap();
    assert!(input.contains("aria-invalid=\"true\""), "{field} is not marked: {input}");
    assert!(input.contains(&format!("aria-describedby=\"{field}-error")), "{input}");
    assert!(!input.contains("value="), "{input}");
    let (_, error) = rest.split_once(&format!("id=\"{field}-error\">")).unwrap();
    let (error, _) = error.split_once("</p>").unwrap();
    let error = Reply { body: error.into(), ..reply.clone() }.text();
    assert_eq!(error, sentence);
    reply.shows("Please check what is marked below.");
}

/// The states of the listed requirements, in their order.
fn states(reply: &Reply) -> Vec<(String, String)> {
    let attribute = |text: &str, name: &str| {
        let (_, rest) = text.split_once(&format!("{name}=\"")).unwrap();
        rest.split_once('"').unwrap().0.to_owned()
    };
    let items = reply.body.split("<li data-requirement").skip(1);
    items
        .map(|item| format!("data-requirement{item}"))
        .map(|item| (attribute(&item, "data-requirement"), attribute(&item, "data-state")))
        .collect()
}

both!(the_page_shows_the_requirements, async |app: TestApp| {
    app.account(MIRA).await;
    let page = signed_in(&app).await.get(CHANGE).await;
    page.is(200);
    for requirement in [
        "Minimum 12 characters",
        "At least one uppercase letter",
        "At least one lowercase letter",
        "At least one number",
        "At least one special character",
        "Not a common or breached password",
    ] {
        page.shows(requirement);
    }
    assert!(states(&page).iter().all(|(_, state)| state == "unknown"));
    page.shows("Sign out my other sessions");
});

both!(each_broken_rule_is_told_beside_the_field, async |app: TestApp| {
    app.account(MIRA).await;
    let mut mira = signed_in(&app).await;
    let special = "Add a special character, such as a dash, a dot or a space.";
    let common = "This password is common or was found in a breach. Choose another one.";
    let cases: [(&str, &[&str], &str); 7] = [
        ("Short-one 1", &["length"], "Use at least 12 characters."),
        ("no-capitals at all 1", &["uppercase"], "Add an uppercase letter."),
        ("NO-SMALL LETTERS 1", &["lowercase"], "Add a lowercase letter."),
        ("No-number at all", &["number"], "Add a number."),
        ("NothingSpecial12", &["special"], special),
        ("Password1234!", &["uncommon"], common),
        (
            "ppp",
            &["length", "uppercase", "number", "special"],
            "Use at least 12 characters. Add an uppercase letter. Add a number. Add a special \
             character, such as a dash, a dot or a space.",
        ),
    ];
    for (number, (password, broken, sentence)) in cases.into_iter().enumerate() {
        let reply = send(&mut mira, PASSWORD, password, password).await;
        reply.is(422);
        marks(&reply, "new_password", sentence);
        for (rule, state) in states(&reply) {
            let expected = if broken.contains(&rule.as_str()) { "unmet" } else { "met" };
            assert_eq!(state, expected, "{password}: {rule}");
        }
        assert_eq!(logged(&app, "password-changed refused/policy").await, number + 1);
    }
    // None of that was a wrong password.
    let failures = "SELECT COUNT(*) FROM failure_counters WHERE kind LIKE 'password%'";
    assert_eq!(app.count(failures).await, 0);
    app.browser().signs_in(MIRA, PASSWORD).await;
});

both!(what_is_missing_or_unlike_is_told_beside_its_field, async |app: TestApp| {
    app.account(MIRA).await;
    let mut mira = signed_in(&app).await;
    let events = app.events().await.len();
    let reply = send(&mut mira, "", "", "").await;
    for field in ["current_password", "new_password", "confirm_new_password"] {
        marks(&reply, field, "Fill this in.");
    }
    reply.is(400);
    let reply = send(&mut mira, PASSWORD, NEW, "Another-horse 3 papers").await;
    reply.is(400);
    marks(&reply, "confirm_new_password", "This is not the same as the new password.");
    let long = "Aa1-".repeat(257);
    let reply = send(&mut mira, PASSWORD, &long, &long).await;
    reply.is(400);
    marks(&reply, "new_password", "Use a shorter password: at most 1024 bytes.");
    let reply = send(&mut mira, &long, NEW, NEW).await;
    reply.is(400);
    marks(&reply, "current_password", "This is not your current password.");
    assert_eq!(app.events().await.len(), events, "nothing was tried");
});

both!(wrong_and_same_passwords_are_told_beside_their_field, async |app: TestApp| {
    app.account(MIRA).await;
    let mut mira = signed_in(&app).await;
    let reply = send(&mut mira, OTHER_PASSWORD, NEW, NEW).await;
    reply.is(403);
    marks(&reply, "current_password", "This is not your current password.");
    assert_eq!(logged(&app, "password-changed refused/wrong-password").await, 1);
    // To who does not know it, nothing is told of the new one.
    let reply = send(&mut mira, OTHER_PASSWORD, "ppp", "ppp").await;
    reply.is(403);
    assert!(states(&reply).iter().all(|(_, state)| state == "unknown"));
    let reply = send(&mut mira, PASSWORD, PASSWORD, PASSWORD).await;
    reply.is(422);
    marks(&reply, "new_password", "This is your current password. Choose a new one.");
    assert_eq!(logged(&app, "password-changed refused/policy").await, 1);
});

/// Three browsers; the first changes the password.
async fn three(app: &TestApp) -> [Browser; 3] {
    app.account(MIRA).await;
    [signed_in(app).await, signed_in(app).await, signed_in(app).await]
}

/// After a change: this browser has a new cookie, and the old one is dead.
async fn is_renewed(mira: &mut Browser, before: &Browser) {
    assert_ne!(mira.session(), before.session());
    assert!(mira.is_signed_in().await);
    assert!(!before.clone().is_signed_in().await, "the old cookie still opens");
}

both!(a_change_signs_the_other_sessions_out, async |app: TestApp| {
    let [mut mira, mut other, mut third] = three(&app).await;
    let before = mira.clone();
    mira.change_password(PASSWORD, NEW).await.leads_to("/settings/security");
    let page = mira.get("/settings/security").await;
    page.shows("Your password is changed, and every other session is signed out.");
    page.shows("Password changed");
    is_renewed(&mut mira, &before).await;
    assert!(!other.is_signed_in().await && !third.is_signed_in().await);
    app.browser().sign_in(MIRA, PASSWORD).await.is(403);
    app.browser().signs_in(MIRA, NEW).await;
    let detail = "SELECT COUNT(*) FROM security_events WHERE kind = 'password-changed' AND detail = 'other sessions ended: 2'";
    assert_eq!(app.count(detail).await, 1);
    let ended = "SELECT COUNT(*) FROM sessions WHERE ended_reason = 'password-changed'";
    assert_eq!(app.count(ended).await, 2);
});

both!(a_change_leaves_the_other_sessions_where_the_owner_says_so, async |app: TestApp| {
    let [mut mira, mut other, _] = three(&app).await;
    let before = mira.clone();
    send(&mut mira, PASSWORD, NEW, NEW).await.leads_to("/settings/security");
    let page = mira.get("/settings/security").await;
    page.shows("Your password is changed.").lacks("every other session");
    is_renewed(&mut mira, &before).await;
    assert!(other.is_signed_in().await);
    app.browser().sign_in(MIRA, PASSWORD).await.is(403);
});

both!(the_form_keeps_whether_others_are_signed_out, async |app: TestApp| {
    app.account(MIRA).await;
    let mut mira = signed_in(&app).await;
    let checkbox = |reply: &Reply| {
        let (_, box_) = reply.body.split_once("name=\"sign_out_others\"").unwrap();
        box_.split_once('>').unwrap().0.contains("checked")
    };
    assert!(checkbox(&mira.get(CHANGE).await));
    assert!(checkbox(&mira.change_password(OTHER_PASSWORD, NEW).await));
    assert!(!checkbox(&send(&mut mira, OTHER_PASSWORD, NEW, NEW).await));
});

both!(a_form_of_before_the_change_is_refused, async |app: TestApp| {
    app.account(MIRA).await;
    let mut mira = signed_in(&app).await;
    mira.get(CHANGE).await;
    let old = mira.token.clone();
    mira.change_password(PASSWORD, NEW).await.leads_to("/settings/security");
    mira.token = old;
    let again =
        [("current_password", NEW), ("new_password", PASSWORD), ("confirm_new_password", PASSWORD)];
    mira.post(CHANGE, &again).await.is(409).shows("Nothing was changed.");
    app.browser().signs_in(MIRA, NEW).await;
});
