//! Many at once, over two nodes where the database lets them.

use super::on_both;
use super::{SETTINGS, ask_from, at, binding, enter, newest_code, number};
use crate::support::{Backend, TestApp, rounds};
use futures_util::future::join_all;
use portcullis::features::second_factor::sms::CodePurpose::SignIn;
use portcullis::features::second_factor::sms::TextAdmission::Admitted;
use std::time::Duration;

/// The nodes of a test: two over PostgreSQL.
async fn nodes(backend: Backend, settings: &[(&str, &str)]) -> Vec<TestApp> {
    let first = TestApp::with(backend, settings).await;
    match backend {
        Backend::Sqlite => vec![first],
        Backend::Postgres => {
            let second = first.second_node().await;
            vec![first, second]
        }
    }
}

async fn fifty_entries_of_one_code_open_once(backend: Backend) {
    let nodes = nodes(backend, SETTINGS).await;
    let app = &nodes[0];
    let mira = app.account("mira@example.com").await;
    for _ in 0..rounds() {
        let bound = binding(mira.id, SignIn, 1);
        assert_eq!(ask_from(app, &bound, &number(1), at("192.0.2.7")).await, Admitted);
        let code = newest_code(app).await;
        let (to, code) = (&number(1), code.as_str());
        let tries = (0..50).map(|index| enter(&nodes[index % nodes.len()], &bound, to, code));
        let opened = join_all(tries).await.into_iter().filter(|opened| *opened).count();
        assert_eq!(opened, 1);
        app.wait(Duration::from_hours(25));
    }
}

async fn fifty_requests_send_what_the_caps_allow(backend: Backend) {
    let settings = &[("sms_countries", "GB"), ("sms_daily_limit", "7")];
    let nodes = nodes(backend, settings).await;
    let app = &nodes[0];
    let mut accounts = Vec::new();
    for index in 0..10 {
        accounts.push(app.account(&format!("a{index}@example.com")).await.id);
    }
    for round in 0..rounds() {
        // One account and one number: the pause lets one through.
        let tries = (0..50).map(|index| {
            let bound = binding(accounts[0], SignIn, index as u8);
            let node = &nodes[index % nodes.len()];
            async move { ask_from(node, &bound, &number(1), at("192.0.2.7")).await }
        });
        let admitted = join_all(tries).await.into_iter().filter(|one| *one == Admitted).count();
        assert_eq!(admitted, 1, "round {round}");
        // Ten accounts and numbers: the day lets six more through.
        let tries = (0..50).map(|index| {
            let bound = binding(accounts[index % 10], SignIn, 1);
            let to = number(u32::try_from(100 + index % 10).unwrap());
            let node = &nodes[index % nodes.len()];
            async move { ask_from(node, &bound, &to, at("192.0.2.8")).await }
        });
        let admitted = join_all(tries).await.into_iter().filter(|one| *one == Admitted).count();
        assert_eq!(admitted, 6, "round {round}");
        let stopped = app.events().await;
        let stopped = stopped.iter().filter(|event| *event == "texts-stopped succeeded");
        assert_eq!(stopped.count(), round + 1);
        app.wait(Duration::from_hours(25));
    }
}

on_both!(fifty_entries_of_one_code_open_once, fifty_requests_send_what_the_caps_allow);
