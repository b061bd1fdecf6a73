//! FA-08, FA-11, SE-17, PL-04: signing in on the application's own host.

use super::proxy::APPLICATION;
use super::site::{EMAIL, GateSite, set_rules};
use super::wire::connect;
use crate::behind;
use crate::support::{Browser, PASSWORD, enables_two_factor, signs_in_with_app};
use std::net::Ipv4Addr;

/// Where nobody is to be led, and what is led to in its place.
const AWAY: &[&str] = &[
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "/%09/evil.example",
    "/%5cevil.example",
    "/%2f%2fevil.example",
    "https:evil.example",
    "https://evil.example/",
    "https://app.localhost.evil.example/",
    "https://evilapp.localhost/",
    "https://user@app.localhost/",
    "https://app.localhost:1/",
    "http://app.localhost/",
    "javascript:alert(1)",
    "data:text/html,x",
    "/%0d%0aLocation:%20https://evil.example",
    "/。evil.example",
    "?x",
    "#x",
    "/x#y",
    "/gate/sign-out",
    "",
];

fn encoded(text: &str) -> String {
    serde_urlencoded::to_string([("return_to", text)]).unwrap()
}

behind!(fa_08_se_17_nobody_is_led_to_another_site, async |site: GateSite| {
    let kind = site.proxy.kind;
    let mut mira = site.visitor().await;
    mira.enters("/").await;
    for away in AWAY {
        let (answer, at) = mira.enters(&format!("/gate/sign-in?{}", encoded(away))).await;
        assert_eq!((answer.status, at.as_str()), (200, "/"), "{kind:?} {away:?}");
    }
    for stays in ["/page?a=b&c=//evil.example", "/caf%C3%A9", "/a:b@c"] {
        let (answer, at) = mira.enters(&format!("/gate/sign-in?{}", encoded(stays))).await;
        assert_eq!((answer.status, at.as_str()), (200, stays), "{kind:?}");
    }
    // What names another host in a header changes nothing.
    let evil = [
        ("X-Forwarded-Host", "evil.example"),
        ("X-Forwarded-Proto", "http"),
        ("Forwarded", "host=evil.example"),
        ("X-Original-URL", "/x"),
    ];
    let answer = mira.asks("GET", "/gate/sign-in", &evil).await;
    let location = answer.header("location");
    assert!(location.starts_with(site.config.public_url.origin()), "{kind:?} {location}");
    let back =
        serde_urlencoded::to_string([("redirect_uri", format!("{}/gate/callback", site.origin()))])
            .unwrap();
    assert!(location.contains(&back), "{kind:?} {location}");
    // The code goes to the registered origin, and to nothing that looks like it.
    for (origin, other) in [
        (site.origin(), format!("https://{APPLICATION}:1")),
        (site.origin(), format!("http://{APPLICATION}:{}", site.proxy.port)),
        (site.origin(), format!("https://evil{APPLICATION}:{}", site.proxy.port)),
        (site.origin(), format!("https://user@{APPLICATION}:{}", site.proxy.port)),
        ("/gate/callback".into(), "/gate/callback/../../evil".into()),
    ] {
        let encoded =
            |text: &str| serde_urlencoded::to_string([("x", text)]).unwrap()[2..].to_owned();
        let asked = location.replace(&encoded(&origin), &encoded(&other));
        let path = asked.strip_prefix(site.config.public_url.origin()).unwrap();
        let reply = mira.accounts.get(path).await;
        assert!(
            reply.status.as_u16() == 400 && reply.location().is_empty(),
            "{kind:?} {other}: {}",
            reply.status
        );
    }
    // Hosts that are nobody's.
    for host in ["evil.example", "evilapp.localhost", "app.localhost.evil.example"] {
        let told = connect(site.proxy.port, host, Ipv4Addr::LOCALHOST).await;
        assert!(told.is_err(), "{kind:?} answers as {host}");
    }
});

behind!(fa_11_nothing_begins_without_a_login_action, async |site: GateSite| {
    const SESSIONS: &str = "SELECT COUNT(*) FROM application_sessions";
    let kind = site.proxy.kind;
    // Signed in at Portcullis, and never at the application.
    let mut mira = site.visitor().await;
    for (method, target) in
        [("GET", "/"), ("POST", "/form"), ("GET", "/gate/sign-in"), ("HEAD", "/page")]
    {
        mira.asks(method, target, &[("Content-Length", "0"), ("Sec-Fetch-Mode", "navigate")]).await;
    }
    let answer = mira.opens("/page").await;
    assert_eq!(answer.status, 303, "{kind:?}");
    let (to_sign_in, location) = (answer.header("location").to_owned(), {
        let answer = mira.opens("/gate/sign-in?return_to=%2Fpage").await;
        answer.header("location").to_owned()
    });
    assert_eq!(to_sign_in, "/gate/sign-in?return_to=%2Fpage", "{kind:?}");
    // Looking at the page that asks is not the action.
    let path = location.strip_prefix(site.config.public_url.origin()).unwrap().to_owned();
    for _ in 0..2 {
        let asks = mira.accounts.get(&path).await.location().to_owned();
        mira.accounts.get(&asks).await.is(200).shows("Continue to Toy");
    }
    assert_eq!(site.count(SESSIONS).await, 0, "{kind:?}");
    assert!(site.toy.take().is_empty(), "{kind:?}");
    let (answer, at) = mira.enters("/page").await;
    assert_eq!(
        (answer.status, at.as_str(), site.count(SESSIONS).await),
        (200, "/page", 1),
        "{kind:?}"
    );
    let kinds: Vec<String> = site.events().await;
    assert!(kinds.contains(&"application-access-granted succeeded".to_owned()), "{kinds:?}");
    assert!(kinds.contains(&"application-signed-in succeeded".to_owned()), "{kinds:?}");

    // A code that another browser has got is of no use in this one.
    let mut eve = site.stranger();
    let begun = mira.opens("/gate/sign-in").await.header("location").to_owned();
    let reply =
        mira.accounts.get(begun.strip_prefix(site.config.public_url.origin()).unwrap()).await;
    let callback = mira.on_application(reply.location()).expect("no way back");
    eve.opens("/gate/sign-in").await;
    assert_eq!(eve.opens(&callback).await.status, 400, "{kind:?}");
    assert!(!eve.cookies.keys().any(|name| name.ends_with("portcullis-gate")), "{kind:?}");
    assert_eq!(site.count(SESSIONS).await, 1, "{kind:?}");
    // In its own it is, once.
    assert_eq!(mira.opens(&callback).await.status, 303, "{kind:?}");
    let mut cookies = mira.cookies.clone().into_iter();
    let cookie = cookies.find(|(name, _)| name.ends_with("portcullis-gate")).unwrap();
    assert_eq!(cookie.0, "__Host-portcullis-gate");
    assert_eq!(mira.opens(&callback).await.status, 400, "{kind:?}");
    // What an application holds of a session is not Portcullis's own cookie.
    let own = mira.accounts.session().unwrap();
    assert_ne!(cookie.1, own);
    let mut other = site.stranger();
    other.cookies.insert("__Host-portcullis-gate".into(), own);
    assert_eq!(other.asks("GET", "/page", &[]).await.status, 401, "{kind:?}");
});

behind!(more_is_asked_for_where_a_rule_takes_more, async |site: GateSite| {
    let kind = site.proxy.kind;
    site.account(EMAIL).await;
    let mut mira = site.stranger();
    mira.accounts.signs_in(EMAIL, PASSWORD).await;
    let phone = enables_two_factor(&site.app, &mut mira.accounts).await;
    let mut browser: Browser = site.browser();
    // A browser that is signed in by two factors.
    signs_in_with_app(&site.app, &mut browser, EMAIL, &phone).await;
    mira.accounts = browser;
    let (answer, _) = mira.enters("/vault").await;
    assert_eq!(answer.status, 200, "{kind:?} {}", mira.shows);
    // The permission was among what was asked for.
    let (answer, _) = mira.enters("/admin/x").await;
    assert_eq!(answer.status, 200, "{kind:?} {}", mira.shows);
    let seen = site.toy.take();
    assert_eq!(seen.last().unwrap().header("remote-permissions"), Some("toy:admin"), "{kind:?}");
    // A rule that came later asks for more, and gets it from whoever may give it.
    set_rules(
        &site.app,
        site.application,
        &site.origin(),
        "/ signed-in\n/new permissions toy:read",
    )
    .await;
    assert_eq!(mira.asks("GET", "/new", &[]).await.status, 403, "{kind:?}");
    let (answer, at) = mira.enters("/new").await;
    assert_eq!((answer.status, at.as_str()), (200, "/new"), "{kind:?} {}", mira.shows);
    // What no rule opens is closed to everybody, and a page says so.
    set_rules(&site.app, site.application, &site.origin(), "/public public").await;
    let answer = mira.opens("/page").await;
    assert!(
        answer.status == 403 && answer.body.contains("not open to you"),
        "{kind:?} {}",
        answer.body
    );
    set_rules(&site.app, site.application, &site.origin(), "").await;
    assert_eq!(mira.opens("/public").await.status, 403, "{kind:?}");
});

behind!(signing_out_takes_a_form_of_the_application_itself, async |site: GateSite| {
    let kind = site.proxy.kind;
    let mut mira = site.visitor().await;
    mira.enters("/").await;
    let origin = site.origin();
    for foreign in
        [None, Some("https://evil.example"), Some(site.config.public_url.origin()), Some("null")]
    {
        let mut headers = vec![("Content-Length", "0")];
        headers.extend(foreign.map(|origin| ("Origin", origin)));
        assert_eq!(
            mira.asks("POST", "/gate/sign-out", &headers).await.status,
            403,
            "{kind:?} {foreign:?}"
        );
    }
    let cross =
        [("Content-Length", "0"), ("Origin", origin.as_str()), ("Sec-Fetch-Site", "same-site")];
    assert_eq!(mira.asks("POST", "/gate/sign-out", &cross).await.status, 403, "{kind:?}");
    assert_eq!(mira.opens("/page").await.status, 200, "{kind:?}");
    let page = mira.opens("/gate/sign-out").await;
    assert!(page.status == 200 && page.body.contains("/gate/assets/"), "{kind:?}");
    let held = mira.cookies.clone();
    let own = [("Content-Length", "0"), ("Origin", origin.as_str())];
    let answer = mira.asks("POST", "/gate/sign-out", &own).await;
    assert!(answer.status == 200 && answer.body.contains("signed out"), "{kind:?}");
    assert!(!mira.cookies.contains_key("__Host-portcullis-gate"), "{kind:?}");
    mira.cookies = held;
    assert_eq!(mira.asks("GET", "/page", &[]).await.status, 401, "{kind:?}: the old cookie opens");
    assert!(mira.accounts.is_signed_in().await, "{kind:?}");
    assert_eq!(site.events().await.last().unwrap(), "application-signed-out succeeded");
});

behind!(pl_04_the_gate_asks_no_address_that_somebody_has_typed, async |site: GateSite| {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    for origin in [
        format!("https://127.0.0.1:{port}"),
        format!("http://localhost:{port}"),
        format!("https://[::ffff:127.0.0.1]:{port}"),
    ] {
        let sql = format!("UPDATE application_addresses SET address = '{origin}'");
        site.tamper(&sql).await;
        let mut mira = site.visitor().await;
        mira.opens("/page").await;
        mira.opens("/gate/sign-in").await;
        mira.opens("/gate/callback?code=x&state=y").await;
    }
    let waited =
        tokio::time::timeout(std::time::Duration::from_millis(200), listener.accept()).await;
    assert!(waited.is_err(), "somebody has called");
});
