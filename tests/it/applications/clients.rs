//! How applications prove themselves at the routes of OAuth: in one way, strictly.

use super::*;
use crate::both;
use crate::support::MadeApplication;
use axum::body::Body;
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, Method, Request};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http_body_util::BodyExt;
use portcullis::http::Front;
use portcullis::http::oauth::{
    Answer, AnyApplication, Anybody, Holder, OauthRoute, ProvedApplication, show,
};
use portcullis::http::{Peer, router_with};
use serde_json::{Value, json};
use tower::ServiceExt;

const FORM: &str = "application/x-www-form-urlencoded";

/// Routes that say who calls, each for another caller.
fn table() -> Vec<OauthRoute> {
    vec![
        show::<ProvedApplication, _, _>(
            Method::POST,
            "/oauth/test/proved",
            async |_, own: ProvedApplication| Ok(Answer::json(&json!({ "name": own.0.name }))?),
        ),
        show::<AnyApplication, _, _>(
            Method::POST,
            "/oauth/test/any",
            async |call, own: AnyApplication| {
                Ok(Answer::json(&json!({ "name": own.0.name, "code": call.form.need("code")? }))?)
            },
        ),
        show::<Holder, _, _>(Method::GET, "/oauth/test/holder", async |_, Holder(held)| {
            Ok(Answer::json(&json!({ "scopes": held.scopes.text() }))?)
        }),
        show::<Anybody, _, _>(Method::GET, "/oauth/test/open", async |_, _| {
            Ok(Answer::json(&json!({}))?.public(300))
        }),
    ]
}

struct Heard {
    status: u16,
    headers: HeaderMap,
    json: Value,
}

async fn ask(
    router: &Front,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Heard {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut request = request.body(Body::from(body.to_owned())).unwrap();
    request.extensions_mut().insert(Peer(Some([192, 0, 2, 77].into())));
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let json = serde_json::from_slice(&body).unwrap_or(Value::Null);
    Heard { status: parts.status.as_u16(), headers: parts.headers, json }
}

async fn post(router: &Front, path: &str, headers: &[(&str, &str)], body: &str) -> Heard {
    let all = [&[(CONTENT_TYPE.as_str(), FORM)][..], headers].concat();
    ask(router, Method::POST, path, &all, body).await
}

fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

async fn two(app: &TestApp) -> (Front, MadeApplication, MadeApplication) {
    let confidential = app.makes_application("Billing", &[]).await;
    let typed = portcullis::features::application_settings::rules::Typed {
        name: "Phone".into(),
        kind: "public".into(),
        ..portcullis::features::application_settings::rules::Typed::new()
    };
    let public = app.makes(&typed).await;
    (router_with(app.app.clone(), table()), confidential, public)
}

both!(an_application_proves_itself_in_one_way_of_two, async |app: TestApp| {
    let (router, own, public) = two(&app).await;
    let (id, secret) = (own.id.to_string(), own.secret.unwrap());
    let header = basic(&id, &secret);
    let auth = [(AUTHORIZATION.as_str(), header.as_str())];
    let posted = format!("client_id={id}&client_secret={secret}");
    let named = format!("client_id={id}");
    let good: [(&[(&str, &str)], &str); 3] = [(&auth, ""), (&[], &posted), (&auth, &named)];
    for (headers, body) in good {
        let heard = post(&router, "/oauth/test/proved", headers, body).await;
        assert_eq!((heard.status, &heard.json["name"]), (200, &json!("Billing")), "{body}");
        assert_eq!(heard.headers[CACHE_CONTROL], "no-store");
    }
    // Both at once, or one twice.
    let other = format!("client_id={}", public.id);
    let several: [(&[(&str, &str)], &str); 2] = [(&auth, &posted), (&auth, &other)];
    for (headers, body) in several {
        let heard = post(&router, "/oauth/test/proved", headers, body).await;
        assert_eq!(
            (heard.status, &heard.json["error"]),
            (400, &json!("invalid_request")),
            "{body}"
        );
    }
    let twice = [auth[0], auth[0]];
    assert_eq!(post(&router, "/oauth/test/proved", &twice, "").await.status, 400);
    // A public one has nothing to prove, where it may come at all.
    let public_id = format!("client_id={}&code=x", public.id);
    assert_eq!(post(&router, "/oauth/test/any", &[], &public_id).await.json["name"], "Phone");
    assert_eq!(post(&router, "/oauth/test/proved", &[], &public_id).await.status, 401);
    let confidential = format!("client_id={id}&code=x");
    assert_eq!(post(&router, "/oauth/test/any", &[], &confidential).await.status, 401);
    let with_secret = format!("{public_id}&client_secret={secret}");
    assert_eq!(post(&router, "/oauth/test/any", &[], &with_secret).await.status, 401);
});

// TK-06: whoever proves nothing learns nothing, and is slowed down; who proves
// themselves is not, wherever they are.
both!(tk_06_who_proves_nothing_is_refused_alike, async |app: TestApp| {
    let (router, own, public) = two(&app).await;
    let (id, secret) = (own.id.to_string(), own.secret.unwrap());
    let foreign = app.makes_application("Other", &[]).await.secret.unwrap();
    let mut refusals = Vec::new();
    let own_id = public.id.to_string();
    let wrong: [(&str, &str); 7] = [
        (&id, "x"),
        (&id, &foreign),
        (&id, &secret[..secret.len() - 1]),
        (NOBODY, &secret),
        ("x", &secret),
        ("", ""),
        (&own_id, &secret),
    ];
    for (name, given) in wrong {
        let header = basic(name, given);
        let heard =
            post(&router, "/oauth/test/proved", &[(AUTHORIZATION.as_str(), &header)], "").await;
        assert_eq!(heard.status, 401, "{name} {given}");
        let asks = heard.headers[WWW_AUTHENTICATE].to_str().unwrap().to_owned();
        assert!(asks.starts_with("Basic realm="), "{asks}");
        refusals.push(heard.json.to_string());
    }
    for headers in
        [&[][..], &[(AUTHORIZATION.as_str(), "Bearer x")], &[(AUTHORIZATION.as_str(), "Basic %")]]
    {
        let heard = post(&router, "/oauth/test/proved", headers, "").await;
        assert_eq!(heard.status, 401);
        refusals.push(heard.json.to_string());
    }
    refusals.dedup();
    assert_eq!(refusals, [json!({"error": "invalid_client"}).to_string()]);
    let mut limited = 0;
    for _ in 0..100 {
        limited += usize::from(post(&router, "/oauth/test/proved", &[], "").await.status == 429);
    }
    assert!((35..100).contains(&limited), "{limited}");
    let header = basic(&id, &secret);
    let heard = post(&router, "/oauth/test/proved", &[(AUTHORIZATION.as_str(), &header)], "").await;
    assert_eq!(heard.status, 200);
});

both!(pw_22_forms_are_read_strictly, async |app: TestApp| {
    let (router, _, public) = two(&app).await;
    let id = format!("client_id={}", public.id);
    for (body, status) in [
        (format!("{id}&code=x&unknown=y"), 200),
        (format!("{id}&code=x&code=y"), 400),
        (format!("{id}&{id}&code=x"), 400),
        (format!("{id}&code="), 400),
        (id.clone(), 400),
        (format!("{id}&code=%ff"), 400),
        (format!("{id}&code={}", "x".repeat(20_000)), 413),
    ] {
        let heard = post(&router, "/oauth/test/any", &[], &body).await;
        assert_eq!(heard.status, status, "{}", &body[..body.len().min(90)]);
        let error = heard.json["error"].as_str();
        assert_eq!(error, (status != 200).then_some("invalid_request"));
    }
    for kind in ["application/json", "text/plain", "multipart/form-data; boundary=x", ""] {
        let headers = [(CONTENT_TYPE.as_str(), kind)];
        let body = format!("{id}&code=x");
        let heard = ask(&router, Method::POST, "/oauth/test/any", &headers, &body).await;
        assert_eq!(heard.status, 400, "{kind}");
    }
    // In the query nothing is looked for.
    let path = format!("/oauth/test/any?{id}&code=x");
    assert_eq!(post(&router, &path, &[], "").await.status, 401);
    let heard = ask(&router, Method::GET, "/oauth/test/any", &[], "").await;
    assert_eq!((heard.status, heard.headers["allow"].to_str().unwrap()), (405, "POST"));
});

both!(tk_04_a_session_s_secret_stands_in_one_place, async |app: TestApp| {
    let (router, own, _) = two(&app).await;
    let mira = mira(&app).await;
    let (_, secret) = app.signs_in_to(&mira, &own, "openid email").await;
    let text = secret.encode().reveal().to_owned();
    let bearer = format!("Bearer {text}");
    let path = "/oauth/test/holder";
    let get = async |headers: &[(&str, &str)], path: &str| {
        ask(&router, Method::GET, path, headers, "").await
    };
    let heard = get(&[(AUTHORIZATION.as_str(), &bearer)], path).await;
    assert_eq!((heard.status, &heard.json["scopes"]), (200, &json!("email openid")));
    let nothing = get(&[], path).await;
    assert_eq!(
        (nothing.status, nothing.headers[WWW_AUTHENTICATE].to_str().unwrap()),
        (401, "Bearer")
    );
    let cookie = format!("portcullis-session={}", mira.session().unwrap());
    let session = format!("Bearer {}", mira.session().unwrap());
    for (name, value) in [
        ("authorization", format!("Bearer {text}x")),
        ("authorization", format!("Basic {}", STANDARD.encode(format!("{text}:")))),
        ("authorization", session),
        ("cookie", cookie),
        ("x-access-token", text.clone()),
    ] {
        assert_eq!(get(&[(name, &value)], path).await.status, 401, "{name}");
    }
    assert_eq!(get(&[], &format!("{path}?access_token={text}")).await.status, 401);
    let wrong = get(&[(AUTHORIZATION.as_str(), "Bearer pcl_aps_x")], path).await;
    assert_eq!(wrong.headers[WWW_AUTHENTICATE], "Bearer error=\"invalid_token\"");
    let open = get(&[("origin", "https://a.example")], "/oauth/test/open").await;
    assert_eq!(open.headers["access-control-allow-origin"], "*");
    assert!(!open.headers.contains_key("access-control-allow-credentials"));
    assert!(!heard.headers.contains_key("access-control-allow-origin"));
});
