//! What administrators, operators and the server itself do.

use super::watch::{By, Watch, agent, session};
use super::{ADA, BOB, NEW};
use crate::passwords::{CHANGE, minutes, step_up};
use crate::support::{Browser, OTHER_PASSWORD, PASSWORD, Reply, TestApp};
use portcullis::features::second_factor::sms::{
    Binding, CodePurpose, PhoneNumber, TextAdmission, send_code,
};
use portcullis::features::security_log::{Kind, Outcome, Reason};
use portcullis::ids::AccountId;

pub async fn operating(watch: &mut Watch<'_>, bob: AccountId) {
    let app = watch.app;
    let (suspend, restore) =
        (["account", "suspend", BOB, "--reason", "moved on"], ["account", "restore", BOB]);
    assert!(app.cli(&suspend, "").await.0);
    let entry = watch.one(Kind::AccountSuspended, None, Some(bob), By::Operator).await;
    assert_eq!(entry.detail.as_deref(), Some("moved on"));
    assert!(!app.cli(&suspend, "").await.0);
    let already = Some(Reason::Already);
    watch.one(Kind::AccountSuspended, already, Some(bob), By::Operator).await;
    assert!(!app.cli(&["account", "suspend", "nobody@example.com"], "").await.0);
    let unknown = Some(Reason::UnknownAccount);
    watch.one(Kind::AccountSuspended, unknown, None, By::Operator).await;
    assert!(!app.cli(&["account", "suspend", ADA], "").await.0);
    let last = Some(Reason::LastAdministrator);
    let ada = watch.one_of(Kind::AccountSuspended, last).await;
    assert_eq!(ada.actor_kind, "operator");
    let mut browser = agent(app, "Bob");
    browser.sign_in(BOB, PASSWORD).await.is(403);
    watch.sign_in(Some(Reason::Suspended), Some(bob), By::Stranger(&browser), BOB).await;
    browser.sign_in(BOB, NEW).await.is(403);
    watch.sign_in(Some(Reason::WrongPassword), Some(bob), By::Stranger(&browser), BOB).await;
    assert!(app.cli(&restore, "").await.0);
    watch.one(Kind::AccountRestored, None, Some(bob), By::Operator).await;
    assert!(!app.cli(&restore, "").await.0);
    watch.one(Kind::AccountRestored, already, Some(bob), By::Operator).await;
    for (act, kind) in [("make", Kind::AuditorMade), ("unmake", Kind::AuditorUnmade)] {
        let act = format!("{act}-auditor");
        assert!(app.cli(&["account", &act, BOB], "").await.0);
        watch.one(kind, None, Some(bob), By::Operator).await;
        assert!(!app.cli(&["account", &act, "nobody@example.com"], "").await.0);
        watch.one(kind, unknown, None, By::Operator).await;
    }
    assert!(app.cli(&["log", "list"], "").await.0);
    watch.one(Kind::LogRead, None, None, By::Operator).await;
    assert!(app.cli(&["log", "list", "--account", BOB], "").await.0);
    watch.one(Kind::LogRead, None, Some(bob), By::Operator).await;
    assert!(!app.cli(&["log", "list", "--account", "nobody@example.com"], "").await.0);
    assert!(app.cli(&["account", "list"], "").await.0);
    assert!(app.cli(&["account", "show", BOB], "").await.0);
    watch.nothing().await;
    let (done, said) = app.cli(&["backup", "--to", "copy"], "").await;
    assert!(done, "{said}");
    watch.one(Kind::BackupMade, None, None, By::Operator).await;
    assert!(!app.cli(&["backup", "--to", "copy"], "").await.0);
    watch.nothing().await;
}

/// The text message that uses up the day.
pub async fn texting(watch: &mut Watch<'_>, bob: AccountId) {
    let app = watch.app;
    let (now, text) = (app.clock.now(), app.text(None, app.clock.now()));
    let binding = Binding { account: bob, purpose: CodePurpose::SignIn, subject: [1; 16] };
    let number = PhoneNumber::from_e164("+447400123456").unwrap();
    // Others have had all of the day's but one.
    app.tamper("UPDATE sms_days SET sent = 5 WHERE stopped_at IS NULL").await;
    let mut tx = app.db.begin().await.unwrap();
    let sent = send_code(&mut tx, app, &binding, &number, (&text, None), now).await.unwrap();
    assert_eq!(sent, TextAdmission::Admitted);
    tx.commit().await.unwrap();
    let entry = watch.one_of(Kind::TextsStopped, None).await;
    assert_eq!((entry.account, entry.actor_kind.as_str()), (None, "server"));
}

/// What administrators do, on their pages.
pub async fn administering(watch: &mut Watch<'_>, bob: AccountId, ada: &mut Browser) {
    let app = watch.app;
    ada.forget("-session");
    ada.signs_in(ADA, PASSWORD).await;
    let id = watch.fresh().await[0].account.unwrap();
    let own = session(ada);
    let by = ada.clone();
    let by = || By::Owner(id, own, &by);
    for (act, kind, first, then) in [
        ("require-password-change", Kind::PasswordChangeRequired, None, Some(Reason::Already)),
        ("end-sessions", Kind::SessionsEnded, None, None),
        ("reset-link", Kind::ResetLinkSent, None, None),
        ("invitation", Kind::InvitationSent, Some(Reason::HasPassword), Some(Reason::HasPassword)),
        ("make-administrator", Kind::AdministratorMade, None, Some(Reason::Already)),
        ("unmake-administrator", Kind::AdministratorUnmade, None, Some(Reason::Already)),
        ("make-auditor", Kind::AuditorMade, None, Some(Reason::Already)),
        ("unmake-auditor", Kind::AuditorUnmade, None, Some(Reason::Already)),
        ("suspend", Kind::AccountSuspended, None, Some(Reason::Already)),
        (
            "make-administrator",
            Kind::AdministratorMade,
            Some(Reason::Suspended),
            Some(Reason::Suspended),
        ),
        ("reset-link", Kind::ResetLinkSent, Some(Reason::Suspended), Some(Reason::Suspended)),
        ("make-auditor", Kind::AuditorMade, Some(Reason::Suspended), Some(Reason::Suspended)),
        ("restore", Kind::AccountRestored, None, Some(Reason::Already)),
        ("close", Kind::AccountClosing, None, Some(Reason::Already)),
        ("keep", Kind::AccountKept, None, Some(Reason::Already)),
    ] {
        let page = format!("/admin/accounts/{bob}");
        for reason in [first, then] {
            ada.get(&page).await.is(200);
            ada.post(&format!("{page}/{act}"), &[]).await.leads_to(&page);
            watch.one(kind, reason, Some(bob), by()).await;
        }
    }
    app.tamper("UPDATE accounts SET second_factors = 'authenticator' WHERE name = 'Dan'").await;
    for (account, reason) in
        [(bob, None), (bob, Some(Reason::NoSecondFactor)), (id, Some(Reason::OwnAccount))]
    {
        let page = format!("/admin/accounts/{account}");
        let act = format!("{page}/remove-second-factor");
        ada.get(&act).await.is(200);
        ada.post(&act, &[]).await.is(400);
        watch.nothing().await;
        ada.post(&act, &[("reason", "lost phone")]).await.leads_to(&page);
        watch.one(Kind::SecondFactorsRemoved, reason, Some(account), by()).await;
    }
    let page = format!("/admin/accounts/{id}");
    ada.get(&page).await.is(200);
    for (act, kind, reason) in [
        ("suspend", Kind::AccountSuspended, Reason::OwnAccount),
        ("close", Kind::AccountClosing, Reason::OwnAccount),
        ("unmake-administrator", Kind::AdministratorUnmade, Reason::LastAdministrator),
    ] {
        ada.post(&format!("{page}/{act}"), &[]).await.leads_to(&page);
        watch.one(kind, Some(reason), Some(id), by()).await;
    }
    let new = [("name", "Cy"), ("email", "cy@example.com")];
    ada.get("/admin/accounts/new").await.is(200);
    ada.post("/admin/accounts/new", &[]).await.is(400);
    watch.nothing().await;
    assert_eq!(ada.post("/admin/accounts/new", &new).await.status.as_u16(), 303);
    let invited = watch.one_of(Kind::AccountInvited, None).await;
    assert_eq!((invited.actor, invited.session), (Some(id), Some(own)));
    ada.post("/admin/accounts/new", &new).await.is(422);
    watch.one(Kind::AccountInvited, Some(Reason::EmailTaken), None, by()).await;
    let page = format!("/admin/accounts/{}", invited.account.unwrap());
    for (act, kind, reason) in [
        ("invitation", Kind::InvitationSent, None),
        ("reset-link", Kind::ResetLinkSent, Some(Reason::NoPassword)),
        ("require-password-change", Kind::PasswordChangeRequired, Some(Reason::NoPassword)),
    ] {
        ada.post(&format!("{page}/{act}"), &[]).await.leads_to(&page);
        watch.one(kind, reason, invited.account, by()).await;
    }
    ada.post("/admin/end-sessions", &[]).await.leads_to("/admin/accounts");
    watch.one(Kind::EverySessionEnded, None, None, by()).await;
    ada.post("/admin/outbox/01900000-0000-7000-8000-000000000000/retry", &[]).await;
    watch.one(Kind::MessageRetried, Some(Reason::UnknownMessage), None, by()).await;
    let dead = app.tamper("UPDATE outbox SET next_attempt_at = NULL, dead_at = 1").await;
    assert!(dead > 0);
    let message = portcullis::delivery::list_dead(&mut &app.db, None, 1).await.unwrap().remove(0);
    ada.post(&format!("/admin/outbox/{}/retry", message.id), &[]).await.leads_to("/admin/outbox");
    watch.one(Kind::MessageRetried, None, None, by()).await;
    for (page, account) in [("/admin/log".into(), None), (format!("{page}/log"), invited.account)] {
        ada.get(&page).await.is(200);
        watch.one(Kind::LogRead, None, account, by()).await;
    }
    for (page, account) in
        [("/admin/log/export".into(), None), (format!("{page}/log/export"), invited.account)]
    {
        ada.get(&page).await.is(200);
        watch.nothing().await;
        ada.post(&page, &[("format", "csv"), ("area-email", "yes")]).await.is(200);
        watch.one(Kind::LogExported, None, account, by()).await;
    }
    let nobody = "/admin/accounts/01900000-0000-7000-8000-000000000000/log/export";
    ada.post(nobody, &[("format", "csv"), ("area-email", "yes")]).await.is(404);
    watch.one(Kind::LogExported, Some(Reason::UnknownAccount), None, by()).await;
    // One event, read by itself, is in the log that it stands in.
    ada.get(&format!("/admin/log/{}", invited.id)).await.is(200);
    watch.one(Kind::LogRead, None, invited.account, by()).await;
    ada.get("/admin/log?from=x").await.is(400);
    ada.get("/admin/log/01900000-0000-7000-8000-000000000000").await.is(404);
    watch.nothing().await;
    for page in ["/admin/accounts", "/admin/outbox", &page] {
        assert_eq!(ada.get(page).await.status.as_u16(), 200, "{page}");
    }
    watch.nothing().await;
}
