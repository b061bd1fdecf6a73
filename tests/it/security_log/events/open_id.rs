//! What is done on the way to an application.

use super::watch::{By, Watch, agent, session};
use crate::open_id::client::{Answer, Client, onward};
use crate::support::PASSWORD;
use portcullis::features::security_log::{Kind, Reason};
use portcullis::features::signing_keys;
use portcullis::features::signing_keys::rules::{PUBLISHED_AFTER, SIGNS_FOR};

const ILSE: &str = "ilse@example.com";

pub async fn open_id(watch: &mut Watch<'_>) {
    let app = watch.app;
    let ilse = app.account(ILSE).await.id;
    let mut browser = agent(app, "Ilse");
    browser.signs_in(ILSE, PASSWORD).await;
    signing_keys::tend(app).await.unwrap();
    let keys = watch.fresh().await;
    assert_eq!(keys.iter().filter(|entry| entry.kind == Kind::SigningKeyMade).count(), 2);
    watch.saw(Kind::SigningKeyMade);
    let client = Client::new(app).await;
    let (own, here) = (session(&browser), browser.clone());
    let by = || By::Owner(ilse, own, &here);
    let page = browser.get(&client.asks(&[])).await.is(303).location().to_owned();
    browser.get(&page).await.is(200);
    watch.nothing().await;
    browser.post(&page, &[("decision", "deny")]).await.is(200);
    let kind = Kind::ApplicationAccessGranted;
    watch.one(kind, Some(Reason::Declined), Some(ilse), by()).await;
    browser.get(&page).await.is(200);
    let reply = browser.post(&page, &[("decision", "allow")]).await;
    watch.one(kind, None, Some(ilse), by()).await;
    let code = Answer::of(&onward(&reply)).code();
    let signed_in = Kind::ApplicationSignedIn;
    client.exchanges(app, &code, &[("code_verifier", &"x".repeat(43))]).await.is(400);
    let refused = watch.one_of(signed_in, Some(Reason::AuthorizationCode)).await;
    assert_eq!((refused.account, refused.session), (Some(ilse), Some(own)));
    client.exchanges(app, "pcl_cod_x", &[]).await.is(400);
    watch.nothing().await;
    let tokens = crate::open_id::Tokens::of(&client.exchanges(app, &code, &[]).await);
    let done = watch.one_of(signed_in, None).await;
    assert_eq!((done.account, done.actor, done.session), (Some(ilse), Some(ilse), Some(own)));
    client.exchanges(app, &code, &[]).await.is(400);
    let replayed = watch.one_of(Kind::AuthorizationCodeReplayed, None).await;
    assert_eq!(replayed.account, Some(ilse));
    // What has ended is not given up once more.
    client.posts(app, "/oauth/revoke", &[("token", &tokens.access)]).await.is(200);
    watch.nothing().await;
    let tokens = client.signs_in(app, &mut browser).await;
    watch.one_of(signed_in, None).await;
    client.posts(app, "/oauth/revoke", &[("token", &tokens.access)]).await.is(200);
    let ended = watch.one_of(Kind::ApplicationSignedOut, None).await;
    assert_eq!((ended.account, ended.session), (Some(ilse), Some(own)));
    let one = format!("WHERE email = '{ILSE}'");
    for (column, reason) in [("suspended_at", Reason::Suspended), ("locked_at", Reason::Locked)] {
        let code = client.code(&mut browser).await;
        app.tamper(&format!("UPDATE accounts SET {column} = 1 {one}")).await;
        client.exchanges(app, &code, &[]).await.is(400);
        watch.one_of(signed_in, Some(reason)).await;
        app.tamper(&format!("UPDATE accounts SET {column} = NULL {one}")).await;
    }
    let code = client.code(&mut browser).await;
    browser.get("/oauth/sign-out").await.is(200);
    browser.post("/oauth/sign-out/confirm", &[]).await.leads_to("/sign-in");
    watch.one(Kind::SignOut, None, Some(ilse), by()).await;
    client.exchanges(app, &code, &[]).await.is(400);
    watch.one_of(signed_in, Some(Reason::UnknownSession)).await;
    app.wait(SIGNS_FOR);
    signing_keys::tend(app).await.unwrap();
    app.wait(PUBLISHED_AFTER + SIGNS_FOR);
    signing_keys::tend(app).await.unwrap();
    let keys = watch.fresh().await;
    assert_eq!(keys.iter().filter(|entry| entry.kind == Kind::SigningKeyRemoved).count(), 2);
    watch.saw(Kind::SigningKeyRemoved);
}
