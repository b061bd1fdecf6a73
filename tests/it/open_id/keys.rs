//! Signing keys: made once, published before they sign, rotated with overlap.

use super::{Client, MIRA};
use crate::both;
use crate::open_id::client::{document, verified};
use crate::support::{Backend, PASSWORD, TestApp};
use portcullis::features::signing_keys;
use portcullis::features::signing_keys::rules::{PUBLISHED_AFTER, PUBLISHED_BEFORE, SIGNS_FOR};
use serde_json::Value;
use std::time::Duration;

async fn kids(app: &TestApp, algorithm: &str) -> Vec<String> {
    let keys = document(app, "/oauth/jwks.json").await;
    let own = |key: &&Value| key["alg"] == algorithm;
    let all = keys["keys"].as_array().unwrap();
    all.iter().filter(own).map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

fn kid(token: &str) -> String {
    jsonwebtoken::decode_header(token).unwrap().kid.unwrap()
}

async fn token(app: &TestApp, client: &Client) -> String {
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    client.signs_in(app, &mut browser).await.id_token
}

both!(a_key_is_published_before_it_signs_and_long_after, async |app: TestApp| {
    app.account(MIRA).await;
    let client = Client::new(&app).await;
    let old = token(&app, &client).await;
    let [first] = &kids(&app, "ES256").await[..] else { panic!("one key") };
    assert_eq!(kid(&old), *first);
    app.wait(SIGNS_FOR - PUBLISHED_BEFORE - Duration::from_millis(1));
    assert_eq!(signing_keys::tend(&app).await.unwrap(), 0);
    app.wait(Duration::from_millis(1));
    // Both algorithms are due at once.
    assert_eq!(signing_keys::tend(&app).await.unwrap(), 2);
    assert_eq!(signing_keys::tend(&app).await.unwrap(), 0);
    let both = kids(&app, "ES256").await;
    assert_eq!(both.len(), 2);
    app.wait(PUBLISHED_BEFORE - Duration::from_millis(1));
    assert_eq!(kid(&token(&app, &client).await), *first, "not before its turn");
    app.wait(Duration::from_millis(1));
    let new = token(&app, &client).await;
    assert!(both.contains(&kid(&new)) && kid(&new) != *first);
    // What the old one has signed still verifies, until it is gone.
    assert!(verified(&app, &old).await.is_some());
    app.wait(PUBLISHED_AFTER - Duration::from_millis(1));
    signing_keys::tend(&app).await.unwrap();
    assert!(verified(&app, &old).await.is_some());
    app.wait(Duration::from_millis(1));
    assert!(verified(&app, &old).await.is_none());
    signing_keys::tend(&app).await.unwrap();
    assert_eq!(app.count("SELECT COUNT(*) FROM signing_keys").await, 2);
    assert!(verified(&app, &new).await.is_some());
    let removed = app.events().await;
    let removed = removed.iter().filter(|event| *event == "signing-key-removed succeeded");
    assert_eq!(removed.count(), 2);
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pl_06_two_nodes_make_one_key() {
    let one = TestApp::new(Backend::Postgres).await;
    let two = one.second_node().await;
    let (here, there) = tokio::join!(signing_keys::tend(&one), signing_keys::tend(&two));
    assert_eq!(here.unwrap() + there.unwrap(), 2);
    assert_eq!(one.count("SELECT COUNT(*) FROM signing_keys").await, 2);
    assert_eq!(document(&one, "/oauth/jwks.json").await, document(&two, "/oauth/jwks.json").await);
}

both!(what_is_published_is_public_and_kept_a_while, async |app: TestApp| {
    let keys = document(&app, "/oauth/jwks.json").await;
    for key in keys["keys"].as_array().unwrap() {
        let names: Vec<&str> = key.as_object().unwrap().keys().map(String::as_str).collect();
        for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert!(!names.contains(&private), "{names:?}");
        }
        assert_eq!(key["use"], "sig");
    }
    let reply =
        crate::open_id::client::call(&app, axum::http::Method::GET, "/oauth/jwks.json", None, None)
            .await;
    assert_eq!(reply.headers["cache-control"], "public, max-age=300");
    assert_eq!(reply.headers["access-control-allow-origin"], "*");
});

// PL-10: a key that was moved to another row, or put there by whoever has the
// database, signs nothing and is not published.
both!(pl_10_a_key_of_another_row_does_not_open, async |app: TestApp| {
    app.account(MIRA).await;
    document(&app, "/oauth/jwks.json").await;
    app.tamper("UPDATE signing_keys SET sealed = (SELECT b.sealed FROM signing_keys b WHERE b.algorithm = 'ES256')")
        .await;
    let reply =
        crate::open_id::client::call(&app, axum::http::Method::GET, "/oauth/jwks.json", None, None)
            .await;
    reply.is(500);
});
