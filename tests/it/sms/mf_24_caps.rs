//! MF-24: whoever asks for many text messages, or for somebody else's number,
//! gets a bounded number of them, and the owner still gets theirs.

use super::{SETTINGS, ask, ask_from, at, binding, both_with, number};
use crate::support::{Backend, TestApp};
use portcullis::features::second_factor::sms::CodePurpose::{Enrolment, SignIn};
use portcullis::features::second_factor::sms::TextAdmission::{Admitted, Enough, Wait};
use portcullis::features::second_factor::sms::{Cap, PhoneNumber, caps};
use portcullis::ids::AccountId;
use std::net::IpAddr;
use std::time::Duration;

const MIRA: &str = "mira@example.com";

async fn accounts(app: &TestApp, many: usize) -> Vec<AccountId> {
    let mut all = Vec::new();
    for index in 0..many {
        all.push(app.account(&format!("a{index}@example.com")).await.id);
    }
    all
}

fn somewhere(index: usize) -> Option<IpAddr> {
    let [.., third, fourth] = index.to_be_bytes();
    Some([198, 18, third, fourth].into())
}

/// Over accounts, networks and numbers in a row.
async fn mf_24_a_thousand_sends(app: TestApp) {
    let accounts = accounts(&app, 40).await;
    let mut sent = 0;
    for index in 0..1_000_usize {
        let bound = binding(accounts[index % 40], Enrolment, 1);
        let to = number(u32::try_from(index).unwrap());
        sent += u32::from(ask_from(&app, &bound, &to, somewhere(index)).await == Admitted);
        app.wait(Duration::from_secs(10));
    }
    // Nearly three hours: twelve an hour to one block.
    assert!((24..=40).contains(&sent), "{sent}");
    let written = app.count("SELECT COUNT(*) FROM outbox WHERE channel = 'text'").await;
    assert_eq!(written, i64::from(sent));
}

/// One victim's number, on many accounts and from everywhere, all day.
async fn mf_24_one_victim(app: TestApp) {
    let accounts = accounts(&app, 30).await;
    let victim = app.account("victim@example.com").await;
    let own = binding(victim.id, SignIn, 7);
    let (mut sent, mut hours, mut waited) = (0, 0, 0);
    for index in 0..1_440_usize {
        let bound = binding(accounts[index % 30], Enrolment, 1);
        match ask_from(&app, &bound, &number(1), somewhere(index)).await {
            Admitted => sent += 1,
            // Nobody is told that others have asked: what is refused for them counts
            // for the account that asked, which waits as if it had been sent.
            Enough(cap) => assert_eq!(cap, Cap::Number),
            Wait(_) => waited += 1,
        }
        if index % 600 == 300 {
            // The owner gets theirs all the same.
            assert_eq!(ask(&app, &own, &number(1)).await, Admitted, "{index}");
            hours += 1;
        }
        app.wait(Duration::from_mins(1));
    }
    assert_eq!((sent, hours), (5, 2));
    // Thirty accounts could ask five times each.
    assert_eq!(waited, 1_440 - 30 * 5);
    let text = app.dump().await.join("\n");
    assert!(!text.contains("447400120001") && !text.contains("198.18."));
}

/// One account gets its pauses told, to the second.
async fn mf_24_pauses_grow(app: TestApp) {
    let mira = app.account(MIRA).await;
    let bound = binding(mira.id, SignIn, 1);
    assert_eq!(ask(&app, &bound, &number(1)).await, Admitted);
    assert_eq!(ask(&app, &bound, &number(1)).await, Wait(30));
    app.wait(Duration::from_millis(10_500));
    assert_eq!(ask(&app, &bound, &number(1)).await, Wait(20));
    app.wait(Duration::from_millis(19_500));
    assert_eq!(ask(&app, &bound, &number(1)).await, Admitted);
    assert_eq!(ask(&app, &bound, &number(1)).await, Wait(60));
    // Another sign-in is the same account.
    assert_eq!(ask(&app, &binding(mira.id, SignIn, 2), &number(1)).await, Wait(60));
    app.wait(Duration::from_mins(1));
    assert_eq!(ask(&app, &bound, &number(1)).await, Admitted);
    // Three in ten minutes.
    assert_eq!(ask(&app, &bound, &number(1)).await, Wait(510));
    let (mut sent, mut waited) = (3, 0);
    for _ in 0..24 * 60 - 2 {
        app.wait(Duration::from_mins(1));
        match ask(&app, &bound, &number(1)).await {
            Admitted => sent += 1,
            Wait(seconds) => waited = waited.max(seconds),
            Enough(cap) => panic!("{cap:?}"),
        }
    }
    assert_eq!(sent, 10);
    assert!(waited > 6 * 3600, "{waited}");
    // Five an hour and ten a day were kept over all that; the next day opens.
    app.wait(Duration::from_hours(24));
    assert_eq!(ask(&app, &bound, &number(1)).await, Admitted);
}

/// One account over many numbers, and one network over many accounts.
async fn mf_24_accounts_and_networks(app: TestApp) {
    let mira = app.account(MIRA).await;
    let far = |index: u32| PhoneNumber::from_e164(&format!("+4474{index:02}123456")).unwrap();
    let mut sent = 0;
    for index in 0..30 {
        let bound = binding(mira.id, Enrolment, 1);
        match ask_from(&app, &bound, &far(index), somewhere(index as usize)).await {
            Admitted => sent += 1,
            Wait(seconds) => assert_eq!(seconds, 600),
            Enough(cap) => panic!("{cap:?}"),
        }
    }
    assert_eq!(sent, 3);
    let accounts = accounts(&app, 30).await;
    for (address, most) in [("192.0.2.9", 10), ("2001:db8:1:2::7", 10)] {
        let mut sent = 0;
        for (index, account) in accounts.iter().enumerate() {
            let to = far(30 + u32::try_from(index).unwrap());
            match ask_from(&app, &binding(*account, Enrolment, 1), &to, at(address)).await {
                Admitted => sent += 1,
                Enough(cap) => assert_eq!(cap, Cap::Network),
                Wait(_) => panic!("no one of them has asked before"),
            }
        }
        assert_eq!(sent, most, "{address}");
        app.wait(Duration::from_hours(25));
    }
    // Addresses of one site: each line has its own, and all of them one, too.
    let mut sent = 0;
    for (index, account) in accounts.iter().enumerate() {
        let address = at(&format!("2001:db8:7:{index:x}::1"));
        let to = far(30 + u32::try_from(index).unwrap());
        let bound = binding(*account, Enrolment, 1);
        sent += u32::from(ask_from(&app, &bound, &to, address).await == Admitted);
    }
    assert_eq!(sent, 20);
}

/// A number of a country that is served no more.
async fn mf_24_countries(app: TestApp) {
    let mira = app.account(MIRA).await;
    let french = PhoneNumber::from_e164("+33631966543").unwrap();
    let bound = binding(mira.id, SignIn, 1);
    assert_eq!(ask(&app, &bound, &french).await, Enough(Cap::Country));
    assert!(app.texts().await.is_empty());
}

/// The breaker: a day's messages, and then none until the next; told once.
async fn mf_24_the_breaker_opens(app: TestApp) {
    let ada = app.administrator("ada@example.com").await;
    app.administrator("sue@example.com").await;
    app.suspend("sue@example.com").await;
    let accounts = accounts(&app, 12).await;
    let to =
        |index: usize| PhoneNumber::from_e164(&format!("+4474{:02}123456", index % 80)).unwrap();
    app.post().await;
    let before = app.mail().await.len();
    let mut answers = Vec::new();
    for (index, account) in accounts.iter().enumerate() {
        let bound = binding(*account, SignIn, 1);
        answers.push(ask_from(&app, &bound, &to(index), somewhere(index)).await);
    }
    assert!(answers[..8].iter().all(|answer| *answer == Admitted), "{answers:?}");
    assert!(answers[8..].iter().all(|answer| *answer == Enough(Cap::Day)), "{answers:?}");
    let stopped = |events: &[String]| {
        events.iter().filter(|event| *event == "texts-stopped succeeded").count()
    };
    assert_eq!(stopped(&app.events().await), 1);
    for _ in 0..3 {
        app.post().await;
    }
    let mails = app.mail().await;
    assert_eq!(mails.len(), before + 1);
    let told: Vec<_> = mails.iter().filter(|mail| mail.subject.contains("no more codes")).collect();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].to, ada.email);
    assert!(told[0].text.contains("at 8 a day"), "{}", told[0].text);
    let today = caps::today(&mut &app.db, app.clock.now()).await.unwrap();
    assert_eq!((today.sent, today.unproved), (8, 0));
    assert!(today.stopped_at.is_some() && today.told_at.is_some());
    // Kept over a restart, and over midnight (UTC) only until then: it is 09:00.
    let app = app.restart(&[]).await;
    app.wait(Duration::from_hours(15) - Duration::from_millis(1));
    let bound = binding(accounts[9], SignIn, 1);
    assert_eq!(ask(&app, &bound, &to(9)).await, Enough(Cap::Day));
    app.wait(Duration::from_millis(1));
    // It waits as if that had been sent.
    assert_eq!(ask(&app, &bound, &to(9)).await, Wait(30));
    let bound = binding(accounts[10], SignIn, 1);
    assert_eq!(ask(&app, &bound, &to(10)).await, Admitted);
    assert_eq!(stopped(&app.events().await), 1);
}

/// Numbers that nobody has proved get half of the day, and leave the rest.
async fn mf_24_strangers_leave_the_day_to_others(app: TestApp) {
    let accounts = accounts(&app, 8).await;
    let to = |index: usize| PhoneNumber::from_e164(&format!("+4474{index:02}123456")).unwrap();
    for (index, account) in accounts.iter().enumerate() {
        let bound = binding(*account, Enrolment, 1);
        let answer = ask_from(&app, &bound, &to(index), somewhere(index)).await;
        assert_eq!(answer, if index < 4 { Admitted } else { Enough(Cap::Day) }, "{index}");
    }
    let stopped = caps::today(&mut &app.db, app.clock.now()).await.unwrap().stopped_at;
    assert!(stopped.is_some());
    app.wait(Duration::from_secs(30));
    for (index, account) in accounts.iter().enumerate().skip(4) {
        let bound = binding(*account, SignIn, 1);
        assert_eq!(ask_from(&app, &bound, &to(index), somewhere(index)).await, Admitted);
    }
    let bound = binding(accounts[0], SignIn, 1);
    assert_eq!(ask_from(&app, &bound, &to(20), somewhere(20)).await, Enough(Cap::Day));
}

const FEW: &[(&str, &str)] = &[("sms_countries", "GB"), ("sms_daily_limit", "8")];

both_with!(SETTINGS;
    mf_24_a_thousand_sends,
    mf_24_one_victim,
    mf_24_pauses_grow,
    mf_24_accounts_and_networks,
    mf_24_countries,
);
both_with!(FEW; mf_24_the_breaker_opens, mf_24_strangers_leave_the_day_to_others);
