//! For an owner who has lost everything: the way in that only an administrator
//! has.

use super::actors::{ADA, BOB, act, administrator, done, last_event, page_of};
use crate::both;
use crate::support::{PASSWORD, TestApp, enables_two_factor};

const LEFT: &str = "SELECT COUNT(*) FROM backup_codes WHERE used_at IS NULL AND voided_at IS NULL";
const SEEDS: &str = "SELECT COUNT(*) FROM second_factors WHERE sealed IS NOT NULL";

both!(an_administrator_removes_what_its_owner_has_lost, async |app: TestApp| {
    let (mut ada, _) = administrator(&app, ADA).await;
    let bob = app.account(BOB).await;
    let mut browser = app.browser();
    browser.signs_in(BOB, PASSWORD).await;
    ada.get(&page_of(bob.id)).await.is(200).lacks("Remove second factor");
    let phone = enables_two_factor(&app, &mut browser).await;
    let mut half = app.browser();
    half.sign_in(BOB, PASSWORD).await.leads_to("/sign-in/two-factor");
    half.get("/sign-in/two-factor").await.is(200);

    ada.get(&page_of(bob.id)).await.shows("Authenticator app").shows("Remove second factor");
    let ask = format!("{}/remove-second-factor", page_of(bob.id));
    ada.get(&ask).await.is(200).shows("first make sure that it is them");
    for (reason, error) in [
        ("", "Fill this in."),
        ("  ", "Fill this in."),
        (&*"x".repeat(201), "Use at most 200 characters in one line."),
        ("a\nb", "Use at most 200 characters in one line."),
    ] {
        ada.post(&ask, &[("reason", reason)]).await.is(400).shows(error);
    }
    assert!(browser.is_signed_in().await);
    assert_eq!((app.count(LEFT).await, app.count(SEEDS).await), (10, 1));

    done(&ada.post(&ask, &[("reason", "lost phone and codes")]).await, bob.id);
    assert_eq!(last_event(&app).await, "second-factors-removed succeeded");
    assert_eq!((app.count(LEFT).await, app.count(SEEDS).await), (0, 0));
    assert!(!browser.is_signed_in().await);
    let code = phone.code(app.clock.now());
    half.post("/sign-in/two-factor", &[("way", "authenticator"), ("code", &code)])
        .await
        .leads_to("/sign-in");
    let mail = app.mail().await.into_iter().find(|mail| mail.to == BOB).unwrap();
    assert_eq!(mail.subject, "Your second factor for Portcullis was removed");
    assert!(mail.text.contains("The reason that they gave: lost phone and codes"), "{}", mail.text);
    for log in [format!("{}/log", page_of(bob.id)), "/admin/log".into()] {
        ada.get(&log).await.shows("Reason: lost phone and codes");
    }
    browser.signs_in(BOB, PASSWORD).await;
    browser.get("/settings/security").await.shows("Second factors removed by an administrator");

    // Once more, from a page that was open before.
    ada.post(&ask, &[("reason", "lost phone")]).await.leads_to(&page_of(bob.id));
    assert_eq!(last_event(&app).await, "second-factors-removed refused/no-second-factor");
    ada.get(&page_of(bob.id)).await.shows("the account has no second factor");
});

both!(nobody_removes_their_own_there, async |app: TestApp| {
    let (mut ada, own) = administrator(&app, ADA).await;
    enables_two_factor(&app, &mut ada).await;
    ada.get(&page_of(own.id)).await.is(200).lacks("Remove second factor");
    let reason = [("reason", "I want to")];
    act(&mut ada, own.id, "remove-second-factor", &reason).await.leads_to(&page_of(own.id));
    assert_eq!(last_event(&app).await, "second-factors-removed refused/own-account");
    assert_eq!(app.count(SEEDS).await, 1);
});

both!(whoever_runs_the_server_removes_them_by_command, async |app: TestApp| {
    app.account(BOB).await;
    let mut browser = app.browser();
    browser.signs_in(BOB, PASSWORD).await;
    let remove = ["account", "remove-second-factor", BOB, "--reason", "asked in person"];
    let (done, said) = app.cli(&remove, "").await;
    assert!(!done && said.contains("has no second factor"), "{said}");
    enables_two_factor(&app, &mut browser).await;
    for wrong in [&remove[..3], &[&remove[..4], &[" "]].concat()] {
        assert!(!app.cli(wrong, "").await.0, "{wrong:?}");
    }
    assert_eq!(app.count(SEEDS).await, 1);
    let (done, said) = app.cli(&remove, "").await;
    assert!(done && said.contains("has no second factor any more; sessions ended: 1"), "{said}");
    assert_eq!((app.count(LEFT).await, app.count(SEEDS).await), (0, 0));
    assert_eq!(last_event(&app).await, "second-factors-removed succeeded");
    browser.signs_in(BOB, PASSWORD).await;
});
