//! Whoever a rule leads to setting up a second factor comes back to the page that they
//! wanted, through the rest of the sign-in.

use super::site::{EMAIL, GateSite, set_rules};
use crate::behind;
use crate::open_id::client::onward;
use crate::open_id::enrolling::{enrols, set_up};
use crate::organisations::{joins, organisation, requires};
use portcullis::features::organisations::rules::{Plan, Role};

behind!(a_rule_that_takes_a_second_factor_leads_through_setting_one_up, async |site: GateSite| {
    let kind = site.proxy.kind;
    let mut mira = site.visitor().await;
    mira.enters("/page").await;
    site.toy.take();
    let (_, at) = mira.enters("/vault/x?y=z").await;
    assert!(mira.shows.contains("Toy asks for a second factor"), "{kind:?} {}", mira.shows);
    assert!(site.toy.take().is_empty(), "{kind:?}");
    let path = at.strip_prefix(site.config.public_url.origin()).unwrap().to_owned();
    let start = set_up(&mira.accounts.get(&path).await);
    mira.accounts.get(&start).await.is(200).shows("Then you go on to Toy.");
    let done = onward(&enrols(&site.app, &mut mira.accounts, &start).await);
    // On, by the code that this gives, to the page on the application's host.
    let code = mira.accounts.get(&done).await.is(303).location().to_owned();
    let callback = mira.on_application(&code).unwrap_or_else(|| panic!("{code}"));
    let answer = mira.opens(&callback).await;
    let (answer, at) = mira.goes_on(&callback, answer).await;
    assert_eq!((answer.status, at.as_str()), (200, "/vault/x?y=z"), "{kind:?} {}", answer.body);
    assert_eq!(site.toy.one().target, "/vault/x?y=z", "{kind:?}");
});

behind!(an_organisation_that_asks_for_one_does_the_same, async |site: GateSite| {
    let kind = site.proxy.kind;
    site.account("olga@example.com").await;
    let acme = organisation(&site.app, "acme", Plan::Enterprise, "olga@example.com").await;
    set_rules(&site.app, site.application, &site.origin(), "/ signed-in in acme").await;
    let account = site.account(EMAIL).await.id;
    joins(&site.app, &acme, account, Role::Member).await;
    requires(&site.app, &acme).await;
    let mut mira = site.visitor().await;
    let (answer, _) = mira.enters("/team").await;
    assert_eq!(answer.status, 403, "{kind:?} {}", answer.body);
    let (_, rest) = answer.body.split_once("href=\"/gate/sign-in?").unwrap_or_else(|| {
        panic!("{kind:?} {}", answer.body);
    });
    let query = rest.split_once('"').unwrap().0.replace("&#38;", "&").replace("&amp;", "&");
    assert_eq!(query, "return_to=%2Fteam&factors=2", "{kind:?}");
    let (_, at) = mira.enters(&format!("/gate/sign-in?{query}")).await;
    let path = at.strip_prefix(site.config.public_url.origin()).unwrap().to_owned();
    let start = set_up(&mira.accounts.get(&path).await);
    let done = onward(&enrols(&site.app, &mut mira.accounts, &start).await);
    let code = mira.accounts.get(&done).await.is(303).location().to_owned();
    let callback = mira.on_application(&code).unwrap_or_else(|| panic!("{code}"));
    let answer = mira.opens(&callback).await;
    let (answer, at) = mira.goes_on(&callback, answer).await;
    assert_eq!((answer.status, at.as_str()), (200, "/team"), "{kind:?} {}", answer.body);
});
