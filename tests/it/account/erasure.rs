//! What is left of an erased account: an id, and a log that still proves itself.

use super::closing::close;
use super::*;
use crate::both;
use crate::support::rounds;
use portcullis::features::closing::erase_due;
use portcullis::jobs::prune;

async fn erased(app: &TestApp) {
    app.wait(14 * DAY);
    assert_eq!(erase_due(app).await.unwrap(), 1);
}

both!(nothing_personal_is_left, async |app: TestApp| {
    let id = app.account(MIRA).await.id;
    app.account(EVE).await;
    app.tamper("UPDATE accounts SET name = 'Eve' WHERE email LIKE 'eve%'").await;
    app.tamper("UPDATE accounts SET name = 'Unmistakable Name' WHERE email LIKE 'mira%'").await;
    let mut browser = app.browser();
    browser.user_agent = "Unmistakable/1.0".into();
    browser.address = [203, 0, 113, 99].into();
    browser.sign_in(MIRA, "Wrong-horse 2 stapler!").await.is(403);
    browser.signs_in(MIRA, PASSWORD).await;
    change(&app, &mut browser, "unmistakable@new.example").await;
    let undo = app.link(MIRA, "email-undo").await;
    let reset = reset_link(&app, "unmistakable@new.example").await;
    let marks = ["unmistakable", "mira", "203.0.113.99", &hex::encode("unmistakable@new.example")];
    let found = async |mark: &str| {
        let dump = app.dump().await.join("\n").to_lowercase();
        dump.lines().filter(|row| row.contains(mark)).map(str::to_owned).collect::<Vec<_>>()
    };
    for mark in marks {
        assert!(!found(mark).await.is_empty(), "{mark} never stood there");
    }
    close(&mut browser).await;
    erased(&app).await;
    for mark in marks {
        assert_eq!(found(mark).await, Vec::<String>::new(), "{mark}");
    }
    let hex = id.uuid().simple().to_string();
    for table in ["passwords", "sessions", "known_devices", "mailed_links"] {
        let left = found(&format!("{table}: ")).await;
        assert!(left.iter().all(|row| !row.contains(&hex)), "{left:?}");
    }
    assert!(!opens(&app, Purpose::PasswordReset, &reset).await);
    app.browser().get(&undo).await.is(404);
    // One more mail goes out, and it is the only one.
    let mail = mail_to(&app, "unmistakable@new.example").await;
    assert_eq!((mail.len(), mail[0].subject.as_str()), (1, "Your account at Portcullis is erased"));
    assert_eq!(mail_to(&app, MIRA).await.len(), 0);
    assert_eq!(logged(&app, "account-erased succeeded").await, 1);
});

both!(the_log_still_proves_itself, async |app: TestApp| {
    app.account(MIRA).await;
    app.account(EVE).await;
    signed_in(&app, EVE).await;
    let mut browser = signed_in(&app, MIRA).await;
    app.browser().sign_in(MIRA, "Wrong-horse 2 stapler!").await.is(403);
    close(&mut browser).await;
    let before = leaves::look(&app).await;
    assert_eq!((before.wrong, before.erased), (0, 0));
    erased(&app).await;
    let after = leaves::look(&app).await;
    assert_eq!((after.rows, after.wrong), (before.rows + 1, 0));
    assert!(after.erased >= 3, "{after:?}");
    // Salts are gone with what they salted; another's stay.
    let salts =
        "SELECT COUNT(*) FROM security_events WHERE address IS NULL AND address_salt IS NOT NULL";
    assert_eq!(app.count(salts).await, 0);
    assert!(app.count("SELECT COUNT(*) FROM security_events WHERE address IS NOT NULL").await > 0);
    // And it would be noticed.
    app.tamper("UPDATE security_events SET kind = 'sign-out' WHERE kind = 'account-closing'").await;
    assert_eq!(leaves::look(&app).await.wrong, 1);
});

both!(the_address_is_free_and_the_id_is_not, async |app: TestApp| {
    let id = app.account(MIRA).await.id;
    close(&mut signed_in(&app, MIRA).await).await;
    erased(&app).await;
    let again = app.account(MIRA).await;
    assert_ne!(again.id, id);
    assert_eq!(app.count("SELECT COUNT(*) FROM accounts").await, 2);
    let mut browser = signed_in(&app, MIRA).await;
    browser.get("/settings/security").await.lacks("Account erased");
    // Nobody can sign in as what stands for the address.
    let nobody = format!("erased:{}", id.uuid().simple());
    browser.sign_in(&nobody, PASSWORD).await;
    app.browser().sign_in(&nobody, PASSWORD).await.is(400);
    let (done, said) = app.cli(&["account", "list"], "").await;
    assert!(done && said.contains("erased"), "{said}");
});

both!(erasing_is_done_once_whoever_does_it, async |app: TestApp| {
    for round in 0..rounds() {
        let email = format!("mira{round}@example.com");
        app.account(&email).await;
        close(&mut signed_in(&app, &email).await).await;
        app.wait(14 * DAY);
        let (first, second) = tokio::join!(erase_due(&app), erase_due(&app));
        assert_eq!(first.unwrap() + second.unwrap(), 1);
        assert_eq!(logged(&app, "account-erased succeeded").await, round + 1);
        assert_eq!(mail_to(&app, &email).await.len(), 1);
        prune(&app).await.unwrap();
    }
    assert_eq!(erase_due(&app).await.unwrap(), 0);
});

// A failure half-way leaves the account as it was, and the next run ends it.
both!(a_failed_erasure_changes_nothing, async |app: TestApp| {
    app.account(MIRA).await;
    app.account(EVE).await;
    close(&mut signed_in(&app, MIRA).await).await;
    close(&mut signed_in(&app, EVE).await).await;
    app.wait(14 * DAY);
    app.tamper("ALTER TABLE security_events RENAME TO gone").await;
    assert_eq!(erase_due(&app).await.unwrap(), 0);
    assert!(account(&app, MIRA).await.is_some());
    assert_eq!(app.count("SELECT COUNT(*) FROM passwords").await, 2);
    app.tamper("ALTER TABLE gone RENAME TO security_events").await;
    assert_eq!(erase_due(&app).await.unwrap(), 2);
    assert!(account(&app, MIRA).await.is_none());
});
