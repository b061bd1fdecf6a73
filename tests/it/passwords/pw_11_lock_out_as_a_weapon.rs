//! PW-11: a stranger who fails on purpose locks nobody out of their own browser.

use super::{CHANGE, WAIT_NETWORK, minutes, strangers_fail};
use crate::both;
use crate::support::{Browser, OTHER_PASSWORD, PASSWORD, TestApp};

const ALICE: &str = "alice@example.com";

/// One try by a stranger at an address; whether it was judged or had to wait.
async fn harass(app: &TestApp, stranger: Option<&Browser>) -> u16 {
    let mut browser = app.browser();
    if let Some(neighbour) = stranger {
        browser.address = neighbour.address;
    }
    browser.sign_in(ALICE, OTHER_PASSWORD).await.status.as_u16()
}

/// A neighbour fails with many names until the whole network has to wait.
async fn exhaust_network(app: &TestApp, network: &Browser) {
    let mut neighbour = app.browser();
    neighbour.address = network.address;
    neighbour.get("/sign-in").await;
    for number in 0..60 {
        let email = format!("nobody{number}@example.com");
        let fields = [("email", email.as_str()), ("password", OTHER_PASSWORD)];
        if neighbour.post("/sign-in", &fields).await.status.as_u16() == 429 {
            return;
        }
    }
    panic!("the network never had to wait");
}

both!(pw_11_an_hour_of_failures_leaves_the_owner_in, async |app: TestApp| {
    app.account(ALICE).await;
    let mut alice = app.browser();
    alice.signs_in(ALICE, PASSWORD).await;
    let mut judged = 0;
    for minute in 0..60 {
        for status in [harass(&app, None).await, harass(&app, Some(&alice)).await] {
            assert!(matches!(status, 403 | 429), "{status}");
            judged += u32::from(status == 403);
        }
        if minute % 10 == 0 {
            assert!(alice.is_signed_in().await, "the live session died at minute {minute}");
        }
        app.wait(minutes(1));
    }
    assert!(judged <= 12, "{judged} of 120 guesses were judged");
    exhaust_network(&app, &alice).await;

    // The live session works, also where it has to prove the password again.
    alice.change_password(PASSWORD, "Another-horse 3 paper").await.leads_to("/settings/security");
    // Her known browser signs in, from her own network and from elsewhere.
    let mut known = alice.clone();
    known.forget("-session");
    known.signs_in(ALICE, "Another-horse 3 paper").await;
    known.forget("-session");
    known.address = [192, 0, 2, 99].into();
    known.signs_in(ALICE, "Another-horse 3 paper").await;

    // A new browser of hers waits, on her network because of that …
    let mut new = app.browser();
    new.address = alice.address;
    new.sign_in("bob@example.com", PASSWORD).await.is(429).shows(WAIT_NETWORK);
    // … and elsewhere because of her account, for an hour at the longest.
    let mut phone = app.browser();
    while harass(&app, None).await == 403 {}
    let reply = phone.sign_in(ALICE, "Another-horse 3 paper").await;
    reply.is(429);
    let wait: u64 = reply.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!(wait <= 3601, "{wait} seconds");
    app.wait(std::time::Duration::from_secs(wait));
    phone.signs_in(ALICE, "Another-horse 3 paper").await;
    // What the stranger did is in her log, and in front of her.
    alice.get(CHANGE).await.is(200);
    alice.get("/settings/security").await.is(200).shows("failed sign-ins");
});

both!(pw_11_a_device_of_another_account_is_a_stranger, async |app: TestApp| {
    app.account(ALICE).await;
    app.account("eve@example.com").await;
    let mut eve = app.browser();
    eve.signs_in("eve@example.com", PASSWORD).await;
    eve.forget("-session");
    strangers_fail(&app, ALICE, 5).await;
    // Her own device's cookie gives her no counter of its own at Alice's account.
    eve.sign_in(ALICE, OTHER_PASSWORD).await.is(429);
    let devices = "SELECT COUNT(*) FROM failure_counters WHERE kind = 'password-device'";
    assert_eq!(app.count(devices).await, 0);
});

both!(pw_11_a_forged_device_cookie_is_a_stranger, async |app: TestApp| {
    app.account(ALICE).await;
    let mut alice = app.browser();
    alice.signs_in(ALICE, PASSWORD).await;
    strangers_fail(&app, ALICE, 5).await;
    let (name, genuine) = alice.cookies.iter().find(|(name, _)| name.ends_with("-device")).unwrap();
    let cut = &genuine[..genuine.len() - 1];
    for forged in
        [cut, "", "x", "pcl_dev_", &genuine.replace("_dev_", "_ses_"), &genuine.to_uppercase()]
    {
        let mut thief = app.browser();
        thief.cookies.insert(name.clone(), forged.to_owned());
        thief.sign_in(ALICE, PASSWORD).await.is(429);
    }
});
