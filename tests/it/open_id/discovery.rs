//! The document that clients read first says what is so.

use super::client::{call, document};
use crate::both;
use crate::support::TestApp;
use axum::http::Method;
use portcullis::http::oauth::oauth_routes;
use portcullis::http::routes;

both!(every_address_of_the_document_is_a_route, async |app: TestApp| {
    let document = document(&app, "/.well-known/openid-configuration").await;
    let issuer = app.config.public_url.origin();
    assert_eq!(document["issuer"], issuer);
    let mut paths: Vec<&str> = routes().iter().map(|route| route.path).collect();
    paths.extend(oauth_routes().iter().map(|route| route.path));
    // Introspection is another feature's.
    paths.push("/oauth/introspect");
    let mut seen = 0;
    for (name, value) in document.as_object().unwrap() {
        if name.ends_with("_endpoint") || name == "jwks_uri" {
            let path = value.as_str().unwrap().strip_prefix(issuer).unwrap();
            assert!(paths.contains(&path), "{name}: {path}");
            seen += 1;
        }
    }
    assert_eq!(seen, 7);
    let other = call(&app, Method::GET, "/.well-known/oauth-authorization-server", None, None);
    let other: serde_json::Value = serde_json::from_str(&other.await.body).unwrap();
    assert_eq!(other, document);
});

both!(the_document_promises_nothing_that_is_not_there, async |app: TestApp| {
    let document = document(&app, "/.well-known/openid-configuration").await;
    for (name, expected) in [
        ("response_types_supported", vec!["code"]),
        ("response_modes_supported", vec!["query"]),
        ("grant_types_supported", vec!["authorization_code"]),
        ("code_challenge_methods_supported", vec!["S256"]),
        ("id_token_signing_alg_values_supported", vec!["ES256", "RS256"]),
        ("subject_types_supported", vec!["public"]),
        ("scopes_supported", vec!["openid", "profile", "email"]),
    ] {
        assert_eq!(document[name], serde_json::json!(expected), "{name}");
    }
    for yes in [
        "authorization_response_iss_parameter_supported",
        "backchannel_logout_supported",
        "backchannel_logout_session_supported",
        "claims_parameter_supported",
    ] {
        assert_eq!(document[yes], true, "{yes}");
    }
    // A browser's client reads it, and nothing else, from another site.
    for (path, open) in [
        ("/.well-known/openid-configuration", true),
        ("/oauth/jwks.json", true),
        ("/oauth/userinfo", false),
    ] {
        let reply = call(&app, Method::GET, path, None, None).await;
        assert_eq!(reply.headers.contains_key("access-control-allow-origin"), open, "{path}");
        assert!(!reply.headers.contains_key("access-control-allow-credentials"), "{path}");
    }
});
