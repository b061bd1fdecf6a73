//! A real browser, through each proxy: signs in, passes, and is refused once it is signed
//! out elsewhere.

use super::proxy::{ACCOUNTS, APPLICATION, Kind};
use super::site::{EMAIL, GateSite};
use crate::browser::authenticator::Authenticator;
use crate::browser::driver::{Chrome, Scripts, Theme};
use crate::browser::person::Person;
use crate::support::{Backend, PASSWORD, TestApp};
use portcullis::features::account::rules::EmailAddress;
use portcullis::features::administration::{self, By, Whom};

async fn walks_in(backend: Backend, kind: Kind, scripts: Scripts) {
    let site = GateSite::start(TestApp::new(backend).await, kind).await;
    site.account(EMAIL).await;
    let hosts = [ACCOUNTS, APPLICATION];
    Chrome::with_hosts(scripts, &hosts, async |chrome| {
        let person = Person::new(&site.origin(), chrome);
        person.open("/page?x=1").await;
        person.sees("Sign in").await;
        person.fill("Email", EMAIL).await;
        person.fill("Password", PASSWORD).await;
        person.press("Sign in").await;
        // Nobody has asked them yet whether the application may.
        person.sees("Toy").await;
        person.sees(EMAIL).await;
        shoot(chrome, kind, "gate-consent").await;
        person.press("Continue").await;
        person.sees("The application").await;
        person.arrives("/page?x=1").await;
        let url = chrome.client.current_url().await.unwrap();
        assert_eq!(url.origin().ascii_serialization(), site.origin());
        let id = site.id_of_mira().await;
        let seen = site.toy.take();
        assert!(
            seen.iter().all(|seen| seen.header("remote-user") == Some(id.as_str())),
            "{seen:#?}"
        );

        // What no rule opens to them.
        person.open("/nothing;here").await;
        person.sees("This page is not open to you").await;
        shoot(chrome, kind, "gate-closed").await;

        // Ended elsewhere: refused at the next request.
        let email = EmailAddress::parse(EMAIL).unwrap();
        administration::end_sessions(&site.app, By::Operator, Whom::Email(&email)).await.unwrap();
        site.toy.take();
        person.open("/page").await;
        person.sees("Password").await;
        assert!(site.toy.take().is_empty(), "{kind:?}");
        person.fill("Email", EMAIL).await;
        person.fill("Password", PASSWORD).await;
        person.press("Sign in").await;
        person.sees("The application").await;
        person.arrives("/page").await;

        // And out, on the application's own host.
        person.open("/gate/sign-out").await;
        shoot(chrome, kind, "gate-sign-out").await;
        person.press("Sign out").await;
        person.sees("You are signed out of Toy").await;
        shoot(chrome, kind, "gate-signed-out").await;
        person.press("Sign in again").await;
        person.sees("The application").await;
    })
    .await;
}

/// Where a person wants to look at it.
async fn shoot(chrome: &Chrome, kind: Kind, name: &str) {
    let Some(folder) = std::env::var_os("PORTCULLIS_TEST_GATE_PICTURES") else { return };
    if kind == Kind::Caddy {
        return;
    }
    for (theme, width, tail) in
        [(Theme::Light, 1120, "light"), (Theme::Dark, 1120, "dark"), (Theme::Light, 360, "360")]
    {
        chrome.show(theme, width, 800).await;
        let picture = chrome.client.screenshot().await.unwrap();
        let path = std::path::Path::new(&folder).join(format!("{name}-{tail}.png"));
        std::fs::write(path, picture).unwrap();
    }
    chrome.show(Theme::Light, 1120, 800).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_comes_in_through_nginx() {
    walks_in(Backend::Sqlite, Kind::Nginx, Scripts::On).await;
    walks_in(Backend::Postgres, Kind::Nginx, Scripts::Off).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_comes_in_through_caddy() {
    walks_in(Backend::Sqlite, Kind::Caddy, Scripts::Off).await;
    walks_in(Backend::Postgres, Kind::Caddy, Scripts::On).await;
}

/// Sent to set up a second factor by a rule, and on to what they wanted.
async fn sets_one_up(backend: Backend, kind: Kind, scripts: Scripts) {
    let site = GateSite::start(TestApp::new(backend).await, kind).await;
    site.account(EMAIL).await;
    site.verify_email(EMAIL).await;
    let hosts = [ACCOUNTS, APPLICATION];
    Chrome::with_hosts(scripts, &hosts, async |chrome| {
        let person = Person::new(&site.origin(), chrome);
        person.open("/vault/deep?x=1").await;
        person.sees("Sign in to continue to Toy").await;
        shoot(chrome, kind, "gate-sign-in").await;
        person.fill("Email", EMAIL).await;
        person.fill("Password", PASSWORD).await;
        person.press("Sign in").await;
        person.sees("Toy asks for a second factor").await;
        shoot(chrome, kind, "gate-second-factor").await;
        person.press("Set up 2FA").await;
        person.sees("Then you go on to Toy.").await;
        shoot(chrome, kind, "gate-choose").await;
        person.press("Set up").await;
        let phone = Authenticator::scans(&person).await;
        person.fill("Verification code", &phone.code(site.clock.now())).await;
        person.press("Verify").await;
        person.sees("Then you go on to Toy.").await;
        shoot(chrome, kind, "gate-save-codes").await;
        person.tick("I have saved these backup codes").await;
        person.press("Turn on 2FA").await;
        person.sees("Continue to Toy").await;
        person.press("Continue").await;
        person.sees("The application").await;
        person.arrives("/vault/deep?x=1").await;
        let url = chrome.client.current_url().await.unwrap();
        assert_eq!(url.origin().ascii_serialization(), site.origin());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_sets_a_second_factor_up_on_its_way() {
    sets_one_up(Backend::Sqlite, Kind::Nginx, Scripts::On).await;
    sets_one_up(Backend::Postgres, Kind::Caddy, Scripts::Off).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_administrator_writes_rules() {
    let site = GateSite::start(TestApp::new(Backend::Sqlite).await, Kind::Nginx).await;
    site.administrator(EMAIL).await;
    Chrome::with_hosts(Scripts::On, &[ACCOUNTS, APPLICATION], async |chrome| {
        let person = Person::new(site.config.public_url.origin(), chrome);
        person.signs_in(EMAIL, PASSWORD).await;
        person.open(&format!("/admin/applications/{}/gate", site.application)).await;
        person.sees(&site.origin()).await;
        shoot(chrome, Kind::Nginx, "gate-rules").await;
        person.fill("Rules", "/ signed-in\n/billing everybody\n/../x public").await;
        person.press("Save rules").await;
        person.sees("Line 2: after the path stands").await;
        assert_eq!(person.focus().await, "error summary");
        shoot(chrome, Kind::Nginx, "gate-rules-wrong").await;
        person.fill("Rules", "/ signed-in\n/billing second-factor").await;
        person.press("Save rules").await;
        person.sees("The rules count from now on.").await;
        assert_eq!(person.reads("Rules").await, "/ signed-in\n/billing second-factor");
    })
    .await;
}
