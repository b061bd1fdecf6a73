//! RS-03, RS-11, RS-14, RS-20: a link acts once, by its form, and as it was
//! made.

use super::*;
use crate::both;
use axum::http::Method;

both!(rs_03_a_link_acts_once, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browser = signed_in(&app, MIRA).await;
    let link = asked(&app, &mut browser, NEW).await;
    let mut other = app.browser();
    follow(&mut other, &link).await.leads_to(&link);
    let undo = app.link(MIRA, "email-undo").await;
    other.get("/sign-in").await;
    other.post(&link, &[]).await.is(410);
    follow(&mut other, &undo).await.leads_to(&undo);
    other.get("/sign-in").await;
    for link in [&link, &undo] {
        other.post(link, &[]).await.is(410);
    }
    assert!(account(&app, MIRA).await.is_some());
    assert_eq!(logged(&app, "email-changed refused/link").await, 2);
    assert_eq!(logged(&app, "email-change-undone refused/link").await, 1);
});

both!(rs_14_looking_at_a_link_changes_nothing, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browser = signed_in(&app, MIRA).await;
    let link = asked(&app, &mut browser, NEW).await;
    let looked = async |link: &str| {
        let before = app.dump().await;
        for _ in 0..20 {
            for method in [Method::GET, Method::HEAD] {
                let reply = app.browser().send(method, link, &[], None).await;
                assert_eq!(reply.status.as_u16(), 200);
            }
        }
        assert_eq!(app.dump().await, before);
    };
    looked(&link).await;
    follow(&mut app.browser(), &link).await.leads_to(&link);
    let undo = app.link(MIRA, "email-undo").await;
    looked(&undo).await;
    follow(&mut app.browser(), &undo).await.leads_to(&undo);
});

// One kind of link is not another, and what the database holds is none.
both!(rs_11_nothing_else_opens, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browser = signed_in(&app, MIRA).await;
    let reset = reset_link(&app, MIRA).await;
    let change = asked(&app, &mut browser, NEW).await.rsplit('/').next().unwrap().to_owned();
    let (_, secret) = change.split_at(change.len() - 50);
    assert!(!app.dump().await.join("\n").contains(secret));
    let damaged = format!("{}0", &change[..change.len() - 1]);
    let mut other = app.browser();
    for (purpose, text) in [
        ("email-change", reset.as_str()),
        ("email-undo", &reset),
        ("email-undo", &change),
        ("email-change", &damaged),
        ("email-change", "x"),
        ("email-undo", &change.to_uppercase()),
    ] {
        let path = format!("/link/{purpose}/{text}");
        other.get(&path).await.is(404).shows("This link does not work");
        other.get("/sign-in").await;
        other.post(&path, &[]).await.is(404);
    }
    assert!(account(&app, NEW).await.is_none());
});

both!(rs_20_a_link_leads_nowhere_else, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browser = signed_in(&app, MIRA).await;
    let link = asked(&app, &mut browser, NEW).await;
    let more = format!("{link}?return_to=https://e.example&next=//e.example");
    let mut other = app.browser();
    other.header("x-forwarded-host", "e.example");
    other.get(&more).await.is(200).lacks("e.example?");
    let reply = other.post(&more, &[("return_to", "https://e.example"), ("email", EVE)]).await;
    reply.leads_to(&link);
    for mail in app.mail().await {
        assert!(!mail.text.contains("e.example/"), "{}", mail.text);
    }
    assert!(account(&app, NEW).await.is_some() && account(&app, EVE).await.is_none());
});
