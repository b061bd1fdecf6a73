//! Signing in and out.

use crate::both;
use crate::support::{OTHER_PASSWORD, PASSWORD, TestApp};

both!(a_person_signs_in_and_out, async |app: TestApp| {
    app.account("mira@example.com").await;
    let mut browser = app.browser();
    browser.get("/").await.leads_to("/sign-in");
    browser.get("/settings/security").await.leads_to("/sign-in?return_to=%2Fsettings%2Fsecurity");
    browser.sign_in(" Mira@EXAMPLE.com ", PASSWORD).await.leads_to("/settings/security");
    browser.get("/settings/security").await.is(200).shows("This device");
    browser.post("/sign-out", &[]).await.leads_to("/sign-in");
    browser.get("/sign-in").await.shows("You are signed out.");
    assert!(!browser.is_signed_in().await);
    assert_eq!(app.events().await, ["sign-in succeeded", "sign-out succeeded"]);
});

both!(a_wrong_password_comes_back_with_the_address, async |app: TestApp| {
    app.account("mira@example.com").await;
    let mut browser = app.browser();
    let reply = browser.sign_in("mira@example.com", OTHER_PASSWORD).await;
    reply.is(403).shows("The email address or the password is not right.");
    assert!(reply.body.contains("value=\"mira@example.com\""));
    reply.lacks(OTHER_PASSWORD);
});
