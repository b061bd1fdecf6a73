//! Attempts made at once slip past no limit, on one node or two.

use super::{CHANGE, FREE};
use crate::both;
use crate::support::{Backend, Browser, OTHER_PASSWORD, PASSWORD, TestApp, rounds};
use std::sync::Arc;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

const AT_ONCE: usize = 50;

/// Sends the form of each browser's open page at the same moment; how many were
/// judged and how many had to wait.
async fn release(browsers: Vec<(Browser, &'static str)>, email: &str) -> (usize, usize) {
    let barrier = Arc::new(Barrier::new(browsers.len()));
    let mut tasks = JoinSet::new();
    for (mut browser, path) in browsers {
        let (barrier, email) = (Arc::clone(&barrier), email.to_owned());
        tasks.spawn(async move {
            let fields = [
                ("email", email.as_str()),
                ("password", OTHER_PASSWORD),
                ("current_password", OTHER_PASSWORD),
                ("new_password", "Another-horse 3 paper"),
                ("confirm_new_password", "Another-horse 3 paper"),
            ];
            let used: Vec<_> = match path {
                "/sign-in" => fields[..2].to_vec(),
                "/step-up" => fields[1..2].to_vec(),
                _ => fields[2..].to_vec(),
            };
            barrier.wait().await;
            browser.post(path, &used).await.status.as_u16()
        });
    }
    let statuses = tasks.join_all().await;
    let count = |wanted| statuses.iter().filter(|status| **status == wanted).count();
    let (judged, waiting) = (count(403), count(429));
    assert_eq!(judged + waiting, statuses.len(), "{statuses:?}");
    (judged, waiting)
}

/// So many strangers, each at an address of its own, on the nodes in turn.
async fn strangers(nodes: &[&TestApp]) -> Vec<(Browser, &'static str)> {
    let mut browsers = Vec::new();
    for number in 0..AT_ONCE {
        let mut browser = nodes[number % nodes.len()].browser();
        browser.get("/sign-in").await.is(200);
        browsers.push((browser, "/sign-in"));
    }
    browsers
}

async fn failures(app: &TestApp, kind: &str) -> Vec<i64> {
    let mut found = Vec::new();
    for count in 1..=i64::try_from(AT_ONCE).unwrap() {
        let sql = format!(
            "SELECT COUNT(*) FROM failure_counters WHERE kind = '{kind}' AND failures = {count}"
        );
        for _ in 0..app.count(&sql).await {
            found.push(count);
        }
    }
    found
}

async fn no_more_than_the_free_number(nodes: &[&TestApp]) {
    for round in 0..rounds() {
        // A known account and an unknown name are the same.
        for (known, email) in [
            (true, format!("mira{round}@example.com")),
            (false, format!("nobody{round}@example.com")),
        ] {
            if known {
                nodes[0].account(&email).await;
            }
            nodes[0].tamper("DELETE FROM failure_counters").await;
            let (judged, _) = release(strangers(nodes).await, &email).await;
            assert_eq!(judged, FREE, "{email}");
            assert_eq!(failures(nodes[0], "password-account").await, [5]);
        }
    }
}

both!(fifty_at_once_get_no_more_than_the_free_attempts, async |app: TestApp| {
    no_more_than_the_free_number(&[&app]).await;
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_at_once_on_two_nodes_get_no_more_postgres() {
    let one = TestApp::new(Backend::Postgres).await;
    let two = one.second_node().await;
    no_more_than_the_free_number(&[&one, &two]).await;
}

/// One known device, on all routes that check a password at once.
async fn one_device(nodes: &[&TestApp]) {
    for round in 0..rounds() {
        let email = format!("mira{round}@example.com");
        nodes[0].account(&email).await;
        let mut device = nodes[0].browser();
        device.signs_in(&email, PASSWORD).await;
        let mut browsers = Vec::new();
        for number in 0..AT_ONCE {
            let path = ["/sign-in", "/step-up", CHANGE][number % 3];
            let mut browser = device.at(nodes[number % nodes.len()]);
            if path == "/sign-in" {
                browser.forget("-session");
            }
            browser.get(path).await.is(200);
            browsers.push((browser, path));
        }
        nodes[0].tamper("DELETE FROM failure_counters").await;
        let (judged, _) = release(browsers, &email).await;
        assert_eq!(judged, FREE);
        assert_eq!(failures(nodes[0], "password-device").await, [5]);
    }
}

both!(a_known_device_gets_no_more_by_trying_at_once, async |app: TestApp| {
    one_device(&[&app]).await;
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_known_device_gets_no_more_on_two_nodes_postgres() {
    let one = TestApp::new(Backend::Postgres).await;
    let two = one.second_node().await;
    one_device(&[&one, &two]).await;
}

both!(a_network_gets_no_more_by_trying_at_once, async |app: TestApp| {
    let mut browsers = Vec::new();
    for _ in 0..2 {
        let mut strangers = strangers(&[&app]).await;
        for (browser, _) in &mut strangers {
            browser.address = [192, 0, 2, 7].into();
        }
        browsers.append(&mut strangers);
    }
    // Each at another name, so that only the network counts them all.
    let barrier = Arc::new(Barrier::new(browsers.len()));
    let mut tasks = JoinSet::new();
    for (number, (mut browser, path)) in browsers.into_iter().enumerate() {
        let barrier = Arc::clone(&barrier);
        tasks.spawn(async move {
            let email = format!("nobody{number}@example.com");
            barrier.wait().await;
            let fields = [("email", email.as_str()), ("password", OTHER_PASSWORD)];
            browser.post(path, &fields).await.status.as_u16()
        });
    }
    let statuses = tasks.join_all().await;
    assert_eq!(statuses.iter().filter(|status| **status == 403).count(), 50);
    assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 50);
});
