//! PAR: many hands at one link, one success.

use super::{MIRA, NEW, reset_link, sign_up_link};
use crate::support::{Backend, Browser, PASSWORD, TestApp, rounds};

const HANDS: usize = 20;

/// All at once, each from a browser of its own; the statuses in order.
async fn all_send(
    nodes: &[&TestApp],
    link: &str,
    fields: impl Fn(usize) -> Vec<(&'static str, String)>,
) -> Vec<u16> {
    let mut browsers: Vec<Browser> = Vec::new();
    for number in 0..HANDS {
        let mut browser = nodes[number % nodes.len()].browser();
        browser.get(link).await.is(200);
        browsers.push(browser);
    }
    let tasks: Vec<_> = browsers
        .into_iter()
        .enumerate()
        .map(|(number, mut browser)| {
            let (link, fields) = (link.to_owned(), fields(number));
            tokio::spawn(async move {
                let fields: Vec<(&str, &str)> =
                    fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
                browser.post(&link, &fields).await.status.as_u16()
            })
        })
        .collect();
    let mut statuses = Vec::new();
    for task in tasks {
        statuses.push(task.await.unwrap());
    }
    statuses.sort_unstable();
    statuses
}

fn passwords(number: usize) -> Vec<(&'static str, String)> {
    let password = format!("Another-horse {number} paper");
    vec![("new_password", password.clone()), ("confirm_new_password", password)]
}

fn named(number: usize) -> Vec<(&'static str, String)> {
    [passwords(number), vec![("name", format!("Zoe {number}"))]].concat()
}

async fn one_of(app: &TestApp, event: &str) {
    let events = app.events().await;
    let count = |own: &str| events.iter().filter(|event| *event == own).count();
    assert_eq!(count(&format!("{event} succeeded")), 1, "{events:?}");
    assert_eq!(events.iter().filter(|own| own.starts_with(event)).count(), HANDS + 1);
}

async fn race(nodes: &[&TestApp]) {
    let app = nodes[0];
    app.account(MIRA).await;
    let link = reset_link(app, MIRA).await;
    let statuses = all_send(nodes, &link, passwords).await;
    assert_eq!((statuses[0], &statuses[1..]), (303, &[410; HANDS - 1][..]));
    // The events of this act, and of the one that asked.
    one_of(app, "password-reset").await;
    let (_, link) = app.invite("guest@example.com").await;
    let statuses = all_send(nodes, &link, passwords).await;
    assert_eq!((statuses[0], &statuses[1..]), (303, &[410; HANDS - 1][..]));
    assert_eq!(app.count("SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL").await, 1);
    let link = sign_up_link(app, "zoe@example.com").await;
    let statuses = all_send(nodes, &link, named).await;
    assert_eq!(statuses[0], 303);
    assert!(statuses[1..].iter().all(|status| [409, 410].contains(status)), "{statuses:?}");
    assert_eq!(app.count("SELECT COUNT(*) FROM accounts").await, 3);
    assert_eq!(app.count("SELECT COUNT(*) FROM mailed_links WHERE used_at IS NOT NULL").await, 3);
}

/// The job on two nodes, and a person who asks meanwhile: each request is
/// answered once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rs_03_two_nodes_answer_each_request_once() {
    let one = TestApp::new(Backend::Postgres).await;
    let two = one.second_node().await;
    for number in 0..rounds() {
        let email = format!("mira{number}@example.com");
        one.account(&email).await;
        one.browser().forgets(&email).await.is(200);
        tokio::join!(one.post(), two.post(), one.post(), two.post());
        let to = one.mail().await.into_iter().filter(|mail| mail.to == email).count();
        assert_eq!(to, 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rs_03_a_race_redeems_once_sqlite() {
    for _ in 0..rounds() {
        let app = TestApp::with(Backend::Sqlite, &[("sign_up", "open")]).await;
        race(&[&app]).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rs_03_a_race_redeems_once_on_two_nodes() {
    for _ in 0..rounds() {
        let app = TestApp::with(Backend::Postgres, &[("sign_up", "open")]).await;
        let second = app.second_node().await;
        race(&[&app, &second]).await;
    }
}

/// A change on the page and a reset at once: whichever is last, one password
/// opens, and it is one of the two.
async fn change_and_reset(backend: Backend) {
    const CHANGED: &str = "Yet-another 4 ribbon";
    let app = TestApp::new(backend).await;
    for number in 0..rounds() {
        let email = format!("mira{number}@example.com");
        app.account(&email).await;
        let link = reset_link(&app, &email).await;
        let mut owner = app.browser();
        owner.signs_in(&email, PASSWORD).await;
        owner.get("/settings/security/password").await.is(200);
        let mut holder = app.browser();
        holder.get(&link).await.is(200);
        let changes = [
            ("current_password", PASSWORD),
            ("new_password", CHANGED),
            ("confirm_new_password", CHANGED),
        ];
        let resets = [("new_password", NEW), ("confirm_new_password", NEW)];
        let (changed, reset) = tokio::join!(
            owner.post("/settings/security/password", &changes),
            holder.post(&link, &resets)
        );
        let last = match (changed.status.as_u16(), reset.status.as_u16()) {
            // The change voids the link; a reset ends the session.
            (303, 410) if changed.location() == "/settings/security" => CHANGED,
            (303 | 403 | 409, 303) => NEW,
            other => panic!("{other:?}"),
        };
        app.browser().signs_in(&email, last).await;
        app.browser().sign_in(&email, PASSWORD).await.is(403);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_and_a_reset_at_once_sqlite() {
    change_and_reset(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_and_a_reset_at_once_postgres() {
    change_and_reset(Backend::Postgres).await;
}
