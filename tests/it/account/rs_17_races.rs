//! RS-17: changes of address that race.

use super::*;
use crate::both;
use crate::support::rounds;
use portcullis::features::account::NewAccount;
use portcullis::features::account::rules::Name;
use portcullis::features::administration;
use portcullis::features::password::rules::Password;
use portcullis::ids::AccountId;

// Two requests at once, one to the attacker's own address and one to another's:
// a link confirms the address that it was mailed to, and no other.
both!(rs_17_a_link_confirms_its_own_address, async |app: TestApp| {
    for round in 0..rounds() {
        let email = format!("eve{round}@example.com");
        let (own, victim) = (format!("a{round}@eve.example"), format!("v{round}@victim.example"));
        app.account(&email).await;
        let mut one = signed_in(&app, &email).await;
        one.get(EMAIL).await;
        let mut two = one.clone();
        let (first, second) = ([("new_email", own.as_str())], [("new_email", victim.as_str())]);
        tokio::join!(one.post(EMAIL, &first), two.post(EMAIL, &second));
        let link = app.link(&own, "email-change").await;
        let mut other = app.browser();
        other.get(&link).await;
        if other.token.is_some() {
            other.post(&link, &[]).await;
        }
        assert!(account(&app, &victim).await.is_none(), "an unproved address was taken");
        let sql = format!(
            "SELECT COUNT(*) FROM mailed_links WHERE email IN ('{own}', '{victim}') \
             AND purpose = 'email-change' AND used_at IS NULL AND voided_at IS NULL"
        );
        assert!(app.count(&sql).await <= 1);
    }
});

both!(rs_17_one_of_two_accounts_gets_an_address, async |app: TestApp| {
    for round in 0..rounds() {
        let wanted = format!("wanted{round}@new.example");
        let mut links = Vec::new();
        for name in ["a", "b"] {
            let email = format!("{name}{round}@example.com");
            app.account(&email).await;
            let mut browser = signed_in(&app, &email).await;
            app.wait(SECOND);
            links.push(asked(&app, &mut browser, &wanted).await);
        }
        let (mut a, mut b) = (app.browser(), app.browser());
        a.get(&links[0]).await;
        b.get(&links[1]).await;
        let (first, second) = tokio::join!(a.post(&links[0], &[]), b.post(&links[1], &[]));
        let mut statuses = [first.status.as_u16(), second.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 409]);
        let loser = if first.status.as_u16() == 409 { first } else { second };
        loser.shows("Another account has this address now");
        assert_eq!(logged(&app, "email-changed succeeded").await, round + 1);
        assert_eq!(logged(&app, "email-changed refused/email-taken").await, round + 1);
        // The loser has kept its own address, and its link waits on.
        assert_eq!(app.count("SELECT COUNT(*) FROM accounts").await, 2 * (round as i64 + 1));
    }
});

both!(rs_17_confirming_and_undoing_at_once, async |app: TestApp| {
    for round in 0..rounds() {
        let (first, second, third) = (
            format!("a{round}@example.com"),
            format!("b{round}@example.com"),
            format!("c{round}@example.com"),
        );
        app.account(&first).await;
        let mut thief = signed_in(&app, &first).await;
        change(&app, &mut thief, &second).await;
        app.wait(SECOND);
        let undo = app.link(&first, "email-undo").await;
        let link = asked(&app, &mut thief, &third).await;
        let (mut a, mut b) = (app.browser(), app.browser());
        a.get(&undo).await;
        b.get(&link).await;
        let (undone, confirmed) = tokio::join!(a.post(&undo, &[]), b.post(&link, &[]));
        undone.leads_to(&undo);
        assert!([303, 410].contains(&confirmed.status.as_u16()), "{}", confirmed.text());
        // Whichever came first, the owner has the account, and nobody else a way in.
        assert!(account(&app, &first).await.is_some());
        assert!(account(&app, &third).await.is_none());
        assert!(!thief.is_signed_in().await);
        let open = "SELECT COUNT(*) FROM mailed_links WHERE used_at IS NULL AND voided_at IS NULL";
        assert_eq!(app.count(open).await, 0);
    }
});

both!(rs_17_a_reserved_address_is_nobody_else_s, async |app: TestApp| {
    app.account(MIRA).await;
    app.account(EVE).await;
    let mut mira = signed_in(&app, MIRA).await;
    // Eve has the mailbox and asked while the address was free.
    let mut eve = signed_in(&app, EVE).await;
    change(&app, &mut mira, NEW).await;
    let link = {
        // As if asked before it was reserved: a link that opens.
        let mut tx = app.db.begin().await.unwrap();
        let eve = account(&app, EVE).await.unwrap().id;
        assert!(lock_active(&mut tx, eve).await.unwrap());
        let now = app.clock.now();
        let own = address(MIRA);
        let link = mailed_links::issue(&mut tx, &app, Purpose::EmailChange, eve, &own, now);
        let link = link.await.unwrap().reveal().to_owned();
        tx.commit().await.unwrap();
        link.strip_prefix("http://localhost:8080").unwrap().to_owned()
    };
    follow(&mut eve, &link).await.is(409).shows("Another account has this address now");
    assert!(account(&app, EVE).await.is_some());
    let create = async || {
        let new = NewAccount {
            id: AccountId::new(app.clock.now(), &app.random),
            email: address(MIRA),
            name: Name::parse("Eve").unwrap(),
            email_verified_at: None,
            administrator: false,
        };
        let password = Password::parse(PASSWORD).unwrap();
        administration::create_account(&app, &new, &password).await.unwrap()
    };
    assert!(create().await.is_err());
    let set_up = administration::set_up_link(&app).await.unwrap().unwrap().reveal().to_owned();
    let path = set_up.strip_prefix("http://localhost:8080").unwrap().to_owned();
    let mut stranger = app.browser();
    stranger.get(&path).await;
    let fields = [
        ("name", "Eve"),
        ("email", MIRA),
        ("new_password", PASSWORD),
        ("confirm_new_password", PASSWORD),
    ];
    stranger.post(&path, &fields).await.is(422).shows("Another account already has this address.");
    // Its owner may go back to it at any time.
    change(&app, &mut mira, MIRA).await;
    app.wait(7 * DAY);
    assert!(create().await.is_err());
    change(&app, &mut signed_in(&app, MIRA).await, NEW).await;
    app.wait(7 * DAY);
    assert!(create().await.is_ok());
});
