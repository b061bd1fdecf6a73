//! Login notifications switched, and what is answered by the links of a notice.

use super::watch::{By, Watch, agent, session};
use crate::support::PASSWORD;
use portcullis::features::security_log::{Kind, Reason};

const NIA: &str = "nia@example.com";
const SETTINGS: &str = "/settings/security/notifications";

pub async fn notifying(watch: &mut Watch<'_>) {
    let app = watch.app;
    let nia = app.account(NIA).await.id;
    let mut browser = agent(app, "Nia");
    browser.signs_in(NIA, PASSWORD).await;
    let mut other = agent(app, "Another");
    other.signs_in(NIA, PASSWORD).await;
    watch.fresh().await;
    let own = session(&browser);
    for (way, notice, reason, detail) in [
        ("switch-off", "new-device", None, "new-device: off"),
        ("switch-off", "new-device", Some(Reason::Already), "new-device: off"),
        ("switch-on", "new-device", None, "new-device: on"),
        ("switch-on", "by-sms", Some(Reason::NoSecondFactor), "by-sms: on"),
    ] {
        browser.get(SETTINGS).await.is(200);
        let path = format!("{SETTINGS}/{way}");
        browser.post(&path, &[("notice", notice)]).await.leads_to(SETTINGS);
        let by = By::Owner(nia, own, &browser);
        let entry = watch.one(Kind::LoginNotificationsChanged, reason, Some(nia), by).await;
        assert_eq!(entry.detail.as_deref(), Some(detail));
    }
    browser.get(SETTINGS).await.is(200);
    browser.post(&format!("{SETTINGS}/switch-on"), &[]).await.is(404);
    watch.nothing().await;
    links(watch, nia).await;
}

async fn links(watch: &mut Watch<'_>, nia: portcullis::ids::AccountId) {
    let not_me = watch.app.link(NIA, "sign-in").await;
    let (me, lock) = (not_me.replace("/not-me", "/me"), not_me.replace("/not-me", "/lock"));
    let mut reader = agent(watch.app, "Reader");
    for (path, kind, reason) in [
        (&me, Kind::FindingAnswered, None),
        (&me, Kind::FindingAnswered, Some(Reason::Already)),
        (&lock, Kind::AccountLocked, Some(Reason::Already)),
        (&not_me, Kind::FindingAnswered, None),
        (&lock, Kind::AccountLocked, None),
    ] {
        reader.get(&not_me).await.is(200);
        reader.post(path, &[]).await.is(303);
        watch.one(kind, reason, Some(nia), By::Stranger(&reader)).await;
        reader.get("/sign-in").await;
    }
    for page in ["me", "not-me", "lock"] {
        reader.post(&format!("/link/sign-in/none/{page}"), &[]).await.is(404);
        let kind = if page == "lock" { Kind::AccountLocked } else { Kind::FindingAnswered };
        watch.one(kind, Some(Reason::Link), None, By::Stranger(&reader)).await;
    }
}
