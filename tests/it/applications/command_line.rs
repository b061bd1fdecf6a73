//! `portcullis application …`

use super::*;
use crate::both;
use serde_json::Value;

async fn json(app: &TestApp, arguments: &[&str]) -> Value {
    let (done, said) = app.cli(&[&["--json", "application"][..], arguments].concat(), "").await;
    assert!(done, "{said}");
    serde_json::from_str(&said).unwrap()
}

async fn refused(app: &TestApp, arguments: &[&str]) -> String {
    let (done, said) = app.cli(&[&["application"][..], arguments].concat(), "").await;
    assert!(!done, "{said}");
    said
}

async fn said(app: &TestApp, arguments: &[&str]) -> String {
    let (done, said) = app.cli(&[&["application"][..], arguments].concat(), "").await;
    assert!(done, "{said}");
    said
}

both!(the_operator_does_what_the_pages_do, async |app: TestApp| {
    assert_eq!(said(&app, &["list"]).await.trim(), "there is no application");
    let made = json(
        &app,
        &[
            "create",
            "--name",
            "Billing",
            "--return-address",
            "https://b.example.com/callback",
            "--permission",
            READ,
            "--permission",
            PAY,
            "--session-lifetime",
            "8h",
            "--gate-origin",
            "https://b.example.com",
        ],
    )
    .await;
    let (id, secret) = (made["id"].as_str().unwrap(), made["secret"].as_str().unwrap());
    assert!(proves(&app, id.parse().unwrap(), secret).await);
    assert_eq!(made["permissions"][0]["name"], "invoices:pay");
    let shown = said(&app, &["show", id]).await;
    assert!(shown.contains("https://b.example.com/callback") && !shown.contains(secret));
    let listed = json(&app, &["list"]).await;
    assert_eq!(listed["applications"][0]["id"], id);
    // What is not given stays.
    let changed = json(&app, &["change", id, "--name", "Invoicing", "--permission", READ]).await;
    assert_eq!(changed["name"], "Invoicing");
    assert_eq!(changed["permissions"].as_array().unwrap().len(), 1);
    assert_eq!(changed["session_lifetime"], "8h");
    assert_eq!(changed["identity_assertion"], false);
    let signed = json(&app, &["change", id, "--identity-assertion", "on"]).await;
    assert_eq!(signed["identity_assertion"], true);
    assert!(said(&app, &["show", id]).await.contains("identity assertion"));
    let kept = json(&app, &["change", id, "--name", "Invoicing"]).await;
    assert_eq!(kept["identity_assertion"], true);
    let off = json(&app, &["change", id, "--identity-assertion", "off"]).await;
    assert_eq!(off["identity_assertion"], false);
    let changed = json(&app, &["change", id, "--gate-origin", ""]).await;
    assert_eq!(changed["gate_origins"], serde_json::json!([]));
    let rotated = json(&app, &["rotate-secret", id, "--overlap", "now"]).await;
    let new = rotated["secret"].as_str().unwrap();
    assert!(proves(&app, id.parse().unwrap(), new).await);
    // The command line has the machine's clock, and this test one of its own.
    assert_eq!(rotated["secrets"].as_array().unwrap().len(), 1);
    let own = rotated["secrets"][0]["id"].as_str().unwrap();
    said(&app, &["revoke-secret", id, own]).await;
    assert!(!proves(&app, id.parse().unwrap(), new).await);
    refused(&app, &["revoke-secret", id, own]).await;
    let public = json(
        &app,
        &["create", "--name", "Phone", "--public", "--return-address", "com.example.app:/cb"],
    )
    .await;
    assert!(public["secret"].is_null() && public["kind"] == "public");
    let why = refused(&app, &["rotate-secret", public["id"].as_str().unwrap()]).await;
    assert!(why.contains("has no secrets"), "{why}");
    said(&app, &["remove", id]).await;
    for act in [&["show", id][..], &["remove", id], &["rotate-secret", id], &["change", id]] {
        assert!(refused(&app, act).await.contains("there is no application"));
    }
});

both!(what_is_wrong_is_said_with_its_option, async |app: TestApp| {
    app.makes_application("Billing", &[READ]).await;
    let why = refused(
        &app,
        &[
            "create",
            "--name",
            "",
            "--return-address",
            "http://b.example.com/",
            "--gate-origin",
            "b",
            "--permission",
            "log:read Everything",
            "--session-lifetime",
            "soon",
            "--id-token-algorithm",
            "none",
            "--back-channel-logout-url",
            "https://10.0.0.1/",
            "--after-sign-out",
            "https://a.example.com/\nhttps://b.example.com/",
        ],
    )
    .await;
    for option in [
        "--name",
        "--return-address",
        "--gate-origin",
        "--permission",
        "--session-lifetime",
        "--id-token-algorithm",
        "--back-channel-logout-url",
        "--after-sign-out",
    ] {
        assert!(why.contains(option), "{option} is not in {why}");
    }
    let why = refused(&app, &["create", "--name", "Other", "--permission", READ]).await;
    assert!(why.contains("another application declares invoices:read"), "{why}");
    for odd in ["x", "", "\u{1b}[2J", NOBODY] {
        let why = refused(&app, &["show", "--", odd]).await;
        assert!(!why.contains('\u{1b}'), "{why}");
    }
});

// PL-04: an operator who names a network lets it be sent to, and no other.
both!(pl_04_networks_of_one_s_own_have_to_be_named, async |app: TestApp| {
    let asked = |url: &'static str| ["create", "--name", "Own", "--back-channel-logout-url", url];
    let app = app.restart(&[("public_url", "https://id.example.com")]).await;
    for url in
        ["http://localhost:3000/", "https://10.1.0.7/", "https://[fd00:1::7]/", "http://10.1.0.7/"]
    {
        refused(&app, &asked(url)).await;
    }
    let app = app.restart(&[("application_networks", "10.1.0.0/16, fd00:1::/32")]).await;
    for url in ["https://10.1.0.7/", "https://[fd00:1::7]/"] {
        said(&app, &asked(url)).await;
    }
    for url in
        ["https://10.2.0.7/", "http://10.1.0.7/", "https://169.254.169.254/", "https://localhost/"]
    {
        refused(&app, &asked(url)).await;
    }
});
