//! What is said of what is active.

use super::*;
use crate::both;
use crate::support::Reply;
use axum::http::header::CACHE_CONTROL;
use serde_json::json;

both!(a_session_says_who_and_how_sure, async |app: TestApp| {
    let scene = Scene::new(&app).await;
    let told = scene.product.asks(&app, &scene.session).await;
    let mut json = told.active();
    let sid = json["sid"].take();
    assert_eq!(sid.as_str().unwrap().len(), 36);
    let now = app.clock.now().millis() / 1000;
    assert_eq!(
        json,
        json!({
            "active": true,
            "sub": scene.mira.id.to_string(),
            "username": MIRA,
            "email": MIRA,
            "name": "Mira Okafor",
            "scope": "clients:read clients:write email openid profile",
            "client_id": scene.product.id.to_string(),
            "token_type": "Bearer",
            "exp": now + 7 * 86_400,
            "iat": now,
            "iss": "http://localhost:8080",
            "sid": null,
            "auth_time": now,
            "amr": ["pwd"],
            "acr": "urn:portcullis:acr:one-factor",
        })
    );
    assert_eq!(told.headers[CACHE_CONTROL], "no-store");
    // No more than the scopes open.
    let little = scene.product.session(&app, &scene.mira, &scene.browser, "openid").await;
    let json = scene.product.asks(&app, &little).await.active();
    for hidden in ["username", "email", "name"] {
        assert!(json.get(hidden).is_none(), "{hidden}");
    }
    assert_eq!(json["scope"], "openid");
});

both!(a_token_says_what_it_may_here, async |app: TestApp| {
    let scene = Scene::new(&app).await;
    let other = app.product("Wiki", &["pages:read"]).await;
    let both = app
        .token_with(&scene.mira, &["clients:read", "log:read", "pages:read", "clients:gone"], "")
        .await;
    let json = scene.product.asks(&app, &both).await.active();
    assert_eq!(json["scope"], "clients:read");
    assert_eq!(other.asks(&app, &both).await.active()["scope"], "pages:read");
    assert_eq!(json["jti"].as_str().unwrap().len(), 36);
    for absent in ["sid", "amr", "acr", "auth_time", "email", "username", "name"] {
        assert!(json.get(absent).is_none(), "{absent}");
    }
    // One that carries nothing of an application is none of its business.
    other.asks(&app, &scene.token).await.inactive();
});

both!(what_is_required_must_be_there, async |app: TestApp| {
    let scene = Scene::new(&app).await;
    let asks = async |credential: &str, required: &str| {
        let fields = [("token", credential), ("permissions", required)];
        scene.product.asks_with(&app, &fields).await.is_active()
    };
    assert!(asks(&scene.token, "clients:read").await);
    assert!(asks(&scene.session, "clients:read clients:write").await);
    assert!(asks(&scene.session, "  clients:write ").await);
    for lacking in ["clients:write", "clients:read clients:write", "profile:read", "clients:rea"] {
        assert!(!asks(&scene.token, lacking).await, "{lacking}");
    }
    // A scope of OpenID Connect is no permission.
    for lacking in ["openid", "email", "clients:remove", "clients:read,clients:write", "*"] {
        assert!(!asks(&scene.session, lacking).await, "{lacking}");
    }
});

both!(a_second_factor_is_said, async |app: TestApp| {
    let holder = app.enrolled(MIRA).await;
    let proved = app.clock.now().millis() / 1000 - 30;
    app.wait(std::time::Duration::from_secs(90));
    let product = app.product("Billing", &[]).await;
    let session = product.session(&app, &holder.account, &holder.browser, "openid").await;
    let json = product.asks(&app, &session).await.active();
    assert_eq!(json["amr"], json!(["pwd", "otp", "mfa"]));
    assert_eq!(json["acr"], "urn:portcullis:acr:two-factors");
    assert_eq!(json["auth_time"], proved);
});

both!(a_question_that_is_none_is_said_to_be, async |app: TestApp| {
    let scene = Scene::new(&app).await;
    let asks = async |fields: &[(&str, &str)]| scene.product.asks_with(&app, fields).await;
    let token = scene.token.as_str();
    for wrong in [
        &[][..],
        &[("token", "")],
        &[("token_type_hint", "access_token")],
        &[("token", token), ("token", token)],
        &[("token", token), ("end_user_address", "here")],
        &[("token", token), ("end_user_address", "203.0.113.7:80")],
        &[("token", token), ("end_user_address", "203.0.113.0/24")],
    ] {
        assert_eq!(asks(wrong).await.is(400).json()["error"], "invalid_request", "{wrong:?}");
    }
    // What a hint says is not relied on, and what is unknown is passed over.
    for hint in ["access_token", "refresh_token", "nonsense"] {
        asks(&[("token", token), ("token_type_hint", hint), ("resource", "x")]).await.active();
    }
    let reply: Reply = app.browser().get("/oauth/introspect").await;
    reply.is(405);
});
