//! RS-09: no step is skipped, and no link of one kind, account or address is of
//! use for another.

use super::{MIRA, NEW, reset_link, sign_up_link};
use crate::both;
use crate::support::{Browser, PASSWORD, TestApp};
use portcullis::features::administration::set_up_link;
use portcullis::random::Random;

const EVE: &str = "eve@example.com";
const ZOE: &str = "zoe@example.com";
const GUEST: &str = "guest@example.com";
const ROUTES: [&str; 4] =
    ["/link/password-reset/", "/link/invitation/", "/link/sign-up/", "/set-up/"];

async fn sends(browser: &mut Browser, path: &str) -> u16 {
    browser.get(path).await;
    if browser.token.is_none() {
        browser.get("/sign-in").await;
    }
    let fields =
        [("name", "Eve"), ("email", EVE), ("new_password", NEW), ("confirm_new_password", NEW)];
    browser.post(path, &fields).await.status.as_u16()
}

/// A link of each kind, in the order of the routes.
async fn links(app: &TestApp) -> [String; 4] {
    let set_up = set_up_link(app).await.unwrap().unwrap();
    let set_up = set_up.reveal().strip_prefix(app.config.public_url.origin()).unwrap().to_owned();
    [reset_link(app, MIRA).await, app.invite(GUEST).await.1, sign_up_link(app, ZOE).await, set_up]
}

both!(rs_09_each_link_opens_its_own_route_alone, async |app: TestApp| {
    let app = app.restart(&[("sign_up", "open")]).await;
    app.account(MIRA).await;
    let links = links(&app).await;
    let before = app.count("SELECT COUNT(*) FROM accounts").await;
    for (kind, link) in links.iter().enumerate() {
        let secret = link.rsplit('/').next().unwrap();
        for (route, prefix) in ROUTES.iter().enumerate() {
            let path = format!("{prefix}{secret}");
            let mut browser = app.browser();
            let status = browser.get(&path).await.status.as_u16();
            assert_eq!(status, if kind == route { 200 } else { 404 }, "{path}");
            if kind != route {
                assert_eq!(sends(&mut browser, &path).await, 404, "{path}");
            }
        }
        // Nor by another name, as no cookie, and in no other spelling.
        let mut browser = app.browser();
        for kind in ["ses", "dev", "bro", "set", "lnk"] {
            let (head, body) = secret.split_at(8);
            let other = format!("pcl_{kind}_{body}");
            browser.cookies.insert("portcullis-session".into(), other.clone());
            assert!(!browser.is_signed_in().await, "{head}");
            if !secret.starts_with(&format!("pcl_{kind}")) {
                for prefix in ROUTES {
                    app.browser().get(&format!("{prefix}{other}")).await.is(404);
                }
            }
        }
        for other in [
            secret[..secret.len() - 1].to_owned(),
            format!("{secret}0"),
            secret.to_uppercase(),
            secret.to_lowercase(),
            format!("{secret}%20"),
            format!("%20{secret}"),
            format!("{secret}="),
            format!("{secret}%00"),
        ] {
            let path = format!("{}{other}", ROUTES[kind]);
            app.browser().get(&path).await.is(404);
        }
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM accounts").await, before);
    assert_eq!(app.count("SELECT COUNT(*) FROM mailed_links WHERE used_at IS NOT NULL").await, 0);
    app.browser().signs_in(MIRA, PASSWORD).await;
    for link in &links[..3] {
        assert_eq!(sends(&mut app.browser(), link).await, 303, "{link}");
    }
});

// A random walk over everything that a stranger can send: with another's page,
// another's token, without the page, twice, backwards. The password of an
// account changes only where the very link of that account was sent.
both!(rs_09_a_random_walk_skips_no_step, async |app: TestApp| {
    app.account(MIRA).await;
    app.account(EVE).await;
    let random = Random::seeded(9);
    let mut walkers = [app.browser(), app.browser()];
    let mut eves: Vec<String> = Vec::new();
    let miras = reset_link(&app, MIRA).await;
    let secret = miras.rsplit('/').next().unwrap().to_owned();
    let changed = async || {
        let of = "FROM passwords p JOIN accounts a ON a.id = p.account_id WHERE p.changed_at > \
                  1795510800000 AND a.email = ";
        app.count(&format!("SELECT COUNT(*) {of}'{MIRA}'")).await
    };
    for _ in 0..150 {
        let [step, who, of] = random.bytes::<3>();
        let walker = &mut walkers[usize::from(who % 2)];
        let own = eves.get(usize::from(of) % eves.len().max(1)).cloned();
        let own = own.unwrap_or_else(|| "/link/password-reset/none".to_owned());
        let fields = [
            ("new_password", NEW),
            ("confirm_new_password", NEW),
            ("email", MIRA),
            ("account", MIRA),
            ("link", secret.as_str()),
            ("return_to", miras.as_str()),
        ];
        match step % 9 {
            0 => {
                app.wait(std::time::Duration::from_mins(61));
                eves.push(reset_link(&app, EVE).await);
            }
            1 => drop(walker.get(&own).await),
            2 => drop(walker.get("/forgot-password").await),
            3 => drop(walker.post("/forgot-password", &fields).await),
            4 => drop(walker.post(&own, &fields).await),
            5 => drop(walker.post("/link/password-reset/x", &fields).await),
            6 => drop(walker.post(&format!("{own}?link={secret}"), &fields).await),
            7 => drop(walker.post("/settings/security/password", &fields).await),
            _ => drop(walker.sign_in(EVE, NEW).await),
        }
        assert_eq!(changed().await, 0, "mira's password changed without her link");
    }
    assert!(eves.len() > 5);
    // What was asked for on the way first, so that the last mail is the newest.
    app.wait(std::time::Duration::from_mins(61));
    app.post().await;
    app.wait(std::time::Duration::from_secs(1));
    let link = reset_link(&app, MIRA).await;
    app.browser().chooses(&link, NEW).await.leads_to("/sign-in");
    assert_eq!(changed().await, 1, "the walk could not have seen a change");
});
