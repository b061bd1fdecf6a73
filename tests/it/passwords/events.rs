//! LG-04: every act, with whatever result, writes exactly one right event.
//!
//! The test fails when there is a kind of event, a reason or a form that it has
//! never seen.

use super::{CHANGE, minutes, step_up};
use crate::both;
use crate::second_factor::events::second_factors;
use crate::support::{Browser, OTHER_PASSWORD, PASSWORD, Reply, TestApp};
use portcullis::features::administration::set_up_link;
use portcullis::features::second_factor::sms::{
    Binding, CodePurpose, PhoneNumber, TextAdmission, send_code,
};
use portcullis::features::security_log::{Entry, Kind, Outcome, Reason, of_installation};
use portcullis::http::{Logs, routes};
use portcullis::ids::{AccountId, SessionId};
use portcullis::secret::{Kind as TokenKind, Token};
use std::collections::HashSet;

const ADA: &str = "ada@example.com";
const BOB: &str = "bob@example.com";
const NEW: &str = "Another-horse 3 paper";

/// Who acts, and from where.
pub enum By<'a> {
    /// Nobody who has signed in.
    Stranger(&'a Browser),
    /// The owner, in the session of this browser as it was.
    Owner(AccountId, SessionId, &'a Browser),
    /// The command line.
    Operator,
}

/// Compares what the log has gained.
pub struct Watch<'a> {
    pub app: &'a TestApp,
    seen: HashSet<String>,
    kinds: HashSet<Kind>,
    reasons: HashSet<Reason>,
}

impl<'a> Watch<'a> {
    fn new(app: &'a TestApp) -> Self {
        Self { app, seen: HashSet::new(), kinds: HashSet::new(), reasons: HashSet::new() }
    }

    pub async fn fresh(&mut self) -> Vec<Entry> {
        let all = of_installation(&mut &self.app.db, None, 10_000).await.unwrap();
        all.into_iter().filter(|entry| self.seen.insert(entry.id.to_string())).collect()
    }

    /// Something that a case has looked at by itself.
    pub fn saw(&mut self, kind: Kind) {
        self.kinds.insert(kind);
    }

    pub async fn nothing(&mut self) {
        assert_eq!(self.fresh().await, []);
    }

    /// One event; `account` is whose log it stands in.
    /// One event, whoever's.
    async fn one_of(&mut self, kind: Kind, reason: Option<Reason>) -> Entry {
        let mut fresh = self.fresh().await;
        assert_eq!(fresh.len(), 1, "{kind:?} {reason:?}: {fresh:?}");
        let entry = fresh.remove(0);
        assert_eq!(
            (entry.kind, entry.outcome),
            (kind, reason.map_or(Outcome::Succeeded, Outcome::Refused))
        );
        self.kinds.insert(kind);
        self.reasons.extend(reason);
        entry
    }

    pub async fn one(
        &mut self,
        kind: Kind,
        reason: Option<Reason>,
        account: Option<AccountId>,
        by: By<'_>,
    ) -> Entry {
        let mut fresh = self.fresh().await;
        assert_eq!(fresh.len(), 1, "{kind:?} {reason:?}: {fresh:?}");
        let entry = fresh.remove(0);
        assert_eq!((entry.kind, entry.account), (kind, account), "{entry:?}");
        assert_eq!(entry.outcome, reason.map_or(Outcome::Succeeded, Outcome::Refused), "{entry:?}");
        let (actor_kind, actor, session, browser) = match by {
            By::Stranger(browser) => ("anonymous", None, None, Some(browser)),
            By::Owner(id, session, browser) => ("account", Some(id), Some(session), Some(browser)),
            By::Operator => ("operator", None, None, None),
        };
        assert_eq!(entry.actor_kind, actor_kind, "{entry:?}");
        assert_eq!((entry.actor, entry.session), (actor, session), "{entry:?}");
        assert_eq!(entry.address, browser.map(|browser| browser.address.to_string()));
        assert_eq!(entry.user_agent, browser.map(|browser| browser.user_agent.clone()));
        let typed = [
            Kind::SignIn,
            Kind::AccountCreated,
            Kind::PasswordResetAsked,
            Kind::SignUpAsked,
            Kind::EmailChangeAsked,
            Kind::EmailChanged,
            Kind::EmailChangeUndone,
        ];
        if !typed.contains(&kind) {
            assert_eq!(entry.email, None, "{entry:?}");
        }
        self.kinds.insert(kind);
        self.reasons.extend(reason);
        entry
    }

    /// A sign-in: a refused one says which address was typed.
    async fn sign_in(
        &mut self,
        reason: Option<Reason>,
        account: Option<AccountId>,
        by: By<'_>,
        email: &str,
    ) {
        let entry = self.one(Kind::SignIn, reason, account, by).await;
        assert_eq!(entry.email.as_deref(), reason.map(|_| email), "{entry:?}");
    }
}

pub fn session(browser: &Browser) -> SessionId {
    let token = Token::parse(TokenKind::Session, &browser.session().unwrap()).unwrap();
    SessionId::from_uuid(token.id())
}

pub fn agent(app: &TestApp, name: &str) -> Browser {
    let mut browser = app.browser();
    browser.user_agent = format!("{name}'s browser");
    browser
}

async fn change(browser: &mut Browser, current: &str, new: &str) -> Reply {
    browser.change_password(current, new).await
}

async fn id_of(watch: &mut Watch<'_>, arguments: &[&str], input: &str) -> AccountId {
    let (done, said) = watch.app.cli(arguments, input).await;
    assert!(done, "{said}");
    let made: serde_json::Value = serde_json::from_str(&said).unwrap();
    made["id"].as_str().unwrap().parse().unwrap()
}

async fn set_up(watch: &mut Watch<'_>, ada: &mut Browser) -> AccountId {
    let mut stranger = agent(watch.app, "Eve");
    stranger.get("/sign-in").await;
    stranger.post("/set-up/pcl_set_x", &[]).await.is(404);
    watch.one(Kind::SetUp, Some(Reason::Link), None, By::Stranger(&stranger)).await;
    let link = set_up_link(watch.app).await.unwrap().unwrap();
    let path = link.reveal().strip_prefix(watch.app.config.public_url.origin()).unwrap().to_owned();
    ada.get(&path).await.is(200);
    let fields = |password| {
        [
            ("name", "Ada"),
            ("email", ADA),
            ("new_password", password),
            ("confirm_new_password", password),
        ]
    };
    ada.post(&path, &fields("short")).await.is(422);
    watch.one(Kind::SetUp, Some(Reason::Policy), None, By::Stranger(ada)).await;
    ada.post(&path, &fields(PASSWORD)).await.leads_to("/settings/security");
    let sql = watch.fresh().await;
    let id = sql[0].account.unwrap();
    watch.seen.remove(&sql[0].id.to_string());
    let by = By::Owner(id, session(ada), ada);
    watch.one(Kind::AdministratorSetUp, None, Some(id), by).await;
    // The same link once more.
    stranger.post(&path, &fields(PASSWORD)).await.is(404);
    watch.one(Kind::SetUp, Some(Reason::Link), None, By::Stranger(&stranger)).await;
    id
}

async fn signing_in(watch: &mut Watch<'_>, bob: AccountId) {
    let mut stranger = agent(watch.app, "Eve");
    stranger.sign_in(BOB, "").await.is(400);
    stranger.sign_in("bob", PASSWORD).await.is(400);
    watch.nothing().await;
    stranger.sign_in("Nobody@Example.com", PASSWORD).await.is(403);
    let by = By::Stranger(&stranger);
    watch.sign_in(Some(Reason::UnknownAccount), None, by, "nobody@example.com").await;
    for _ in 0..5 {
        stranger.sign_in(" BOB@example.com", OTHER_PASSWORD).await.is(403);
        watch.sign_in(Some(Reason::WrongPassword), Some(bob), By::Stranger(&stranger), BOB).await;
    }
    stranger.sign_in(BOB, PASSWORD).await.is(429);
    watch.sign_in(Some(Reason::Throttled), Some(bob), By::Stranger(&stranger), BOB).await;
    watch.app.wait(minutes(1));
    stranger.signs_in(BOB, PASSWORD).await;
    let by = By::Owner(bob, session(&stranger), &stranger);
    watch.sign_in(None, Some(bob), by, BOB).await;
    stranger.get("/sign-out").await;
    let before = stranger.clone();
    stranger.post("/sign-out", &[]).await.leads_to("/sign-in");
    watch.one(Kind::SignOut, None, Some(bob), By::Owner(bob, session(&before), &before)).await;
}

async fn proving(watch: &mut Watch<'_>, bob: AccountId, browser: &mut Browser) {
    browser.signs_in(BOB, PASSWORD).await;
    let own = session(browser);
    watch.sign_in(None, Some(bob), By::Owner(bob, own, browser), BOB).await;
    step_up(browser, "").await.is(400);
    watch.nothing().await;
    for _ in 0..4 {
        step_up(browser, OTHER_PASSWORD).await.is(403);
        let by = By::Owner(bob, own, browser);
        watch.one(Kind::StepUp, Some(Reason::WrongPassword), Some(bob), by).await;
    }
    change(browser, OTHER_PASSWORD, NEW).await.is(403);
    let by = By::Owner(bob, own, browser);
    watch.one(Kind::PasswordChanged, Some(Reason::WrongPassword), Some(bob), by).await;
    step_up(browser, PASSWORD).await.is(429);
    let by = By::Owner(bob, own, browser);
    watch.one(Kind::StepUp, Some(Reason::Throttled), Some(bob), by).await;
    change(browser, PASSWORD, NEW).await.is(429);
    let by = By::Owner(bob, own, browser);
    watch.one(Kind::PasswordChanged, Some(Reason::Throttled), Some(bob), by).await;
    watch.app.wait(minutes(1));
    step_up(browser, PASSWORD).await.leads_to("/settings/security");
    watch.one(Kind::StepUp, None, Some(bob), By::Owner(bob, own, browser)).await;
    for refused in ["short", PASSWORD] {
        change(browser, PASSWORD, refused).await.is(422);
        let by = By::Owner(bob, own, browser);
        watch.one(Kind::PasswordChanged, Some(Reason::Policy), Some(bob), by).await;
    }
    browser.get(CHANGE).await;
    let unlike =
        [("current_password", PASSWORD), ("new_password", NEW), ("confirm_new_password", "x")];
    browser.post(CHANGE, &unlike).await.is(400);
    watch.nothing().await;
    change(browser, PASSWORD, NEW).await.leads_to("/settings/security");
    watch.one(Kind::PasswordChanged, None, Some(bob), By::Owner(bob, own, browser)).await;
}

async fn settings(watch: &mut Watch<'_>, bob: AccountId, browser: &mut Browser) {
    let own = session(browser);
    browser.get("/settings/profile").await;
    browser.post("/settings/profile", &[("name", "")]).await.is(400);
    watch.nothing().await;
    let fields = [("name", "Bob B."), ("language", "en-GB"), ("time_zone", "Europe/Prague")];
    browser.post("/settings/profile", &fields).await.leads_to("/settings/profile");
    watch.one(Kind::ProfileChanged, None, Some(bob), By::Owner(bob, own, browser)).await;
    let mut others = [agent(watch.app, "One"), agent(watch.app, "Two")];
    for other in &mut others {
        other.signs_in(BOB, NEW).await;
        watch.sign_in(None, Some(bob), By::Owner(bob, session(other), other), BOB).await;
    }
    browser.get("/settings/security").await.is(200);
    let one = format!("/settings/security/sessions/{}/sign-out", session(&others[0]));
    browser.post(&one, &[]).await.leads_to("/settings/security");
    watch.one(Kind::SessionEnded, None, Some(bob), By::Owner(bob, own, browser)).await;
    browser.post(&one, &[]).await.is(404);
    let unknown = Some(Reason::UnknownSession);
    watch.one(Kind::SessionEnded, unknown, Some(bob), By::Owner(bob, own, browser)).await;
    browser
        .post("/settings/security/sessions/sign-out-others", &[])
        .await
        .leads_to("/settings/security");
    let by = By::Owner(bob, own, browser);
    let entry = watch.one(Kind::OtherSessionsEnded, None, Some(bob), by).await;
    assert_eq!(entry.detail.as_deref(), Some("1"));
    let forget = "/settings/security/devices/forget-others";
    browser.get("/settings/security/devices").await.is(200);
    browser.post(forget, &[]).await.leads_to("/settings/security/devices");
    watch.one(Kind::DevicesForgotten, None, Some(bob), By::Owner(bob, own, browser)).await;
    let export = "/settings/security/log/export";
    browser.get(export).await.is(200);
    browser.post(export, &[("format", "csv")]).await.is(422);
    watch.nothing().await;
    let fields = [("format", "jsonl"), ("area-sign-ins", "yes")];
    for _ in 0..10 {
        browser.post(export, &fields).await.is(200);
        watch.one(Kind::LogExported, None, Some(bob), By::Owner(bob, own, browser)).await;
    }
    browser.post(export, &fields).await.is(429);
    let refused = Some(Reason::Throttled);
    watch.one(Kind::LogExported, refused, Some(bob), By::Owner(bob, own, browser)).await;
    watch.app.wait(minutes(6));
    browser.post(forget, &[]).await.leads_to("/step-up?return_to=%2Fsettings%2Fsecurity%2Fdevices");
    watch.nothing().await;
}

async fn foreign(watch: &mut Watch<'_>, bob: AccountId, browser: &mut Browser) {
    let refused = (Kind::RequestRefused, Some(Reason::CrossSite));
    for signed_in in [false, true] {
        let mut victim = if signed_in { browser.clone() } else { agent(watch.app, "Victim") };
        let page = if signed_in { CHANGE } else { "/sign-in" };
        victim.get(page).await.is(200);
        let account = signed_in.then_some(bob);
        for origin in [None, Some("https://evil.example"), Some("null")] {
            let mut foreign = victim.clone();
            foreign.origin = origin.map(ToOwned::to_owned);
            foreign.post(page, &[("email", BOB), ("password", NEW)]).await.is(403);
            let entry = watch.fresh().await.remove(0);
            watch.seen.remove(&entry.id.to_string());
            // Nobody of ours has acted, though it was in this session.
            assert_eq!(entry.session, signed_in.then(|| session(&victim)));
            assert_eq!((entry.kind, entry.account, entry.actor), (refused.0, account, None));
            assert_eq!(watch.fresh().await.len(), 1);
        }
        victim.token = Some("0".repeat(64));
        victim.post(page, &[("email", BOB), ("password", NEW)]).await.is(409);
        let fresh = watch.fresh().await;
        assert_eq!((fresh.len(), fresh[0].kind), (1, refused.0));
        assert_eq!(fresh[0].outcome, Outcome::Refused(Reason::OldForm));
        watch.reasons.insert(Reason::OldForm);
        assert_eq!(fresh[0].address, Some(victim.address.to_string()));
    }
    watch.kinds.insert(refused.0);
    watch.reasons.extend(refused.1);
}

async fn operating(watch: &mut Watch<'_>, bob: AccountId) {
    let app = watch.app;
    let (suspend, restore) =
        (["account", "suspend", BOB, "--reason", "moved on"], ["account", "restore", BOB]);
    assert!(app.cli(&suspend, "").await.0);
    let entry = watch.one(Kind::AccountSuspended, None, Some(bob), By::Operator).await;
    assert_eq!(entry.detail.as_deref(), Some("moved on"));
    assert!(!app.cli(&suspend, "").await.0);
    let already = Some(Reason::Already);
    watch.one(Kind::AccountSuspended, already, Some(bob), By::Operator).await;
    assert!(!app.cli(&["account", "suspend", "nobody@example.com"], "").await.0);
    let unknown = Some(Reason::UnknownAccount);
    watch.one(Kind::AccountSuspended, unknown, None, By::Operator).await;
    assert!(!app.cli(&["account", "suspend", ADA], "").await.0);
    let last = Some(Reason::LastAdministrator);
    let ada = watch.one_of(Kind::AccountSuspended, last).await;
    assert_eq!(ada.actor_kind, "operator");
    let mut browser = agent(app, "Bob");
    browser.sign_in(BOB, PASSWORD).await.is(403);
    watch.sign_in(Some(Reason::Suspended), Some(bob), By::Stranger(&browser), BOB).await;
    browser.sign_in(BOB, NEW).await.is(403);
    watch.sign_in(Some(Reason::WrongPassword), Some(bob), By::Stranger(&browser), BOB).await;
    assert!(app.cli(&restore, "").await.0);
    watch.one(Kind::AccountRestored, None, Some(bob), By::Operator).await;
    assert!(!app.cli(&restore, "").await.0);
    watch.one(Kind::AccountRestored, already, Some(bob), By::Operator).await;
    assert!(app.cli(&["log", "list"], "").await.0);
    watch.one(Kind::LogRead, None, None, By::Operator).await;
    assert!(app.cli(&["log", "list", "--account", BOB], "").await.0);
    watch.one(Kind::LogRead, None, Some(bob), By::Operator).await;
    assert!(!app.cli(&["log", "list", "--account", "nobody@example.com"], "").await.0);
    assert!(app.cli(&["account", "list"], "").await.0);
    assert!(app.cli(&["account", "show", BOB], "").await.0);
    watch.nothing().await;
    let (done, said) = app.cli(&["backup", "--to", "copy"], "").await;
    assert!(done, "{said}");
    watch.one(Kind::BackupMade, None, None, By::Operator).await;
    assert!(!app.cli(&["backup", "--to", "copy"], "").await.0);
    watch.nothing().await;
}

/// Links by mail that set a password; bob's is [`PASSWORD`] afterwards.
async fn recovering(watch: &mut Watch<'_>, bob: AccountId) {
    let (app, reset) = (watch.app, Kind::PasswordReset);
    let mut stranger = agent(app, "Eve");
    stranger.forgets("bob").await.is(400);
    watch.nothing().await;
    let asked = Kind::PasswordResetAsked;
    let unknown = Some(Reason::UnknownAccount);
    stranger.forgets("Nobody@Example.com").await.is(200);
    let entry = watch.one(asked, unknown, None, By::Stranger(&stranger)).await;
    assert_eq!(entry.email.as_deref(), Some("nobody@example.com"));
    for reason in [None, None, None, Some(Reason::Throttled)] {
        stranger.forgets(BOB).await.is(200);
        watch.one(asked, reason, Some(bob), By::Stranger(&stranger)).await;
        app.wait(std::time::Duration::from_millis(1));
        app.post().await;
    }
    watch.nothing().await;
    let link = app.link(BOB, "password-reset").await;
    stranger.chooses(&link, "short").await.is(422);
    watch.one(reset, Some(Reason::Policy), Some(bob), By::Stranger(&stranger)).await;
    stranger.post(&link, &[]).await.is(400);
    watch.nothing().await;
    stranger.chooses(&link, PASSWORD).await.leads_to("/sign-in");
    let entry = watch.one(reset, None, Some(bob), By::Stranger(&stranger)).await;
    assert_eq!(entry.detail.as_deref(), Some("sessions ended: 1"));
    for fields in [&[][..], &[("new_password", NEW), ("confirm_new_password", NEW)]] {
        stranger.post(&link, fields).await.is(410);
        watch.one(reset, Some(Reason::Link), None, By::Stranger(&stranger)).await;
    }
    let accepted = Kind::InvitationAccepted;
    let (guest, link) = app.invite("guest@example.com").await;
    stranger.chooses(&link, "short").await.is(422);
    watch.one(accepted, Some(Reason::Policy), Some(guest.id), By::Stranger(&stranger)).await;
    stranger.chooses(&link, PASSWORD).await.leads_to("/settings/security");
    let by = By::Owner(guest.id, session(&stranger), &stranger);
    watch.one(accepted, None, Some(guest.id), by).await;
    stranger.forget("-session");
    stranger.get("/sign-in").await;
    stranger.post(&link, &[]).await.is(410);
    watch.one(accepted, Some(Reason::Link), None, By::Stranger(&stranger)).await;
}

async fn signing_up(watch: &mut Watch<'_>, bob: AccountId) {
    const ZOE: &str = "zoe@example.com";
    let (app, asked, signed) = (watch.app, Kind::SignUpAsked, Kind::SignedUp);
    let mut stranger = agent(app, "Zoe");
    let taken = Some(Reason::EmailTaken);
    stranger.asks_to_sign_up(ZOE).await.is(200);
    let entry = watch.one(asked, None, None, By::Stranger(&stranger)).await;
    assert_eq!(entry.email.as_deref(), Some(ZOE));
    app.wait(minutes(61));
    stranger.asks_to_sign_up(BOB).await.is(200);
    watch.one(asked, taken, Some(bob), By::Stranger(&stranger)).await;
    for reason in [None, None, None, Some(Reason::Throttled)] {
        stranger.asks_to_sign_up(ZOE).await.is(200);
        watch.one(asked, reason, None, By::Stranger(&stranger)).await;
        app.wait(std::time::Duration::from_millis(1));
        app.post().await;
    }
    watch.nothing().await;
    let link = app.link(ZOE, "sign-up").await;
    stranger.signs_up(&link, "Zoe", "short").await.is(422);
    watch.one(signed, Some(Reason::Policy), None, By::Stranger(&stranger)).await;
    stranger.signs_up(&link, "", PASSWORD).await.is(400);
    watch.nothing().await;
    stranger.signs_up(&link, "Zoe", PASSWORD).await.leads_to("/settings/security");
    let zoe = watch.fresh().await.remove(0);
    watch.seen.remove(&zoe.id.to_string());
    let by = By::Owner(zoe.account.unwrap(), session(&stranger), &stranger);
    watch.one(signed, None, zoe.account, by).await;
    stranger.forget("-session");
    stranger.signs_up(&link, "Zoe", PASSWORD).await.is(410);
    watch.one(signed, Some(Reason::Link), None, By::Stranger(&stranger)).await;
    stranger.forget("-session");
    stranger.asks_to_sign_up("yan@example.com").await.is(200);
    watch.one(asked, None, None, By::Stranger(&stranger)).await;
    app.post().await;
    let link = app.link("yan@example.com", "sign-up").await;
    app.account("yan@example.com").await;
    watch.fresh().await;
    stranger.signs_up(&link, "Yan", PASSWORD).await.is(409);
    watch.one(signed, taken, None, By::Stranger(&stranger)).await;
}

/// Asked for, given up, confirmed and undone; and refused each time.
async fn another_address(watch: &mut Watch<'_>, bob: AccountId) {
    const PAGE: &str = "/settings/profile/email";
    let (app, new) = (watch.app, "bob@new.example");
    let mut browser = agent(app, "Bob");
    browser.signs_in(BOB, PASSWORD).await;
    let own = session(&browser);
    watch.sign_in(None, Some(bob), By::Owner(bob, own, &browser), BOB).await;
    browser.get(PAGE).await;
    browser.post(PAGE, &[("new_email", BOB)]).await.is(400);
    watch.nothing().await;
    let asked = async |watch: &mut Watch<'_>, browser: &mut Browser, reason: Option<Reason>| {
        app.wait(minutes(1) / 60);
        browser.get(PAGE).await;
        let reply = browser.post(PAGE, &[("new_email", new)]).await;
        assert_eq!(reply.status.as_u16(), if reason.is_none() { 303 } else { 429 });
        let by = By::Owner(bob, own, browser);
        let entry = watch.one(Kind::EmailChangeAsked, reason, Some(bob), by).await;
        assert_eq!(entry.email.as_deref(), Some(new));
    };
    asked(watch, &mut browser, None).await;
    for reason in [None, Some(Reason::Link)] {
        browser.get("/settings/profile").await;
        browser.post("/settings/profile/email/cancel", &[]).await;
        let by = By::Owner(bob, own, &browser);
        watch.one(Kind::EmailChangeCancelled, reason, Some(bob), by).await;
    }
    for _ in 0..4 {
        asked(watch, &mut browser, None).await;
    }
    asked(watch, &mut browser, Some(Reason::Throttled)).await;
    let link = app.link(new, "email-change").await;
    let mut stranger = agent(app, "Mailbox");
    use_link(watch, &mut stranger, Kind::EmailChanged, &link, bob, new).await;
    let link = app.link(BOB, "email-undo").await;
    use_link(watch, &mut stranger, Kind::EmailChangeUndone, &link, bob, BOB).await;
    assert!(!browser.is_signed_in().await);
}

/// A link while its account is suspended, while another account has the address,
/// as it should be, and once more.
async fn use_link(
    watch: &mut Watch<'_>,
    stranger: &mut Browser,
    kind: Kind,
    link: &str,
    bob: AccountId,
    email: &str,
) {
    let app = watch.app;
    stranger.get(link).await.is(200);
    let set = async |column: &str, value: &str, whose: &str| {
        let sql =
            format!("UPDATE accounts SET {column} = {value} WHERE email_canonical = '{whose}'");
        assert_eq!(app.tamper(&sql).await, 1, "{sql}");
    };
    let own = if email == BOB { "bob@new.example" } else { BOB };
    set("suspended_at", "1", own).await;
    stranger.post(link, &[]).await.is(410);
    let by = By::Stranger(stranger);
    watch.one(kind, Some(Reason::Suspended), Some(bob), by).await;
    set("suspended_at", "NULL", own).await;
    set("email_canonical", &format!("'{email}'"), ADA).await;
    stranger.post(link, &[]).await.is(409);
    let by = By::Stranger(stranger);
    watch.one(kind, Some(Reason::EmailTaken), Some(bob), by).await;
    set("email_canonical", &format!("'{ADA}'"), email).await;
    stranger.post(link, &[]).await.leads_to(link);
    let entry = watch.one(kind, None, Some(bob), By::Stranger(stranger)).await;
    assert_eq!(entry.email.as_deref(), Some(email));
    stranger.get("/sign-in").await;
    stranger.post(link, &[]).await.is(410);
    watch.one(kind, Some(Reason::Link), None, By::Stranger(stranger)).await;
}

/// Closed, refused, kept by either, and erased.
async fn the_end(watch: &mut Watch<'_>, bob: AccountId) {
    const PAGE: &str = "/settings/profile/close";
    let app = watch.app;
    assert!(!app.cli(&["account", "close", "--email", ADA], "").await.0);
    watch.one_of(Kind::AccountClosing, Some(Reason::LastAdministrator)).await;
    assert!(app.cli(&["account", "close", "--email", BOB], "").await.0);
    watch.one(Kind::AccountClosing, None, Some(bob), By::Operator).await;
    assert!(!app.cli(&["account", "close", "--email", BOB], "").await.0);
    watch.one(Kind::AccountClosing, Some(Reason::Already), Some(bob), By::Operator).await;
    assert!(app.cli(&["account", "keep", "--email", BOB], "").await.0);
    watch.one(Kind::AccountKept, None, Some(bob), By::Operator).await;
    assert!(!app.cli(&["account", "keep", "--email", BOB], "").await.0);
    watch.one(Kind::AccountKept, Some(Reason::Already), Some(bob), By::Operator).await;
    let mut browser = agent(app, "Bob");
    let close = async |watch: &mut Watch<'_>, browser: &mut Browser| {
        let own = session(browser);
        browser.get(PAGE).await;
        browser.post(PAGE, &[]).await.leads_to("/sign-in");
        watch.one(Kind::AccountClosing, None, Some(bob), By::Owner(bob, own, browser)).await;
    };
    browser.signs_in(BOB, PASSWORD).await;
    watch.sign_in(None, Some(bob), By::Owner(bob, session(&browser), &browser), BOB).await;
    close(watch, &mut browser).await;
    // What is kept by signing in has an event of its own beside that.
    browser.signs_in(BOB, PASSWORD).await;
    let fresh = watch.fresh().await;
    let kinds: Vec<Kind> = fresh.iter().map(|entry| entry.kind).collect();
    assert_eq!(kinds, [Kind::SignIn, Kind::AccountKept]);
    assert!(fresh.iter().all(|entry| entry.actor == Some(bob) && entry.account == Some(bob)));
    close(watch, &mut browser).await;
    app.wait(minutes(14 * 24 * 60));
    assert_eq!(portcullis::features::closing::erase_due(app).await.unwrap(), 1);
    let entry = watch.one_of(Kind::AccountErased, None).await;
    assert_eq!(
        (entry.account, entry.actor_kind.as_str(), entry.address),
        (Some(bob), "server", None)
    );
}

/// The text message that uses up the day.
async fn texting(watch: &mut Watch<'_>, bob: AccountId) {
    let app = watch.app;
    let (now, text) = (app.clock.now(), app.text(None, app.clock.now()));
    let binding = Binding { account: bob, purpose: CodePurpose::SignIn, subject: [1; 16] };
    let number = PhoneNumber::from_e164("+447400123456").unwrap();
    // Others have had all of the day's but one.
    app.tamper("UPDATE sms_days SET sent = 5 WHERE stopped_at IS NULL").await;
    let mut tx = app.db.begin().await.unwrap();
    let sent = send_code(&mut tx, app, &binding, &number, (&text, None), now).await.unwrap();
    assert_eq!(sent, TextAdmission::Admitted);
    tx.commit().await.unwrap();
    let entry = watch.one_of(Kind::TextsStopped, None).await;
    assert_eq!((entry.account, entry.actor_kind.as_str()), (None, "server"));
}

/// What administrators do, on their pages.
async fn administering(watch: &mut Watch<'_>, bob: AccountId, ada: &mut Browser) {
    let app = watch.app;
    ada.forget("-session");
    ada.signs_in(ADA, PASSWORD).await;
    let id = watch.fresh().await[0].account.unwrap();
    let own = session(ada);
    let by = ada.clone();
    let by = || By::Owner(id, own, &by);
    for (act, kind, first, then) in [
        ("require-password-change", Kind::PasswordChangeRequired, None, Some(Reason::Already)),
        ("end-sessions", Kind::SessionsEnded, None, None),
        ("reset-link", Kind::ResetLinkSent, None, None),
        ("invitation", Kind::InvitationSent, Some(Reason::HasPassword), Some(Reason::HasPassword)),
        ("make-administrator", Kind::AdministratorMade, None, Some(Reason::Already)),
        ("unmake-administrator", Kind::AdministratorUnmade, None, Some(Reason::Already)),
        ("suspend", Kind::AccountSuspended, None, Some(Reason::Already)),
        (
            "make-administrator",
            Kind::AdministratorMade,
            Some(Reason::Suspended),
            Some(Reason::Suspended),
        ),
        ("reset-link", Kind::ResetLinkSent, Some(Reason::Suspended), Some(Reason::Suspended)),
        ("restore", Kind::AccountRestored, None, Some(Reason::Already)),
        ("close", Kind::AccountClosing, None, Some(Reason::Already)),
        ("keep", Kind::AccountKept, None, Some(Reason::Already)),
    ] {
        let page = format!("/admin/accounts/{bob}");
        for reason in [first, then] {
            ada.get(&page).await.is(200);
            ada.post(&format!("{page}/{act}"), &[]).await.leads_to(&page);
            watch.one(kind, reason, Some(bob), by()).await;
        }
    }
    app.tamper("UPDATE accounts SET second_factors = 'authenticator' WHERE name = 'Dan'").await;
    for (account, reason) in
        [(bob, None), (bob, Some(Reason::NoSecondFactor)), (id, Some(Reason::OwnAccount))]
    {
        let page = format!("/admin/accounts/{account}");
        let act = format!("{page}/remove-second-factor");
        ada.get(&act).await.is(200);
        ada.post(&act, &[]).await.is(400);
        watch.nothing().await;
        ada.post(&act, &[("reason", "lost phone")]).await.leads_to(&page);
        watch.one(Kind::SecondFactorsRemoved, reason, Some(account), by()).await;
    }
    let page = format!("/admin/accounts/{id}");
    ada.get(&page).await.is(200);
    for (act, kind, reason) in [
        ("suspend", Kind::AccountSuspended, Reason::OwnAccount),
        ("close", Kind::AccountClosing, Reason::OwnAccount),
        ("unmake-administrator", Kind::AdministratorUnmade, Reason::LastAdministrator),
    ] {
        ada.post(&format!("{page}/{act}"), &[]).await.leads_to(&page);
        watch.one(kind, Some(reason), Some(id), by()).await;
    }
    let new = [("name", "Cy"), ("email", "cy@example.com")];
    ada.get("/admin/accounts/new").await.is(200);
    ada.post("/admin/accounts/new", &[]).await.is(400);
    watch.nothing().await;
    assert_eq!(ada.post("/admin/accounts/new", &new).await.status.as_u16(), 303);
    let invited = watch.one_of(Kind::AccountInvited, None).await;
    assert_eq!((invited.actor, invited.session), (Some(id), Some(own)));
    ada.post("/admin/accounts/new", &new).await.is(422);
    watch.one(Kind::AccountInvited, Some(Reason::EmailTaken), None, by()).await;
    let page = format!("/admin/accounts/{}", invited.account.unwrap());
    for (act, kind, reason) in [
        ("invitation", Kind::InvitationSent, None),
        ("reset-link", Kind::ResetLinkSent, Some(Reason::NoPassword)),
        ("require-password-change", Kind::PasswordChangeRequired, Some(Reason::NoPassword)),
    ] {
        ada.post(&format!("{page}/{act}"), &[]).await.leads_to(&page);
        watch.one(kind, reason, invited.account, by()).await;
    }
    ada.post("/admin/end-sessions", &[]).await.leads_to("/admin/accounts");
    watch.one(Kind::EverySessionEnded, None, None, by()).await;
    ada.post("/admin/outbox/01900000-0000-7000-8000-000000000000/retry", &[]).await;
    watch.one(Kind::MessageRetried, Some(Reason::UnknownMessage), None, by()).await;
    let dead = app.tamper("UPDATE outbox SET next_attempt_at = NULL, dead_at = 1").await;
    assert!(dead > 0);
    let message = portcullis::delivery::list_dead(&mut &app.db, None, 1).await.unwrap().remove(0);
    ada.post(&format!("/admin/outbox/{}/retry", message.id), &[]).await.leads_to("/admin/outbox");
    watch.one(Kind::MessageRetried, None, None, by()).await;
    for (page, account) in [("/admin/log".into(), None), (format!("{page}/log"), invited.account)] {
        ada.get(&page).await.is(200);
        watch.one(Kind::LogRead, None, account, by()).await;
    }
    for (page, account) in
        [("/admin/log/export".into(), None), (format!("{page}/log/export"), invited.account)]
    {
        ada.get(&page).await.is(200);
        watch.nothing().await;
        ada.post(&page, &[("format", "csv"), ("area-email", "yes")]).await.is(200);
        watch.one(Kind::LogExported, None, account, by()).await;
    }
    for page in ["/admin/accounts", "/admin/outbox", &page] {
        assert_eq!(ada.get(page).await.status.as_u16(), 200, "{page}");
    }
    watch.nothing().await;
}

both!(lg_04_every_act_and_result_writes_one_right_event, async |app: TestApp| {
    let set = [("sign_up", "open"), ("sms_countries", "GB"), ("sms_daily_limit", "6")];
    let app = app.restart(&set).await;
    let mut watch = Watch::new(&app);
    let mut ada = agent(&app, "Ada");
    set_up(&mut watch, &mut ada).await;
    let create =
        ["--json", "account", "create", "--email", BOB, "--name", "Bob", "--password-stdin"];
    assert!(!app.cli(&create, "short").await.0);
    watch.one(Kind::AccountCreated, Some(Reason::Policy), None, By::Operator).await;
    let bob = id_of(&mut watch, &create, PASSWORD).await;
    watch.one(Kind::AccountCreated, None, Some(bob), By::Operator).await;
    assert!(!app.cli(&create, PASSWORD).await.0);
    watch.one(Kind::AccountCreated, Some(Reason::EmailTaken), None, By::Operator).await;
    signing_in(&mut watch, bob).await;
    let mut browser = agent(&app, "Bob");
    proving(&mut watch, bob, &mut browser).await;
    settings(&mut watch, bob, &mut browser).await;
    foreign(&mut watch, bob, &mut browser).await;
    recovering(&mut watch, bob).await;
    signing_up(&mut watch, bob).await;
    operating(&mut watch, bob).await;
    another_address(&mut watch, bob).await;
    the_end(&mut watch, bob).await;
    let dan = ["--json", "account", "create", "--email", "dan@example.com", "--name", "Dan"];
    let dan = id_of(&mut watch, &[&dan[..], &["--password-stdin"]].concat(), PASSWORD).await;
    watch.one(Kind::AccountCreated, None, Some(dan), By::Operator).await;
    administering(&mut watch, dan, &mut ada).await;
    second_factors(&mut watch).await;
    texting(&mut watch, dan).await;

    for kind in Kind::ALL {
        assert!(watch.kinds.contains(kind), "no act of this test writes {kind:?}");
    }
    for reason in Reason::ALL {
        assert!(watch.reasons.contains(reason), "no act of this test is refused for {reason:?}");
    }
    for route in routes() {
        if let Logs::Event(kinds) = route.logs {
            assert!(!kinds.is_empty(), "{} logs nothing", route.path);
        }
    }
});
