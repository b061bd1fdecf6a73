//! PL-13: somebody is always left to administer.

use super::closing::{CLOSE, close};
use super::*;
use crate::both;
use crate::support::rounds;
use portcullis::features::administration::{self, By, Changed, Whom};
use portcullis::features::security_log::Reason;

async fn make_administrator(app: &TestApp, email: &str) {
    app.account(email).await;
    let sql = format!("UPDATE accounts SET administrator_since = 1 WHERE email = '{email}'");
    assert_eq!(app.tamper(&sql).await, 1);
}

both!(pl_13_the_last_administrator_stays, async |app: TestApp| {
    make_administrator(&app, MIRA).await;
    app.account(EVE).await;
    let mut mira = signed_in(&app, MIRA).await;
    mira.get(CLOSE).await;
    mira.post(CLOSE, &[]).await.is(422).shows("You are the only administrator");
    assert!(mira.is_signed_in().await);
    let (done, said) = app.cli(&["account", "close", "--email", MIRA], "").await;
    assert!(!done && said.contains("is the last administrator"), "{said}");
    assert_eq!(logged(&app, "account-closing refused/last-administrator").await, 2);
    // One that is to be erased counts no longer, for whatever follows.
    make_administrator(&app, "ada@example.com").await;
    close(&mut signed_in(&app, "ada@example.com").await).await;
    mira.get(CLOSE).await;
    mira.post(CLOSE, &[]).await.is(422);
    let mira_s = address(MIRA);
    let suspended = administration::suspend(&app, By::Operator, Whom::Email(&mira_s), None);
    let suspended = suspended.await.unwrap();
    assert_eq!(suspended, Changed::Refused(Reason::LastAdministrator));
    signed_in(&app, "ada@example.com").await;
    close(&mut mira).await;
});

both!(pl_13_two_administrators_who_close_at_once, async |app: TestApp| {
    for round in 0..rounds() {
        app.tamper("UPDATE accounts SET administrator_since = NULL").await;
        let emails = [format!("a{round}@example.com"), format!("b{round}@example.com")];
        for email in &emails {
            make_administrator(&app, email).await;
        }
        let (mut a, mut b) = (signed_in(&app, &emails[0]).await, signed_in(&app, &emails[1]).await);
        a.get(CLOSE).await;
        b.get(CLOSE).await;
        let (first, second) = tokio::join!(a.post(CLOSE, &[]), b.post(CLOSE, &[]));
        let mut statuses = [first.status.as_u16(), second.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 422]);
        let left = "SELECT COUNT(*) FROM accounts WHERE administrator_since IS NOT NULL AND closes_at IS NULL";
        assert_eq!(app.count(left).await, 1);
    }
});
