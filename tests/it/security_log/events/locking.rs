//! Locked by its owner, refused, and opened by either way.

use super::ADA;
use super::watch::{By, Watch, agent, session};
use crate::account::locks_by_link;
use crate::support::{Browser, OTHER_PASSWORD, PASSWORD};
use portcullis::features::security_log::{Kind, Reason};

const LOU: &str = "lou@example.com";
const LOCK: &str = "/settings/security/lock";

pub async fn locking(watch: &mut Watch<'_>, ada: &mut Browser) {
    let app = watch.app;
    let lou = app.account(LOU).await.id;
    watch.fresh().await;
    let mut browser = agent(app, "Lou");
    browser.signs_in(LOU, PASSWORD).await;
    let own = session(&browser);
    watch.sign_in(None, Some(lou), By::Owner(lou, own, &browser), LOU).await;
    browser.get(LOCK).await.is(200);
    browser.post(LOCK, &[]).await.leads_to("/account-locked");
    let by = By::Owner(lou, own, &browser);
    let entry = watch.one(Kind::AccountLocked, None, Some(lou), by).await;
    assert_eq!(entry.detail.as_deref(), Some("overview"));
    assert!(!locks_by_link(app, LOU).await);
    let entry = watch.one_of(Kind::AccountLocked, Some(Reason::Already)).await;
    assert_eq!((entry.account, entry.detail.as_deref()), (Some(lou), Some("notice-link")));
    let mut stranger = agent(app, "Eve");
    stranger.sign_in(LOU, PASSWORD).await.is(403);
    watch.sign_in(Some(Reason::Locked), Some(lou), By::Stranger(&stranger), LOU).await;
    by_administrator(watch, ada, lou).await;
    assert!(locks_by_link(app, LOU).await);
    watch.one_of(Kind::AccountLocked, None).await;
    stranger.forgets(LOU).await.is(200);
    watch.one(Kind::PasswordResetAsked, None, Some(lou), By::Stranger(&stranger)).await;
    app.post().await;
    let link = app.link(LOU, "password-reset").await;
    stranger.chooses(&link, OTHER_PASSWORD).await.leads_to("/sign-in");
    // What a reset opens has an event of its own beside that.
    let fresh = watch.fresh().await;
    let kinds: Vec<Kind> = fresh.iter().map(|entry| entry.kind).collect();
    assert_eq!(kinds, [Kind::PasswordReset, Kind::AccountUnlocked]);
    assert!(fresh.iter().all(|entry| entry.account == Some(lou)));
}

async fn by_administrator(
    watch: &mut Watch<'_>,
    ada: &mut Browser,
    lou: portcullis::ids::AccountId,
) {
    let app = watch.app;
    ada.forget("-session");
    ada.signs_in(ADA, PASSWORD).await;
    let id = watch.fresh().await[0].account.unwrap();
    let own = session(ada);
    let page = format!("/admin/accounts/{lou}");
    ada.get(&page).await.is(200);
    for (act, kind) in
        [("make-administrator", Kind::AdministratorMade), ("make-auditor", Kind::AuditorMade)]
    {
        ada.post(&format!("{page}/{act}"), &[]).await.leads_to(&page);
        let by = By::Owner(id, own, ada);
        watch.one(kind, Some(Reason::Locked), Some(lou), by).await;
    }
    let act = format!("{page}/unlock");
    ada.post(&act, &[]).await.is(400);
    watch.nothing().await;
    for reason in [None, Some(Reason::Already)] {
        ada.get(&act).await.is(200);
        ada.post(&act, &[("reason", "asked in person")]).await.leads_to(&page);
        let by = By::Owner(id, own, ada);
        let entry = watch.one(Kind::AccountUnlocked, reason, Some(lou), by).await;
        assert_eq!(entry.detail.as_deref(), reason.is_none().then_some("asked in person"));
    }
    let nobody = ["account", "unlock", "nobody@example.com", "--reason", "x"];
    assert!(!app.cli(&nobody, "").await.0);
    watch.one(Kind::AccountUnlocked, Some(Reason::UnknownAccount), None, By::Operator).await;
}
