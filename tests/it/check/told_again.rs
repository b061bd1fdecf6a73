//! Who is told that something is over already is told so no sooner than whoever has ended it,
//! who may still wait for other nodes (`docs/revocation.md`).

use super::*;
use crate::support::OTHER_PASSWORD;
use portcullis::features::administration::{self, By, Changed, Whom};
use portcullis::features::application_settings::{self, Removed, Revoked};
use portcullis::features::gate;
use portcullis::features::security_log::Reason;
use portcullis::features::sessions;
use portcullis::http::Source;
use portcullis::secret::{Kind, Token};
use portcullis_db::LEASE;
use std::sync::atomic::{AtomicU32, Ordering};

/// A node that has a lease, as far as anybody knows, and never hears of anything.
async fn silent_node(app: &TestApp) {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let id = NEXT.fetch_add(1, Ordering::Relaxed);
    let row = format!("(decode('{id:032x}', 'hex'), 1, 0)");
    app.tamper_unsaid(&format!("INSERT INTO nodes (id, generation, applied) VALUES {row}")).await;
}

/// What comes of something that has to wait for others, though nothing changes by it.
#[allow(clippy::disallowed_methods, reason = "the wait is one in time, and no shorter")]
async fn waits<T>(app: &TestApp, what: &str, act: impl Future<Output = T>) -> T {
    silent_node(app).await;
    let began = std::time::Instant::now();
    let came = act.await;
    assert!(began.elapsed() >= LEASE, "{what} is told too soon");
    came
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_told_that_it_is_over_already_is_told_no_sooner() {
    let app = TestApp::new(Backend::Postgres).await;
    let mut scene = Scene::new(&app).await;
    let address = "203.0.113.9".parse().ok();
    let source = Source::new(address, "Firefox".into(), &app.places);
    let session = Token::parse(Kind::ApplicationSession, &scene.session).unwrap();
    gate::sign_out(&app, &session, &source).await.unwrap();
    waits(&app, "signing out at the gate", gate::sign_out(&app, &session, &source)).await.unwrap();

    let (mut late, mut shown) = (scene.browser.clone(), scene.browser.clone());
    late.get("/oauth/sign-out").await.is(200);
    let mut again = late.clone();
    signs_out(&mut scene.browser).await;
    let told = waits(&app, "a form sent twice", late.post("/oauth/sign-out/confirm", &[])).await;
    told.leads_to("/sign-in");
    let told = waits(&app, "an application's word", shown.get("/oauth/sign-out")).await;
    told.leads_to("/sign-in");
    waits(&app, "a form of a page sent twice", again.post("/sign-out", &[])).await.is(303);

    let id = scene.product.id;
    let secret = Token::parse(Kind::ApplicationSecret, &scene.product.secret).unwrap();
    let secret = portcullis::ids::ApplicationSecretId::from_uuid(secret.id());
    let revoke = || application_settings::revoke_secret(&app, By::Operator, id, secret);
    assert!(matches!(revoke().await.unwrap(), Revoked::Done));
    let told = waits(&app, "a secret that is revoked", revoke()).await.unwrap();
    assert!(matches!(told, Revoked::Unknown));
    let remove = || application_settings::remove(&app, By::Operator, id);
    assert!(matches!(remove().await.unwrap(), Removed::Done(_)));
    let told = waits(&app, "an application that is removed", remove()).await.unwrap();
    assert!(matches!(told, Removed::Unknown));

    let unknown = application_settings::details(&app, id, app.app.clock.now());
    let told = waits(&app, "the page of an application that is removed", unknown).await.unwrap();
    assert!(told.is_none());

    let mut lost = app.browser();
    lost.get("/forgot-password").await.is(200);
    lost.post("/forgot-password", &[("email", MIRA)]).await.is(200);
    app.post().await;
    let link = app.link(MIRA, "password-reset").await;
    lost.get(&link).await.is(200);
    let fields = [("new_password", OTHER_PASSWORD), ("confirm_new_password", OTHER_PASSWORD)];
    lost.post(&link, &fields).await.leads_to("/sign-in");
    waits(&app, "a link that was used", lost.post(&link, &fields)).await.is(410);

    let email = portcullis::features::account::rules::EmailAddress::parse(MIRA).unwrap();
    let remove = || {
        administration::remove_second_factor(
            &app,
            By::Operator,
            Whom::Email(&email),
            "a lost phone",
        )
    };
    let told = waits(&app, "a second factor that is removed", remove()).await.unwrap();
    assert_eq!(told, Changed::Refused(Reason::NoSecondFactor));

    let suspend = || administration::suspend(&app, By::Operator, Whom::Email(&email), None);
    assert!(matches!(suspend().await.unwrap(), Changed::Done(..)));
    let told = waits(&app, "an account that is suspended", suspend()).await.unwrap();
    assert_eq!(told, Changed::Refused(Reason::Already));
}

/// Whoever has no session at all, or has made one up, or signs in, waits for nobody.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_asks_for_nothing_that_was_there_waits_for_nobody() {
    let app = TestApp::new(Backend::Postgres).await;
    silent_node(&app).await;
    let nodes = app.count("SELECT COUNT(*) FROM nodes").await;
    app.browser().get("/oauth/sign-out").await.leads_to("/sign-in");
    let made_up = |kind| Token::new(kind, uuid::Uuid::from_u128(7), &app.random);
    let source = Source::new(None, "Firefox".into(), &app.places);
    gate::sign_out(&app, &made_up(Kind::ApplicationSession), &source).await.unwrap();
    sessions::already_out(&app, &made_up(Kind::Session)).await.unwrap();
    app.account(MIRA).await;
    app.browser().signs_in(MIRA, PASSWORD).await;
    // Whoever waits removes the row of a node that is dead.
    assert_eq!(app.count("SELECT COUNT(*) FROM nodes").await, nodes);
}
