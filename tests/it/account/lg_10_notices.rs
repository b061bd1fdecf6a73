//! LG-10: notices reach the victim, whatever the thief changes first: for seven days
//! they go to the address that the account had, too, and nothing in them acts.

use super::locked::{locks, locks_by_link};
use super::*;
use crate::both;
use crate::support::{OTHER_PASSWORD, enables_two_factor, signs_in_with_app};

const FORMER: &str = "SELECT COUNT(*) FROM former_addresses";

/// The subjects of mail to an address, the oldest first.
async fn subjects(app: &TestApp, email: &str) -> Vec<String> {
    mail_to(app, email).await.into_iter().rev().map(|mail| mail.subject).collect()
}

/// What the thief does next, each a moment after the other.
async fn takes_over(app: &TestApp, thief: &mut Browser) {
    app.wait(SECOND);
    let old = PASSWORD;
    thief.change_password(old, OTHER_PASSWORD).await.leads_to("/settings/security");
    app.wait(SECOND);
    thief.change_password(OTHER_PASSWORD, PASSWORD).await.leads_to("/settings/security");
    app.wait(SECOND);
    enables_two_factor(app, thief).await;
    app.wait(SECOND);
}

both!(lg_10_the_old_address_hears_of_everything, async |app: TestApp| {
    app.account(MIRA).await;
    let mut thief = signed_in(&app, MIRA).await;
    change(&app, &mut thief, NEW).await;
    takes_over(&app, &mut thief).await;
    let expected = [
        "Your email address was changed",
        "Your password was changed",
        "Your password was changed",
        "2FA is on",
    ];
    let told = subjects(&app, MIRA).await;
    assert_eq!(told, expected);
    assert_eq!(subjects(&app, NEW).await[2..], expected[1..]);
    // But for the one that gives the address back, none has anything to press.
    let copies = mail_to(&app, MIRA).await;
    for mail in &copies[..3] {
        assert!(
            !mail.text.contains("/link/") && !mail.html.contains("class=\"button"),
            "{}",
            mail.text
        );
        assert!(mail.text.contains("this address until lately"), "{}", mail.text);
        assert!(mail.text.contains("Until 1 Dec 2026"), "{}", mail.text);
        assert!(!mail.text.contains(NEW), "{}", mail.text);
    }
    // A lock is told there, too, and so is the end of an account.
    assert!(locks_by_link(&app, NEW).await);
    app.wait(SECOND);
    let locked = &mail_to(&app, MIRA).await[0];
    assert_eq!(locked.subject, "Your account at Portcullis is locked");
    assert!(!locked.html.contains("class=\"button"), "{}", locked.html);
    // Taken back, the thief's address hears of that, and of nothing more.
    let undo = app.link(MIRA, "email-undo").await;
    follow(&mut app.browser(), &undo).await.leads_to(&undo);
    app.wait(SECOND);
    let thiefs = subjects(&app, NEW).await;
    assert_eq!(thiefs.last().unwrap(), "Your address was taken off an account");
    assert_eq!(app.count(FORMER).await, 0);
    app.wait(Duration::from_mins(61));
    app.browser().forgets(MIRA).await.is(200);
    app.post().await;
    let link = app.link(MIRA, "password-reset").await;
    app.browser().chooses(&link, OTHER_PASSWORD).await.leads_to("/sign-in");
    assert_eq!(subjects(&app, NEW).await, thiefs);
});

both!(lg_10_a_second_change_does_not_silence_the_first_address, async |app: TestApp| {
    const SECOND_NEW: &str = "c@thief.example";
    app.account(MIRA).await;
    let mut thief = signed_in(&app, MIRA).await;
    change(&app, &mut thief, NEW).await;
    app.wait(SECOND);
    change(&app, &mut thief, SECOND_NEW).await;
    app.wait(SECOND);
    let told = &mail_to(&app, MIRA).await[0];
    assert_eq!(told.subject, "Your email address was changed");
    assert!(told.text.contains(SECOND_NEW) && !told.text.contains("/link/"), "{}", told.text);
    takes_over(&app, &mut thief).await;
    let changed = "Your password was changed";
    for address in [MIRA, NEW, SECOND_NEW] {
        let told = subjects(&app, address).await;
        assert_eq!(
            told.iter().filter(|subject| *subject == changed).count(),
            2,
            "{address}: {told:?}"
        );
    }
    let undo = app.link(MIRA, "email-undo").await;
    follow(&mut app.browser(), &undo).await.leads_to(&undo);
    app.wait(SECOND);
    let (first, second) = (subjects(&app, NEW).await, subjects(&app, SECOND_NEW).await);
    assert!(locks_by_link(&app, MIRA).await);
    assert_eq!((subjects(&app, NEW).await, subjects(&app, SECOND_NEW).await), (first, second));
});

// A thief who undoes only what they did last keeps the victim's address told.
both!(lg_10_a_later_undo_does_not_silence_an_earlier_address, async |app: TestApp| {
    app.account(MIRA).await;
    let mut thief = signed_in(&app, MIRA).await;
    change(&app, &mut thief, NEW).await;
    app.wait(SECOND);
    change(&app, &mut thief, "c@thief.example").await;
    let later = app.link(NEW, "email-undo").await;
    app.wait(SECOND);
    follow(&mut app.browser(), &later).await.leads_to(&later);
    app.wait(SECOND);
    assert_eq!(subjects(&app, MIRA).await.last().unwrap(), "Your old address is back");
    let mut thief = signed_in(&app, NEW).await;
    thief.change_password(PASSWORD, OTHER_PASSWORD).await.leads_to("/settings/security");
    app.wait(SECOND);
    assert_eq!(subjects(&app, MIRA).await.last().unwrap(), "Your password was changed");
});

// Without a link to undo, too: a second factor has confirmed the change.
both!(lg_10_after_seven_days_it_is_over, async |app: TestApp| {
    app.account(MIRA).await;
    let phone = enables_two_factor(&app, &mut signed_in(&app, MIRA).await).await;
    app.wait(7 * DAY);
    let mut browser = app.browser();
    signs_in_with_app(&app, &mut browser, MIRA, &phone).await;
    change(&app, &mut browser, NEW).await;
    assert_eq!(
        app.count("SELECT COUNT(*) FROM mailed_links WHERE purpose = 'email-undo'").await,
        0
    );
    app.wait(SECOND);
    browser.change_password(PASSWORD, OTHER_PASSWORD).await.leads_to("/settings/security");
    app.wait(SECOND);
    assert_eq!(subjects(&app, MIRA).await.last().unwrap(), "Your password was changed");
    app.wait(7 * DAY - 2 * SECOND - Duration::from_millis(1));
    portcullis::jobs::prune(&app).await.unwrap();
    assert_eq!(app.count(FORMER).await, 1);
    app.wait(Duration::from_millis(1));
    assert!(locks_by_link(&app, NEW).await);
    let locked = "Your account at Portcullis is locked".to_owned();
    assert!(subjects(&app, NEW).await.contains(&locked));
    assert!(!subjects(&app, MIRA).await.contains(&locked));
    portcullis::jobs::prune(&app).await.unwrap();
    assert_eq!(app.count(FORMER).await, 0);
});

both!(what_an_account_had_goes_with_it, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browser = signed_in(&app, MIRA).await;
    change(&app, &mut browser, NEW).await;
    app.wait(SECOND);
    closing::close(&mut browser).await;
    app.wait(SECOND);
    assert_eq!(
        subjects(&app, MIRA).await.last().unwrap(),
        "Your account at Portcullis will be erased"
    );
    app.wait(14 * DAY);
    portcullis::features::closing::erase_due(&app).await.unwrap();
    assert_eq!(app.count(FORMER).await, 0);
});

// One's own address again is told once.
both!(who_goes_back_is_told_once, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browser = signed_in(&app, MIRA).await;
    change(&app, &mut browser, NEW).await;
    app.wait(SECOND);
    change(&app, &mut browser, "Mira@Example.com").await;
    app.wait(SECOND);
    let before = subjects(&app, "Mira@Example.com").await.len();
    locks(&mut browser).await;
    assert_eq!(subjects(&app, "Mira@Example.com").await.len(), before + 1);
    let old = subjects(&app, MIRA).await;
    assert!(!old.contains(&"Your account at Portcullis is locked".to_owned()), "{old:?}");
});
