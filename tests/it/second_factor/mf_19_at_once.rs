//! MF-19: of uses of one code at the same moment exactly one opens, on one node
//! or two.

use super::{HOME, MIRA, logged};
use crate::both;
use crate::support::phone::{AUTHENTICATOR, SAVE, STEP};
use crate::support::{Backend, Browser, Holder, TestApp, rounds};
use std::sync::Arc;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

/// In the long lane as many as the issue asks for.
fn at_once() -> usize {
    if rounds() > 3 { 200 } else { 50 }
}

/// Types the code into each browser's page at the same moment; which have got a
/// session by it.
async fn all_enter(browsers: Vec<(Browser, String)>, way: &'static str) -> Vec<Browser> {
    let barrier = Arc::new(Barrier::new(browsers.len()));
    let mut tasks = JoinSet::new();
    for (mut browser, code) in browsers {
        let barrier = Arc::clone(&barrier);
        tasks.spawn(async move {
            barrier.wait().await;
            let status = browser.enters(way, &code).await.status.as_u16();
            assert!([303, 403, 409].contains(&status), "{status}");
            browser
        });
    }
    let browsers = tasks.join_all().await;
    browsers.into_iter().filter(Browser::has_session).collect()
}

/// So many who know the password, on the nodes in turn.
async fn half_signed_in(nodes: &[TestApp], count: usize) -> Vec<Browser> {
    let mut browsers = Vec::new();
    for number in 0..count {
        let mut browser = nodes[number % nodes.len()].browser();
        browser.half_signs_in(MIRA).await;
        browsers.push(browser);
    }
    browsers
}

async fn nodes_of(app: TestApp) -> Vec<TestApp> {
    match app.backend {
        Backend::Sqlite => vec![app],
        Backend::Postgres => {
            let other = app.second_node().await;
            vec![app, other]
        }
    }
}

async fn is_one_success(nodes: &[TestApp], opened: Vec<Browser>, before: usize) {
    assert_eq!(opened.len(), 1);
    for mut browser in opened {
        assert!(browser.is_signed_in().await);
    }
    assert_eq!(logged(&nodes[0], "sign-in succeeded").await, before + 1);
    nodes[0].tamper("DELETE FROM failure_counters").await;
}

both!(mf_19_one_code_at_the_same_moment_opens_once, async |app: TestApp| {
    let nodes = nodes_of(app).await;
    let Holder { phone, codes, .. } = nodes[0].enrolled(MIRA).await;
    for backup_code in codes.iter().take(rounds().min(codes.len())) {
        for (way, code) in [
            ("authenticator", phone.code(nodes[0].clock.now())),
            ("backup-code", backup_code.clone()),
        ] {
            let before = logged(&nodes[0], "sign-in succeeded").await;
            let browsers = half_signed_in(&nodes, at_once()).await;
            let all = browsers.into_iter().map(|browser| (browser, code.clone())).collect();
            is_one_success(&nodes, all_enter(all, way).await, before).await;
        }
        nodes[0].wait(STEP);
    }
});

both!(mf_19_one_sign_in_at_the_same_moment_opens_once, async |app: TestApp| {
    let nodes = nodes_of(app).await;
    let Holder { phone, .. } = nodes[0].enrolled(MIRA).await;
    for _ in 0..rounds() {
        // So few that none has to wait, and so many that most have to: one of those may end
        // the sign-in before the first has come through.
        for (tabs, is_sure) in [(4, true), (at_once(), false)] {
            let before = logged(&nodes[0], "sign-in succeeded").await;
            let browser = half_signed_in(&nodes, 1).await.remove(0);
            let code = phone.code(nodes[0].clock.now());
            let tabs = nodes.iter().cycle().take(tabs);
            let all = tabs.map(|node| (browser.at(node), code.clone())).collect();
            let opened = all_enter(all, "authenticator").await;
            if is_sure || !opened.is_empty() {
                is_one_success(&nodes, opened, before).await;
            } else {
                assert_eq!(logged(&nodes[0], "sign-in succeeded").await, before);
                nodes[0].tamper("DELETE FROM failure_counters").await;
            }
            nodes[0].wait(STEP);
        }
    }
});

both!(mf_19_two_codes_at_the_same_moment_open_once_each, async |app: TestApp| {
    let nodes = nodes_of(app).await;
    let Holder { codes, .. } = nodes[0].enrolled(MIRA).await;
    for pair in codes.chunks(2).take(rounds()) {
        let before = logged(&nodes[0], "sign-in succeeded").await;
        // So few that none has to wait: each is judged.
        let browsers = half_signed_in(&nodes, 4).await;
        let typed = [&pair[0], &pair[1], &pair[1], &pair[0]];
        let all = browsers.into_iter().zip(typed).map(|(browser, code)| (browser, code.clone()));
        let opened = all_enter(all.collect(), "backup-code").await;
        assert_eq!(opened.len(), 2);
        assert_eq!(logged(&nodes[0], "sign-in succeeded").await, before + 2);
        nodes[0].tamper("DELETE FROM failure_counters").await;
    }
    let used = "SELECT COUNT(*) FROM backup_codes WHERE used_at IS NOT NULL";
    let rounds = rounds().min(5);
    assert_eq!(nodes[0].count(used).await, i64::try_from(2 * rounds).unwrap());
});

// A double click, and more: one set of codes, and one factor.
both!(an_enrolment_at_the_same_moment_is_one, async |app: TestApp| {
    for round in 0..rounds() {
        let email = format!("mira{round}@example.com");
        app.account(&email).await;
        app.verify_email(&email).await;
        let mut browser = app.browser();
        browser.signs_in(&email, crate::support::PASSWORD).await;
        let phone = browser.begins_enrolment().await;
        let code = phone.code(app.clock.now());
        browser.get(AUTHENTICATOR).await;
        at_the_same_moment(&browser, AUTHENTICATOR, ("code", &code)).await;
        browser.get(SAVE).await.is(200);
        let raised = at_the_same_moment(&browser, SAVE, ("saved", "yes")).await;
        let opened: Vec<_> = raised
            .iter()
            .filter(|tab| tab.has_session() && tab.session() != browser.session())
            .collect();
        assert_eq!(opened.len(), 1);
        assert!(opened[0].clone().is_signed_in().await);
        let enabled = "two-factor-enabled succeeded";
        assert_eq!(logged(&app, enabled).await, round + 1);
        let held = "SELECT COUNT(*) FROM second_factors";
        assert_eq!(app.count(held).await, i64::try_from(round + 1).unwrap());
        let codes = "SELECT COUNT(*) FROM backup_codes";
        assert_eq!(app.count(codes).await, i64::try_from(10 * (round + 1)).unwrap());
        assert_eq!(opened[0].clone().get(HOME).await.status.as_u16(), 200);
    }
});

async fn at_the_same_moment(
    browser: &Browser,
    path: &'static str,
    field: (&'static str, &str),
) -> Vec<Browser> {
    let barrier = Arc::new(Barrier::new(8));
    let mut tasks = JoinSet::new();
    for _ in 0..8 {
        let (mut tab, barrier, value) = (browser.clone(), Arc::clone(&barrier), field.1.to_owned());
        tasks.spawn(async move {
            barrier.wait().await;
            let status = tab.post(path, &[(field.0, &value)]).await.status.as_u16();
            assert!([303, 409, 403, 429].contains(&status), "{status}");
            tab
        });
    }
    tasks.join_all().await
}
