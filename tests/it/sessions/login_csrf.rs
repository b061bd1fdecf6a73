//! SE-15: no form does anything for a request that no page of ours sends.

use super::second_factor_forms::made_ready;
use super::{MIRA, listed};
use crate::both;
use crate::guards::routes::{forms, is_of_organisations, own_forms};
use crate::support::{Browser, PASSWORD, TestApp};
use axum::http::Method;
use axum::http::header::CONTENT_TYPE;
use portcullis::features::administration::set_up_link;
use portcullis::http::{Declared, Route};
use std::sync::atomic::{AtomicU64, Ordering};

const OURS: &str = "http://localhost:8080";
const OUTBOX: &str = "SELECT COUNT(*) FROM outbox";
const EVENTS: &str = "SELECT COUNT(*) FROM security_events";
const NEW: &str = "mira.new@example.com";
const FORM: &str = "application/x-www-form-urlencoded";

/// A form as its own page would send it, less the token.
struct Filled {
    path: String,
    page: String,
    body: String,
    /// One that proves its owner, where they hold second factors.
    backup_code: Option<String>,
}

async fn filled(app: &TestApp, route: &Route, browser: &mut Browser) -> Filled {
    let ids = listed(&browser.get("/settings/security").await.body);
    let link = match route.path {
        "/set-up/{link}" => set_up_link(app).await.unwrap().map(|link| link.reveal().to_owned()),
        "/link/email-change/{link}" | "/settings/profile/email/cancel" => {
            ask_for(app, browser, NEW).await;
            Some(app.link(NEW, "email-change").await)
        }
        "/link/email-undo/{link}" => {
            ask_for(app, browser, NEW).await;
            let link = app.link(NEW, "email-change").await;
            browser.get(&link).await;
            browser.post(&link, &[]).await.leads_to("/settings/profile");
            Some(app.link(MIRA, "email-undo").await)
        }
        _ => None,
    };
    let link = link.and_then(|link| link.rsplit('/').next().map(str::to_owned));
    let own = ids.first().map_or("none", String::as_str).to_owned();
    let id = if route.path.starts_with("/admin") { administered(app, route).await } else { own };
    let (id, token) = with_token(app, route, browser, id).await;
    let (id, secret) = with_application(app, route, browser, id).await;
    if route.path.contains("{finding}") {
        let mut stranger = app.browser();
        for _ in 0..5 {
            stranger.sign_in(MIRA, "Wrong-horse 2 stapler!").await;
        }
    }
    let path = route.path.replace("{id}", &id).replace("{token}", &token);
    let path = path.replace("{secret}", &secret);
    let path = path.replace("{finding}", "failed-sign-ins");
    let path = match link {
        Some(link) => path.replace("{link}", &link),
        None => mailed_link(app, &path).await,
    };
    let email = match route.path {
        "/set-up/{link}" | "/sign-up" => "ada@example.com",
        "/admin/accounts/new" => "new@example.com",
        path if path.contains("{link}") => "ada@example.com",
        _ => MIRA,
    };
    if route.path.ends_with("/switch-on") {
        browser.get(route.page).await.is(200);
        let off = "/settings/security/notifications/switch-off";
        browser.post(off, &[("notice", "new-device")]).await.is(303);
    }
    let typed = made_ready(app, route.path, browser).await;
    let removes = route.path.ends_with("/remove") || route.path.ends_with("/remove-factor");
    let kind = match route.path {
        "/admin/applications/new" => "confidential",
        _ if removes => "phone",
        _ => "authenticator",
    };
    // Every field of every form: what a page does not have, it does not read.
    let body = serde_urlencoded::to_string([
        ("email", email),
        ("new_email", NEW),
        ("password", PASSWORD),
        ("current_password", PASSWORD),
        ("new_password", "Another-horse 3 staple"),
        ("confirm_new_password", "Another-horse 3 staple"),
        ("name", "Changed By Eve"),
        ("language", "en-US"),
        ("time_zone", "Pacific/Chatham"),
        ("way", "authenticator"),
        ("code", &typed.code),
        ("kind", kind),
        ("saved", "yes"),
        ("number", "+447400123456"),
        ("reason", "lost phone"),
        ("answer", "me"),
        ("format", "csv"),
        ("area-account", "yes"),
        ("expiration", "30"),
        ("permission", "profile:read"),
        ("form", "01900000-0000-7000-8000-000000000001"),
        ("notice", "new-device"),
        ("id", "01900000-0000-7000-8000-000000000002"),
        ("revision", "0"),
        ("session_lifetime", "1h"),
        ("id_token_algorithm", "ES256"),
        ("secret", "01900000-0000-7000-8000-000000000003"),
        ("overlap", "1d"),
    ]);
    let page = route.page.replace("{id}", &id);
    Filled { path, page, body: body.unwrap(), backup_code: typed.backup_code }
}

/// A token that the form is about: its own id, or beside that of its account.
async fn with_token(
    app: &TestApp,
    route: &Route,
    browser: &mut Browser,
    id: String,
) -> (String, String) {
    let permissions = ["profile:read", "sessions:read"];
    if route.path.starts_with("/settings/security/tokens/{id}") {
        return (browser.makes_token("Deploy", &permissions, &[]).await.id, String::new());
    }
    if !route.path.contains("{token}") {
        return (id, String::new());
    }
    let found = portcullis::features::administration::find_account(app, id.parse().unwrap());
    let mut owner = app.browser();
    owner.signs_in(&found.await.unwrap().unwrap().email, PASSWORD).await;
    let token = owner.makes_token("Deploy", &permissions, &[]).await.id;
    (id, token)
}

/// An application that the form is about, which somebody is signed in to.
async fn with_application(
    app: &TestApp,
    route: &Route,
    browser: &Browser,
    id: String,
) -> (String, String) {
    if !route.path.contains("/applications/{id}") {
        return (id, String::new());
    }
    let made = app.makes_application("Billing", &[]).await;
    app.signs_in_to(browser, &made, "openid").await;
    (made.id.to_string(), made.secret_id.map_or_else(String::new, |secret| secret.to_string()))
}

/// The path of a form of a mailed link, with a link that opens it.
async fn mailed_link(app: &TestApp, path: &str) -> String {
    let address = format!("mailed-{}@example.com", app.count(OUTBOX).await);
    let asks = async |page: &str, email: &str| {
        let mut browser = app.browser();
        browser.get(page).await.is(200);
        browser.post(page, &[("email", email)]).await.is(200);
        app.post().await;
    };
    match path {
        "/link/password-reset/{link}" => {
            asks("/forgot-password", MIRA).await;
            app.link(MIRA, "password-reset").await
        }
        "/link/invitation/{link}" => app.invite(&address).await.1,
        "/link/sign-in/{link}/not-me" => app.link(MIRA, "sign-in").await,
        "/link/sign-in/{link}/me" => app.link(MIRA, "sign-in").await.replace("/not-me", "/me"),
        "/link/sign-in/{link}/lock" => {
            let not_me = app.link(MIRA, "sign-in").await;
            let mut browser = app.browser();
            browser.get(&not_me).await.is(200);
            browser.post(&not_me, &[]).await.leads_to(&not_me);
            not_me.replace("/not-me", "/lock")
        }
        "/link/sign-up/{link}" => {
            asks("/sign-up", &address).await;
            app.link(&address, "sign-up").await
        }
        other => other.to_owned(),
    }
}

/// Has the link mailed that gives the account another address.
async fn ask_for(app: &TestApp, browser: &mut Browser, email: &str) {
    app.wait(std::time::Duration::from_secs(1));
    browser.get("/settings/profile/email").await.is(200);
    let asked = browser.post("/settings/profile/email", &[("new_email", email)]).await;
    asked.leads_to("/settings/profile");
}

/// Mira administers, and there is somebody to whom the form would do something.
async fn administered(app: &TestApp, route: &Route) -> String {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let email = format!("bob{}@example.com", NUMBER.fetch_add(1, Ordering::Relaxed));
    let bob = app.account(&email).await;
    let of_bob = format!("WHERE email_canonical = '{email}'");
    app.tamper(
        "UPDATE accounts SET administrator_since = 1 WHERE email_canonical = 'mira@example.com'",
    )
    .await;
    let last = route.path.rsplit('/').next().unwrap();
    match last {
        "restore" => app.tamper(&format!("UPDATE accounts SET suspended_at = 1 {of_bob}")).await,
        "unlock" => app.tamper(&format!("UPDATE accounts SET locked_at = 1 {of_bob}")).await,
        "unmake-administrator" => {
            app.tamper(&format!("UPDATE accounts SET administrator_since = 1 {of_bob}")).await
        }
        "unmake-auditor" => {
            app.tamper(&format!("UPDATE accounts SET auditor_since = 1 {of_bob}")).await
        }
        "keep" => {
            app.tamper(&format!("UPDATE accounts SET closes_at = 9000000000000 {of_bob}")).await
        }
        "invitation" => {
            let own = format!("(SELECT id FROM accounts {of_bob})");
            app.tamper(&format!("DELETE FROM passwords WHERE account_id = {own}")).await
        }
        "remove-second-factor" => {
            app.tamper(&format!("UPDATE accounts SET second_factors = 'authenticator' {of_bob}"))
                .await
        }
        "retry" => return app.dead_message(&bob).await,
        _ => 0,
    };
    bob.id.to_string()
}

/// What a request that must not act would have changed: how many there are of each, in one
/// statement, since it is asked after each of two thousand requests.
async fn state(app: &TestApp) -> String {
    let all = [
        &OF_OWNERS[..],
        &OF_ADMINISTRATORS,
        &OF_LINKS,
        &OF_SECOND_FACTORS,
        &OF_TOKENS,
        &OF_APPLICATIONS,
    ];
    let counts = all.concat().into_iter();
    let counts = counts.map(|from| format!("CAST((SELECT COUNT(*) FROM {from}) AS TEXT)"));
    let sql = format!("SELECT {}", counts.collect::<Vec<_>>().join(" || ' ' || "));
    portcullis_db::testing::texts(&app.db, &sql).await.unwrap().concat()
}

const OF_OWNERS: [&str; 8] = [
    "sessions",
    "sessions WHERE ended_at IS NULL",
    "accounts",
    "accounts WHERE name = 'Changed By Eve'",
    "passwords WHERE changed_at > 1795510801000",
    "known_devices",
    "set_up_links WHERE used_at IS NOT NULL",
    "failure_counters",
];

const OF_ADMINISTRATORS: [&str; 6] = [
    "accounts WHERE locked_at IS NOT NULL",
    "accounts WHERE suspended_at IS NOT NULL",
    "accounts WHERE administrator_since IS NOT NULL",
    "accounts WHERE password_change_required_at IS NOT NULL",
    "outbox WHERE next_attempt_at IS NOT NULL",
    "mailed_links",
];

const OF_LINKS: [&str; 8] = [
    "login_notifications WHERE device_muted_at IS NOT NULL",
    "finding_answers",
    "sign_in_notices WHERE me_at IS NOT NULL OR not_me_at IS NOT NULL",
    "log_exports",
    "mail_requests",
    "mailed_links WHERE used_at IS NOT NULL OR voided_at IS NOT NULL",
    "accounts WHERE closes_at IS NOT NULL",
    "accounts WHERE email_verified_at IS NOT NULL",
];

const OF_TOKENS: [&str; 4] = [
    "access_tokens",
    "access_tokens WHERE revoked_at IS NOT NULL",
    "access_tokens WHERE name = 'Changed By Eve'",
    "access_token_permissions",
];

const OF_APPLICATIONS: [&str; 6] = [
    "applications WHERE removed_at IS NULL",
    "applications WHERE name = 'Changed By Eve'",
    "application_secrets WHERE revoked_at IS NULL",
    "application_secrets WHERE expires_at IS NOT NULL",
    "application_sessions WHERE ended_at IS NULL",
    "consents",
];

const OF_SECOND_FACTORS: [&str; 9] = [
    "accounts WHERE second_factors <> ''",
    "second_factors WHERE removed_at IS NULL",
    "second_factors WHERE preferred_at IS NOT NULL",
    "enrolments",
    "enrolments WHERE proved_at IS NOT NULL",
    "backup_codes WHERE used_at IS NULL AND voided_at IS NULL",
    "pending_backup_codes",
    "pending_sign_ins WHERE ended_at IS NULL",
    "sms_codes",
];

/// A browser on a form's page, which has just proved who it is where it must.
async fn on_its_page(app: &TestApp, route: &Route) -> (Browser, Filled) {
    let mut other = app.browser();
    other.signs_in(MIRA, PASSWORD).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    let filled = filled(app, route, &mut browser).await;
    if route.access == Declared::Public {
        browser.forget("-session");
        let own = filled.path.replace("/lock", "/not-me");
        let page = if route.path.contains("{link}") { &own } else { route.page };
        browser.get(page).await;
    } else {
        browser.get(&filled.page).await;
    }
    assert!(browser.token.is_some(), "{} has no form", route.page);
    (browser, filled)
}

both!(se_15_no_form_acts_for_another_site, async |app: TestApp| {
    let app = app.restart(&[("sign_up", "open"), ("sms_countries", "GB")]).await;
    app.account(MIRA).await;
    app.wait(std::time::Duration::from_secs(1));
    for route in own_forms() {
        let (browser, form) = on_its_page(&app, &route).await;
        let body = format!("csrf={}&{}", browser.token.clone().unwrap(), form.body);
        let json = format!("{{\"csrf\":\"{}\"}}", browser.token.clone().unwrap());
        let tokenless = form.body.clone();
        let foreign = {
            let mut other = app.browser();
            other.get("/sign-in").await;
            format!("csrf={}&{}", other.token.unwrap(), form.body)
        };
        // Origin, Sec-Fetch-Site, type, body, answer.
        let cases: [(&[&str], &str, &str, &str, u16); 20] = [
            (&["https://e.example"], "", FORM, &body, 403),
            (&["https://e.example"], "same-origin", FORM, &body, 403),
            (&["null"], "", FORM, &body, 403),
            (&["null"], "cross-site", FORM, &body, 403),
            (&[], "", FORM, &body, 403),
            (&[], "cross-site", FORM, &body, 403),
            (&[], "same-site", FORM, &body, 403),
            (&[], "none", FORM, &body, 403),
            (&[OURS], "cross-site", FORM, &body, 403),
            (&[OURS], "same-site", FORM, &body, 403),
            (&[OURS], "Same-Origin", FORM, &body, 403),
            (&[OURS, "https://e.example"], "same-origin", FORM, &body, 403),
            (&["http://localhost:8080.e.example"], "", FORM, &body, 403),
            (&["https://localhost:8080"], "", FORM, &body, 403),
            (&[OURS], "same-origin", "text/plain", &body, 400),
            (&[OURS], "same-origin", "application/json", &json, 400),
            (&[OURS], "same-origin", "multipart/form-data; boundary=x", &body, 400),
            (&[OURS], "same-origin", "", &body, 400),
            (&[OURS], "same-origin", FORM, &tokenless, 409),
            (&[OURS], "same-origin", FORM, &foreign, 409),
        ];
        let (before, mut events) = (state(&app).await, app.count(EVENTS).await);
        for (origins, site, kind, body, status) in cases {
            let mut attacked = browser.clone();
            attacked.origin = None;
            for origin in origins {
                attacked.header("origin", origin);
            }
            if !site.is_empty() {
                attacked.header("sec-fetch-site", site);
            }
            // So that what this writes is the latest in the log.
            app.wait(std::time::Duration::from_millis(1));
            let kinds = if kind.is_empty() { &[][..] } else { &[(CONTENT_TYPE, kind)][..] };
            let reply = attacked.send(Method::POST, &form.path, kinds, Some(body.to_owned())).await;
            let case = format!("{}: {origins:?} {site:?} {kind:?}", route.path);
            assert_eq!(reply.status.as_u16(), status, "{case}");
            assert!(
                reply.set_cookies().iter().all(|cookie| !cookie.contains("-session=pcl")),
                "{case}"
            );
            assert_eq!(state(&app).await, before, "{case} had an effect");
            events += 1;
            assert_eq!(app.count(EVENTS).await, events, "{case}");
            let reason = if status == 409 { "old-form" } else { "cross-site" };
            let new = app.newest_events(1).await;
            assert_eq!(new, [format!("request-refused refused/{reason}")], "{case}");
        }
        // With everything right it does act, so each case above was refused for its own reason.
        app.wait(std::time::Duration::from_secs(2));
        app.tamper("DELETE FROM sms_counters").await;
        let mut own = browser.clone();
        let reply = own.send_form(&form.path, body.clone()).await;
        // Whoever asks for mail stays on the page, or for a file.
        let shows = ["/sign-up", "/export", "/tokens/new", "/applications/new", "/secrets"];
        let asks =
            route.path == "/forgot-password" || shows.iter().any(|it| route.path.ends_with(it));
        let status = if asks { 200 } else { 303 };
        assert_eq!(reply.status.as_u16(), status, "{}: {}", route.path, reply.text());
        let last = app.newest_events(5).await.pop().unwrap();
        assert!(last.ends_with(" succeeded"), "{}: {last}", route.path);
        reset(&app).await;
    }
});

/// So that each form finds the account as it was.
async fn reset(app: &TestApp) {
    for sql in [
        "DELETE FROM mailed_links",
        "DELETE FROM outbox",
        "DELETE FROM application_sessions",
        "DELETE FROM consents",
        "DELETE FROM sessions",
        "DELETE FROM known_devices",
        "DELETE FROM passwords",
        "DELETE FROM mail_requests",
        "DELETE FROM second_factors",
        "DELETE FROM enrolments",
        "DELETE FROM backup_codes",
        "DELETE FROM pending_backup_codes",
        "DELETE FROM pending_sign_ins",
        "DELETE FROM sms_codes",
        "DELETE FROM sms_counters",
        "DELETE FROM log_exports",
        "DELETE FROM former_addresses",
        "DELETE FROM access_token_networks",
        "DELETE FROM access_token_permissions",
        "DELETE FROM access_tokens",
        "DELETE FROM sign_in_notices",
        "DELETE FROM notable_sign_ins",
        "DELETE FROM sign_in_histories",
        "DELETE FROM known_browsers",
        "DELETE FROM known_locations",
        "DELETE FROM login_notifications",
        "DELETE FROM finding_answers",
        "DELETE FROM accounts",
        "DELETE FROM failure_counters",
    ] {
        app.tamper(sql).await;
    }
    app.account(MIRA).await;
}

both!(se_15_a_form_s_fields_in_a_query_do_nothing, async |app: TestApp| {
    let app = app.restart(&[("sign_up", "open"), ("sms_countries", "GB")]).await;
    app.account(MIRA).await;
    for route in own_forms() {
        let (browser, form) = on_its_page(&app, &route).await;
        let token = browser.token.clone().unwrap();
        for method in [Method::GET, Method::HEAD] {
            let (before, events) = (state(&app).await, app.count(EVENTS).await);
            let path = format!("{}?csrf={token}&{}", form.path, form.body);
            browser.clone().send(method, &path, &[], None).await;
            assert_eq!(state(&app).await, before, "{path}");
            assert_eq!(app.count(EVENTS).await, events, "{path}");
        }
        let mut posted = browser.clone();
        let query = format!("{}?csrf={token}&{}", form.path, form.body);
        let reply = posted.send_form(&query, String::new()).await;
        assert_eq!(reply.status.as_u16(), 409, "{} takes its token from the query", route.path);
        reset(&app).await;
    }
});

both!(se_15_an_old_token_is_refused, async |app: TestApp| {
    let app = app.restart(&[("sms_countries", "GB")]).await;
    app.account(MIRA).await;
    // One of a sign-in that waits is refused by `mf_10`.
    let without = [Declared::Public, Declared::HalfSignedIn];
    let tried = |route: &&Route| !without.contains(&route.access) && !is_of_organisations(route);
    for route in forms().iter().filter(tried) {
        let (mut browser, form) = on_its_page(&app, route).await;
        let old = browser.token.clone().unwrap();
        browser.get("/step-up").await;
        let backup_code = form.backup_code.clone().unwrap_or_default();
        let fields = [
            ("password", PASSWORD),
            ("way", "backup-code"),
            ("code", &backup_code),
            ("for", "second-factors"),
        ];
        browser.post("/step-up", &fields).await.is(303);
        let before = state(&app).await;
        let reply = browser.send_form(&form.path, format!("csrf={old}&{}", form.body)).await;
        reply.is(409).shows("This page was open for too long");
        assert_eq!(state(&app).await, before, "{}", route.path);
        reset(&app).await;
    }
});

// A browser that sends no `Origin` but says that it is our page is believed.
both!(se_15_fetch_metadata_alone_is_enough, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browser = app.browser();
    browser.origin = None;
    browser.header("sec-fetch-site", "same-origin");
    browser.signs_in(MIRA, PASSWORD).await;
});
