//! The owner's page: who has access, and taking it back.

use super::*;
use crate::both;

const SESSIONS: &str = "/settings/security/sessions";

both!(an_owner_sees_who_has_access_and_takes_it_back, async |app: TestApp| {
    let made = app.makes_application("Billing", &[READ]).await;
    let wiki = app.makes_application("Wiki", &[]).await;
    let mut mira = mira(&app).await;
    mira.get(OWN).await.is(200).shows("No application has access to your account");
    mira.get("/settings/security").await.shows("None has access to your account");
    let mut phone = app.browser();
    phone.signs_in(MIRA, PASSWORD).await;
    let (_, first) = app.signs_in_to(&mira, &made, "openid email profile invoices:read").await;
    let (_, second) = app.signs_in_to(&phone, &made, "openid").await;
    let (_, other) = app.signs_in_to(&mira, &wiki, "openid").await;
    let page = mira.get(OWN).await;
    page.shows(
        "May: See your email address · See your invoices · See your name, language and time zone",
    );
    page.shows("May see nothing but that it is you.").shows("Signed in");
    mira.get("/settings/security").await.shows("2 have access to your account");
    let sessions = mira.get(SESSIONS).await;
    sessions.shows("Signed in to: Billing, Wiki");
    assert_eq!(sessions.text().matches("Signed in to: Billing").count(), 2);
    mira.get(OWN).await;
    mira.post(&format!("{OWN}/{}/remove", made.id), &[]).await.leads_to(OWN);
    let node = other_node(&app).await;
    for at in [Some(&app), node.as_ref()].into_iter().flatten() {
        assert!(!at.is_good(&first).await && !at.is_good(&second).await);
        assert!(at.is_good(&other).await);
    }
    let page = mira.get(OWN).await;
    page.shows("The application has no access any more").lacks("Billing").shows("Wiki");
    assert!(mira.is_signed_in().await && phone.is_signed_in().await);
});

// Signed out, it has access until that is taken back.
both!(access_outlives_the_session, async |app: TestApp| {
    let made = app.makes_application("Billing", &[READ]).await;
    let mut mira = mira(&app).await;
    app.signs_in_to(&mira, &made, "openid invoices:read").await;
    mira.get("/sign-out").await;
    mira.post("/sign-out", &[]).await.is(303);
    mira.signs_in(MIRA, PASSWORD).await;
    let page = mira.get(OWN).await;
    page.shows("Billing").shows("See your invoices").shows("Not used yet");
    mira.post(&format!("{OWN}/{}/remove", made.id), &[]).await.leads_to(OWN);
    mira.get(OWN).await.shows("No application has access to your account");
});

// SE-03: nobody takes back another's.
both!(se_03_another_s_access_stays, async |app: TestApp| {
    let made = app.makes_application("Billing", &[]).await;
    let mira = mira(&app).await;
    let (_, good) = app.signs_in_to(&mira, &made, "openid").await;
    app.account(EVE).await;
    let mut eve = app.browser();
    eve.signs_in(EVE, PASSWORD).await;
    eve.get(OWN).await.is(200).lacks("Billing");
    let id = made.id.to_string();
    for odd in [id.clone(), NOBODY.into(), id.to_uppercase(), "x".into(), "%00".into()] {
        eve.get("/settings/security").await;
        eve.post(&format!("{OWN}/{odd}/remove"), &[]).await.is(404);
    }
    assert!(app.is_good(&good).await);
    assert_eq!(app.count("SELECT COUNT(*) FROM consents").await, 1);
    let refused = "application-access-removed refused/unknown-application";
    assert_eq!(app.events().await.iter().filter(|event| *event == refused).count(), 2);
});
