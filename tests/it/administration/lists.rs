//! Accounts, logs and the outbox as lists.

use super::actors::{ADA, BOB, administrator, last_event, page_of};
use crate::both;
use crate::support::{Browser, PASSWORD, TestApp};
use portcullis::features::security_log::{Scope, newest};
use portcullis::ids::AccountId;

/// All pages of a list: what its links name, page by page.
async fn pages(browser: &mut Browser, first: &str, marker: &str, next: &str) -> Vec<Vec<String>> {
    let (mut path, mut all) = (first.to_owned(), Vec::new());
    loop {
        let body = browser.get(&path).await.is(200).body.clone();
        let found = body.split(marker).skip(1).map(|rest| rest.split_once(['<', '"']).unwrap().0);
        all.push(found.map(str::to_owned).collect());
        let link = body.split("href=\"").find(|rest| {
            rest.contains(&format!(">{next}</a>"))
                && rest.find("</a>").is_some_and(|end| rest[..end].ends_with(next))
        });
        match link {
            Some(rest) => {
                path = rest.split_once('"').unwrap().0.replace("&#38;", "&").replace("&amp;", "&")
            }
            None => return all,
        }
        assert!(all.len() < 10, "it never ends");
    }
}

const ROW: &str = "class=\"row-link\" href=\"/admin/accounts/";

both!(accounts_are_paged_by_age_and_by_address, async |app: TestApp| {
    let (mut ada, _) = administrator(&app, ADA).await;
    let mut expected = vec![ADA.to_owned()];
    for number in 0..119 {
        // All of one moment, and half of them with the same beginning.
        let email = match number % 2 {
            0 => format!("same{number:03}@example.com"),
            _ => format!("user{number:03}@example.com"),
        };
        app.account(&email).await;
        expected.push(email);
    }
    let of = async |ids: Vec<Vec<String>>| {
        let mut emails = Vec::new();
        for id in ids.into_iter().flatten() {
            let id: AccountId = id.parse().unwrap();
            let found = portcullis::features::account::by_id(&mut &app.db, id).await.unwrap();
            emails.push(found.unwrap().email);
        }
        emails
    };
    let all = pages(&mut ada, "/admin/accounts", ROW, "Next page").await;
    assert_eq!(all.iter().map(Vec::len).collect::<Vec<_>>(), [50, 50, 20]);
    let mut seen = of(all).await;
    seen.sort();
    expected.sort();
    assert_eq!(seen, expected);
    let found = pages(&mut ada, "/admin/accounts?search=SAME", ROW, "Next page").await;
    assert_eq!(found.iter().map(Vec::len).collect::<Vec<_>>(), [50, 10]);
    let same: Vec<String> =
        expected.iter().filter(|email| email.starts_with("same")).cloned().collect();
    assert_eq!(of(found).await, same, "in the order of addresses");
    for (search, count) in [
        ("same00", 5),
        ("same001", 0),
        ("same000%40example.com", 1),
        ("same000%40EXAMPLE.com", 1),
        ("%25", 0),
        ("_", 0),
        ("%27%20OR%201%3D1--", 0),
        ("%C3%A4", 0),
        ("s%C3%A4me", 0),
        ("%F0%9F%92%A9", 0),
        ("%00", 0),
        ("%20%20", 50),
    ] {
        let reply = ada.get(&format!("/admin/accounts?search={search}")).await;
        assert_eq!(reply.is(200).body.matches(ROW).count(), count, "{search}");
    }
    ada.get("/admin/accounts?search=nobody").await.shows("No address begins like this");
});

both!(what_is_searched_in_unicode_is_found, async |app: TestApp| {
    let (mut ada, _) = administrator(&app, ADA).await;
    app.account("bob@bücher.example").await;
    for search in ["bob%40b%C3%BCcher.example", "bob%40xn--bcher", "BOB"] {
        let reply = ada.get(&format!("/admin/accounts?search={search}")).await;
        reply.is(200).shows("bob@bücher.example");
    }
});

both!(each_state_has_its_badge, async |app: TestApp| {
    let (mut ada, _) = administrator(&app, ADA).await;
    for (email, column) in [
        ("s@example.com", "suspended_at"),
        ("c@example.com", "closes_at"),
        ("e@example.com", "erased_at"),
    ] {
        app.account(email).await;
        let sql = format!(
            "UPDATE accounts SET {column} = 1795600000000 WHERE email_canonical = '{email}'"
        );
        app.tamper(&sql).await;
        let word = match column {
            "suspended_at" => "Suspended",
            "closes_at" => "Closing",
            _ => "Erased",
        };
        ada.get(&format!("/admin/accounts?search={email}")).await.shows(word);
    }
    ada.get("/admin/accounts?search=ada").await.shows("Active Administrator");
});

both!(reading_a_log_is_an_event_in_it, async |app: TestApp| {
    let (mut ada, own) = administrator(&app, ADA).await;
    let bob = app.account(BOB).await;
    let log = format!("{}/log", page_of(bob.id));
    let events = app.events().await.len();
    ada.get(&log).await.is(200).shows("What happened to bob@example.com.");
    assert_eq!(app.events().await[events..], ["log-read succeeded"]);
    ada.get(&log).await.is(200).shows("Security log read").shows("By ada@example.com");
    ada.get("/admin/log").await.is(200).shows(BOB).shows("By the operator of the server");
    assert_eq!(last_event(&app).await, "log-read succeeded");
    let read = newest(&mut &app.db, Scope::Account(bob.id), 1).await;
    let entry = &read.unwrap()[0];
    assert_eq!((entry.actor, entry.actor_kind.as_str()), (Some(own.id), "account"));
    assert_eq!(entry.address, Some(ada.address.to_string()));
    assert!(entry.session.is_some());
    // Bob sees who looked.
    let mut browser = app.browser();
    browser.signs_in(BOB, PASSWORD).await;
    browser.get("/settings/security").await.shows("Security log read");
    let events = app.events().await.len();
    ada.get("/admin/accounts/01900000-0000-7000-8000-000000000000/log").await.is(404);
    assert_eq!(app.events().await.len(), events);
});

both!(a_log_is_paged_newest_first, async |app: TestApp| {
    let (mut ada, _) = administrator(&app, ADA).await;
    app.account(BOB).await;
    for number in 0..60 {
        app.wait(std::time::Duration::from_secs(700));
        let email = format!("nobody{number:02}@example.com");
        app.browser().sign_in(&email, PASSWORD).await.is(403);
    }
    let all = pages(&mut ada, "/admin/log", "typed: ", "Older").await;
    assert_eq!(all.iter().map(Vec::len).collect::<Vec<_>>(), [50, 10]);
    let typed: Vec<String> = all.into_iter().flatten().collect();
    let expected: Vec<String> =
        (0..60).rev().map(|number| format!("nobody{number:02}@example.com")).collect();
    assert_eq!(typed, expected);
});

both!(what_was_given_up_is_paged_the_latest_first, async |app: TestApp| {
    let (mut ada, own) = administrator(&app, ADA).await;
    app.tamper("DELETE FROM outbox").await;
    let mut expected = Vec::new();
    for number in 0..101 {
        // Three of each moment.
        app.wait(std::time::Duration::from_millis(u64::from(number % 3 == 0)));
        let sent = portcullis::features::administration::send_reset_link(
            &app,
            portcullis::features::administration::By::Operator,
            portcullis::features::administration::Whom::Id(own.id),
        );
        sent.await.unwrap();
    }
    let dead = "UPDATE outbox SET next_attempt_at = NULL, dead_at = created_at";
    assert_eq!(app.tamper(dead).await, 101);
    let list = portcullis::delivery::list_dead(&mut &app.db, None, 1000).await.unwrap();
    expected.extend(list.iter().map(|message| message.id.to_string()));
    let all =
        pages(&mut ada, "/admin/outbox", "class=\"row-title\" id=\"message-", "Next page").await;
    assert_eq!(all.iter().map(Vec::len).collect::<Vec<_>>(), [50, 50, 1]);
    assert_eq!(all.into_iter().flatten().collect::<Vec<_>>(), expected);
    ada.get("/admin/outbox").await.lacks("Back to the beginning");
    let second = list[49].place().unwrap();
    ada.get(&format!("/admin/outbox?after={second}")).await.shows("Back to the beginning");
    // Beyond the last there is nothing, and what is no place is no page.
    let end = list[100].place().unwrap();
    ada.get(&format!("/admin/outbox?after={end}")).await.is(200).shows("Back to the beginning");
    for none in ["x", "1", "1.x", "x.01900000-0000-7000-8000-000000000000", "%00"] {
        ada.get(&format!("/admin/outbox?after={none}")).await.is(404);
    }
});

both!(the_outbox_shows_what_is_stuck_and_not_to_whom, async |app: TestApp| {
    let (mut ada, _) = administrator(&app, ADA).await;
    app.tamper("DELETE FROM outbox").await;
    ada.get("/admin/outbox").await.is(200).shows("Nothing was given up");
    let bob = app.account(BOB).await;
    let id = app.dead_message(&bob).await;
    app.wait(std::time::Duration::from_mins(4));
    let page = ada.get("/admin/outbox").await;
    page.is(200).shows("Reset link").shows("Tried 9 times").shows("550 5.1.1 … no such mailbox");
    page.lacks(BOB).lacks("mira@example.com").lacks("pcl_");
    assert!(page.body.contains(&page_of(bob.id)));
    let retry = format!("/admin/outbox/{id}/retry");
    ada.post(&retry, &[]).await.leads_to("/admin/outbox");
    assert_eq!(last_event(&app).await, "message-retried succeeded");
    let page = ada.get("/admin/outbox").await;
    page.shows("The message is tried again.").shows("One message").shows("Nothing was given up");
    // It is no longer dead, and another never was.
    for id in [id.as_str(), "01900000-0000-7000-8000-000000000000"] {
        ada.post(&format!("/admin/outbox/{id}/retry"), &[]).await.leads_to("/admin/outbox");
        assert_eq!(last_event(&app).await, "message-retried refused/unknown-message");
    }
    ada.post("/admin/outbox/x/retry", &[]).await.is(404);
    // What is of no use any more can't be tried again.
    app.dead_message(&bob).await;
    app.tamper("UPDATE outbox SET key_id = NULL, sealed = NULL WHERE dead_at IS NOT NULL").await;
    ada.get("/admin/outbox").await.shows("No longer of use").lacks("Try again");
});
