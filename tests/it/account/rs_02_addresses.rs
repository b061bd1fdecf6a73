//! RS-02: the link goes to the one address that was typed, or to nobody.

use super::*;
use crate::both;

both!(rs_02_what_is_not_one_address_gets_no_mail, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browser = signed_in(&app, MIRA).await;
    for text in [
        "",
        "mira",
        "eve@example.com,mira@new.example",
        "eve@example.com;mira@new.example",
        "eve@example.com mira@new.example",
        "mira@new.example\r\ncc: eve@example.com",
        "mira@new.example\0",
        "mıra@new.example",
        "\u{212a}ate@new.example",
        "ſ@new.example",
        "<mira@new.example>",
        "mira@new.example.",
        "[\"mira@new.example\"]",
    ] {
        ask(&mut browser, text).await.is(400);
    }
    for same in [MIRA, " MIRA@Example.COM "] {
        ask(&mut browser, same).await.is(400).shows("This is your address already.");
    }
    // Two fields of one name are no form of ours.
    browser.get(EMAIL).await;
    let both = [("new_email", NEW), ("new_email", EVE)];
    browser.post(EMAIL, &both).await.is(400);
    browser.post(EMAIL, &[("new_email[]", NEW)]).await.is(400);
    assert_eq!(app.mail().await.len(), 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM mailed_links").await, 0);
    assert_eq!(logged(&app, "email-change-asked succeeded").await, 0);
});

both!(rs_02_the_spelling_that_was_typed_is_kept, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browser = signed_in(&app, MIRA).await;
    change(&app, &mut browser, "Mira.O@Bücher.example").await;
    let account = account(&app, "mira.o@xn--bcher-kva.EXAMPLE").await.unwrap();
    assert_eq!(account.email, "Mira.O@Bücher.example");
});

// What is somebody else's, or will be again, is answered like any other.
both!(rs_02_another_account_s_address_is_not_given_away, async |app: TestApp| {
    app.account(MIRA).await;
    app.account(EVE).await;
    app.account("carol@example.com").await;
    let mut carol = signed_in(&app, "carol@example.com").await;
    change(&app, &mut carol, "carol@new.example").await;
    let mut seen = Vec::new();
    for email in [NEW, EVE, "carol@example.com"] {
        let mut browser = signed_in(&app, MIRA).await;
        app.wait(SECOND);
        let before = app.mail().await.len();
        let reply = ask(&mut browser, email).await;
        let page = browser.get(PROFILE).await;
        let body = page.text().replace(email, "—");
        let cookies: Vec<String> = reply.set_cookies();
        seen.push((reply.status, reply.location().to_owned(), reply.body, cookies, body));
        assert_eq!(app.mail().await.len(), before + 1);
    }
    assert_eq!((&seen[0], &seen[0]), (&seen[1], &seen[2]));
    assert_eq!(logged(&app, "email-change-asked succeeded").await, 4);
    for email in [EVE, "carol@example.com"] {
        let mail = &mail_to(&app, email).await[0];
        assert_eq!(mail.subject, "Somebody tried to use your address at Portcullis");
        assert!(!mail.text.contains("/link/") && !mail.text.contains(MIRA), "{}", mail.text);
        assert!(!mail.html.contains("/link/"));
    }
    assert_eq!(mail_to(&app, NEW).await[0].subject, "Confirm your new address at Portcullis");
});

both!(an_hour_has_five_requests, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browser = signed_in(&app, MIRA).await;
    for number in 0..5 {
        ask(&mut browser, &format!("n{number}@new.example")).await.leads_to(PROFILE);
        app.wait(Duration::from_mins(1));
    }
    browser.get("/step-up").await;
    browser.post("/step-up", &[("password", PASSWORD)]).await;
    let reply = ask(&mut browser, NEW).await;
    reply.is(429).shows("Too many attempts. Try again in 55 minutes.").shows("mira@example.com");
    assert!(reply.body.contains("value=\"mira@new.example\""), "what was typed is gone");
    assert_eq!(app.mail().await.len(), 5);
    assert_eq!(logged(&app, "email-change-asked refused/throttled").await, 1);
    // Giving up and asking again is no way around.
    browser.get(PROFILE).await;
    browser.post("/settings/profile/email/cancel", &[]).await.leads_to(PROFILE);
    ask(&mut browser, NEW).await.is(429);
    app.wait(Duration::from_mins(55) - SECOND);
    let mut later = signed_in(&app, MIRA).await;
    ask(&mut later, NEW).await.is(429);
    app.wait(SECOND);
    ask(&mut later, NEW).await.leads_to(PROFILE);
});
