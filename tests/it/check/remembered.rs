//! A check that was answered from memory is refused right after the acknowledgement of
//! whatever ends it, on every node; and where nothing may be remembered, the database is
//! asked.

use super::*;
use crate::both;
use crate::support::{OTHER_PASSWORD, source_of};
use portcullis::features::administration::{self, By, Whom};
use portcullis::features::application_settings;
use portcullis::features::{access_tokens, application_sessions, applications, sessions};
use portcullis::ids::TokenId;
use portcullis::secret::{Kind, Token};
use std::time::Duration;

const HIDE: &str = "UPDATE accounts SET suspended_at = 1 WHERE suspended_at IS NULL";
const SHOW: &str = "UPDATE accounts SET suspended_at = NULL WHERE suspended_at = 1";

/// What an application is told of a token and a session: active or not, or that it has
/// not proved itself.
type Told = [Option<bool>; 2];

const DEAD: Told = [Some(false); 2];
const TOKEN_ALONE: Told = [Some(true), Some(false)];
const SESSION_ALONE: Told = [Some(false), Some(true)];
const UNPROVED: Told = [None; 2];

const ENDS: &[(&str, Told)] = &[
    ("token revoked", SESSION_ALONE),
    ("tokens revoked by an administrator", SESSION_ALONE),
    ("token narrowed", SESSION_ALONE),
    ("signed out", TOKEN_ALONE),
    ("signed out elsewhere", TOKEN_ALONE),
    ("one session ended", TOKEN_ALONE),
    ("sessions ended by the operator", TOKEN_ALONE),
    ("everybody signed out", TOKEN_ALONE),
    ("password changed", TOKEN_ALONE),
    ("access removed", TOKEN_ALONE),
    ("password reset", DEAD),
    ("suspended", DEAD),
    ("locked", DEAD),
    ("new password required", DEAD),
    ("closed", DEAD),
    ("permission taken back", SESSION_ALONE),
    ("secret revoked", UNPROVED),
    ("secret rotated", UNPROVED),
    ("application removed", UNPROVED),
    ("time", DEAD),
];

async fn told(scene: &Scene, nodes: &[&TestApp]) -> Told {
    let mut all = Vec::new();
    for node in nodes {
        let mut told = [None; 2];
        for (credential, place) in [&scene.token, &scene.session].into_iter().zip(&mut told) {
            let answer = scene.product.asks(node, credential).await;
            *place = (answer.status == 200).then(|| answer.is_active());
        }
        all.push(told);
    }
    assert!(all.iter().all(|own| *own == all[0]), "{all:?}");
    all[0]
}

/// Sees that each node answers from memory: the database says something else meanwhile.
async fn is_remembered(app: &TestApp, scene: &Scene, nodes: &[&TestApp]) {
    for node in nodes {
        node.knows_all().await;
    }
    assert_eq!(scene.active(nodes).await, (true, true));
    app.tamper_unsaid(HIDE).await;
    assert_eq!(scene.active(nodes).await, (true, true), "it was not remembered");
    app.tamper_unsaid(SHOW).await;
}

async fn end(app: &TestApp, scene: &mut Scene, email: &str, what: &str) {
    let Scene { mira, browser, product, token, .. } = scene;
    let whom = Whom::Id(mira.id);
    let id = TokenId::from_uuid(Token::parse(Kind::AccessToken, token).unwrap().id());
    let mut other = app.browser();
    match what {
        "token revoked" => {
            let page = format!("/settings/security/tokens/{id}");
            browser.get(&page).await.is(200);
            browser.post(&format!("{page}/revoke"), &[]).await.is(303);
        }
        "tokens revoked by an administrator" => {
            administration::revoke_tokens(app, By::Operator, whom).await.unwrap();
        }
        "token narrowed" => {
            let source = source_of(app, "10.20.0.1");
            let cookie = Token::parse(Kind::Session, &browser.session().unwrap()).unwrap();
            let now = app.clock.now();
            let current = sessions::authenticate(app, &cookie, &source, now).await.unwrap();
            let left = ["profile:read".to_owned()].into_iter().collect();
            access_tokens::narrow(app, &current.unwrap(), id, &left, &source).await.unwrap();
        }
        "signed out" => signs_out(browser).await,
        "signed out elsewhere" => {
            other.signs_in(email, PASSWORD).await;
            other.get("/settings/security/sessions").await.is(200);
            other.post("/settings/security/sessions/sign-out-others", &[]).await.is(303);
        }
        "one session ended" => {
            other.signs_in(email, PASSWORD).await;
            let id = browser.session_id();
            other.get("/settings/security/sessions").await.is(200);
            let path = format!("/settings/security/sessions/{id}/sign-out");
            other.post(&path, &[]).await.is(303);
        }
        "sessions ended by the operator" => {
            administration::end_sessions(app, By::Operator, whom).await.unwrap();
        }
        "everybody signed out" => {
            administration::end_every_session(app, By::Operator).await.unwrap();
        }
        "password changed" => {
            other.signs_in(email, PASSWORD).await;
            other.change_password(PASSWORD, OTHER_PASSWORD).await;
        }
        "access removed" => {
            let mut tx = app.db.begin().await.unwrap();
            let reason = application_sessions::rules::Ended::AccessRemoved;
            let now = app.clock.now();
            let ended =
                application_sessions::end_in_application(&mut tx, mira.id, product.id, reason, now);
            assert_eq!(ended.await.unwrap(), 1);
            tx.commit().await.unwrap();
        }
        "password reset" => {
            other.forgets(email).await.is(200);
            app.post().await;
            let link = app.link(email, "password-reset").await;
            let fields = [
                ("new_password", OTHER_PASSWORD),
                ("confirm_new_password", OTHER_PASSWORD),
                ("revoke_tokens", "yes"),
            ];
            other.get(&link).await.is(200);
            other.post(&link, &fields).await.is(303);
        }
        "suspended" => app.suspend(email).await,
        "locked" => {
            browser.get("/settings/security/lock").await.is(200);
            browser.post("/settings/security/lock", &[]).await.leads_to("/account-locked");
        }
        "new password required" => {
            administration::require_password_change(app, By::Operator, whom).await.unwrap();
        }
        "closed" => {
            browser.get("/settings/profile/close").await.is(200);
            browser.post("/settings/profile/close", &[]).await.leads_to("/sign-in");
        }
        "permission taken back" => {
            let mut tx = app.db.begin().await.unwrap();
            for name in applications::declare(&mut tx, product.id, &[]).await.unwrap() {
                access_tokens::withdraw(&mut tx, &name).await.unwrap();
                application_sessions::withdraw(&mut tx, product.id, &name).await.unwrap();
            }
            tx.commit().await.unwrap();
        }
        "secret revoked" => {
            let now = app.clock.now();
            let secret = applications::secrets(&mut &app.db, product.id, now).await.unwrap();
            let revoked =
                application_settings::revoke_secret(app, By::Operator, product.id, secret[0].id);
            revoked.await.unwrap();
        }
        "secret rotated" => {
            let now = app.clock.now();
            let (kept, _) = product.adds_secret(app).await;
            let mut tx = app.db.begin().await.unwrap();
            applications::expire_other_secrets(&mut tx, product.id, kept, now).await.unwrap();
            tx.commit().await.unwrap();
        }
        "application removed" => {
            application_settings::remove(app, By::Operator, product.id).await.unwrap();
        }
        "time" => app.wait(Duration::from_hours(31 * 24)),
        _ => panic!("{what} is nothing that ends anything"),
    }
}

both!(what_was_answered_from_memory_ends_with_the_acknowledgement, async |app: TestApp| {
    let node = other_node(&app).await;
    let nodes: Vec<&TestApp> = [Some(&app), node.as_ref()].into_iter().flatten().collect();
    for (number, (what, after)) in ENDS.iter().enumerate() {
        let (email, permission) = (format!("p{number}@example.com"), format!("p{number}:read"));
        let product = app.product(what, &[&permission]).await;
        let mut scene = Scene::of(&app, &email, product).await;
        scene.token = app.token_with(&scene.mira, &[&permission, "profile:read"], "").await;
        is_remembered(&app, &scene, &nodes).await;
        end(&app, &mut scene, &email, what).await;
        assert_eq!(told(&scene, &nodes).await, *after, "{what}");
    }
});

both!(what_ended_elsewhere_ends_here, async |app: TestApp| {
    let Some(node) = other_node(&app).await else { return };
    let nodes = [&app, &node];
    let scene = Scene::new(&app).await;
    is_remembered(&app, &scene, &nodes).await;
    node.suspend(MIRA).await;
    assert_eq!(scene.active(&nodes).await, (false, false));
    node.restore_account(MIRA).await;
    assert_eq!(scene.active(&nodes).await, (true, false));
    // The command line is one more node, which remembers nothing.
    let (done, said) = app.cli(&["account", "suspend", MIRA], "").await;
    assert!(done, "{said}");
    assert_eq!(scene.active(&nodes).await, (false, false));
});

both!(what_begins_to_open_something_does_so_at_once, async |app: TestApp| {
    let scene = Scene::new(&app).await;
    let node = other_node(&app).await;
    let nodes = [&app, node.as_ref().unwrap_or(&app)];
    for node in nodes {
        node.knows_all().await;
    }
    // Another application is told nothing of them, and that is remembered.
    let other = app.product("Wiki", &["pages:read"]).await;
    for node in nodes {
        other.asks(node, &scene.session).await.inactive();
        other.asks(node, &scene.token).await.inactive();
    }
    let session = other.session(&app, &scene.mira, &scene.browser, "openid").await;
    let token = app.token_with(&scene.mira, &["pages:read"], "").await;
    for node in nodes {
        other.asks(node, &session).await.active();
        other.asks(node, &token).await.active();
    }
    // A "no" is as old as the row that it was worked out from.
    administration::require_password_change(&app, By::Operator, Whom::Id(scene.mira.id))
        .await
        .unwrap();
    assert_eq!(scene.active(&nodes).await, (false, false));
    let mut browser = app.browser();
    browser.sign_in(MIRA, PASSWORD).await;
    browser.change_password(PASSWORD, OTHER_PASSWORD).await;
    assert_eq!(scene.active(&nodes).await, (true, false));
});

both!(nobody_s_id_is_remembered_for_five_seconds, async |app: TestApp| {
    let scene = Scene::new(&app).await;
    app.knows_all().await;
    let hide = "UPDATE access_tokens SET id = account_id";
    let id = Token::parse(Kind::AccessToken, &scene.token).unwrap().id();
    let show = format!("UPDATE access_tokens SET id = {}", app.bytes(id.as_bytes()));
    app.tamper("DELETE FROM access_token_permissions").await;
    app.tamper(hide).await;
    app.knows_all().await;
    scene.product.asks(&app, &scene.token).await.inactive();
    app.tamper_unsaid(&show).await;
    let insert = "INSERT INTO access_token_permissions (token_id, permission) SELECT id, 'clients:read' FROM access_tokens";
    app.tamper_unsaid(insert).await;
    app.wait(Duration::from_millis(4999));
    scene.product.asks(&app, &scene.token).await.inactive();
    app.wait(Duration::from_millis(1));
    scene.product.asks(&app, &scene.token).await.active();
});

both!(with_no_memory_the_database_is_asked_each_time, async |app: TestApp| {
    let scene = Scene::new(&app).await;
    app.knows_all().await;
    let app = app.restart(&[("check_memory_mib", "0")]).await;
    assert_eq!(scene.active(&[&app]).await, (true, true));
    app.tamper_unsaid(HIDE).await;
    assert_eq!(scene.active(&[&app]).await, (false, false));
});

/// Without a lease the database is asked; without a database nobody is let in.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_lease_and_without_a_database() {
    let app = TestApp::new(Backend::Postgres).await;
    let node = app.second_node().await;
    let scene = Scene::new(&app).await;
    let nodes = [&app, &node];
    is_remembered(&app, &scene, &nodes).await;
    node.leave().await;
    app.tamper_unsaid(HIDE).await;
    assert_eq!(scene.active(&[&app]).await, (true, true), "it has a lease");
    assert_eq!(scene.active(&[&node]).await, (false, false), "it has none");
    app.tamper_unsaid(SHOW).await;
    // It joins again, and knows what has changed meanwhile.
    app.suspend(MIRA).await;
    node.join().await;
    node.knows_all().await;
    assert_eq!(scene.active(&nodes).await, (false, false));
    app.restore_account(MIRA).await;
    node.leave().await;
    node.db.close().await;
    scene.product.asks(&node, &scene.token).await.is(503);
}
