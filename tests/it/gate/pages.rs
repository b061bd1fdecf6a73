//! The pages that people meet on an application's host name it, and are in their language.

use super::site::{EMAIL, GateSite, NAVIGATION, set_rules};
use super::wire::Answer;
use crate::behind;

behind!(pages_name_the_application_in_the_reader_s_language, async |site: GateSite| {
    let kind = site.proxy.kind;
    let mut mira = site.visitor().await;
    site.tamper("UPDATE accounts SET language = 'en-US'").await;
    site.tamper("UPDATE applications SET name = 'Bill & <Co>'").await;
    let mut stranger = site.stranger();
    mira.enters("/page").await;
    set_rules(&site.app, site.application, &site.origin(), "/public public").await;

    let page = mira.opens("/page").await;
    let says = |page: &Answer, parts: &[&str]| {
        let body = page.body.replace("&#38;", "&").replace("&#60;", "<").replace("&#62;", ">");
        let body = body.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">");
        for part in parts {
            assert!(body.contains(part), "{kind:?} {part}: {body}");
        }
        assert!(!page.body.contains("<Co>"), "{kind:?} {}", page.body);
    };
    assert_eq!(page.status, 403, "{kind:?}");
    says(&page, &["lang=\"en-US\"", "Bill & <Co> has not opened it to your account", EMAIL]);
    // Of a stranger nothing is known, and no account is named.
    let page = stranger.opens("/page").await;
    assert_eq!(page.status, 403, "{kind:?}");
    says(&page, &["lang=\"en-GB\"", "Bill & <Co> has not opened it. "]);
    assert!(!page.body.contains(EMAIL), "{kind:?}");

    says(&mira.opens("/gate/sign-out").await, &["lang=\"en-US\"", "Sign out of Bill & <Co>"]);
    says(
        &mira.opens("/gate/callback?error=access_denied&state=x").await,
        &["lang=\"en-US\"", "You are not signed in to Bill & <Co>"],
    );
    says(&mira.opens("/gate/callback").await, &["Sign in to Bill & <Co> once more"]);
    // What went wrong, too.
    let evil =
        [&[("Content-Length", "0"), ("Origin", "https://evil.example")], NAVIGATION].concat();
    let page = mira.asks("POST", "/gate/sign-out", &evil).await;
    assert_eq!(page.status, 403, "{kind:?}");
    says(&page, &["lang=\"en-US\"", "To the first page of Bill & <Co>"]);
    let origin = site.origin();
    let own = [("Content-Length", "0"), ("Origin", origin.as_str())];
    let page = mira.asks("POST", "/gate/sign-out", &own).await;
    assert_eq!(page.status, 200, "{kind:?}");
    says(&page, &["lang=\"en-US\"", "You are signed out of Bill & <Co>"]);
    assert!(!page.body.contains(EMAIL), "{kind:?}");
});
