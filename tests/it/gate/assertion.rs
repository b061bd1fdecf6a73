//! FA-02: who has passed, signed, for applications that verify it.

use super::site::{EMAIL, GateSite};
use crate::behind;
use crate::open_id::client::{document, verified};
use crate::support::Browser;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{DecodingKey, Validation};
use portcullis::features::account::rules::EmailAddress;
use portcullis::features::administration::{self, By, Whom};
use portcullis::features::application_settings::rules::Typed;
use portcullis::features::application_settings::{Changed, change, details};
use serde_json::{Value, json};
use std::time::Duration;

/// Every spelling that some application takes for it.
const SPELLINGS: &[&str] = &[
    "Remote-Assertion",
    "remote-assertion",
    "REMOTE-ASSERTION",
    "ReMoTe-AsSeRtIoN",
    "Remote_Assertion",
    "REMOTE_ASSERTION",
    "Remote.Assertion",
    "remote_assertion",
];

async fn switches(site: &GateSite, on: bool, algorithm: &str) {
    let found = details(&site.app, site.application, site.clock.now()).await.unwrap().unwrap();
    let typed = Typed {
        identity_assertion: on,
        id_token_algorithm: algorithm.to_owned(),
        ..Typed::of(&found)
    };
    let (revision, wanted) = (found.application.revision, crate::support::wanted(&typed));
    let done = change(&site.app, By::Operator, site.application, revision, &wanted).await.unwrap();
    assert_eq!(done, Changed::Done);
}

async fn is_called(browser: &mut Browser, name: &str) {
    browser.get("/settings/profile").await.is(200);
    let fields = [("name", name), ("language", "en-GB"), ("time_zone", "UTC")];
    browser.post("/settings/profile", &fields).await.leads_to("/settings/profile");
}

/// Whether it verifies as one for this application, by a library that knows our keys.
async fn is_for(site: &GateSite, token: &str, audience: &str, issuer: &str) -> bool {
    let keys: JwkSet =
        serde_json::from_value(document(&site.app, "/oauth/jwks.json").await).unwrap();
    let header = jsonwebtoken::decode_header(token).unwrap();
    let jwk = keys.find(&header.kid.unwrap()).unwrap();
    let mut validation = Validation::new(header.alg);
    // By the clock of the test, which is not the machine's.
    validation.validate_exp = false;
    validation.set_audience(&[audience]);
    validation.set_issuer(&[issuer]);
    let key = DecodingKey::from_jwk(jwk).unwrap();
    jsonwebtoken::decode::<Value>(token, &key, &validation).is_ok()
}

behind!(fa_02_off_by_default_and_nobody_else_s_arrives, async |site: GateSite| {
    let kind = site.proxy.kind;
    let mut mira = site.visitor().await;
    mira.enters("/page").await;
    site.toy.take();
    for on in [false, true] {
        switches(&site, on, "ES256").await;
        for name in SPELLINGS {
            let forged = format!("{}.{}.forged", "eyJhbGciOiJub25lIn0", "eyJzdWIiOiJldmlsIn0");
            for forged in [vec![(*name, forged.as_str())], vec![(*name, &forged), (*name, "evil")]]
            {
                mira.asks("GET", "/page", &forged).await;
                for seen in site.toy.take() {
                    let of_it = |name: &str| {
                        name.to_lowercase().replace(['_', '.'], "-") == "remote-assertion"
                    };
                    let all: Vec<_> = seen.headers.iter().filter(|(name, _)| of_it(name)).collect();
                    assert_eq!(all.len(), usize::from(on), "{kind:?} {name} {seen:#?}");
                    let evil = |value: &str| value.contains("forged") || value.contains("evil");
                    assert!(!seen.headers.iter().any(|(_, v)| evil(v)), "{kind:?} {seen:#?}");
                }
            }
            // Where nobody need be known, nobody is.
            let mut stranger = site.stranger();
            stranger.asks("GET", "/public/x", &[(*name, "evil")]).await;
            for seen in site.toy.take() {
                assert!(
                    !seen.headers.iter().any(|(_, v)| v.contains("evil")),
                    "{kind:?} {seen:#?}"
                );
                assert_eq!(seen.header("remote-assertion"), None, "{kind:?} {seen:#?}");
            }
        }
    }
});

behind!(fa_02_an_application_verifies_who_has_passed, async |site: GateSite| {
    let kind = site.proxy.kind;
    let mut mira = site.visitor().await;
    mira.enters("/admin/x").await;
    let id = site.id_of_mira().await;
    let issuer = site.config.public_url.origin().to_owned();
    for algorithm in ["ES256", "RS256"] {
        switches(&site, true, algorithm).await;
        site.toy.take();
        assert_eq!(mira.asks("GET", "/page", &[]).await.status, 200, "{kind:?}");
        let first = site.toy.one().header("remote-assertion").unwrap().to_owned();
        let header = jsonwebtoken::decode_header(&first).unwrap();
        assert_eq!(format!("{:?}", header.alg), algorithm, "{kind:?}");
        assert_eq!(header.typ.as_deref(), Some("portcullis-identity+jwt"));
        assert!(is_for(&site, &first, &site.origin(), &issuer).await, "{kind:?}");
        assert!(!is_for(&site, &first, &site.application.to_string(), &issuer).await);
        assert!(!is_for(&site, &first, "https://other.localhost", &issuer).await);
        let claims = verified(&site.app, &first).await.unwrap();
        let issued = site.clock.now().millis() / 1000;
        let expected = json!({
            "iss": issuer, "aud": site.origin(), "sub": id, "iat": issued, "exp": issued + 60,
            "email": EMAIL, "name": "Mira Okafor", "permissions": ["toy:admin"],
        });
        assert_eq!(claims, expected, "{kind:?}");
        // The same for half its life, and then another, which is as good for as long.
        site.wait(Duration::from_secs(29));
        mira.asks("GET", "/page", &[]).await;
        assert_eq!(site.toy.one().header("remote-assertion"), Some(first.as_str()), "{kind:?}");
        site.wait(Duration::from_secs(1));
        mira.asks("GET", "/page", &[]).await;
        let second = site.toy.one().header("remote-assertion").unwrap().to_owned();
        let claims = verified(&site.app, &second).await.unwrap();
        assert_eq!(claims["exp"], issued + 90, "{kind:?}");
        // What it says changes at once with what is so.
        is_called(&mut mira.accounts, "Мира").await;
        mira.asks("GET", "/page", &[]).await;
        let third = site.toy.one().header("remote-assertion").unwrap().to_owned();
        assert_eq!(verified(&site.app, &third).await.unwrap()["name"], "Мира", "{kind:?}");
        is_called(&mut mira.accounts, "Mira Okafor").await;
    }
    // It opens nothing here, and stands for no ID token.
    let mut stranger = site.stranger();
    mira.asks("GET", "/page", &[]).await;
    let own = site.toy.one().header("remote-assertion").unwrap().to_owned();
    for header in [("Authorization", format!("Bearer {own}")), ("Remote-Assertion", own.clone())] {
        let answer = stranger.asks("GET", "/page", &[(header.0, header.1.as_str())]).await;
        assert_eq!(answer.status, 401, "{kind:?}");
    }
    // Whoever is out gets none, though one was signed a moment ago.
    site.toy.take();
    let email = EmailAddress::parse(EMAIL).unwrap();
    administration::end_sessions(&site.app, By::Operator, Whom::Email(&email)).await.unwrap();
    assert_eq!(mira.asks("GET", "/page", &[]).await.status, 401, "{kind:?}");
    mira.asks("GET", "/public/x", &[]).await;
    assert_eq!(site.toy.one().header("remote-assertion"), None, "{kind:?}");
});
