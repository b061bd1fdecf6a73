//! PAR: of two sign-ins at once, one is new.

use super::*;
use crate::both;
use crate::support::{Backend, rounds};

both!(one_new_thing_is_told_once, async |app: TestApp| {
    let nodes = match app.backend {
        Backend::Sqlite => None,
        Backend::Postgres => Some(app.second_node().await),
    };
    let (account, home) = at_home(&app).await;
    let other = browser(&app);
    // A second known device.
    let mut second = other.clone();
    second.signs_in(MIRA, PASSWORD).await;
    let before = notices(&app).await.len();
    for round in 0..rounds() {
        let mut both = [home.clone(), second.clone()];
        if let Some(node) = &nodes {
            both[1] = both[1].at(node);
        }
        for browser in &mut both {
            browser.forget("-session");
            browser.headers.clear();
            browser.header("sec-ch-ua", &format!("\"Brand{round}\";v=\"1\""));
            browser.get("/sign-in").await;
        }
        let fields = [("email", MIRA), ("password", PASSWORD)];
        let [one, two] = &mut both;
        let (one, two) = tokio::join!(one.post("/sign-in", &fields), two.post("/sign-in", &fields));
        one.leads_to(HOME);
        two.leads_to(HOME);
        assert_eq!(notices(&app).await.len(), before + round + 1, "round {round}");
        assert_eq!(kept(&app, account).await.len(), before + round + 1);
    }
});

// The same cookie twice: one known device, new once.
both!(one_new_device_is_told_once, async |app: TestApp| {
    at_home(&app).await;
    app.account(EVE).await;
    for round in 0..rounds() {
        let mut of_eve = browser(&app);
        of_eve.signs_in(EVE, PASSWORD).await;
        of_eve.forget("-session");
        of_eve.get("/sign-in").await;
        let fields = [("email", MIRA), ("password", PASSWORD)];
        let mut again = of_eve.clone();
        let (one, two) =
            tokio::join!(of_eve.post("/sign-in", &fields), again.post("/sign-in", &fields));
        one.leads_to(HOME);
        two.leads_to(HOME);
        assert_eq!(notices(&app).await.len(), round + 1, "round {round}");
    }
});

// Two answers by one link, and two locks: each has one effect.
both!(rs_03_answers_at_once_are_one, async |app: TestApp| {
    for round in 0..rounds() {
        let email = format!("mira{round}@example.com");
        app.account(&email).await;
        browser(&app).signs_in(&email, PASSWORD).await;
        browser(&app).signs_in(&email, PASSWORD).await;
        let (_, not_me) = links_to(&app, &email).await;
        let lock = not_me.replace("/not-me", "/lock");
        for (path, done, again) in [
            (&not_me, "finding-answered succeeded", "finding-answered refused/already"),
            (&lock, "account-locked succeeded", "account-locked refused/already"),
        ] {
            let mut one = browser(&app);
            one.get(&not_me).await.is(200);
            let mut two = one.clone();
            let (first, second) = tokio::join!(one.post(path, &[]), two.post(path, &[]));
            first.leads_to(&not_me);
            second.leads_to(&not_me);
            assert_eq!(logged(&app, done).await, round + 1);
            assert_eq!(logged(&app, again).await, round + 1);
        }
    }
});
