//! FA-01, FA-02: what says who somebody is comes from the gate, and from nobody else.

use super::site::{EMAIL, GateSite, NAVIGATION};
use crate::behind;

/// Every spelling that some application takes for an identity.
const SPELLINGS: &[&str] = &[
    "Remote-User",
    "remote-user",
    "REMOTE-USER",
    "ReMoTe-UsEr",
    "Remote_User",
    "REMOTE_USER",
    "Remote.User",
    "Remote-Email",
    "remote_email",
    "Remote.Email",
    "Remote-Name",
    "Remote_Name",
    "Remote-Permissions",
    "Remote_Permissions",
    "Remote-Organisation",
    "Remote_Organisation",
    "Remote.Organisation",
    "Remote-Organisation-Role",
    "Remote_Organisation_Role",
    "Remote-Assertion",
    "Remote_Assertion",
    "Remote.Assertion",
    "Remote-Groups",
    "Remote_Groups",
    "X-Remote-User",
    "X_Remote_User",
    "X-Forwarded-User",
    "X-Forwarded-Email",
    "X-Forwarded-Groups",
    "X-Auth-Request-User",
    "X-Auth-Request-Email",
];

behind!(fa_01_a_client_s_identity_headers_never_arrive, async |site: GateSite| {
    let kind = site.proxy.kind;
    let mut mira = site.visitor().await;
    let (answer, at) = mira.enters("/page?x=1").await;
    assert_eq!((answer.status, at.as_str()), (200, "/page?x=1"), "{kind:?} {}", mira.shows);
    site.toy.take();
    let id = site.id_of_mira().await;
    let evil: Vec<(&str, &str)> = SPELLINGS
        .iter()
        .map(|name| (*name, "evil"))
        .chain([
            ("X-Forwarded-Host", "evil"),
            ("X-Forwarded-Uri", "/public"),
            ("X-Real-IP", "evil"),
            ("Forwarded", "for=evil"),
        ])
        .collect();
    assert_eq!(mira.asks("GET", "/page", &evil).await.status, 200, "{kind:?}");
    let seen = site.toy.one();
    assert_eq!(seen.header("Remote-User"), Some(id.as_str()), "{kind:?} {seen:#?}");
    assert_eq!(seen.header("Remote-Email"), Some(EMAIL), "{kind:?} {seen:#?}");
    assert_eq!(seen.header("Remote-Name"), Some("Mira Okafor"), "{kind:?} {seen:#?}");
    assert!(seen.headers.iter().all(|(_, value)| !value.contains("evil")), "{kind:?} {seen:#?}");
    // What opens Portcullis does not go on to the application.
    assert!(!seen.headers.iter().any(|(_, value)| value.contains("pcl_")), "{kind:?} {seen:#?}");

    // Where nobody need be known, nobody is.
    let mut stranger = site.stranger();
    stranger.cookies.insert("own".into(), "1".into());
    assert_eq!(stranger.asks("GET", "/public/x", &evil).await.status, 200, "{kind:?}");
    let seen = site.toy.one();
    assert!(
        !seen.headers.iter().any(|(name, _)| {
            let name = name.to_lowercase().replace(['_', '.'], "-");
            name.starts_with("remote-") || name.starts_with("x-remote")
        }),
        "{kind:?} {seen:#?}"
    );
    assert!(seen.headers.iter().all(|(_, value)| !value.contains("evil")), "{kind:?} {seen:#?}");
    assert_eq!(seen.header("cookie"), Some("own=1"), "{kind:?}");
    assert_eq!(seen.header("x-forwarded-for"), Some(stranger.from.to_string().as_str()));

    // We do not believe them either.
    assert_eq!(stranger.asks("GET", "/page", &evil).await.status, 401, "{kind:?}");
    assert!(site.toy.take().is_empty(), "{kind:?}");
    let mut direct = site.browser();
    direct.header("remote-user", &id);
    assert_eq!(direct.get("/settings/security").await.status, 303);
});

behind!(fa_02_every_spelling_and_every_number_of_them, async |site: GateSite| {
    let kind = site.proxy.kind;
    let mut mira = site.visitor().await;
    mira.enters("/").await;
    site.toy.take();
    let id = site.id_of_mira().await;
    for name in SPELLINGS {
        for evil in [
            vec![(*name, "evil")],
            vec![(*name, "evil"), (*name, "evil2"), ("Remote-User", "evil")],
        ] {
            let answer = mira.asks("GET", "/page", &evil).await;
            let seen = site.toy.take();
            let Some(seen) = seen.first() else {
                // A header that is there twice may be refused as a whole.
                assert_eq!(answer.status, 400, "{kind:?} {name}");
                continue;
            };
            assert_eq!(seen.header("Remote-User"), Some(id.as_str()), "{kind:?} {name} {seen:#?}");
            let is_evil = |(_, value): &(String, String)| value.contains("evil");
            assert!(!seen.headers.iter().any(is_evil), "{kind:?} {name} {seen:#?}");
        }
    }
    // A blank before the colon, a folded line.
    for broken in
        [("Remote-User ", "evil"), ("X: y\r\n Remote-User", "evil"), ("Remote-User\t", "evil")]
    {
        mira.asks("GET", "/page", &[broken]).await;
        for seen in site.toy.take() {
            assert_eq!(seen.header("Remote-User"), Some(id.as_str()), "{kind:?} {seen:#?}");
        }
    }
});

behind!(names_of_every_script_arrive_as_ascii, async |site: GateSite| {
    let mut mira = site.visitor().await;
    site.tamper("UPDATE accounts SET name = 'Мира, \"Ö\" %41'").await;
    mira.enters("/").await;
    mira.asks("GET", "/page", NAVIGATION).await;
    let seen = site.toy.take();
    let name = seen.last().unwrap().header("Remote-Name").unwrap().to_owned();
    assert!(name.is_ascii(), "{name}");
    let read = percent_encoding::percent_decode_str(&name).decode_utf8().unwrap();
    assert_eq!(read, "Мира, \"Ö\" %41");
});
