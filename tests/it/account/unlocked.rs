//! The way back into a locked account: a reset by mail and the second factor where
//! there is one, or an administrator; and everything that is no way.

use super::locked::{WRONG, locks, locks_by_link};
use super::*;
use crate::both;
use crate::support::{OTHER_PASSWORD, enables_two_factor, signs_in_with_app};
use portcullis::features::administration::{
    By, Changed, Whom, end_sessions, keep, remove_second_factor, require_password_change, restore,
    suspend, unlock,
};

const OPEN: &str = "Your account at Portcullis is open again";

/// Asks for a link as anybody can; its path.
async fn asks_for_reset(app: &TestApp, email: &str) -> String {
    app.wait(Duration::from_mins(61));
    app.browser().forgets(email).await.is(200);
    app.post().await;
    app.link(email, "password-reset").await
}

async fn is_locked(app: &TestApp, email: &str) -> bool {
    account(app, email).await.unwrap().locked_at.is_some()
}

both!(a_reset_opens_what_has_no_second_factor, async |app: TestApp| {
    app.account(MIRA).await;
    locks(&mut signed_in(&app, MIRA).await).await;
    let link = asks_for_reset(&app, MIRA).await;
    assert!(is_locked(&app, MIRA).await, "asking opens nothing");
    let mut mailbox = app.browser();
    mailbox.chooses(&link, OTHER_PASSWORD).await.leads_to("/sign-in");
    mailbox.get("/sign-in").await.shows("your account is open again");
    assert!(!is_locked(&app, MIRA).await);
    assert_eq!(mailbox.session(), None, "a reset signs nobody in");
    app.browser().sign_in(MIRA, PASSWORD).await.is(403);
    app.browser().signs_in(MIRA, OTHER_PASSWORD).await;
    let told = mail_to(&app, MIRA).await;
    assert_eq!(told.iter().filter(|mail| mail.subject == OPEN).count(), 1);
    assert_eq!(logged(&app, "account-unlocked succeeded").await, 1);
    // The link has done what it does.
    mailbox.chooses(&link, PASSWORD).await.is(410);
});

// RS-08, NIST SP 800-63B-4 §4.2.2.2: who has the mailbox alone stays outside.
both!(rs_08_a_mailbox_alone_does_not_open_it, async |app: TestApp| {
    app.account(MIRA).await;
    let mut here = signed_in(&app, MIRA).await;
    let phone = enables_two_factor(&app, &mut here).await;
    locks(&mut here).await;
    let link = asks_for_reset(&app, MIRA).await;
    let mut mailbox = app.browser();
    mailbox.chooses(&link, OTHER_PASSWORD).await.leads_to("/sign-in");
    mailbox.get("/sign-in").await.shows("your second factor: that opens your account again");
    assert!(is_locked(&app, MIRA).await);
    app.browser().sign_in(MIRA, PASSWORD).await.is(403).shows(WRONG);
    mailbox.half_signs_in_with(MIRA, OTHER_PASSWORD).await;
    let inside = mailbox.clone().get("/settings/security").await;
    inside.leads_to("/sign-in?return_to=%2Fsettings%2Fsecurity");
    mailbox.enters_code("000000").await.is(403);
    assert!(is_locked(&app, MIRA).await);
    assert_eq!(logged(&app, "account-unlocked succeeded").await, 0);
    // Locked once more before it is open, it takes another reset.
    assert!(locks_by_link(&app, MIRA).await);
    let code = phone.code(app.clock.now());
    let over = mailbox.enters_code(&code).await;
    assert!(over.location().starts_with("/sign-in") && mailbox.session().is_none());
    app.browser().sign_in(MIRA, OTHER_PASSWORD).await.is(403).shows(WRONG);
    let link = asks_for_reset(&app, MIRA).await;
    app.browser().chooses(&link, PASSWORD).await.leads_to("/sign-in");
    let mut owner = app.browser();
    signs_in_with_app(&app, &mut owner, MIRA, &phone).await;
    assert!(!is_locked(&app, MIRA).await && owner.is_signed_in().await);
    assert_eq!(logged(&app, "account-unlocked succeeded").await, 1);
    assert_eq!(mail_to(&app, MIRA).await.iter().filter(|mail| mail.subject == OPEN).count(), 1);
});

// The victim's way back to the own address works, and opens nothing else.
both!(lg_10_an_undo_gives_the_address_back_and_leaves_the_lock, async |app: TestApp| {
    app.account(MIRA).await;
    let mut thief = signed_in(&app, MIRA).await;
    change(&app, &mut thief, NEW).await;
    let undo = app.link(MIRA, "email-undo").await;
    assert!(locks_by_link(&app, NEW).await);
    let mut owner = app.browser();
    owner.get(&undo).await.is(200).shows("Afterwards mira@example.com");
    owner.post(&undo, &[]).await.leads_to(&undo);
    assert!(is_locked(&app, MIRA).await);
    app.browser().sign_in(MIRA, PASSWORD).await.is(403).shows(WRONG);
    let link = asks_for_reset(&app, MIRA).await;
    app.browser().chooses(&link, OTHER_PASSWORD).await.leads_to("/sign-in");
    app.browser().signs_in(MIRA, OTHER_PASSWORD).await;
});

// The thief's mailbox has reset the password, and the second factor is the thief's own:
// once the address is taken back, that reset is worth nothing.
both!(lg_10_an_undo_ends_a_reset_by_the_thief_s_mailbox, async |app: TestApp| {
    app.account(MIRA).await;
    let mut thief = signed_in(&app, MIRA).await;
    change(&app, &mut thief, NEW).await;
    let phone = enables_two_factor(&app, &mut thief).await;
    let undo = app.link(MIRA, "email-undo").await;
    assert!(locks_by_link(&app, NEW).await);
    let link = asks_for_reset(&app, NEW).await;
    app.browser().chooses(&link, OTHER_PASSWORD).await.leads_to("/sign-in");
    let mut waiting = app.browser();
    waiting.half_signs_in_with(NEW, OTHER_PASSWORD).await;
    follow(&mut app.browser(), &undo).await.leads_to(&undo);
    let code = phone.code(app.clock.now());
    assert!(waiting.enters_code(&code).await.location().starts_with("/sign-in"));
    app.browser().sign_in(MIRA, OTHER_PASSWORD).await.is(403).shows(WRONG);
    assert!(is_locked(&app, MIRA).await);
});

both!(no_other_act_of_an_administrator_opens_it, async |app: TestApp| {
    let id = app.account(MIRA).await.id;
    let mut here = signed_in(&app, MIRA).await;
    enables_two_factor(&app, &mut here).await;
    locks(&mut here).await;
    let whom = Whom::Id(id);
    assert_eq!(
        restore(&app, By::Operator, whom).await.unwrap(),
        Changed::Refused(portcullis::features::security_log::Reason::Already)
    );
    for done in [
        require_password_change(&app, By::Operator, whom).await,
        end_sessions(&app, By::Operator, whom).await,
        remove_second_factor(&app, By::Operator, whom, "asked in person").await,
        keep(&app, By::Operator, whom).await,
        portcullis::features::administration::send_reset_link(&app, By::Operator, whom).await,
    ] {
        done.unwrap();
        assert!(is_locked(&app, MIRA).await);
        app.browser().sign_in(MIRA, PASSWORD).await.is(403).shows(WRONG);
        app.wait(Duration::from_hours(1));
    }
});

both!(rs_15_neither_lock_nor_suspension_is_a_way_around_the_other, async |app: TestApp| {
    let id = app.account(MIRA).await.id;
    let whom = Whom::Id(id);
    let mut here = signed_in(&app, MIRA).await;
    locks(&mut here).await;
    let link = asks_for_reset(&app, MIRA).await;
    suspend(&app, By::Operator, whom, None).await.unwrap();
    app.browser().chooses(&link, OTHER_PASSWORD).await.is(410);
    let mails = mail_to(&app, MIRA).await.len();
    app.wait(Duration::from_mins(61));
    app.browser().forgets(MIRA).await.is(200);
    app.post().await;
    assert!(mail_to(&app, MIRA).await.len() <= mails, "mail for a suspended account");
    assert_eq!(logged(&app, "password-reset-asked refused/suspended").await, 1);
    app.browser().sign_in(MIRA, PASSWORD).await.is(403).shows(WRONG);
    assert_eq!(logged(&app, "sign-in refused/suspended").await, 1);
    // Unlocked, it is suspended still.
    unlock(&app, By::Operator, whom, "asked in person").await.unwrap();
    let found = account(&app, MIRA).await.unwrap();
    assert_eq!((found.locked_at, found.suspended_at.is_some()), (None, true));
    app.browser().sign_in(MIRA, PASSWORD).await.is(403).shows(WRONG);
    // Locked while it is suspended, and restored, it is locked still.
    assert!(locks_by_link(&app, MIRA).await);
    restore(&app, By::Operator, whom).await.unwrap();
    assert!(is_locked(&app, MIRA).await);
    app.browser().sign_in(MIRA, PASSWORD).await.is(403).shows(WRONG);
    let link = asks_for_reset(&app, MIRA).await;
    app.browser().chooses(&link, OTHER_PASSWORD).await.leads_to("/sign-in");
    app.browser().signs_in(MIRA, OTHER_PASSWORD).await;
});

both!(an_administrator_unlocks_with_a_reason, async |app: TestApp| {
    app.administrator("ada@example.com").await;
    let id = app.account(MIRA).await.id;
    locks(&mut signed_in(&app, MIRA).await).await;
    let mut ada = signed_in(&app, "ada@example.com").await;
    let page = format!("/admin/accounts/{id}");
    let act = format!("{page}/unlock");
    ada.get("/admin/accounts").await.shows("Locked");
    ada.get(&page).await.shows("Locked").shows("Unlock account");
    app.wait(Duration::from_mins(6));
    let asks = ada.get(&act).await.location().to_owned();
    assert!(asks.starts_with("/step-up"), "{asks}");
    ada.get(&asks).await.is(200);
    ada.post("/step-up", &[("password", PASSWORD), ("return_to", &act)]).await.leads_to(&act);
    ada.get(&act).await.is(200).shows("first make sure that it is them");
    ada.post(&act, &[("reason", " ")]).await.is(400);
    assert!(is_locked(&app, MIRA).await);
    ada.post(&act, &[("reason", "asked in person")]).await.leads_to(&page);
    ada.get(&page).await.shows("The account is unlocked.").lacks("Unlock account");
    let mail = &mail_to(&app, MIRA).await[0];
    assert_eq!(mail.subject, OPEN);
    assert!(mail.text.contains("asked in person"), "{}", mail.text);
    assert!(!mail.text.contains(&ada.address.to_string()), "{}", mail.text);
    ada.get("/admin/log").await.shows("asked in person");
    let mut browser = signed_in(&app, MIRA).await;
    ada.get(&act).await.is(200);
    ada.post(&act, &[("reason", "again")]).await.leads_to(&page);
    assert_eq!(logged(&app, "account-unlocked refused/already").await, 1);
    assert!(browser.is_signed_in().await);
});

both!(the_command_line_unlocks_and_shows_locks, async |app: TestApp| {
    app.account(MIRA).await;
    locks(&mut signed_in(&app, MIRA).await).await;
    let app = app.restart(&[]).await;
    let (done, said) = app.cli(&["account", "show", MIRA], "").await;
    assert!(done && said.contains("locked"), "{said}");
    let (done, said) = app.cli(&["account", "make-administrator", MIRA], "").await;
    assert!(!done && said.contains("is locked"), "{said}");
    assert!(!app.cli(&["account", "unlock", MIRA], "").await.0, "no reason was given");
    let unlock = ["account", "unlock", MIRA, "--reason", "asked in person"];
    let (done, said) = app.cli(&unlock, "").await;
    assert!(done && said.contains("is unlocked"), "{said}");
    let (done, said) = app.cli(&unlock, "").await;
    assert!(!done && said.contains("is not locked"), "{said}");
    signed_in(&app, MIRA).await;
});

// One who is locked can't sign in to administer, so they count for nobody.
both!(a_locked_administrator_is_not_the_one_who_is_left, async |app: TestApp| {
    let ada = app.administrator("ada@example.com").await.id;
    app.administrator(MIRA).await;
    locks(&mut signed_in(&app, MIRA).await).await;
    let refused = suspend(&app, By::Operator, Whom::Id(ada), None).await.unwrap();
    assert_eq!(
        refused,
        Changed::Refused(portcullis::features::security_log::Reason::LastAdministrator)
    );
    // Under attack, even the only one may lock the own account.
    locks(&mut signed_in(&app, "ada@example.com").await).await;
});
