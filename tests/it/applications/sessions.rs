//! Children of sessions: good as long as everything above them is.

use super::*;
use crate::both;
use crate::support::{OTHER_PASSWORD, rounds};
use portcullis::features::account::rules::EmailAddress;
use portcullis::features::administration::{self, By, Whom};
use portcullis::features::application_sessions::{self, due_logouts, take_due_logout};
use portcullis::features::application_settings::rules::Typed;
use portcullis::ids::ApplicationSessionId;
use portcullis::secret::{Kind, Token};

const SESSIONS: &str = "/settings/security/sessions";

fn telling() -> Typed {
    Typed {
        name: "Billing".into(),
        back_channel_logout_url: "https://billing.example.com/logout".into(),
        ..Typed::new()
    }
}

async fn due(app: &TestApp) -> usize {
    due_logouts(&mut &app.db, app.clock.now(), 100).await.unwrap().len()
}

// SE-02, SE-05: whatever ends the parent ends the child with it, on every node, and the
// application is to hear of it.
both!(se_02_whatever_ends_a_session_ends_its_children, async |app: TestApp| {
    let told = app.makes(&telling()).await;
    let quiet = app.makes_application("Wiki", &[]).await;
    let node = other_node(&app).await;
    let mut ends = 0;
    for way in [
        "sign-out",
        "elsewhere",
        "others",
        "password",
        "suspend",
        "lock",
        "administrator",
        "everybody",
        "close",
        "replaced",
        "too many",
    ] {
        let email = format!("{}@example.com", way.replace(' ', "-"));
        app.account(&email).await;
        let mut browser = app.browser();
        browser.get("/sign-in").await;
        let form = browser.token.clone();
        browser.signs_in(&email, PASSWORD).await;
        let mut other = app.browser();
        other.signs_in(&email, PASSWORD).await;
        let (_, good) = app.signs_in_to(&browser, &told, "openid").await;
        let (_, second) = app.signs_in_to(&browser, &quiet, "openid").await;
        let (_, others) = app.signs_in_to(&other, &quiet, "openid").await;
        for secret in [&good, &second, &others] {
            assert!(app.is_good(secret).await, "{way}");
        }
        let address = EmailAddress::parse(&email).unwrap();
        let whom = Whom::Email(&address);
        let mut stays = true;
        match way {
            "sign-out" => {
                browser.get("/sign-out").await;
                browser.post("/sign-out", &[]).await.is(303);
            }
            "elsewhere" => {
                let page = other.get(SESSIONS).await;
                let (_, rest) = page.body.split_once(&format!("{SESSIONS}/")).unwrap();
                let id = rest.split_once("/sign-out").unwrap().0.to_owned();
                other.post(&format!("{SESSIONS}/{id}/sign-out"), &[]).await.is(303);
            }
            "others" => {
                other.get(SESSIONS).await;
                other.post(&format!("{SESSIONS}/sign-out-others"), &[]).await.is(303);
            }
            "password" => {
                other.change_password(PASSWORD, OTHER_PASSWORD).await.is(303);
            }
            "suspend" => {
                stays = false;
                administration::suspend(&app, By::Operator, whom, None).await.unwrap();
            }
            "lock" => {
                stays = false;
                browser.get("/settings/security/lock").await;
                browser.post("/settings/security/lock", &[]).await.is(303);
            }
            "administrator" => {
                stays = false;
                administration::end_sessions(&app, By::Operator, whom).await.unwrap();
            }
            "everybody" => {
                stays = false;
                administration::end_every_session(&app, By::Operator).await.unwrap();
            }
            "close" => {
                stays = false;
                administration::close(&app, By::Operator, whom).await.unwrap();
            }
            "replaced" => {
                // From a page that was open before.
                browser.token = form;
                let fields = [("email", email.as_str()), ("password", PASSWORD)];
                browser.post("/sign-in", &fields).await.is(303);
            }
            _ => {
                app.tamper("UPDATE sessions SET created_at = created_at - 1").await;
                for _ in 0..101 {
                    app.wait(Duration::from_millis(1));
                    let mut more = app.browser();
                    more.signs_in(&email, PASSWORD).await;
                }
                stays = false;
            }
        }
        for at in [Some(&app), node.as_ref()].into_iter().flatten() {
            assert!(!at.is_good(&good).await && !at.is_good(&second).await, "{way}");
            assert_eq!(at.is_good(&others).await, stays, "{way}");
        }
        ends += 1;
        // Those of whom nobody is to hear are not told of; others may have been.
        assert_eq!(due(&app).await, ends, "{way}");
    }
    let open = "SELECT COUNT(*) FROM application_sessions c JOIN sessions s ON s.id = c.session_id \
                WHERE c.ended_at IS NULL AND s.ended_at IS NOT NULL";
    assert_eq!(app.count(open).await, 0);
    // Each is taken once, whoever asks.
    let all = due_logouts(&mut &app.db, app.clock.now(), 100).await.unwrap();
    for one in all {
        let mut tx = app.db.begin().await.unwrap();
        assert!(take_due_logout(&mut tx, one.id).await.unwrap());
        assert!(!take_due_logout(&mut tx, one.id).await.unwrap());
        tx.commit().await.unwrap();
    }
    assert_eq!(due(&app).await, 0);
});

both!(a_child_is_no_better_than_what_stands_above_it, async |app: TestApp| {
    let made = app.makes_application("Billing", &[]).await;
    let mira = mira(&app).await;
    let (id, good) = app.signs_in_to(&mira, &made, "openid profile").await;
    for (spoilt, mended) in [
        ("accounts SET suspended_at = 1", "accounts SET suspended_at = NULL"),
        ("accounts SET locked_at = 1", "accounts SET locked_at = NULL"),
        ("accounts SET closes_at = 9000000000000", "accounts SET closes_at = NULL"),
        (
            "accounts SET password_change_required_at = 1",
            "accounts SET password_change_required_at = NULL",
        ),
        ("accounts SET erased_at = 1", "accounts SET erased_at = NULL"),
        ("sessions SET ended_at = 1", "sessions SET ended_at = NULL"),
        ("applications SET removed_at = 1", "applications SET removed_at = NULL"),
        ("application_sessions SET ended_at = 1", "application_sessions SET ended_at = NULL"),
    ] {
        assert!(app.is_good(&good).await, "before {spoilt}");
        app.tamper(&format!("UPDATE {spoilt}")).await;
        assert!(!app.is_good(&good).await, "{spoilt}");
        app.tamper(&format!("UPDATE {mended}")).await;
    }
    // Only the whole secret, of this kind.
    for other in [Kind::AccessToken, Kind::ApplicationSecret, Kind::ApplicationSession] {
        let wrong = Token::new(other, id.uuid(), &app.random);
        let read = Token::parse(Kind::ApplicationSession, wrong.encode().reveal());
        if let Some(wrong) = read {
            assert!(!app.is_good(&wrong).await);
        }
    }
});

both!(a_child_has_an_end_of_its_own_to_the_millisecond, async |app: TestApp| {
    let typed = Typed { name: "Billing".into(), session_lifetime: "1h".into(), ..Typed::new() };
    let made = app.makes(&typed).await;
    let mira = mira(&app).await;
    let (_, good) = app.signs_in_to(&mira, &made, "openid").await;
    app.wait(Duration::from_hours(1) - Duration::from_millis(1));
    assert!(app.is_good(&good).await);
    app.wait(Duration::from_millis(1));
    assert!(!app.is_good(&good).await);
});

both!(whoever_works_in_an_application_stays_signed_in, async |app: TestApp| {
    let made = app.makes_application("Billing", &[]).await;
    let mut mira = mira(&app).await;
    let (_, good) = app.signs_in_to(&mira, &made, "openid").await;
    let day = Duration::from_hours(24);
    for _ in 0..6 {
        app.wait(day);
        let now = app.clock.now();
        let held = application_sessions::authenticate(&app, &good, now).await.unwrap().unwrap();
        application_sessions::note_use(&app, &held, None, now).await;
    }
    app.wait(day);
    // The application's own session ends after a week; what it is a child of goes on.
    assert!(!app.is_good(&good).await);
    app.wait(day * 3);
    assert!(mira.is_signed_in().await, "unused for four days only");
    // What is not used ends with its parent.
    let (_, idle) = app.signs_in_to(&mira, &made, "openid").await;
    app.tamper("UPDATE application_sessions SET expires_at = 9000000000000").await;
    app.wait(day * 7 - Duration::from_millis(1));
    assert!(app.is_good(&idle).await);
    app.wait(Duration::from_millis(1));
    assert!(!app.is_good(&idle).await);
});

both!(its_use_is_written_once_a_minute, async |app: TestApp| {
    let made = app.makes_application("Billing", &[]).await;
    let mira = mira(&app).await;
    let (_, good) = app.signs_in_to(&mira, &made, "openid").await;
    let used = async || {
        let now = app.clock.now();
        let held = application_sessions::authenticate(&app, &good, now).await.unwrap().unwrap();
        application_sessions::note_use(&app, &held, Some([203, 0, 113, 9].into()), now).await;
        app.count("SELECT MAX(last_used_at) FROM application_sessions").await
    };
    app.wait(Duration::from_secs(1));
    let first = used().await;
    app.wait(Duration::from_secs(59));
    assert_eq!(used().await, first);
    app.wait(Duration::from_secs(1));
    assert_eq!(used().await, first + 60_000);
    let address = "SELECT COUNT(*) FROM sessions WHERE last_address = '203.0.113.9'";
    assert_eq!(app.count(address).await, 1);
});

both!(none_is_made_for_a_session_that_ends_meanwhile, async |app: TestApp| {
    let made = app.makes_application("Billing", &[]).await;
    let mut mira = mira(&app).await;
    for round in 0..rounds() {
        let mut browser = app.browser();
        browser.signs_in(MIRA, PASSWORD).await;
        mira.get(SESSIONS).await;
        let signs_in = app.tries_to_sign_in_to(&browser, &made, "openid");
        let path = format!("{SESSIONS}/sign-out-others");
        let (child, _) = tokio::join!(signs_in, mira.post(&path, &[]));
        if let Some((_, secret)) = child {
            assert!(!app.is_good(&secret).await, "round {round}");
        }
        let open = "SELECT COUNT(*) FROM application_sessions WHERE ended_at IS NULL";
        assert_eq!(app.count(open).await, 0, "round {round}");
    }
});

both!(old_ones_are_removed_with_and_before_their_parents, async |app: TestApp| {
    let made = app.makes_application("Billing", &[]).await;
    let mut mira = mira(&app).await;
    app.signs_in_to(&mira, &made, "openid").await;
    mira.get("/sign-out").await;
    mira.post("/sign-out", &[]).await.is(303);
    let mut idle = app.browser();
    idle.signs_in(MIRA, PASSWORD).await;
    app.signs_in_to(&idle, &made, "openid").await;
    portcullis::jobs::prune(&app).await.unwrap();
    assert_eq!(app.count("SELECT COUNT(*) FROM application_sessions").await, 2);
    app.wait(Duration::from_hours(24 * 62));
    portcullis::jobs::prune(&app).await.unwrap();
    assert_eq!(app.count("SELECT COUNT(*) FROM application_sessions").await, 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, 0);
});

both!(an_erased_account_leaves_none_behind, async |app: TestApp| {
    let made = app.makes_application("Billing", &[]).await;
    let mira = mira(&app).await;
    app.signs_in_to(&mira, &made, "openid profile").await;
    app.tamper("UPDATE accounts SET closes_at = 1").await;
    portcullis::features::closing::erase_due(&app).await.unwrap();
    for table in ["application_sessions", "consents", "sessions"] {
        assert_eq!(app.count(&format!("SELECT COUNT(*) FROM {table}")).await, 0, "{table}");
    }
});

#[test]
fn an_id_is_not_the_secret() {
    let id: Result<ApplicationSessionId, _> = "pcl_aps_x".parse();
    assert!(id.is_err());
}
