//! PW-07: the limit is bound to the act, not to how its path is written.

use super::{WAIT_30, strangers_fail};
use crate::both;
use crate::support::{PASSWORD, TestApp};
use axum::http::Method;
use axum::http::header::CONTENT_TYPE;

const FORMS: [&str; 18] = [
    "//sign-in",
    "/./sign-in",
    "/sign-in/",
    "/sign-in//",
    "/sign-in/.",
    "/Sign-in",
    "/SIGN-IN",
    "/%73ign-in",
    "/sign%2din",
    "/sign%2Din",
    "/sign-in%2f",
    "/%2fsign-in",
    "/sign-in;x=1",
    "/sign-in%00",
    "/sign-in%20",
    "/sign-in%3fx",
    "/x/../sign-in",
    "/settings/../sign-in",
];

both!(pw_07_no_other_path_reaches_the_act, async |app: TestApp| {
    app.account("mira@example.com").await;
    strangers_fail(&app, "mira@example.com", 5).await;
    let events = app.events().await.len();
    let mut stranger = app.browser();
    let fields = [("email", "mira@example.com"), ("password", PASSWORD)];
    for path in FORMS {
        stranger.get("/sign-in").await;
        let reply = stranger.post(path, &fields).await;
        assert!(matches!(reply.status.as_u16(), 404 | 405), "{path}: {}", reply.status);
        assert!(stranger.session().is_none(), "{path}");
    }
    assert_eq!(app.events().await.len(), events);
    // With a query it is the same act, and counts.
    for path in ["/sign-in?x=1", "/sign-in?", "/sign-in?email=mira@example.com&csrf=x"] {
        stranger.get("/sign-in").await;
        stranger.post(path, &fields).await.is(429).shows(WAIT_30);
    }
});

both!(pw_07_no_other_method_reaches_the_act, async |app: TestApp| {
    app.account("mira@example.com").await;
    strangers_fail(&app, "mira@example.com", 5).await;
    let events = app.events().await.len();
    let mut stranger = app.browser();
    stranger.get("/sign-in").await;
    let token = stranger.token.clone().unwrap();
    let fields = [("csrf", token.as_str()), ("email", "mira@example.com"), ("password", PASSWORD)];
    let form = serde_urlencoded::to_string(fields).unwrap();
    let kind = [(CONTENT_TYPE, "application/x-www-form-urlencoded")];
    for method in ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "post", "BREW"] {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let reply = stranger.send(method.clone(), "/sign-in", &kind, Some(form.clone())).await;
        reply.is(405);
        assert!(stranger.session().is_none(), "{method}");
    }
    stranger.header("x-http-method-override", "POST");
    stranger.header("x-method-override", "POST");
    for method in [Method::GET, Method::HEAD] {
        let path = format!("/sign-in?_method=POST&{form}");
        let reply = stranger.send(method.clone(), &path, &kind, Some(form.clone())).await;
        reply.is(200);
        assert!(stranger.session().is_none(), "{method}");
    }
    assert_eq!(app.events().await.len(), events);
});
