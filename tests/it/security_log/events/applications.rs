//! What is done about applications.

use super::{By, Watch, agent, session};
use crate::support::{Browser, PASSWORD, wanted};
use portcullis::features::access_tokens::rules::{Permissions, Sources};
use portcullis::features::access_tokens::{Wanted, make};
use portcullis::features::account::rules::Name;
use portcullis::features::application_settings::rules::Typed;
use portcullis::features::security_log::{Kind, Reason};
use portcullis::ids::ApplicationSecretId;

const PAGE: &str = "/admin/applications";
const NEW: &str = "/admin/applications/new";
const NOBODY: &str = "01900000-0000-7000-8000-000000000000";
const FIRST: &str = "01900000-0000-7000-8000-0000000000a1";
const SECOND: &str = "01900000-0000-7000-8000-0000000000a2";
const THIRD: &str = "01900000-0000-7000-8000-0000000000a3";

fn fields<'a>(id: &'a str, kind: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("id", id),
        ("name", "Billing"),
        ("kind", kind),
        ("session_lifetime", "1h"),
        ("id_token_algorithm", "ES256"),
    ];
    fields.extend_from_slice(more);
    fields
}

pub async fn applications(watch: &mut Watch<'_>, ada: &mut Browser) {
    let app = watch.app;
    ada.forget("-session");
    ada.signs_in(super::ADA, PASSWORD).await;
    watch.fresh().await;
    made_and_changed(watch, ada).await;
    secrets(watch, ada).await;
    access(watch).await;
    // The last of all: it takes away what the others are about.
    ada.get(&format!("{PAGE}/{FIRST}")).await.is(200);
    ada.post(&format!("{PAGE}/{FIRST}/remove"), &[]).await.leads_to(PAGE);
    let entry = watch.one_of(Kind::ApplicationRemoved, None).await;
    assert_eq!(entry.detail.as_deref(), Some("sessions 0"));
    ada.get(PAGE).await.is(200);
    for (path, kind) in [
        (format!("{PAGE}/{FIRST}/remove"), Kind::ApplicationRemoved),
        (format!("{PAGE}/{NOBODY}/secrets/{NOBODY}/revoke"), Kind::ApplicationSecretRevoked),
    ] {
        ada.get(PAGE).await;
        ada.get("/settings/profile").await;
        ada.post(&path, &[]).await.is(404);
        watch.one_of(kind, Some(Reason::UnknownApplication)).await;
    }
    let rotate = [("secret", NOBODY), ("overlap", "1d")];
    ada.post(&format!("{PAGE}/{NOBODY}/secrets"), &rotate).await.is(404);
    watch.one_of(Kind::ApplicationSecretMade, Some(Reason::UnknownApplication)).await;
    let id = NOBODY.parse().unwrap();
    let typed = Typed { name: "Billing".into(), ..Typed::new() };
    let by = portcullis::features::administration::By::Operator;
    let change = portcullis::features::application_settings::change;
    change(app, by, id, 0, &wanted(&typed)).await.unwrap();
    watch.one(Kind::ApplicationChanged, Some(Reason::UnknownApplication), None, By::Operator).await;
}

async fn made_and_changed(watch: &mut Watch<'_>, ada: &mut Browser) {
    let permissions = [
        ("permissions", "invoices:read See your invoices"),
        ("gate_origins", "https://billing.example.com"),
    ];
    ada.get(NEW).await.is(200);
    ada.post(NEW, &fields(FIRST, "confidential", &permissions)).await.is(200);
    let entry = watch.one_of(Kind::ApplicationMade, None).await;
    assert_eq!((entry.account, entry.actor_kind.as_str()), (None, "account"));
    ada.get(NEW).await.is(200);
    ada.post(NEW, &fields(FIRST, "confidential", &permissions)).await.is(303);
    watch.one_of(Kind::ApplicationMade, Some(Reason::Already)).await;
    for (field, reason) in
        [(permissions[0], Reason::PermissionTaken), (permissions[1], Reason::OriginTaken)]
    {
        ada.get(NEW).await.is(200);
        ada.post(NEW, &fields(SECOND, "public", &[field])).await.is(422);
        watch.one_of(Kind::ApplicationMade, Some(reason)).await;
    }
    ada.get(NEW).await.is(200);
    ada.post(NEW, &fields(SECOND, "public", &[])).await.is(303);
    watch.one_of(Kind::ApplicationMade, None).await;
    let change = format!("{PAGE}/{SECOND}/change");
    for (field, reason) in [
        (permissions[0], Some(Reason::PermissionTaken)),
        (permissions[1], Some(Reason::OriginTaken)),
        (("revision", "0"), None),
        (("revision", "0"), Some(Reason::ChangedMeanwhile)),
    ] {
        ada.get(&change).await.is(200);
        let fields = fields(SECOND, "public", &[("revision", "0"), field]);
        let fields: Vec<_> = fields.into_iter().filter(|(name, _)| *name != "id").collect();
        let fields = if field.0 == "revision" { fields[..5].to_vec() } else { fields };
        ada.post(&change, &fields).await;
        watch.one_of(Kind::ApplicationChanged, reason).await;
    }
}

async fn secrets(watch: &mut Watch<'_>, ada: &mut Browser) {
    let app = watch.app;
    let rotate = |id: &str| format!("{PAGE}/{id}/secrets");
    let page = format!("{PAGE}/{FIRST}");
    let form = [("secret", THIRD), ("overlap", "7d")];
    for reason in [None, Some(Reason::Already)] {
        ada.get(&page).await.is(200);
        ada.post(&rotate(FIRST), &form).await;
        watch.one_of(Kind::ApplicationSecretMade, reason).await;
    }
    ada.get(&page).await.is(200);
    ada.post(&rotate(SECOND), &form).await.is(303);
    watch.one_of(Kind::ApplicationSecretMade, Some(Reason::PublicApplication)).await;
    for _ in 0..3 {
        let id = ApplicationSecretId::new(app.clock.now(), &app.random).to_string();
        ada.get(&page).await.is(200);
        ada.post(&rotate(FIRST), &[("secret", id.as_str()), ("overlap", "7d")]).await.is(200);
        watch.one_of(Kind::ApplicationSecretMade, None).await;
    }
    ada.get(&page).await.is(200);
    ada.post(&rotate(FIRST), &[("secret", NOBODY), ("overlap", "7d")]).await.is(303);
    watch.one_of(Kind::ApplicationSecretMade, Some(Reason::TooManySecrets)).await;
    for (reason, status) in [(None, 303), (Some(Reason::UnknownSecret), 404)] {
        ada.get(&page).await.is(200);
        ada.post(&format!("{page}/secrets/{THIRD}/revoke"), &[]).await.is(status);
        watch.one_of(Kind::ApplicationSecretRevoked, reason).await;
    }
}

async fn access(watch: &mut Watch<'_>) {
    let app = watch.app;
    app.account("una@example.com").await;
    let mut una = agent(app, "Una");
    una.signs_in("una@example.com", PASSWORD).await;
    watch.fresh().await;
    let made = crate::support::MadeApplication {
        id: FIRST.parse().unwrap(),
        secret: None,
        secret_id: None,
    };
    app.signs_in_to(&una, &made, "openid invoices:read").await;
    let id = app.email_id("una@example.com").await;
    let remove = format!("/settings/security/applications/{FIRST}/remove");
    for (reason, status) in [(None, 303), (Some(Reason::UnknownApplication), 404)] {
        una.get("/settings/security").await.is(200);
        una.post(&remove, &[]).await.is(status);
        let by = By::Owner(id, session(&una), &una);
        watch.one(Kind::ApplicationAccessRemoved, reason, Some(id), by).await;
    }
    // A permission that is gone between the page and its form.
    let current = app.current_of(&una).await;
    let wanted = Wanted {
        name: Name::parse("One").unwrap(),
        expires_at: None,
        permissions: ["gone:read".to_owned()].into_iter().collect::<Permissions>(),
        sources: Sources::parse("").unwrap(),
        limits: portcullis::features::organisations::rules::Limits::default(),
        form: "01900000-0000-7000-8000-0000000000b1".parse().unwrap(),
    };
    let source = crate::support::source_of(app, &una.address.to_string());
    make(app, &current, wanted, &source).await.unwrap();
    watch.one_of(Kind::AccessTokenMade, Some(Reason::UnknownPermission)).await;
}
