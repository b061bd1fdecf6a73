//! RS-18: a form writes what its page shows, whatever else is sent with it.

use super::*;
use crate::both;
use crate::guards::routes::forms;

const MORE: &[(&str, &str)] = &[
    ("email", EVE),
    ("email_verified", "true"),
    ("email_verified_at", "1"),
    ("email_canonical", EVE),
    ("email_key", EVE),
    ("administrator", "true"),
    ("administrator_since", "1"),
    ("suspended_at", "1"),
    ("locked_at", "1"),
    ("closes_at", "1"),
    ("id", "01900000-0000-7000-8000-000000000000"),
    ("account_id", "01900000-0000-7000-8000-000000000000"),
];

both!(rs_18_no_form_takes_what_is_not_on_its_page, async |app: TestApp| {
    app.account(MIRA).await;
    app.wait(SECOND);
    for route in forms() {
        let settings = route.path.starts_with("/settings/") && !route.path.contains('{');
        // Forms of second factors: MF-25.
        let factors = route.path.contains("/two-factor") || route.path.ends_with("/remove-factor");
        if (!settings && route.path != "/step-up") || factors {
            continue;
        }
        // Its own fields are right, so that it acts.
        let before = account(&app, MIRA).await.unwrap();
        let mut browser = signed_in(&app, MIRA).await;
        if route.path.ends_with("/cancel") {
            ask(&mut browser, NEW).await.leads_to(PROFILE);
        }
        browser.get(route.page).await;
        let mut fields = vec![
            ("name", "Mira Okafor"),
            ("language", "en-GB"),
            ("time_zone", "UTC"),
            ("new_email", NEW),
            ("password", PASSWORD),
            ("current_password", PASSWORD),
            ("new_password", "Another-horse 3 paper"),
            ("confirm_new_password", "Another-horse 3 paper"),
            ("format", "csv"),
            ("area-email", "yes"),
            ("expiration", "30"),
            ("permission", "profile:read"),
            ("form", "01900000-0000-7000-8000-000000000001"),
            ("notice", "new-device"),
        ];
        fields.extend_from_slice(MORE);
        let reply = browser.post(route.path, &fields).await;
        let file = route.path.ends_with("/log/export") || route.path.ends_with("/tokens/new");
        let done = if file { 200 } else { 303 };
        assert_eq!(reply.status.as_u16(), done, "{}: {}", route.path, reply.text());
        let after = account(&app, MIRA).await.unwrap();
        let closed = route.path.ends_with("/close");
        assert_eq!(after.closes_at.is_some(), closed, "{}", route.path);
        let locked = route.path.ends_with("/lock");
        assert!(after.locked_at.is_none_or(|at| locked && at == app.clock.now()), "{}", route.path);
        assert_eq!(
            portcullis::features::account::Account { closes_at: None, locked_at: None, ..after },
            before,
            "{}",
            route.path
        );
        for sql in [
            "mailed_links",
            "former_addresses",
            "sessions",
            "known_devices",
            "passwords",
            "failure_counters",
            "log_exports",
            "access_token_networks",
            "access_token_permissions",
            "access_tokens",
            "sign_in_notices",
            "notable_sign_ins",
            "sign_in_histories",
            "known_browsers",
            "known_locations",
            "login_notifications",
        ] {
            app.tamper(&format!("DELETE FROM {sql}")).await;
        }
        app.tamper("DELETE FROM accounts").await;
        app.account(MIRA).await;
    }
});

// The link's address is the link's: its form has none.
both!(rs_18_a_link_takes_no_address, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browser = signed_in(&app, MIRA).await;
    let link = asked(&app, &mut browser, NEW).await;
    let mut other = app.browser();
    other.get(&link).await;
    other.post(&link, &[MORE, &[("new_email", EVE), ("to", EVE)]].concat()).await.leads_to(&link);
    assert!(account(&app, EVE).await.is_none());
    let found = account(&app, NEW).await.unwrap();
    assert_eq!(
        (found.administrator_since, found.suspended_at, found.closes_at),
        (None, None, None)
    );
});
