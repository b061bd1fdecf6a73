//! PW-08: every route that checks a password asks the same counter.

use super::{CHANGE, WAIT_30, WRONG, counted, minutes, step_up};
use crate::both;
use crate::support::{Browser, OTHER_PASSWORD, PASSWORD, Reply, TestApp};
use axum::http::Method;

/// Routes that check the account's password; they are all tried below.
const CHECKS_A_PASSWORD: [&str; 4] = ["/sign-in", "/step-up", CHANGE, SECURE];

const SECURE: &str = "/settings/security/review/secure/password";

/// The secret is a link of 256 random bits: there is nothing to guess.
const CHECKS_A_LINK: &[&str] = &[
    "/link/organisation/{link}/sign-up",
    "/link/organisation/{link}",
    "/set-up/{link}",
    "/link/password-reset/{link}",
    "/link/invitation/{link}",
    "/link/sign-up/{link}",
    "/link/email-change/{link}",
    "/link/email-undo/{link}",
    "/link/sign-in/{link}/me",
    "/link/sign-in/{link}/not-me",
    "/link/sign-in/{link}/lock",
];

/// Routes that check a code of a second factor: `mf_09` tries them. The last one
/// checks the password beside it, on the same counter as these here.
const CHECKS_A_CODE: &[&str] = &[
    "/sign-in/two-factor",
    "/settings/security/two-factor/authenticator",
    "/settings/security/two-factor/phone/verify",
    "/settings/security/two-factor/disable",
];

const CHECKS_NO_SECRET: &[&str] = &[
    "/sign-in/two-factor/cancel",
    "/sign-in/two-factor/send",
    "/step-up/send",
    "/settings/security/devices/end-trust",
    "/settings/security/two-factor/backup-codes",
    "/settings/security/two-factor/backup-codes/save",
    "/settings/security/two-factor/cancel",
    "/settings/security/two-factor/disable/send",
    "/settings/security/two-factor/enable",
    "/settings/security/two-factor/phone",
    "/settings/security/two-factor/phone/send",
    "/settings/security/two-factor/prefer",
    "/settings/security/two-factor/remove",
    "/settings/security/review/{finding}",
    "/settings/security/review/secure/sign-out-others",
    "/settings/security/review/secure/remove-factor",
    "/settings/security/review/secure/forget-devices",
    "/forgot-password",
    "/sign-up",
    "/sign-out",
    "/settings/profile",
    "/settings/profile/close",
    "/settings/security/lock",
    "/settings/profile/email",
    "/settings/profile/email/cancel",
    "/settings/security/notifications/switch-on",
    "/settings/security/notifications/switch-off",
    "/settings/security/sessions/{id}/sign-out",
    "/settings/security/sessions/sign-out-others",
    "/settings/security/devices/forget-others",
    "/settings/security/applications/{id}/remove",
    "/admin/applications/new",
    "/admin/applications/{id}/change",
    "/admin/applications/{id}/gate",
    "/oauth/consent",
    "/oauth/sign-out/confirm",
    "/admin/applications/{id}/remove",
    "/admin/applications/{id}/secrets",
    "/admin/applications/{id}/secrets/{secret}/revoke",
    "/settings/security/tokens/new",
    "/settings/security/tokens/revoke-all",
    "/settings/security/tokens/{id}/rename",
    "/settings/security/tokens/{id}/narrow",
    "/settings/security/tokens/{id}/revoke",
    "/admin/accounts/{id}/tokens/{token}/revoke",
    "/admin/accounts/{id}/revoke-tokens",
    "/admin/accounts/new",
    "/admin/accounts/{id}/suspend",
    "/admin/accounts/{id}/restore",
    "/admin/accounts/{id}/unlock",
    "/admin/accounts/{id}/close",
    "/admin/accounts/{id}/keep",
    "/admin/accounts/{id}/remove-second-factor",
    "/admin/accounts/{id}/reset-link",
    "/admin/accounts/{id}/invitation",
    "/admin/accounts/{id}/require-password-change",
    "/admin/accounts/{id}/end-sessions",
    "/admin/accounts/{id}/make-administrator",
    "/admin/accounts/{id}/unmake-administrator",
    "/admin/end-sessions",
    "/admin/outbox/{id}/retry",
    "/admin/accounts/{id}/log/export",
    "/admin/accounts/{id}/make-auditor",
    "/admin/accounts/{id}/unmake-auditor",
    "/admin/log/export",
    "/settings/security/log/export",
    "/organisations/{slug}/invitations",
    "/organisations/{slug}/invitations/{id}/withdraw",
    "/organisations/{slug}/members/{id}/role",
    "/organisations/{slug}/members/{id}/remove",
    "/organisations/{slug}/leave",
    "/organisations/{slug}/security/allowlist",
    "/organisations/{slug}/security/two-factor",
    "/organisations/{slug}/log/export",
    "/admin/organisations/new",
    "/admin/organisations/{slug}",
    "/admin/organisations/{slug}/remove",
];

#[test]
fn pw_08_every_route_is_in_one_of_the_lists() {
    let listed = [&CHECKS_A_PASSWORD[..], CHECKS_A_CODE, CHECKS_A_LINK, CHECKS_NO_SECRET].concat();
    let mut posts = Vec::new();
    for route in portcullis::http::routes() {
        if route.method == Method::POST {
            posts.push(route.path);
            let times = listed.iter().filter(|path| **path == route.path).count();
            assert_eq!(
                times, 1,
                "say in one list of this test whether {} checks a secret",
                route.path
            );
        }
    }
    assert!(listed.iter().all(|path| posts.contains(path)), "a listed route is gone");
}

/// An attempt on one of the routes: from `signed_in`, or a browser of the same
/// kind that is not.
async fn attempt(path: &str, signed_in: &mut Browser, password: &str) -> Reply {
    match path {
        "/sign-in" => {
            let mut browser = signed_in.clone();
            browser.forget("-session");
            browser.sign_in("mira@example.com", password).await
        }
        "/step-up" => step_up(signed_in, password).await,
        CHANGE => signed_in.change_password(password, "Another-horse 3 paper").await,
        SECURE => {
            signed_in.get("/settings/security/review/secure").await.is(200);
            let new = "Another-horse 3 paper";
            let fields = [
                ("current_password", password),
                ("new_password", new),
                ("confirm_new_password", new),
            ];
            signed_in.post(SECURE, &fields).await
        }
        _ => panic!("no attempt is written for {path}"),
    }
}

async fn one_counter(app: &TestApp, mut mira: Browser) {
    for path in CHECKS_A_PASSWORD.into_iter().cycle().take(5) {
        let reply = attempt(path, &mut mira, OTHER_PASSWORD).await;
        let sentence = match path {
            "/sign-in" => WRONG,
            "/step-up" => "This is not your password.",
            _ => "This is not your current password.",
        };
        reply.is(403).shows(sentence);
    }
    for path in CHECKS_A_PASSWORD {
        let reply = attempt(path, &mut mira, PASSWORD).await;
        reply.is(429).shows(WAIT_30);
        assert_eq!(reply.headers["retry-after"], "31", "{path}");
    }
    assert!(mira.is_signed_in().await, "the lock-out ended the session");
    // The next failure, on whichever route, waits twice as long.
    app.wait(minutes(1));
    attempt(CHANGE, &mut mira, OTHER_PASSWORD).await.is(403);
    for path in CHECKS_A_PASSWORD {
        let sentence = "Too many attempts. Try again in 60 seconds.";
        attempt(path, &mut mira, PASSWORD).await.is(429).shows(sentence);
    }
    // A success, on whichever route, forgets them all.
    app.wait(minutes(1));
    attempt("/step-up", &mut mira, PASSWORD).await.leads_to("/settings/security");
    for path in CHECKS_A_PASSWORD {
        attempt(path, &mut mira, OTHER_PASSWORD).await.is(403);
    }
    assert!(mira.is_signed_in().await);
}

both!(pw_08_strangers_share_one_counter_over_all_routes, async |app: TestApp| {
    app.account("mira@example.com").await;
    let mut mira = app.browser();
    mira.signs_in("mira@example.com", PASSWORD).await;
    // A stolen session, without the cookie of the device.
    mira.forget("-device");
    one_counter(&app, mira).await;
    assert_eq!(counted(&app).await, 4);
});

both!(pw_08_a_known_device_has_one_counter_over_all_routes, async |app: TestApp| {
    app.account("mira@example.com").await;
    let mut mira = app.browser();
    mira.signs_in("mira@example.com", PASSWORD).await;
    one_counter(&app, mira).await;
    assert_eq!(counted(&app).await, 0, "a known device was counted as a stranger");
});
