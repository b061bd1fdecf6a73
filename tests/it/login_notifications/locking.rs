//! From "this wasn't me" to a locked account, and back.

use super::*;
use crate::both;
use crate::support::OTHER_PASSWORD;

both!(lg_10_a_lock_needs_no_sign_in_and_only_locks, async |app: TestApp| {
    let (_, mut owner) = at_home(&app).await;
    let mut stranger = browser(&app);
    stranger.address = at(ABROAD);
    stranger.signs_in(MIRA, PASSWORD).await;
    let (_, not_me) = links_to(&app, MIRA).await;
    let lock = not_me.replace("/not-me", "/lock");
    let mut reader = app.browser();
    // Not before it is said that it was a stranger.
    reader.get(&not_me).await.is(200);
    reader.post(&lock, &[]).await.leads_to(&not_me);
    assert_eq!(logged(&app, "account-locked refused/already").await, 1);
    assert!(owner.is_signed_in().await && stranger.is_signed_in().await);
    reader.get(&not_me).await;
    reader.post(&not_me, &[]).await.leads_to(&not_me);
    reader.get(&not_me).await.shows("Lock my account");
    reader.post(&lock, &[]).await.leads_to(&not_me);
    let page = reader.get(&not_me).await;
    page.is(200).shows("Your account is locked").shows("Forgot Password").lacks("/lock\"");
    assert!(reader.session().is_none());
    assert!(!owner.is_signed_in().await && !stranger.is_signed_in().await);
    assert_eq!(logged(&app, "account-locked succeeded").await, 1);
    for browser in [&mut stranger, &mut owner] {
        browser.sign_in(MIRA, PASSWORD).await.is(403);
    }
    // Back by mail; and the same link locks nobody out again.
    let mut back = browser(&app);
    back.forgets(MIRA).await.is(200);
    app.post().await;
    let reset = app.link(MIRA, "password-reset").await;
    back.chooses(&reset, OTHER_PASSWORD).await.is(303);
    back.signs_in(MIRA, OTHER_PASSWORD).await;
    reader.get(&not_me).await.is(200);
    reader.get("/sign-in").await;
    reader.post(&lock, &[]).await.leads_to(&not_me);
    assert!(back.is_signed_in().await, "a used link locks again");
    assert_eq!(logged(&app, "account-locked succeeded").await, 1);
});

// An account that is locked already stays so, and its other notices still open.
both!(other_links_open_while_it_is_locked, async |app: TestApp| {
    at_home(&app).await;
    let mut links = Vec::new();
    for address in [ABROAD, HOME_ADDRESS] {
        app.wait(Duration::from_secs(1));
        let mut stranger = browser(&app);
        stranger.address = at(address);
        stranger.signs_in(MIRA, PASSWORD).await;
        links.push(links_to(&app, MIRA).await.1);
    }
    for link in &links {
        let mut reader = app.browser();
        reader.get(link).await.is(200);
        reader.post(link, &[]).await.leads_to(link);
        reader.get(link).await.is(200);
        reader.post(&link.replace("/not-me", "/lock"), &[]).await.leads_to(link);
        reader.get(link).await.is(200).shows("Your account is locked");
    }
    assert_eq!(logged(&app, "account-locked succeeded").await, 1);
    assert_eq!(logged(&app, "account-locked refused/already").await, 1);
});
