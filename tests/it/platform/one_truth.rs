//! PL-06: two nodes, one truth: what one has answered, the other knows.

use crate::support::{Backend, Browser, OTHER_PASSWORD, PASSWORD, TestApp, rounds};

const MIRA: &str = "mira@example.com";

async fn two_nodes() -> (TestApp, TestApp) {
    let app = TestApp::new(Backend::Postgres).await;
    app.account(MIRA).await;
    let second = app.second_node().await;
    (app, second)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pl_06_one_browser_may_change_nodes_at_every_step() {
    let (one, two) = two_nodes().await;
    let mut browser = one.browser();
    browser.get("/sign-in").await;
    browser = browser.at(&two);
    let fields = [("email", MIRA), ("password", PASSWORD)];
    browser.post("/sign-in", &fields).await.leads_to("/settings/security");
    browser = browser.at(&one);
    browser.get("/step-up").await.is(200);
    browser = browser.at(&two);
    browser.post("/step-up", &[("password", PASSWORD)]).await.leads_to("/settings/security");
    browser = browser.at(&one);
    browser.get("/settings/security/devices").await.is(200);
    browser = browser.at(&two);
    let reply = browser.post("/settings/security/devices/forget-others", &[]).await;
    reply.leads_to("/settings/security/devices");
    browser = browser.at(&one);
    browser.change_password(PASSWORD, OTHER_PASSWORD).await.leads_to("/settings/security");
    assert!(browser.at(&two).is_signed_in().await);
    two.browser().sign_in(MIRA, PASSWORD).await.is(403);
}

/// No request that began after the answer passes, while others hammer away.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pl_06_nothing_passes_that_begins_after_the_acknowledgement() {
    let (one, two) = two_nodes().await;
    for _ in 0..rounds() {
        let mut victim = one.browser();
        victim.signs_in(MIRA, PASSWORD).await;
        victim.get("/settings/security").await;
        let hammers: Vec<_> = [&one, &two, &one, &two]
            .into_iter()
            .map(|node| {
                let mut thief: Browser = victim.at(node);
                tokio::spawn(async move {
                    while thief.session().is_some() {
                        thief.get("/settings/profile").await;
                    }
                })
            })
            .collect();
        let stolen = victim.clone();
        victim.post("/sign-out", &[]).await.leads_to("/sign-in");
        let (mut here, mut there) = (stolen.at(&one), stolen.at(&two));
        let (first, second) = tokio::join!(here.is_signed_in(), there.is_signed_in());
        assert!(!first && !second);
        for hammer in hammers {
            hammer.await.unwrap();
        }
    }
}

/// PAR over nodes: one session is ended once, and there is one event of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pl_06_an_end_happens_once() {
    let (one, two) = two_nodes().await;
    let mut browser = one.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    browser.get("/settings/security").await;
    let tasks: Vec<_> = [&one, &two, &one, &two, &one, &two]
        .into_iter()
        .map(|node| {
            let mut tab = browser.at(node);
            tokio::spawn(async move { tab.post("/sign-out", &[]).await.status.as_u16() })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap(), 303);
    }
    let ended = one.events().await.into_iter().filter(|event| event == "sign-out succeeded");
    assert_eq!(ended.count(), 1);
}
