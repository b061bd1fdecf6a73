//! TK-07, SE-05, PW-19: what is dead is refused at once, on each node.

use super::*;
use crate::both;
use crate::support::source_of;
use portcullis::features::{access_tokens, application_sessions, sessions};
use portcullis::ids::{ApplicationSessionId, TokenId};
use portcullis::secret::{Kind, Token};
use std::time::Duration;

both!(se_05_an_account_that_is_not_open_has_nothing_active, async |app: TestApp| {
    let scene = Scene::new(&app).await;
    let node = other_node(&app).await;
    let nodes = [&app, node.as_ref().unwrap_or(&app)];
    for (column, value) in [
        ("suspended_at", "1"),
        ("locked_at", "1"),
        ("closes_at", "9000000000000"),
        ("erased_at", "1"),
        ("password_change_required_at", "1"),
    ] {
        assert_eq!(scene.active(&nodes).await, (true, true), "before {column}");
        app.tamper(&format!("UPDATE accounts SET {column} = {value}")).await;
        assert_eq!(scene.active(&nodes).await, (false, false), "{column}");
        app.tamper(&format!("UPDATE accounts SET {column} = NULL")).await;
    }
});

both!(pw_19_a_suspended_account_s_credentials_are_inactive, async |app: TestApp| {
    let scene = Scene::new(&app).await;
    let node = other_node(&app).await;
    let nodes = [&app, node.as_ref().unwrap_or(&app)];
    app.suspend(MIRA).await;
    assert_eq!(scene.active(&nodes).await, (false, false));
    app.restore_account(MIRA).await;
    // The token goes on; the session has ended, and with it its child.
    assert_eq!(scene.active(&nodes).await, (true, false));
});

both!(tk_07_whatever_ends_a_session_ends_its_child, async |app: TestApp| {
    let node = other_node(&app).await;
    let nodes = [&app, node.as_ref().unwrap_or(&app)];
    let mut scene = Scene::new(&app).await;
    signs_out(&mut scene.browser).await;
    assert_eq!(scene.active(&nodes).await, (true, false));
    // From another session of the same person.
    let (mut one, mut other) = (app.browser(), app.browser());
    one.signs_in(MIRA, PASSWORD).await;
    other.signs_in(MIRA, PASSWORD).await;
    scene.session = scene.product.session(&app, &scene.mira, &one, ALL).await;
    assert_eq!(scene.active(&nodes).await, (true, true));
    other.get("/settings/security/sessions").await.is(200);
    other.post("/settings/security/sessions/sign-out-others", &[]).await.is(303);
    assert_eq!(scene.active(&nodes).await, (true, false));
    // By a new password.
    let mut third = app.browser();
    third.signs_in(MIRA, PASSWORD).await;
    scene.session = scene.product.session(&app, &scene.mira, &third, ALL).await;
    other.change_password(PASSWORD, crate::support::OTHER_PASSWORD).await;
    assert_eq!(scene.active(&nodes).await, (true, false));
    // The child alone.
    scene.session = scene.product.session(&app, &scene.mira, &other, ALL).await;
    assert_eq!(scene.active(&nodes).await, (true, true));
    let id = Token::parse(Kind::ApplicationSession, &scene.session).unwrap().id();
    let mut tx = app.db.begin().await.unwrap();
    let ended = application_sessions::end(
        &mut tx,
        scene.mira.id,
        ApplicationSessionId::from_uuid(id),
        application_sessions::rules::Ended::AccessRemoved,
        app.clock.now(),
    );
    assert!(ended.await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(scene.active(&nodes).await, (true, false));
    assert!(other.is_signed_in().await);
});

both!(tk_07_time_ends_both_to_the_millisecond, async |app: TestApp| {
    let scene = Scene::new(&app).await;
    let node = other_node(&app).await;
    let nodes = [&app, node.as_ref().unwrap_or(&app)];
    // Its own seven days end before its parent's thirty, which idleness does not end
    // as long as the child is in use.
    let day = Duration::from_secs(86_400);
    for _ in 0..6 {
        app.wait(day);
        assert_eq!(scene.active(&nodes).await, (true, true));
    }
    app.wait(day - Duration::from_millis(1));
    assert_eq!(scene.active(&nodes).await, (true, true));
    app.wait(Duration::from_millis(1));
    assert_eq!(scene.active(&nodes).await, (true, false));
    app.wait(day * 23 - Duration::from_millis(1));
    assert_eq!(scene.active(&nodes).await, (true, false));
    app.wait(Duration::from_millis(1));
    assert_eq!(scene.active(&nodes).await, (false, false));
});

both!(tk_07_an_idle_parent_takes_its_child_along, async |app: TestApp| {
    let scene = Scene::new(&app).await;
    let day = Duration::from_secs(86_400);
    app.wait(day * 6);
    let used = scene.product.session(&app, &scene.mira, &scene.browser, ALL).await;
    let browser = {
        let mut other = app.browser();
        other.signs_in(MIRA, PASSWORD).await;
        other
    };
    app.wait(day - Duration::from_millis(1));
    // The use of a child keeps its parent alive.
    scene.product.asks(&app, &used).await.active();
    app.wait(day * 5 - Duration::from_millis(1));
    let unused = scene.product.session(&app, &scene.mira, &browser, ALL).await;
    app.wait(day + Duration::from_millis(2));
    scene.product.asks(&app, &used).await.inactive();
    // Signed in seven days ago, not used since: the child of a day does not help.
    scene.product.asks(&app, &unused).await.inactive();
    assert_eq!(app.count("SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL").await, 2);
});

both!(tk_07_a_token_that_is_cut_or_revoked, async |app: TestApp| {
    let scene = Scene::new(&app).await;
    let node = other_node(&app).await;
    let nodes = [&app, node.as_ref().unwrap_or(&app)];
    let read_and_write = app.token_with(&scene.mira, &["clients:read", "clients:write"], "").await;
    let may_write = async || {
        let mut all = Vec::new();
        for node in nodes {
            let fields = [("token", read_and_write.as_str()), ("permissions", "clients:write")];
            all.push(scene.product.asks_with(node, &fields).await.is_active());
        }
        assert_eq!(all[0], all[1]);
        all[0]
    };
    assert!(may_write().await);
    let id = TokenId::from_uuid(Token::parse(Kind::AccessToken, &read_and_write).unwrap().id());
    let source = source_of(&app, "10.20.0.1");
    let cookie = scene.browser.session().unwrap();
    let cookie = Token::parse(Kind::Session, &cookie).unwrap();
    let current = sessions::authenticate(&app, &cookie, &source, app.clock.now()).await.unwrap();
    let left = ["clients:read".to_owned()].into_iter().collect();
    let narrowed = access_tokens::narrow(&app, &current.unwrap(), id, &left, &source).await;
    assert_eq!(narrowed.unwrap(), access_tokens::Narrowed::Done);
    assert!(!may_write().await);
    for node in nodes {
        assert_eq!(
            scene.product.asks(node, &read_and_write).await.active()["scope"],
            "clients:read"
        );
    }
    let page = format!("/settings/security/tokens/{id}");
    let mut browser = scene.browser.clone();
    browser.get(&page).await.is(200);
    browser.post(&format!("{page}/revoke"), &[]).await.is(303);
    for node in nodes {
        scene.product.asks(node, &read_and_write).await.inactive();
    }
});

both!(tk_07_a_permission_that_is_taken_back_is_gone, async |app: TestApp| {
    let scene = Scene::new(&app).await;
    let node = other_node(&app).await;
    let nodes = [&app, node.as_ref().unwrap_or(&app)];
    // Even where nobody has narrowed what carries it.
    app.tamper("DELETE FROM application_permissions WHERE name = 'clients:read'").await;
    for node in nodes {
        scene.product.asks(node, &scene.token).await.inactive();
    }
});
