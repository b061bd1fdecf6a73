//! The administrator's form: new, wrong, and as it is.

use super::*;
use crate::both;
use crate::support::rounds;

const FIELDS: &[(&str, &str)] = &[
    ("name", "Billing"),
    ("kind", "confidential"),
    ("session_lifetime", "8h"),
    ("id_token_algorithm", "ES256"),
    (
        "return_addresses",
        "https://billing.example.com/callback\r\nhttps://billing.example.com/other",
    ),
    ("after_sign_out_addresses", "https://billing.example.com/bye"),
    ("gate_origins", "https://billing.example.com"),
    ("permissions", "invoices:read See your invoices\r\ninvoices:pay Pay them"),
    ("back_channel_logout_url", "https://billing.example.com/logout"),
];

/// The fields, with others in the place of theirs.
fn with<'a>(id: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let other = |name: &str| more.iter().any(|(own, _)| *own == name);
    let mut fields: Vec<_> = FIELDS.iter().copied().filter(|(name, _)| !other(name)).collect();
    fields.push(("id", id));
    fields.extend_from_slice(more);
    fields
}

both!(an_application_is_made_and_its_secret_is_shown_once, async |app: TestApp| {
    let mut ada = ada(&app).await;
    ada.get(PAGE).await.is(200).shows("There is no application yet");
    let page = ada.get(NEW).await;
    let id = hidden(&page.body, "id");
    let made = ada.post(NEW, &with(&id, &[])).await;
    made.is(200).shows("Application made").shows("not shown again");
    let secret = shown(&made.body, "client-secret");
    assert_eq!(shown(&made.body, "client-id"), id);
    assert_eq!(made.body.matches(&secret).count(), 1);
    let own: ApplicationId = id.parse().unwrap();
    assert!(proves(&app, own, &secret).await);
    let one = ada.get(&format!("{PAGE}/{id}")).await;
    one.is(200).lacks(&secret);
    for line in ["Billing", "8 hours", "invoices:read", "See your invoices", "/callback", "/bye"] {
        one.shows(line);
    }
    // Nothing is signed unless somebody wants it, and then it says so.
    one.shows("Signed identityOff");
    let change = format!("{PAGE}/{id}/change");
    let form = ada.get(&change).await;
    let revision = hidden(&form.is(200).body, "revision");
    let more = [("revision", revision.as_str()), ("identity_assertion", "yes")];
    ada.post(&change, &with(&id, &more)).await.leads_to(&format!("{PAGE}/{id}"));
    ada.get(&format!("{PAGE}/{id}")).await.shows("Signed identityIn the header Remote-Assertion");
    assert!(ada.get(&change).await.body.contains("value=\"yes\" checked"));
    ada.get(PAGE).await.shows("Billing").shows("Confidential");
    let rest = &secret[30..];
    assert!(app.dump().await.iter().all(|row| !row.contains(rest)), "the secret is stored");
    // A reload of the answer makes no other, and shows nothing again.
    ada.get(NEW).await;
    let again = ada.post(NEW, &with(&id, &[])).await;
    again.leads_to(&format!("{PAGE}/{id}"));
    assert_eq!(app.count("SELECT COUNT(*) FROM applications").await, 1);
    assert_eq!(app.count("SELECT COUNT(*) FROM application_secrets").await, 1);
    ada.get(&format!("{PAGE}/{id}")).await.shows("That page has made its application already.");
});

both!(a_public_application_has_no_secret, async |app: TestApp| {
    let mut ada = ada(&app).await;
    let id = hidden(&ada.get(NEW).await.body, "id");
    let own = [("kind", "public"), ("return_addresses", "com.example.app:/callback")];
    ada.post(NEW, &with(&id, &own)).await.leads_to(&format!("{PAGE}/{id}"));
    let page = ada.get(&format!("{PAGE}/{id}")).await;
    page.shows("The application is there.").shows("Public").lacks("Make new secret");
    assert_eq!(app.count("SELECT COUNT(*) FROM application_secrets").await, 0);
});

both!(every_error_stands_by_its_field_and_nothing_typed_is_lost, async |app: TestApp| {
    let mut ada = ada(&app).await;
    let id = hidden(&ada.get(NEW).await.body, "id");
    let wrong = [
        ("name", ""),
        (
            "return_addresses",
            "https://ok.example.com/\nhttp://plain.example.com/\nhttps://*.example.com",
        ),
        ("gate_origins", "https://app.example.com/path"),
        ("permissions", "admin:read Everything\nclients:read\nClients:Read x"),
        ("back_channel_logout_url", "https://169.254.169.254/latest"),
        ("after_sign_out_addresses", "https://APP.example.com/"),
    ];
    let page = ada.post(NEW, &with(&id, &wrong)).await;
    page.is(400);
    for sentence in [
        "Enter a name.",
        "Line 2: Use https://.",
        "Line 3: No address stands for several",
        "Line 1: Only scheme and host",
        "Line 1: Permissions of that kind are our own.",
        "Line 2: Say behind the name what it lets a program do.",
        "Line 3: A permission is two words",
        "Nothing is sent into this network.",
        "Write it as programs do: https://app.example.com/",
    ] {
        page.shows(sentence);
    }
    for typed in ["http://plain.example.com/", "clients:read", "https://app.example.com/path"] {
        assert!(page.body.contains(typed), "{typed} is lost");
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM applications").await, 0);
});

both!(pw_22_odd_values_make_nothing, async |app: TestApp| {
    let mut ada = ada(&app).await;
    let id = hidden(&ada.get(NEW).await.body, "id");
    for odd in [
        ("kind", "both"),
        ("kind", ""),
        ("session_lifetime", "-1d"),
        ("session_lifetime", "1e9d"),
        ("session_lifetime", "99999999999999999999d"),
        ("id_token_algorithm", "none"),
        ("id_token_algorithm", "HS256"),
        ("id", "1"),
        ("id", "01900000-0000-7000-8000-00000000000G"),
        ("name", "\u{202e}\u{200b}"),
        ("return_addresses", "javascript:alert(1)"),
        ("return_addresses", "https://a.example.com@evil.example/"),
        ("permissions", "a:b\u{0}c x"),
    ] {
        let fields = if odd.0 == "id" { with(odd.1, &[]) } else { with(&id, &[odd]) };
        let reply = ada.post(NEW, &fields).await;
        assert_eq!(reply.status.as_u16(), 400, "{odd:?}: {}", reply.text());
    }
    let all = with(&id, &[]);
    for (name, _) in &all {
        // Twice, and as what other frameworks make a list of.
        let mut twice = all.clone();
        twice.push((name, "x"));
        let reply = ada.post(NEW, &twice).await;
        assert!(reply.status.is_client_error(), "{name} twice: {}", reply.status);
    }
    let many = (0..60).map(|number| format!("https://a{number}.example.com/\n"));
    let many: String = many.collect();
    ada.post(NEW, &with(&id, &[("return_addresses", &many)])).await.is(400).shows("At most 50");
    assert_eq!(app.count("SELECT COUNT(*) FROM applications").await, 0);
});

both!(a_permission_and_an_origin_are_one_application_s, async |app: TestApp| {
    let mut ada = ada(&app).await;
    let first = hidden(&ada.get(NEW).await.body, "id");
    ada.post(NEW, &with(&first, &[])).await.is(200);
    let second = hidden(&ada.get(NEW).await.body, "id");
    let page = ada.post(NEW, &with(&second, &[("gate_origins", "")])).await;
    page.is(422).shows("Another application declares invoices:read.");
    let page = ada.post(NEW, &with(&second, &[("permissions", "")])).await;
    page.is(422).shows("Another application is behind the gate at https://billing.example.com.");
    let own = [("permissions", "clients:read See clients"), ("gate_origins", "")];
    ada.post(NEW, &with(&second, &own)).await.is(200);
    // At once, by two forms: one of them.
    for round in 0..rounds() {
        let name = format!("race{round}:read Race");
        let gate = format!("https://race{round}.example.com");
        let both = [("permissions", name.as_str()), ("gate_origins", gate.as_str())];
        let ids = [hidden(&ada.get(NEW).await.body, "id"), hidden(&ada.get(NEW).await.body, "id")];
        let (mut one, mut two) = (ada.clone(), ada.clone());
        if let Some(node) = other_node(&app).await {
            two = two.at(&node);
        }
        let (a, b) = (with(&ids[0], &both), with(&ids[1], &both));
        let (a, b) = tokio::join!(one.post(NEW, &a), two.post(NEW, &b));
        let mut statuses = [a.status.as_u16(), b.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 422], "round {round}");
    }
});

both!(a_change_is_on_top_of_what_was_looked_at, async |app: TestApp| {
    let mut ada = ada(&app).await;
    let id = hidden(&ada.get(NEW).await.body, "id");
    ada.post(NEW, &with(&id, &[])).await.is(200);
    let change = format!("{PAGE}/{id}/change");
    let page = ada.get(&change).await;
    page.is(200);
    assert!(page.body.contains("invoices:read See your invoices</textarea>"), "{}", page.body);
    let revision = hidden(&page.body, "revision");
    let fields = |name: &'static str, revision: String| {
        let mut fields: Vec<(String, String)> = FIELDS
            .iter()
            .map(|(own, value)| ((*own).to_owned(), (*value).to_owned()))
            .filter(|(own, _)| own != "name" && own != "kind")
            .collect();
        fields.push(("name".into(), name.into()));
        fields.push(("revision".into(), revision));
        fields
    };
    let post = async |browser: &mut Browser, fields: Vec<(String, String)>| {
        let fields: Vec<_> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        browser.post(&change, &fields).await
    };
    post(&mut ada, fields("Invoicing", revision.clone())).await.leads_to(&format!("{PAGE}/{id}"));
    ada.get(&format!("{PAGE}/{id}")).await.shows("The application is changed.").shows("Invoicing");
    // Somebody else's form, from before.
    ada.get(&change).await;
    let late = post(&mut ada, fields("Late", revision)).await;
    late.is(409).shows("Somebody else has changed this application");
    assert!(late.body.contains("value=\"Late\""));
    let now = hidden(&late.body, "revision");
    post(&mut ada, fields("Late", now)).await.leads_to(&format!("{PAGE}/{id}"));
    // The kind is no field of this form.
    let page = ada.get(&change).await;
    let mut fields = fields("Late", hidden(&page.body, "revision"));
    fields.push(("kind".into(), "public".into()));
    post(&mut ada, fields).await.leads_to(&format!("{PAGE}/{id}"));
    ada.get(&format!("{PAGE}/{id}")).await.shows("Confidential");
});

both!(tk_01_nothing_is_made_with_a_stolen_cookie_alone, async |app: TestApp| {
    let mut ada = ada(&app).await;
    let made = app.makes_application("Billing", &[READ]).await;
    ada.get(NEW).await.is(200);
    app.wait(Duration::from_mins(6));
    let one = format!("{PAGE}/{}", made.id);
    ada.get(&one).await.is(200);
    let secret = made.secret_id.unwrap();
    let (rotate, remove) = (format!("{one}/secrets"), format!("{one}/remove"));
    let revoke = format!("{one}/secrets/{secret}/revoke");
    for path in [NEW, &format!("{one}/change"), &rotate, &revoke, &remove] {
        let reply = ada.post(path, &with(NOBODY, &[("overlap", "now")])).await;
        assert!(reply.is(303).location().starts_with("/step-up?"), "{path}");
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM applications WHERE removed_at IS NULL").await, 1);
    assert!(proves(&app, made.id, &made.secret.unwrap()).await);
});

both!(se_14_what_is_typed_is_text, async |app: TestApp| {
    let mut ada = ada(&app).await;
    let mut mira = mira(&app).await;
    let canary = "<img src=x onerror=alert(1)>\"'&{{7*7}}";
    let typed = format!("invoices:read {canary}");
    let made = app.makes_application(canary, &[&typed]).await;
    app.signs_in_to(&mira, &made, "openid invoices:read").await;
    let one = format!("{PAGE}/{}", made.id);
    for path in [PAGE.to_owned(), one.clone(), format!("{one}/change"), format!("{one}/remove")] {
        ada.get(&path).await.is(200).lacks("<img").shows("onerror");
    }
    let own =
        [OWN, "/settings/security/sessions", "/settings/security", "/settings/security/tokens/new"];
    for path in own {
        mira.get(path).await.is(200).lacks("<img");
    }
    mira.get(OWN).await.shows("{{7*7}}");
});
