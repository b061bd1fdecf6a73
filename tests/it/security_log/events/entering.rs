//! Ways in: the set-up link, signing in, recovery, invitations and signing up.

use super::watch::{By, Watch, agent, session};
use super::{ADA, BOB, NEW};
use crate::passwords::{CHANGE, minutes, step_up};
use crate::support::{Browser, OTHER_PASSWORD, PASSWORD, Reply, TestApp};
use portcullis::features::administration::set_up_link;
use portcullis::features::security_log::{Kind, Outcome, Reason};
use portcullis::ids::AccountId;

pub async fn set_up(watch: &mut Watch<'_>, ada: &mut Browser) -> AccountId {
    let mut stranger = agent(watch.app, "Eve");
    stranger.get("/sign-in").await;
    stranger.post("/set-up/pcl_set_x", &[]).await.is(404);
    watch.one(Kind::SetUp, Some(Reason::Link), None, By::Stranger(&stranger)).await;
    let link = set_up_link(watch.app).await.unwrap().unwrap();
    let path = link.reveal().strip_prefix(watch.app.config.public_url.origin()).unwrap().to_owned();
    ada.get(&path).await.is(200);
    let fields = |password| {
        [
            ("name", "Ada"),
            ("email", ADA),
            ("new_password", password),
            ("confirm_new_password", password),
        ]
    };
    ada.post(&path, &fields("short")).await.is(422);
    watch.one(Kind::SetUp, Some(Reason::Policy), None, By::Stranger(ada)).await;
    ada.post(&path, &fields(PASSWORD)).await.leads_to("/settings/security");
    let sql = watch.fresh().await;
    let id = sql[0].account.unwrap();
    watch.seen.remove(&sql[0].id.to_string());
    let by = By::Owner(id, session(ada), ada);
    watch.one(Kind::AdministratorSetUp, None, Some(id), by).await;
    // The same link once more.
    stranger.post(&path, &fields(PASSWORD)).await.is(404);
    watch.one(Kind::SetUp, Some(Reason::Link), None, By::Stranger(&stranger)).await;
    id
}

pub async fn signing_in(watch: &mut Watch<'_>, bob: AccountId) {
    let mut stranger = agent(watch.app, "Eve");
    stranger.sign_in(BOB, "").await.is(400);
    stranger.sign_in("bob", PASSWORD).await.is(400);
    watch.nothing().await;
    stranger.sign_in("Nobody@Example.com", PASSWORD).await.is(403);
    let by = By::Stranger(&stranger);
    watch.sign_in(Some(Reason::UnknownAccount), None, by, "nobody@example.com").await;
    for _ in 0..5 {
        stranger.sign_in(" BOB@example.com", OTHER_PASSWORD).await.is(403);
        watch.sign_in(Some(Reason::WrongPassword), Some(bob), By::Stranger(&stranger), BOB).await;
    }
    stranger.sign_in(BOB, PASSWORD).await.is(429);
    watch.sign_in(Some(Reason::Throttled), Some(bob), By::Stranger(&stranger), BOB).await;
    watch.app.wait(minutes(1));
    stranger.signs_in(BOB, PASSWORD).await;
    let by = By::Owner(bob, session(&stranger), &stranger);
    watch.sign_in(None, Some(bob), by, BOB).await;
    stranger.get("/sign-out").await;
    let before = stranger.clone();
    stranger.post("/sign-out", &[]).await.leads_to("/sign-in");
    watch.one(Kind::SignOut, None, Some(bob), By::Owner(bob, session(&before), &before)).await;
}

/// Links by mail that set a password; bob's is [`PASSWORD`] afterwards.
pub async fn recovering(watch: &mut Watch<'_>, bob: AccountId) {
    let (app, reset) = (watch.app, Kind::PasswordReset);
    let mut stranger = agent(app, "Eve");
    stranger.forgets("bob").await.is(400);
    watch.nothing().await;
    let asked = Kind::PasswordResetAsked;
    let unknown = Some(Reason::UnknownAccount);
    stranger.forgets("Nobody@Example.com").await.is(200);
    let entry = watch.one(asked, unknown, None, By::Stranger(&stranger)).await;
    assert_eq!(entry.email.as_deref(), Some("nobody@example.com"));
    for reason in [None, None, None, Some(Reason::Throttled)] {
        stranger.forgets(BOB).await.is(200);
        watch.one(asked, reason, Some(bob), By::Stranger(&stranger)).await;
        app.wait(std::time::Duration::from_millis(1));
        app.post().await;
    }
    watch.nothing().await;
    let link = app.link(BOB, "password-reset").await;
    stranger.chooses(&link, "short").await.is(422);
    watch.one(reset, Some(Reason::Policy), Some(bob), By::Stranger(&stranger)).await;
    stranger.post(&link, &[]).await.is(400);
    watch.nothing().await;
    stranger.chooses(&link, PASSWORD).await.leads_to("/sign-in");
    let entry = watch.one(reset, None, Some(bob), By::Stranger(&stranger)).await;
    assert_eq!(entry.detail.as_deref(), Some("sessions ended: 1"));
    for fields in [&[][..], &[("new_password", NEW), ("confirm_new_password", NEW)]] {
        stranger.post(&link, fields).await.is(410);
        watch.one(reset, Some(Reason::Link), None, By::Stranger(&stranger)).await;
    }
    let accepted = Kind::InvitationAccepted;
    let (guest, link) = app.invite("guest@example.com").await;
    stranger.chooses(&link, "short").await.is(422);
    watch.one(accepted, Some(Reason::Policy), Some(guest.id), By::Stranger(&stranger)).await;
    stranger.chooses(&link, PASSWORD).await.leads_to("/settings/security");
    let by = By::Owner(guest.id, session(&stranger), &stranger);
    watch.one(accepted, None, Some(guest.id), by).await;
    stranger.forget("-session");
    stranger.get("/sign-in").await;
    stranger.post(&link, &[]).await.is(410);
    watch.one(accepted, Some(Reason::Link), None, By::Stranger(&stranger)).await;
}

pub async fn signing_up(watch: &mut Watch<'_>, bob: AccountId) {
    const ZOE: &str = "zoe@example.com";
    let (app, asked, signed) = (watch.app, Kind::SignUpAsked, Kind::SignedUp);
    let mut stranger = agent(app, "Zoe");
    let taken = Some(Reason::EmailTaken);
    stranger.asks_to_sign_up(ZOE).await.is(200);
    let entry = watch.one(asked, None, None, By::Stranger(&stranger)).await;
    assert_eq!(entry.email.as_deref(), Some(ZOE));
    app.wait(minutes(61));
    stranger.asks_to_sign_up(BOB).await.is(200);
    watch.one(asked, taken, Some(bob), By::Stranger(&stranger)).await;
    for reason in [None, None, None, Some(Reason::Throttled)] {
        stranger.asks_to_sign_up(ZOE).await.is(200);
        watch.one(asked, reason, None, By::Stranger(&stranger)).await;
        app.wait(std::time::Duration::from_millis(1));
        app.post().await;
    }
    watch.nothing().await;
    let link = app.link(ZOE, "sign-up").await;
    stranger.signs_up(&link, "Zoe", "short").await.is(422);
    watch.one(signed, Some(Reason::Policy), None, By::Stranger(&stranger)).await;
    stranger.signs_up(&link, "", PASSWORD).await.is(400);
    watch.nothing().await;
    stranger.signs_up(&link, "Zoe", PASSWORD).await.leads_to("/settings/security");
    let zoe = watch.fresh().await.remove(0);
    watch.seen.remove(&zoe.id.to_string());
    let by = By::Owner(zoe.account.unwrap(), session(&stranger), &stranger);
    watch.one(signed, None, zoe.account, by).await;
    stranger.forget("-session");
    stranger.signs_up(&link, "Zoe", PASSWORD).await.is(410);
    watch.one(signed, Some(Reason::Link), None, By::Stranger(&stranger)).await;
    stranger.forget("-session");
    stranger.asks_to_sign_up("yan@example.com").await.is(200);
    watch.one(asked, None, None, By::Stranger(&stranger)).await;
    app.post().await;
    let link = app.link("yan@example.com", "sign-up").await;
    app.account("yan@example.com").await;
    watch.fresh().await;
    stranger.signs_up(&link, "Yan", PASSWORD).await.is(409);
    watch.one(signed, taken, None, By::Stranger(&stranger)).await;
}
