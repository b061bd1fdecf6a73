//! SE-15 where a form is about organisations: no page but its own sends it.

use super::{EVE, OLGA, acme, member, signed_in};
use crate::both;
use crate::guards::routes::{forms, is_of_organisations};
use crate::support::{PASSWORD, TestApp};
use axum::http::Method;
use axum::http::header::CONTENT_TYPE;
use portcullis::features::organisations::rules::Role;
use uuid::Uuid;

const FORM: &str = "application/x-www-form-urlencoded";

/// All rows but those of the log, which has what was refused.
async fn state(app: &TestApp) -> Vec<String> {
    let is_kept = |line: &String| !line.starts_with("security_events: ");
    app.dump().await.into_iter().filter(is_kept).collect()
}

both!(se_15_no_form_about_organisations_acts_for_another_site, async |app: TestApp| {
    let acme = acme(&app).await;
    let eve = member(&app, &acme, EVE, Role::Member).await.to_string();
    app.tamper("UPDATE accounts SET administrator_since = 1 WHERE email = 'olga@example.com'")
        .await;
    let mut olga = signed_in(&app, OLGA).await;
    olga.get("/step-up").await;
    olga.post("/step-up", &[("password", PASSWORD)]).await.is(303);
    let tried: Vec<_> = forms().into_iter().filter(is_of_organisations).collect();
    assert!(tried.len() >= 13, "forms about organisations");
    for route in tried {
        let id =
            if route.path.contains("/members/") { eve.clone() } else { Uuid::max().to_string() };
        let path = route.path.replace("{slug}", "acme").replace("{id}", &id);
        let path = path.replace("{link}", "none");
        olga.get("/organisations").await.is(200);
        let token = olga.token.clone().unwrap();
        let body = format!("csrf={token}&role=owner&name=Acme&plan=free&confirm=acme");
        let before = state(&app).await;
        for (origin, site) in [
            ("https://e.example", ""),
            ("https://e.example", "same-origin"),
            ("null", "cross-site"),
            ("http://localhost:8080", "cross-site"),
        ] {
            let mut attacked = olga.clone();
            attacked.origin = None;
            attacked.header("origin", origin);
            if !site.is_empty() {
                attacked.header("sec-fetch-site", site);
            }
            let kind = [(CONTENT_TYPE, FORM)];
            let reply = attacked.send(Method::POST, &path, &kind, Some(body.clone())).await;
            assert_eq!(reply.status.as_u16(), 403, "{path} {origin} {site:?}");
            assert_eq!(state(&app).await, before, "{path} {origin} had an effect");
        }
        let reply = olga.send_form(&path, body.replace(&token, "old")).await;
        assert_eq!(reply.status.as_u16(), 409, "{path} takes a token that is not its own");
        let reply = olga.send_form(&format!("{path}?csrf={token}"), String::new()).await;
        assert_eq!(reply.status.as_u16(), 409, "{path} takes its token from the query");
        assert_eq!(state(&app).await, before, "{path} had an effect");
    }
});
