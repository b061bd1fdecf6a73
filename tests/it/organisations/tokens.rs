//! Tokens that are limited to some organisations.

use super::*;
use crate::api::Program;
use crate::both;

const NEW: &str = "/settings/security/tokens/new";

both!(a_limited_token_opens_what_is_its_organisation_s_and_nothing_else, async |app: TestApp| {
    let acme = acme(&app).await;
    let umbrella = organisation(&app, "umbrella", Plan::Enterprise, MIRA).await;
    let product = app.product("Billing", &["clients:read"]).await;
    let mut mira = signed_in(&app, MIRA).await;
    mira.get(NEW).await.shows("acme & Sons").shows("umbrella & Sons");
    let id = acme.id.to_string();
    let permissions = ["clients:read", "organisations:read", "profile:read", "log:export"];
    let made = mira.makes_token("CI", &permissions, &[("organisation", &id)]).await;
    let plain = mira.makes_token("Own", &permissions, &[]).await;
    let list = mira.get("/settings/security/tokens").await;
    list.shows("Only for acme & Sons");

    let asks = async |text: &str, of: &str| {
        let mut fields = vec![("token", text)];
        if !of.is_empty() {
            fields.push(("organisation", of));
        }
        product.asks_with(&app, &fields).await.is_active()
    };
    for (of, limited, open) in [
        ("acme", true, true),
        ("umbrella", false, true),
        ("", false, true),
        ("nowhere", false, false),
    ] {
        assert_eq!(asks(&made.text, of).await, limited, "{of}");
        assert_eq!(asks(&plain.text, of).await, open, "{of}");
    }
    let (limited, open) = (Program::with(&app, &made.text), Program::with(&app, &plain.text));
    let path = |of: &Organisation, below: &str| format!("/api/v1/organisations/{}{below}", of.id);
    for below in ["", "/members"] {
        limited.get(&path(&acme, below)).await.is(200);
        limited.get(&path(&umbrella, below)).await.is_problem(404, "not-found");
        open.get(&path(&acme, below)).await.is(200);
        open.get(&path(&umbrella, below)).await.is(200);
    }
    for none in ["/api/v1/profile", "/api/v1/organisations", "/api/v1/events/export"] {
        limited.get(none).await.is_problem(403, "limited-token");
        open.get(none).await.is(200);
    }
    let listed = mira.makes_token("Lists", &["tokens:read"], &[]).await;
    let listed = Program::with(&app, &listed.text).get("/api/v1/tokens").await.json();
    let of = |name: &str| {
        let all = listed["tokens"].as_array().unwrap();
        all.iter().find(|one| one["name"] == name).unwrap()["organisations"].clone()
    };
    assert_eq!((of("CI"), of("Own")), (serde_json::json!([id]), serde_json::json!([])));

    // Whoever belongs to it no more has a token that opens nothing.
    app.tamper("DELETE FROM members WHERE role = 'member'").await;
    assert!(!asks(&made.text, "acme").await);
    limited.get(&path(&acme, "")).await.is_problem(404, "not-found");
    mira.get("/settings/security/tokens").await.shows("an organisation that is not yours any more");
});

both!(nobody_limits_a_token_to_what_is_not_theirs, async |app: TestApp| {
    acme(&app).await;
    app.account(EVE).await;
    let umbrella = organisation(&app, "umbrella", Plan::Enterprise, EVE).await;
    let mut mira = signed_in(&app, MIRA).await;
    let page = mira.get(NEW).await;
    page.lacks("umbrella");
    let theirs = umbrella.id.to_string();
    for odd in [theirs.as_str(), "acme", "01900000-0000-7000-8000-000000000000", ""] {
        let fields = [
            ("name", "CI"),
            ("permission", "profile:read"),
            ("expiration", "30"),
            ("organisation", odd),
        ];
        let reply = mira.asks_for_token(&fields).await;
        reply.is(400).shows("These are not organisations that you belong to");
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM access_tokens").await, 0);
    // To whoever belongs to none nothing is offered.
    app.account("alone@example.com").await;
    let mut alone = signed_in(&app, "alone@example.com").await;
    alone.get(NEW).await.is(200).lacks("Tick some to limit the token");
});
