//! What a check notes: one use a minute, and nothing of what was refused.

use super::*;
use crate::both;
use std::time::Duration;

const NOTED: &str = "SELECT COUNT(*) FROM access_tokens WHERE last_used_at =";
const CHILD: &str = "SELECT COUNT(*) FROM application_sessions WHERE last_used_at =";
const PARENT: &str = "SELECT COUNT(*) FROM sessions WHERE last_active_at =";

both!(a_use_is_noted_once_a_minute_on_child_and_parent, async |app: TestApp| {
    let scene = Scene::new(&app).await;
    app.wait(Duration::from_secs(120));
    let first = app.clock.now().millis();
    let noted = async |at: i64| {
        let mut counts = Vec::new();
        for sql in [NOTED, CHILD, PARENT] {
            counts.push(app.count(&format!("{sql} {at}")).await);
        }
        (counts[0], counts[1], counts[2])
    };
    assert_eq!(scene.active(&[&app]).await, (true, true));
    assert_eq!(noted(first).await, (1, 1, 1));
    app.wait(Duration::from_millis(59_999));
    assert_eq!(scene.active(&[&app]).await, (true, true));
    assert_eq!(noted(first).await, (1, 1, 1));
    app.wait(Duration::from_millis(1));
    assert_eq!(scene.active(&[&app]).await, (true, true));
    assert_eq!(noted(first).await, (0, 0, 0));
    assert_eq!(noted(app.clock.now().millis()).await, (1, 1, 1));
});

both!(what_is_refused_notes_nothing, async |app: TestApp| {
    let scene = Scene::new(&app).await;
    app.wait(Duration::from_secs(120));
    let at = app.clock.now().millis();
    for credential in [&scene.token, &scene.session] {
        let fields = [("token", credential.as_str()), ("permissions", "clients:remove")];
        scene.product.asks_with(&app, &fields).await.inactive();
    }
    app.tamper("UPDATE accounts SET suspended_at = 1").await;
    assert_eq!(scene.active(&[&app]).await, (false, false));
    for sql in [NOTED, CHILD, PARENT] {
        assert_eq!(app.count(&format!("{sql} {at}")).await, 0, "{sql}");
    }
});

both!(a_token_s_new_network_is_told_of_once, async |app: TestApp| {
    let scene = Scene::new(&app).await;
    let asks = async |address: &str| {
        app.wait(Duration::from_secs(60));
        let fields = [("token", scene.token.as_str()), ("end_user_address", address)];
        scene.product.asks_with(&app, &fields).await.active();
    };
    for address in ["198.51.100.7", "198.51.100.8", "203.0.113.9", "198.51.100.7"] {
        asks(address).await;
    }
    let kind = "SELECT COUNT(*) FROM security_events WHERE kind = 'access-token-used-elsewhere'";
    assert_eq!(app.count(kind).await, 2);
    let last = "SELECT COUNT(*) FROM access_tokens WHERE last_used_address = '198.51.100.7'";
    assert_eq!(app.count(last).await, 1);
});
