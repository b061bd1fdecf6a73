//! Any mixture of what can be wrong: active if nothing is, and only then.

use super::*;
use crate::both;
use crate::support::rounds;
use portcullis::random::Random;

/// What goes wrong, and what makes it right again. `NOW` is a moment ago.
const WRONGS: &[(&str, &str, bool, bool)] = &[
    ("accounts SET suspended_at = NOW", "accounts SET suspended_at = NULL", true, true),
    ("accounts SET locked_at = NOW", "accounts SET locked_at = NULL", true, true),
    ("accounts SET closes_at = NOW + 99", "accounts SET closes_at = NULL", true, true),
    (
        "accounts SET password_change_required_at = NOW",
        "accounts SET password_change_required_at = NULL",
        true,
        true,
    ),
    ("access_tokens SET revoked_at = NOW", "access_tokens SET revoked_at = NULL", true, false),
    (
        "access_tokens SET expires_at = NOW",
        "access_tokens SET expires_at = NOW + 9999999999",
        true,
        false,
    ),
    (
        "access_tokens SET sources = '192.0.2.0/24'",
        "access_tokens SET sources = '198.51.100.0/24'",
        true,
        false,
    ),
    (
        "access_token_permissions SET permission = 'clients:write' WHERE permission = 'clients:read'",
        "access_token_permissions SET permission = 'clients:read' WHERE permission = 'clients:write'",
        true,
        false,
    ),
    ("sessions SET ended_at = NOW", "sessions SET ended_at = NULL", false, true),
    ("sessions SET expires_at = NOW", "sessions SET expires_at = NOW + 9999999999", false, true),
    (
        "sessions SET last_active_at = NOW - 604800000",
        "sessions SET last_active_at = NOW",
        false,
        true,
    ),
    (
        "application_sessions SET ended_at = NOW",
        "application_sessions SET ended_at = NULL",
        false,
        true,
    ),
    (
        "application_sessions SET expires_at = NOW",
        "application_sessions SET expires_at = NOW + 9999999999",
        false,
        true,
    ),
    (
        "application_sessions SET scopes = 'openid clients:write'",
        "application_sessions SET scopes = 'openid clients:read'",
        false,
        true,
    ),
];

both!(active_is_what_nothing_is_wrong_with, async |app: TestApp| {
    let scene = Scene::new(&app).await;
    let random = Random::seeded(8);
    let now = (app.clock.now().millis() - 1).to_string();
    let (mut seen, mut wrong_before) = ([0, 0], vec![false; WRONGS.len()]);
    for round in 0..rounds() * 40 {
        // Seldom enough that nothing, one thing, and several things come up.
        let [often] = random.bytes::<1>();
        let (mut token, mut session) = (true, true);
        for (number, (wrong, right, of_token, of_session)) in WRONGS.iter().enumerate() {
            let [drawn] = random.bytes::<1>();
            let is_wrong = drawn < often / 8;
            if is_wrong != wrong_before[number] {
                let sql = if is_wrong { wrong } else { right };
                app.tamper(&format!("UPDATE {}", sql.replace("NOW", &now))).await;
                wrong_before[number] = is_wrong;
            }
            token &= !(is_wrong && *of_token);
            session &= !(is_wrong && *of_session);
        }
        let asks = async |credential: &str| {
            let fields = [
                ("token", credential),
                ("permissions", "clients:read"),
                ("end_user_address", "198.51.100.7"),
            ];
            scene.product.asks_with(&app, &fields).await.is_active()
        };
        let answered = (asks(&scene.token).await, asks(&scene.session).await);
        assert_eq!(answered, (token, session), "round {round}: {wrong_before:?}");
        seen[usize::from(token)] += 1;
    }
    assert!(seen[0] > 10 && seen[1] > 10, "{seen:?}");
});
