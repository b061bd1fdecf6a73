//! Every act, through the front door: what it does, what its owner is told, and
//! the one event.

use super::actors::{ADA, BOB, EVE, act, administrator, done, last_event, page_of};
use crate::both;
use crate::support::{OTHER_PASSWORD, PASSWORD, TestApp};
use std::time::Duration;

/// The subjects of mail to somebody, the newest first.
async fn told(app: &TestApp, to: &str) -> Vec<String> {
    app.mail().await.into_iter().filter(|mail| mail.to == to).map(|mail| mail.subject).collect()
}

both!(an_account_is_closed_on_request_and_kept_after_all, async |app: TestApp| {
    let (mut ada, _) = administrator(&app, ADA).await;
    let bob = app.account(BOB).await;
    let mut browser = app.browser();
    browser.signs_in(BOB, PASSWORD).await;
    let page = ada.get(&format!("/admin/accounts/{}/close", bob.id)).await;
    page.is(200).shows("After 14 days");
    act(&mut ada, bob.id, "close", &[]).await.leads_to(&page_of(bob.id));
    assert!(!browser.is_signed_in().await);
    assert_eq!(app.mail().await[0].to, BOB);
    ada.get(&page_of(bob.id)).await.is(200).shows("Keep account");
    act(&mut ada, bob.id, "keep", &[]).await.leads_to(&page_of(bob.id));
    app.wait(Duration::from_hours(15 * 24));
    assert_eq!(portcullis::features::closing::erase_due(&app).await.unwrap(), 0);
    browser.signs_in(BOB, PASSWORD).await;
});

both!(an_account_is_suspended_and_restored, async |app: TestApp| {
    let (mut ada, _) = administrator(&app, ADA).await;
    let bob = app.account(BOB).await;
    let mut browser = app.browser();
    browser.signs_in(BOB, PASSWORD).await;
    ada.get(&page_of(bob.id)).await.shows("In one session").shows("Suspend account");
    let ask = format!("{}/suspend", page_of(bob.id));
    ada.get(&ask).await.is(200).shows("signed out everywhere at once");
    // A reason that is too long comes back as it was typed.
    let long = "x".repeat(201);
    let reply = ada.post(&ask, &[("reason", &long)]).await;
    reply.is(400).shows("Use at most 200 characters in one line.");
    assert!(reply.body.contains(&long));
    assert!(browser.is_signed_in().await);
    done(&ada.post(&ask, &[("reason", "left the company")]).await, bob.id);
    assert_eq!(last_event(&app).await, "account-suspended succeeded");
    assert_eq!(told(&app, BOB).await, ["Your account at Portcullis is suspended"]);
    assert!(!app.mail().await[0].text.contains("left the company"), "the reason is the log's");
    assert!(!app.mail().await[0].text.contains(&ada.address.to_string()));
    assert!(!browser.is_signed_in().await);
    browser.sign_in(BOB, PASSWORD).await.is(403);
    let page = ada.get(&page_of(bob.id)).await;
    page.shows("Suspended").shows("Restore account").lacks("Suspend account");
    ada.get(&format!("{}/log", page_of(bob.id))).await.shows("Reason: left the company");
    // Once more, from a page that was open before.
    ada.post(&ask, &[]).await.leads_to(&page_of(bob.id));
    assert_eq!(last_event(&app).await, "account-suspended refused/already");
    ada.get(&page_of(bob.id)).await.shows("Nothing was changed: it was so already.");
    for refused in ["reset-link", "invitation", "make-administrator"] {
        act(&mut ada, bob.id, refused, &[]).await.leads_to(&page_of(bob.id));
        assert!(last_event(&app).await.ends_with(" refused/suspended"));
    }
    app.wait(Duration::from_millis(1));
    done(&act(&mut ada, bob.id, "restore", &[]).await, bob.id);
    assert_eq!(last_event(&app).await, "account-restored succeeded");
    let both =
        ["Your account at Portcullis is open again", "Your account at Portcullis is suspended"];
    assert_eq!(told(&app, BOB).await, both);
    act(&mut ada, bob.id, "restore", &[]).await;
    assert_eq!(last_event(&app).await, "account-restored refused/already");
    assert_eq!(told(&app, BOB).await, both, "a refusal is no news");
    browser.signs_in(BOB, PASSWORD).await;
});

both!(failed_sign_ins_are_forgotten, async |app: TestApp| {
    let (mut ada, _) = administrator(&app, ADA).await;
    let bob = app.account(BOB).await;
    for _ in 0..6 {
        app.browser().sign_in(BOB, OTHER_PASSWORD).await;
    }
    app.browser().sign_in(BOB, PASSWORD).await.is(429);
    ada.get(&page_of(bob.id)).await.shows("Forget failed sign-ins");
    done(&act(&mut ada, bob.id, "restore", &[]).await, bob.id);
    assert_eq!(told(&app, BOB).await, [""; 0], "nothing was closed to him");
    app.browser().signs_in(BOB, PASSWORD).await;
});

both!(a_new_password_is_required, async |app: TestApp| {
    let (mut ada, _) = administrator(&app, ADA).await;
    let bob = app.account(BOB).await;
    let mut browser = app.browser();
    browser.signs_in(BOB, PASSWORD).await;
    let ask = format!("{}/require-password-change", page_of(bob.id));
    ada.get(&ask).await.is(200).shows("Until its owner has chosen a new password");
    done(&ada.post(&ask, &[]).await, bob.id);
    assert_eq!(last_event(&app).await, "password-change-required succeeded");
    assert_eq!(told(&app, BOB).await, ["Choose a new password for Portcullis"]);
    browser.get("/settings/profile").await.leads_to("/settings/security/password");
    ada.get(&page_of(bob.id)).await.shows("New password required").lacks("Require a new password");
    ada.post(&ask, &[]).await;
    assert_eq!(last_event(&app).await, "password-change-required refused/already");
    browser.change_password(PASSWORD, "Another-horse 3 paper").await.leads_to("/settings/security");
    browser.get("/settings/profile").await.is(200);
});

both!(sessions_of_one_are_ended, async |app: TestApp| {
    let (mut ada, own) = administrator(&app, ADA).await;
    let bob = app.account(BOB).await;
    let (mut one, mut two, mut eve) = (app.browser(), app.browser(), app.browser());
    app.account(EVE).await;
    one.signs_in(BOB, PASSWORD).await;
    two.signs_in(BOB, PASSWORD).await;
    eve.signs_in(EVE, PASSWORD).await;
    ada.get(&page_of(bob.id)).await.shows("In 2 sessions");
    let ask = format!("{}/end-sessions", page_of(bob.id));
    ada.get(&ask).await.is(200);
    done(&ada.post(&ask, &[]).await, bob.id);
    assert!(!one.is_signed_in().await && !two.is_signed_in().await);
    assert!(eve.is_signed_in().await);
    assert_eq!(told(&app, BOB).await, ["You were signed out of Portcullis everywhere"]);
    let reason = "SELECT COUNT(*) FROM sessions WHERE ended_reason = 'administrator'";
    assert_eq!(app.count(reason).await, 2);
    // Nobody is told that nothing has ended.
    done(&ada.post(&ask, &[]).await, bob.id);
    assert_eq!(told(&app, BOB).await.len(), 1);
    one.signs_in(BOB, PASSWORD).await;
    // Of their own, all but the one at hand.
    let mut elsewhere = app.browser();
    elsewhere.signs_in(ADA, PASSWORD).await;
    done(&act(&mut ada, own.id, "end-sessions", &[]).await, own.id);
    assert!(!elsewhere.is_signed_in().await && ada.is_signed_in().await);
});

both!(everybody_is_signed_out_but_who_does_it, async |app: TestApp| {
    let (mut ada, _) = administrator(&app, ADA).await;
    let mut others = Vec::new();
    for email in [ADA, BOB, BOB, EVE] {
        if email != ADA && others.len() != 2 {
            app.account(email).await;
        }
        let mut browser = app.browser();
        browser.signs_in(email, PASSWORD).await;
        others.push(browser);
    }
    ada.get("/admin/end-sessions").await.is(200);
    ada.post("/admin/end-sessions", &[]).await.leads_to("/admin/accounts");
    assert_eq!(last_event(&app).await, "every-session-ended succeeded");
    for browser in &mut others {
        assert!(!browser.is_signed_in().await);
    }
    ada.get("/admin/accounts").await.is(200).shows("Every other session has ended.");
});

both!(a_reset_link_goes_to_the_owner_alone, async |app: TestApp| {
    let (mut ada, _) = administrator(&app, ADA).await;
    let bob = app.account(BOB).await;
    let reply = act(&mut ada, bob.id, "reset-link", &[("email", EVE), ("to", EVE)]).await;
    done(&reply, bob.id);
    assert_eq!(last_event(&app).await, "reset-link-sent succeeded");
    assert_eq!(told(&app, BOB).await, ["Create a new password for Portcullis"]);
    let link = app.link(BOB, "password-reset").await;
    let secret = link.rsplit('/').next().unwrap();
    for page in [page_of(bob.id), format!("{}/log", page_of(bob.id)), "/admin/outbox".into()] {
        ada.get(&page).await.is(200).lacks(secret).lacks("pcl_").lacks("$argon2");
    }
    assert!(!app.dump().await.iter().any(|row| row.contains(secret)));
    act(&mut ada, bob.id, "invitation", &[]).await;
    assert_eq!(last_event(&app).await, "invitation-sent refused/has-password");
});

both!(administrators_are_made_and_unmade, async |app: TestApp| {
    let (mut ada, own) = administrator(&app, ADA).await;
    let bob = app.account(BOB).await;
    let mut browser = app.browser();
    browser.signs_in(BOB, PASSWORD).await;
    browser.get("/admin").await.is(404);
    let ask = format!("{}/make-administrator", page_of(bob.id));
    ada.get(&ask).await.is(200).shows("everything that you can do here");
    done(&ada.post(&ask, &[]).await, bob.id);
    ada.post(&ask, &[]).await;
    assert_eq!(last_event(&app).await, "administrator-made refused/already");
    browser.get("/admin").await.leads_to("/admin/accounts");
    browser.get("/settings/security").await.shows("Administration");
    assert_eq!(told(&app, BOB).await, ["You are an administrator of Portcullis"]);
    // Ada may go, now that Bob stays.
    let reply = act(&mut ada, own.id, "unmake-administrator", &[]).await;
    reply.leads_to("/settings/security");
    assert_eq!(last_event(&app).await, "administrator-unmade succeeded");
    assert_eq!(told(&app, ADA).await[0], "You are no longer an administrator of Portcullis");
    ada.get("/admin").await.is(404);
    act(&mut browser, own.id, "unmake-administrator", &[]).await;
    assert_eq!(last_event(&app).await, "administrator-unmade refused/already");
    act(&mut browser, bob.id, "unmake-administrator", &[]).await;
    assert_eq!(last_event(&app).await, "administrator-unmade refused/last-administrator");
    let page = browser.get(&page_of(bob.id)).await;
    page.shows("Somebody has to stay who can sign in and look after the site.");
});

both!(every_act_needs_a_fresh_proof_and_comes_back_to_its_page, async |app: TestApp| {
    let (mut ada, _) = administrator(&app, ADA).await;
    let bob = app.account(BOB).await;
    app.wait(Duration::from_mins(6));
    ada.get(&page_of(bob.id)).await.is(200);
    let ask = format!("{}/suspend", page_of(bob.id));
    let step_up = |page: &str| {
        let query = serde_urlencoded::to_string([("return_to", page)]).unwrap();
        format!("/step-up?{query}")
    };
    ada.get(&ask).await.leads_to(&step_up(&ask));
    let restore = format!("{}/restore", page_of(bob.id));
    ada.post(&restore, &[]).await.leads_to(&step_up(&page_of(bob.id)));
    ada.get(&step_up(&ask)).await.is(200);
    ada.post("/step-up", &[("password", PASSWORD), ("return_to", &ask)]).await.leads_to(&ask);
    ada.get(&ask).await.is(200);
    done(&ada.post(&ask, &[]).await, bob.id);
});
