//! A path that belongs to an organisation, behind both proxies.

use super::site::{EMAIL, GateSite, set_rules};
use crate::behind;
use crate::organisations::{enables_from, joins, organisation};
use portcullis::features::organisations::rules::{Plan, Role};

const RULES: &str = "/ signed-in\n/team signed-in in acme";

behind!(a_path_of_an_organisation_is_its_members, async |site: GateSite| {
    let kind = site.proxy.kind;
    site.account("olga@example.com").await;
    let acme = organisation(&site.app, "acme", Plan::Enterprise, "olga@example.com").await;
    set_rules(&site.app, site.application, &site.origin(), RULES).await;
    let mira = site.account(EMAIL).await.id;
    let mut visitor = site.visitor().await;
    visitor.enters("/page").await;
    site.toy.take();

    // For whoever is no member it is closed, and they are not sent to sign in again.
    let answer = visitor.opens("/team/x").await;
    assert_eq!(answer.status, 403, "{kind:?}");
    assert!(answer.body.contains("Toy has not opened it to your account"), "{}", answer.body);
    assert!(site.toy.take().is_empty(), "{kind:?}");

    joins(&site.app, &acme, mira, Role::Admin).await;
    assert_eq!(visitor.opens("/team/x").await.status, 200, "{kind:?}");
    let seen = site.toy.one();
    assert_eq!(seen.header("remote-organisation"), Some("acme"), "{kind:?}");
    assert_eq!(seen.header("remote-organisation-role"), Some("admin"), "{kind:?}");
    assert_eq!(visitor.opens("/page").await.status, 200, "{kind:?}");
    assert_eq!(site.toy.one().header("remote-organisation").unwrap_or(""), "", "{kind:?}");

    // The next request after a list that does not have them is refused, and they are told.
    enables_from(&site.app, &acme, "olga@example.com", "10.200.0.1").await;
    let answer = visitor.opens("/team/x").await;
    assert_eq!(answer.status, 403, "{kind:?}");
    assert!(answer.body.contains(&visitor.from.to_string()), "{kind:?} {}", answer.body);
    assert!(answer.body.contains("olga@example.com"), "{kind:?} {}", answer.body);
    assert!(site.toy.take().is_empty(), "{kind:?}");
    // Nobody says for themselves where they are.
    for header in ["X-Forwarded-For", "Forwarded", "X-Real-IP", "CF-Connecting-IP"] {
        let value = if header == "Forwarded" { "for=10.200.0.1" } else { "10.200.0.1" };
        let answer = visitor.asks("GET", "/team/x", &[(header, value)]).await;
        assert_eq!(answer.status, 403, "{kind:?} {header}");
    }
    assert!(site.toy.take().is_empty(), "{kind:?}");
    assert_eq!(visitor.opens("/page").await.status, 200, "{kind:?}");
});
