//! What is done with access tokens.

use super::watch::{By, Watch, agent, session};
use crate::support::{Browser, PASSWORD, bearer, form_of, token_of};
use portcullis::features::access_tokens::{self, rules};
use portcullis::features::security_log::{Kind, Reason};
use std::time::Duration;

const TIM: &str = "tim@example.com";
const PAGE: &str = "/settings/security/tokens";
const NEW: &str = "/settings/security/tokens/new";
const NOBODY: &str = "01900000-0000-7000-8000-000000000000";

pub async fn tokens(watch: &mut Watch<'_>, ada: &mut Browser) {
    let app = watch.app;
    let tim = app.account(TIM).await.id;
    let mut browser = agent(app, "Tim");
    browser.signs_in(TIM, PASSWORD).await;
    watch.fresh().await;
    let own = session(&browser);
    let here = browser.clone();
    let by = || By::Owner(tim, own, &here);
    let both = ["profile:read", "sessions:read"];
    browser.get(NEW).await.is(200);
    browser.post(NEW, &[("form", NOBODY)]).await.is(400);
    browser.post(NEW, &[]).await.is(400);
    watch.nothing().await;
    let made = browser.makes_token("One", &both, &[("form", NOBODY)]).await;
    watch.one(Kind::AccessTokenMade, None, Some(tim), by()).await;
    let fields = [("name", "One"), ("expiration", "7"), ("permission", "log:read")];
    browser.post(NEW, &[&fields[..], &[("form", NOBODY)]].concat()).await.leads_to(PAGE);
    watch.one(Kind::AccessTokenMade, Some(Reason::Already), Some(tim), by()).await;
    bearer(app, &made.text, "8.8.8.8").await.unwrap();
    let used = watch.one_of(Kind::AccessTokenUsedElsewhere, None).await;
    assert_eq!((used.account, used.address.as_deref()), (Some(tim), Some("8.8.8.8")));
    let path = |act: &str| format!("{PAGE}/{}/{act}", made.id);
    let unknown = |act: &str| format!("{PAGE}/{NOBODY}/{act}");
    let name = [("name", "Two")];
    browser.get(&format!("{PAGE}/{}", made.id)).await.is(200);
    browser.post(&path("rename"), &name).await.leads_to(PAGE);
    watch.one(Kind::AccessTokenRenamed, None, Some(tim), by()).await;
    browser.post(&unknown("rename"), &name).await.is(404);
    watch.one(Kind::AccessTokenRenamed, Some(Reason::UnknownToken), Some(tim), by()).await;
    browser.get(PAGE).await;
    let wider = [("permission", "log:read")];
    browser.post(&path("narrow"), &wider).await.leads_to(&format!("{PAGE}/{}", made.id));
    watch.one(Kind::AccessTokenNarrowed, Some(Reason::NotNarrower), Some(tim), by()).await;
    browser.get(PAGE).await;
    let one = [("permission", "profile:read")];
    browser.post(&path("narrow"), &one).await.leads_to(PAGE);
    watch.one(Kind::AccessTokenNarrowed, None, Some(tim), by()).await;
    browser.post(&unknown("narrow"), &one).await.is(404);
    watch.one(Kind::AccessTokenNarrowed, Some(Reason::UnknownToken), Some(tim), by()).await;
    browser.get(PAGE).await;
    for (path, reason, status) in [
        (path("revoke"), None, 303),
        (path("revoke"), Some(Reason::Already), 303),
        (unknown("revoke"), Some(Reason::UnknownToken), 404),
    ] {
        browser.post(&path, &[]).await.is(status);
        watch.one(Kind::AccessTokenRevoked, reason, Some(tim), by()).await;
        browser.get(PAGE).await;
    }
    browser.post(&format!("{PAGE}/revoke-all"), &[]).await.leads_to(PAGE);
    watch.one(Kind::AccessTokensRevoked, None, Some(tim), by()).await;
    administered(watch, ada, &mut browser).await;
    leaked(watch, &mut browser).await;
    for _ in 1..rules::MOST {
        browser.makes_token("Many", &["profile:read"], &[]).await;
    }
    watch.fresh().await;
    let page = browser.get(NEW).await;
    let form = form_of(&page);
    browser.post(NEW, &[&fields[..], &[("form", &form)]].concat()).await.is(422);
    watch.one(Kind::AccessTokenMade, Some(Reason::TooManyTokens), Some(tim), by()).await;
    app.tamper("UPDATE access_tokens SET due_at = NULL").await;
    app.tamper("UPDATE access_tokens SET due_at = expires_at WHERE name = 'Last'").await;
    app.wait(Duration::from_hours(31 * 24));
    access_tokens::tell_due(app).await.unwrap();
    let expired = watch.one_of(Kind::AccessTokenExpired, None).await;
    assert_eq!((expired.account, expired.actor_kind.as_str()), (Some(tim), "server"));
}

async fn administered(watch: &mut Watch<'_>, ada: &mut Browser, browser: &mut Browser) {
    let app = watch.app;
    let made = browser.makes_token("Three", &["profile:read"], &[]).await;
    ada.forget("-session");
    ada.signs_in(super::ADA, PASSWORD).await;
    watch.fresh().await;
    let tim = bearer(app, &made.text, &browser.address.to_string()).await.unwrap().account.id;
    let page = format!("/admin/accounts/{tim}/tokens");
    let revoke = format!("{page}/{}/revoke", made.id);
    ada.get(&page).await.is(200);
    for reason in [None, Some(Reason::Already)] {
        ada.post(&revoke, &[]).await.leads_to(&page);
        let entry = watch.one_of(Kind::AccessTokenRevoked, reason).await;
        assert_eq!(entry.account, Some(tim));
        ada.get(&page).await.is(200);
    }
    ada.post(&format!("/admin/accounts/{NOBODY}/tokens/{}/revoke", made.id), &[]).await.is(404);
    watch.one_of(Kind::AccessTokenRevoked, Some(Reason::UnknownAccount)).await;
    ada.get(&page).await.is(200);
    ada.post(&format!("/admin/accounts/{tim}/revoke-tokens"), &[]).await.is(303);
    watch.one_of(Kind::AccessTokensRevoked, None).await;
    let all = ["token", "revoke", "--account", "nobody@example.com", "--all"];
    assert!(!app.cli(&all, "").await.0);
    watch.one(Kind::AccessTokensRevoked, Some(Reason::UnknownAccount), None, By::Operator).await;
}

async fn leaked(watch: &mut Watch<'_>, browser: &mut Browser) {
    let app = watch.app;
    let made = browser.makes_token("Last", &["profile:read"], &[]).await;
    let other = browser.makes_token("Found", &["profile:read"], &[]).await;
    watch.fresh().await;
    let source = crate::support::source_of(app, "192.0.2.1");
    let found = token_of(&other.text);
    for reason in [None, Some(Reason::Already)] {
        let done = access_tokens::revoke_leaked(app, &found, &source).await.unwrap();
        assert_eq!(done, reason.is_none());
        let entry = watch.one_of(Kind::AccessTokenRevoked, reason).await;
        assert_eq!(entry.detail.as_deref(), Some("leaked"));
    }
    let mut none = made.text.clone().into_bytes();
    let at = none.len() - 20;
    none[at] = if none[at] == b'a' { b'b' } else { b'a' };
    assert!(crate::support::parsed(&String::from_utf8(none).unwrap()).is_none());
}
