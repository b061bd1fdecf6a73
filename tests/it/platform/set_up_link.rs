//! PL-12: the first administrator needs the link from the console, once.

use crate::both;
use crate::support::{Backend, Browser, OTHER_PASSWORD, PASSWORD, TestApp, rounds};
use portcullis::features::account::NewAccount;
use portcullis::features::account::rules::{EmailAddress, Name};
use portcullis::features::administration::{create_account, set_up_link};
use portcullis::features::password::rules::Password;
use portcullis::secret::{Kind, Token};
use std::time::Duration;

const ADMINISTRATORS: &str = "SELECT COUNT(*) FROM accounts WHERE administrator_since IS NOT NULL";
const DAY: Duration = Duration::from_hours(24);

async fn link(app: &TestApp) -> String {
    let link = set_up_link(app).await.unwrap().unwrap();
    link.reveal().strip_prefix(app.config.public_url.origin()).unwrap().to_owned()
}

const fn fields(email: &str) -> [(&'static str, &str); 4] {
    [
        ("name", "Ada"),
        ("email", email),
        ("new_password", PASSWORD),
        ("confirm_new_password", PASSWORD),
    ]
}

async fn sends(browser: &mut Browser, path: &str, email: &str) -> u16 {
    browser.post(path, &fields(email)).await.status.as_u16()
}

both!(pl_12_the_link_opens_once, async |app: TestApp| {
    let path = link(&app).await;
    let (mut ada, mut eve) = (app.browser(), app.browser());
    ada.get(&path).await.is(200).shows("Create the first administrator");
    eve.get(&path).await.is(200);
    ada.post(&path, &fields("ada@example.com")).await.leads_to("/settings/security");
    ada.get("/settings/security").await.shows("Welcome. Your account is ready.");
    assert_eq!(sends(&mut eve, &path, "eve@example.com").await, 404);
    eve.get(&path).await.is(404);
    assert_eq!(app.count(ADMINISTRATORS).await, 1);
    assert!(set_up_link(&app).await.unwrap().is_none());
    let mut events = app.events().await;
    events.sort();
    assert_eq!(events, ["administrator-set-up succeeded", "set-up refused/link"]);
    let mut again = app.browser();
    again.signs_in("ada@example.com", PASSWORD).await;
});

both!(pl_12_looking_never_spends, async |app: TestApp| {
    let path = link(&app).await;
    let mut browser = app.browser();
    for method in ["GET", "HEAD", "GET", "OPTIONS", "PUT", "DELETE"] {
        for _ in 0..5 {
            browser.send(method.parse().unwrap(), &path, &[], None).await;
        }
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM set_up_links WHERE used_at IS NULL").await, 1);
    browser.get(&path).await.is(200);
    assert_eq!(sends(&mut browser, &path, "ada@example.com").await, 303);
});

both!(pl_12_what_is_wrong_with_the_form_does_not_spend, async |app: TestApp| {
    app.account("taken@example.com").await;
    let path = link(&app).await;
    let mut browser = app.browser();
    browser.get(&path).await;
    let reply = browser.post(&path, &[("name", "Ada"), ("email", "ada")]).await;
    reply.is(400).shows("Enter an email address");
    assert!(reply.body.contains("value=\"Ada\"") && reply.body.contains("value=\"ada\""));
    let weak = [
        ("name", "Ada"),
        ("email", "ada@example.com"),
        ("new_password", "short"),
        ("confirm_new_password", "short"),
    ];
    browser.post(&path, &weak).await.is(422).shows("Use at least 12 characters.");
    let taken = browser.post(&path, &fields("taken@example.com")).await;
    taken.is(422).shows("Another account already has this address.");
    assert_eq!(sends(&mut browser, &path, "ada@example.com").await, 303);
});

both!(pl_12_without_a_link_nothing_opens, async |app: TestApp| {
    let path = link(&app).await;
    let id = Token::parse(Kind::SetUp, path.rsplit('/').next().unwrap()).unwrap().id();
    let forged = Token::new(Kind::SetUp, id, &app.random).encode();
    let session = Token::new(Kind::Session, id, &app.random).encode();
    let text = path.rsplit('/').next().unwrap();
    for wrong in [
        forged.reveal(),
        session.reveal(),
        "x",
        "%00",
        &text[..text.len() - 1],
        &format!("{text}0"),
        &text.to_uppercase(),
        &format!("pcl_set_{}", "0".repeat(72)),
    ] {
        let mut browser = app.browser();
        let wrong = format!("/set-up/{wrong}");
        browser.get(&wrong).await.is(404);
        browser.get("/sign-in").await;
        assert_eq!(sends(&mut browser, &wrong, "eve@example.com").await, 404, "{wrong}");
    }
    app.browser().get("/set-up").await.is(404);
    app.browser().get("/set-up/").await.is(404);
    assert_eq!(app.count("SELECT COUNT(*) FROM accounts").await, 0);
    assert_eq!(app.events().await.len(), 8);
});

both!(pl_12_a_link_is_good_for_a_day, async |app: TestApp| {
    let path = link(&app).await;
    let mut browser = app.browser();
    app.wait(DAY.saturating_sub(Duration::from_millis(1)));
    browser.get(&path).await.is(200);
    app.wait(Duration::from_millis(1));
    assert_eq!(sends(&mut browser, &path, "eve@example.com").await, 404);
    browser.get(&path).await.is(404);
    let fresh = link(&app).await;
    browser.get(&fresh).await.is(200);
    assert_eq!(sends(&mut browser, &fresh, "ada@example.com").await, 303);
});

both!(pl_12_an_administrator_of_any_make_voids_every_link, async |app: TestApp| {
    let (first, second) = (link(&app).await, link(&app).await);
    let (mut one, mut two) = (app.browser(), app.browser());
    one.get(&first).await.is(200);
    two.get(&second).await.is(200);
    let new = NewAccount {
        id: portcullis::ids::AccountId::new(app.clock.now(), &app.random),
        email: EmailAddress::parse("ada@example.com").unwrap(),
        name: Name::parse("Ada").unwrap(),
        email_verified_at: None,
        administrator: true,
    };
    let password = Password::parse(OTHER_PASSWORD).unwrap();
    create_account(&app, &new, &password).await.unwrap().unwrap();
    assert_eq!(sends(&mut one, &first, "eve@example.com").await, 404);
    assert_eq!(sends(&mut two, &second, "eve@example.com").await, 404);
    one.get(&first).await.is(404);
    assert_eq!(app.count(ADMINISTRATORS).await, 1);
});

both!(pl_12_who_was_there_before_is_signed_out_there, async |app: TestApp| {
    app.account("mira@example.com").await;
    let path = link(&app).await;
    let mut browser = app.browser();
    browser.get(&path).await;
    let token = browser.token.clone();
    browser.signs_in("mira@example.com", PASSWORD).await;
    let of_mira = browser.clone();
    browser.token = token;
    assert_eq!(sends(&mut browser, &path, "ada@example.com").await, 303);
    assert!(!of_mira.clone().is_signed_in().await, "mira's session outlived it");
    assert!(browser.is_signed_in().await);
});

/// PAR: two links, many hands, one administrator.
async fn race_on(nodes: &[&TestApp]) {
    let mut paths = Vec::new();
    for node in nodes {
        paths.push(link(node).await);
    }
    let mut browsers = Vec::new();
    for number in 0..6 {
        let (node, path) = (nodes[number % nodes.len()], paths[number / 2 % paths.len()].clone());
        let mut browser = node.browser();
        browser.get(&path).await.is(200);
        browsers.push((browser, path, format!("ada{number}@example.com")));
    }
    let tasks: Vec<_> = browsers
        .into_iter()
        .map(|(mut browser, path, email)| {
            tokio::spawn(async move { sends(&mut browser, &path, &email).await })
        })
        .collect();
    let mut statuses = Vec::new();
    for task in tasks {
        statuses.push(task.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 404, 404, 404, 404, 404]);
    assert_eq!(nodes[0].count(ADMINISTRATORS).await, 1);
    assert_eq!(nodes[0].count("SELECT COUNT(*) FROM accounts").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pl_12_a_race_makes_one_administrator_on_two_nodes() {
    for _ in 0..rounds() {
        let app = TestApp::new(Backend::Postgres).await;
        let second = app.second_node().await;
        race_on(&[&app, &second]).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pl_12_a_race_makes_one_administrator_sqlite() {
    for _ in 0..rounds() {
        let app = TestApp::new(Backend::Sqlite).await;
        race_on(&[&app]).await;
    }
}
