//! Authorization codes: once, at once, and for whom they were given.

use super::{Client, MIRA, Made, Tokens};
use crate::both;
use crate::open_id::client::{VERIFIER, call};
use crate::support::{Backend, PASSWORD, Reply, TestApp, rounds};
use axum::http::Method;
use futures_util::future::join_all;
use portcullis::features::applications::rules::ApplicationKind;
use std::time::Duration;

#[track_caller]
fn is_no_grant(reply: &Reply) {
    reply.is(400);
    assert!(reply.body.contains("\"invalid_grant\""), "{}", reply.body);
}

async fn signed_in(app: &TestApp) -> crate::support::Browser {
    app.account(MIRA).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    browser
}

both!(rs_a_code_lives_sixty_seconds_to_the_millisecond, async |app: TestApp| {
    let mut browser = signed_in(&app).await;
    let client = Client::new(&app).await;
    let code = client.code(&mut browser).await;
    app.wait(Duration::from_millis(59_999));
    Tokens::of(&client.exchanges(&app, &code, &[]).await);
    let code = client.code(&mut browser).await;
    app.wait(Duration::from_secs(60));
    is_no_grant(&client.exchanges(&app, &code, &[]).await);
});

both!(a_code_that_comes_twice_ends_what_it_was_exchanged_for, async |app: TestApp| {
    let mut browser = signed_in(&app).await;
    let client = Client::new(&app).await;
    let other = client.signs_in(&app, &mut browser).await;
    let code = client.code(&mut browser).await;
    let tokens = Tokens::of(&client.exchanges(&app, &code, &[]).await);
    assert_eq!(tokens.status(&app).await, 200);
    is_no_grant(&client.exchanges(&app, &code, &[]).await);
    assert_eq!(tokens.status(&app).await, 401);
    assert_eq!(other.status(&app).await, 200, "other sessions stay");
    assert!(browser.is_signed_in().await);
    // A day later, too: the row is kept so long.
    app.wait(Duration::from_hours(20));
    portcullis::jobs::prune(&app).await.unwrap();
    is_no_grant(&client.exchanges(&app, &code, &[]).await);
    let replayed = app.events().await;
    let replayed = replayed.iter().filter(|it| *it == "authorization-code-replayed succeeded");
    assert_eq!(replayed.count(), 2);
    app.wait(Duration::from_hours(8));
    portcullis::jobs::prune(&app).await.unwrap();
    assert_eq!(app.count("SELECT COUNT(*) FROM authorization_codes").await, 0);
});

/// PAR, 2N: of fifty exchanges of one code at once one succeeds at most, and what it
/// made is ended by the others.
async fn race(app: &TestApp, nodes: &[&TestApp]) {
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    let client = Client::new(app).await;
    for _ in 0..rounds() {
        let code = client.code(&mut browser).await;
        let tries = (0..50).map(|index| {
            let (client, code, node) = (client.clone(), code.clone(), nodes[index % nodes.len()]);
            async move { client.exchanges(node, &code, &[]).await }
        });
        let replies = join_all(tries).await;
        let won: Vec<&Reply> = replies.iter().filter(|reply| reply.status == 200).collect();
        assert_eq!(won.len(), 1);
        assert_eq!(Tokens::of(won[0]).status(app).await, 401);
        let live = "SELECT COUNT(*) FROM application_sessions WHERE ended_at IS NULL";
        assert_eq!(app.count(live).await, 0);
        app.tamper("DELETE FROM application_sessions").await;
    }
}

both!(par_fifty_exchanges_of_one_code_make_one_session, async |app: TestApp| {
    app.account(MIRA).await;
    race(&app, &[&app]).await;
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pl_06_par_fifty_exchanges_on_two_nodes_make_one_session() {
    let app = TestApp::new(Backend::Postgres).await;
    app.account(MIRA).await;
    let second = app.second_node().await;
    race(&app, &[&app, &second]).await;
}

// Code injection: of no use to another application, for another address, or to
// whoever made another challenge. The right one still has it afterwards.
both!(a_code_is_of_no_use_to_anybody_else, async |app: TestApp| {
    let mut browser = signed_in(&app).await;
    let client = Client::new(&app).await;
    let back = [crate::open_id::client::BACK];
    let made = Made { name: "Evil", back: &back, ..Made::default() };
    let evil = Client::made(&app, made).await;
    let public =
        Made { name: "Public", kind: ApplicationKind::Public, back: &back, ..Made::default() };
    let public = Client::made(&app, public).await;
    let code = client.code(&mut browser).await;
    for thief in [&evil, &public] {
        is_no_grant(&thief.exchanges(&app, &code, &[]).await);
    }
    let other = "another-verifier-of-43-characters-and-some-more";
    for changed in [
        ("redirect_uri", "https://billing.example/other"),
        ("redirect_uri", "https://billing.example/signed-in/"),
        ("redirect_uri", "https://billing.example/signed-in?"),
        ("code_verifier", other),
        ("code_verifier", "short"),
        ("code_verifier", &VERIFIER.to_uppercase()),
    ] {
        is_no_grant(&client.exchanges(&app, &code, &[changed]).await);
    }
    for missing in ["redirect_uri", "code_verifier", "code", "grant_type"] {
        let reply = client.exchanges(&app, &code, &[(missing, "")]).await;
        assert!(reply.is(400).body.contains("\"invalid_request\""), "{missing}");
    }
    for wrong in [
        code.to_uppercase(),
        format!("{code} "),
        code.replace("pcl_cod_", "pcl_aps_"),
        format!("{}x", &code[..code.len() - 1]),
        "x".to_owned(),
    ] {
        is_no_grant(&client.exchanges(&app, &wrong, &[]).await);
    }
    for grant in ["password", "client_credentials", "refresh_token", "implicit"] {
        let reply = client.exchanges(&app, &code, &[("grant_type", grant)]).await;
        assert!(reply.is(400).body.contains("\"unsupported_grant_type\""), "{grant}");
    }
    Tokens::of(&client.exchanges(&app, &code, &[]).await);
});

both!(nobody_exchanges_without_proving_which_application_it_is, async |app: TestApp| {
    let mut browser = signed_in(&app).await;
    let client = Client::new(&app).await;
    let other = Client::made(&app, Made { name: "Other", ..Made::default() }).await;
    let code = client.code(&mut browser).await;
    let foreign = Client { secret: other.secret.clone(), ..client.clone() };
    let none = Client { secret: None, ..client.clone() };
    let wrong = Client { secret: Some("pcl_app_x".into()), ..client.clone() };
    for wrong in [foreign, none, wrong] {
        let reply = wrong.exchanges(&app, &code, &[]).await;
        assert!(reply.is(401).body.contains("\"invalid_client\""));
        assert!(reply.headers["www-authenticate"].to_str().unwrap().starts_with("Basic"));
    }
    let (id, secret) = (client.id.to_string(), client.secret.clone().unwrap());
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", crate::open_id::client::BACK),
        ("code_verifier", VERIFIER),
        ("client_id", &id),
        ("client_secret", &secret),
    ];
    // In the body it is as good; in the address it is nothing.
    let query = format!("/oauth/token?{}", serde_urlencoded::to_string(form).unwrap());
    call(&app, Method::POST, &query, None, Some(&[])).await.is(401);
    call(&app, Method::GET, &query, None, None).await.is(405);
    Tokens::of(&call(&app, Method::POST, "/oauth/token", None, Some(&form)).await);
});

// PW-19: what shuts an account between code and token.
both!(pw_19_what_comes_between_code_and_token_counts, async |app: TestApp| {
    let mut browser = signed_in(&app).await;
    let client = Client::new(&app).await;
    client.signs_in(&app, &mut browser).await;
    for (shut, open, event) in [
        ("suspended_at = 1", "suspended_at = NULL", "suspended"),
        ("locked_at = 1", "locked_at = NULL", "locked"),
        (
            "password_change_required_at = 1",
            "password_change_required_at = NULL",
            "authorization-code",
        ),
        ("closes_at = 9000000000000", "closes_at = NULL", "authorization-code"),
    ] {
        let code = client.code(&mut browser).await;
        app.tamper(&format!("UPDATE accounts SET {shut}")).await;
        is_no_grant(&client.exchanges(&app, &code, &[]).await);
        let last = app.events().await.pop().unwrap();
        assert_eq!(last, format!("application-signed-in refused/{event}"));
        app.tamper(&format!("UPDATE accounts SET {open}")).await;
    }
    for sql in [
        "UPDATE application_permissions SET name = 'other:read' WHERE name = 'billing:read'",
        "UPDATE application_permissions SET name = 'billing:read' WHERE name = 'other:read'",
    ] {
        // The first takes a permission back that the code was given with.
        let taken = sql.contains("SET name = 'other:read'");
        if taken {
            let code = client.code(&mut browser).await;
            app.tamper(sql).await;
            is_no_grant(&client.exchanges(&app, &code, &[]).await);
        } else {
            app.tamper(sql).await;
        }
    }
    let code = client.code(&mut browser).await;
    let mut elsewhere = browser.clone();
    elsewhere.get("/sign-out").await;
    elsewhere.post("/sign-out", &[]).await.leads_to("/sign-in");
    is_no_grant(&client.exchanges(&app, &code, &[]).await);
    assert_eq!(app.events().await.pop().unwrap(), "application-signed-in refused/unknown-session");
});
