//! LG-03: no secret gets into the logs, however talkative they are, or in plain
//! text into the database.

use super::{CHANGE, minutes, step_up};
use crate::api::Program;
use crate::both;
use crate::support::phone::{AUTHENTICATOR, STEP, TWO_FACTOR};
use crate::support::{Browser, PASSWORD, Reply, TestApp};
use portcullis::features::administration::set_up_link;
use portcullis::secret::{Kind, Token};
use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};
use tracing_subscriber::Layer as _;
use tracing_subscriber::layer::SubscriberExt as _;

const EMAIL: &str = "kanarek@example.com";
const RIGHT: &str = "Kanarienvogel 73 geheim!";
const WRONG: &str = "Falscher-Zaunkoenig 91?";
const NEW: &str = "Rotkehlchen 58 im Winter!";

static LOGS: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static LISTENING: AtomicUsize = AtomicUsize::new(0);

struct Capture;

impl Write for Capture {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOGS.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// One subscriber for all threads, those of the databases' drivers too; it
/// writes only while a test of this file runs.
static SUBSCRIBER: LazyLock<()> = LazyLock::new(|| {
    let listening = |_: &tracing::Metadata<'_>, _: &tracing_subscriber::layer::Context<'_, _>| {
        LISTENING.load(Ordering::SeqCst) > 0
    };
    let filter = tracing_subscriber::filter::dynamic_filter_fn(listening)
        .with_max_level_hint(tracing::level_filters::LevelFilter::TRACE);
    let spans = tracing_subscriber::fmt::format::FmtSpan::FULL;
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(|| Capture)
        .with_ansi(false)
        .with_span_events(spans)
        .with_filter(filter);
    let subscriber = tracing_subscriber::registry().with(layer);
    tracing::subscriber::set_global_default(subscriber).unwrap();
});

fn listen() {
    LazyLock::force(&SUBSCRIBER);
    LISTENING.fetch_add(1, Ordering::SeqCst);
}

fn heard() -> String {
    LISTENING.fetch_sub(1, Ordering::SeqCst);
    String::from_utf8_lossy(&LOGS.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
}

/// Everything that must be nowhere.
#[derive(Default)]
struct Canaries(Vec<(&'static str, String)>);

impl Canaries {
    fn add(&mut self, what: &'static str, secret: &str) {
        assert!(secret.len() >= 16, "{what}: {secret:?}");
        self.0.push((what, secret.to_owned()));
    }

    /// Every cookie that the browser holds, and the token of its page.
    fn of(&mut self, browser: &Browser) {
        for (name, value) in &browser.cookies {
            if !name.ends_with("-flash") {
                self.add("a cookie", value);
                // And the part that is secret, without what surrounds it.
                self.add("a secret", &value[value.len() - 50..value.len() - 6]);
            }
        }
        if let Some(token) = &browser.token {
            self.add("a form's token", token);
        }
    }

    #[track_caller]
    fn are_nowhere_in(&self, place: &str, text: &str) {
        let text = text.to_lowercase();
        for (what, secret) in &self.0 {
            let plain = secret.to_lowercase();
            let encoded = serde_urlencoded::to_string([("x", secret)]).unwrap()[2..].to_lowercase();
            for form in [plain.as_str(), encoded.as_str(), hex::encode(secret).as_str()] {
                let found = text.find(form).map(|at| text[..at + form.len()].lines().last());
                assert_eq!(found, None, "{what} is in {place}");
            }
        }
    }
}

async fn change(browser: &mut Browser, current: &str, new: &str) -> Reply {
    browser.change_password(current, new).await
}

/// A person's day, with everything that can go wrong.
async fn scenario(app: &TestApp, canaries: &mut Canaries) -> Browser {
    let link = set_up_link(app).await.unwrap().unwrap();
    let path = link.reveal().strip_prefix(app.config.public_url.origin()).unwrap().to_owned();
    canaries.add("the set-up link", path.strip_prefix("/set-up/").unwrap());
    let mut ada = app.browser();
    ada.get(&path).await.is(200);
    canaries.of(&ada);
    let fields = [
        ("name", "Ada"),
        ("email", EMAIL),
        ("new_password", RIGHT),
        ("confirm_new_password", RIGHT),
    ];
    ada.post(&path, &fields).await.leads_to("/settings/security");
    canaries.of(&ada);
    ada.post(&path, &fields).await.is(404);
    let mut mira = app.browser();
    mira.sign_in(EMAIL, WRONG).await.is(403);
    mira.sign_in("nobody@example.com", WRONG).await.is(403);
    mira.sign_in(WRONG, RIGHT).await.is(400);
    mira.signs_in(EMAIL, RIGHT).await;
    canaries.of(&mira);
    for _ in 0..5 {
        step_up(&mut mira, WRONG).await.is(403);
    }
    step_up(&mut mira, RIGHT).await.is(429);
    app.wait(minutes(1));
    step_up(&mut mira, RIGHT).await.leads_to("/settings/security");
    canaries.of(&mira);
    change(&mut mira, WRONG, NEW).await.is(403);
    change(&mut mira, RIGHT, "Kanarienvogel").await.is(422);
    change(&mut mira, RIGHT, RIGHT).await.is(422);
    change(&mut mira, RIGHT, NEW).await.leads_to("/settings/security");
    canaries.of(&mira);
    mira.get(CHANGE).await;
    let json = format!("{{\"password\":\"{RIGHT}\"}}");
    mira.send_form("/sign-in", json).await;
    mira.get(&format!("/sign-in?password={}", RIGHT.replace(' ', "%20"))).await;
    let mut foreign = mira.clone();
    foreign.origin = Some("https://evil.example".into());
    foreign.post(CHANGE, &[("current_password", NEW)]).await.is(403);
    mailed(app, canaries).await;
    mira.get("/settings/security").await.is(200);
    mira
}

/// Links by mail: asked for, opened, refused and used.
async fn mailed(app: &TestApp, canaries: &mut Canaries) {
    app.account("lost@example.com").await;
    app.browser().forgets("lost@example.com").await.is(200);
    app.browser().forgets("nobody@example.com").await.is(200);
    app.browser().asks_to_sign_up("zoe@example.com").await.is(200);
    app.post().await;
    for link in [
        app.link("lost@example.com", "password-reset").await,
        app.invite("guest@example.com").await.1,
        app.link("zoe@example.com", "sign-up").await,
    ] {
        let secret = link.rsplit('/').next().unwrap();
        canaries.add("a mailed link", secret);
        canaries.add("its secret", &secret[secret.len() - 50..secret.len() - 6]);
        let mut browser = app.browser();
        browser.signs_up(&link, "Kim", "Kanarienvogel").await.is(422);
        assert_eq!(browser.signs_up(&link, "Kim", RIGHT).await.status.as_u16(), 303);
        browser.forget("-session");
        browser.signs_up(&link, "Kim", RIGHT).await.is(410);
    }
}

const KIM: &str = "kim@example.com";

/// A second factor is set up, mistyped and used; a notice's link is opened and answered.
async fn proved(app: &TestApp, canaries: &mut Canaries) -> Browser {
    app.account(KIM).await;
    app.verify_email(KIM).await;
    let mut kim = app.browser();
    kim.signs_in(KIM, PASSWORD).await;
    let phone = kim.begins_enrolment().await;
    let page = kim.get(AUTHENTICATOR).await;
    let key = page.body.split_once("id=\"key\">").unwrap().1.split_once('<').unwrap().0;
    canaries.add("an authenticator’s key", key);
    canaries.add("an authenticator’s key", &key.replace(' ', ""));
    kim.post(AUTHENTICATOR, &[("code", &phone.wrong(app.clock.now()))]).await.is(403);
    let codes = kim.proves_enrolment(&phone.code(app.clock.now())).await;
    kim.saves_codes().await.leads_to(TWO_FACTOR);
    for code in &codes {
        canaries.add("a backup code", code);
        canaries.add("a backup code", &code.replace('-', ""));
    }
    app.wait(STEP);
    let mut other = app.browser();
    other.half_signs_in(KIM).await;
    canaries.of(&other);
    other.enters_backup_code("abcd-efgh-jkmn-pqrs").await.is(403);
    other.enters_backup_code(&codes[0]).await.leads_to("/settings/security");
    canaries.of(&other);
    let notice = app.link(KIM, "sign-in").await;
    canaries.add("a notice’s link", notice.split('/').nth(3).unwrap());
    let mut by_mail = app.browser();
    by_mail.get(&notice).await.is(200);
    by_mail.post(&notice, &[]).await.is(303);
    kim.steps_up(&phone.code(app.clock.now())).await.is(303);
    kim
}

/// A token is made, used in every wrong way, and posted as a leak.
async fn by_token(app: &TestApp, canaries: &mut Canaries) -> Program {
    let mut kim = proved(app, canaries).await;
    let spare = kim.makes_token("Spare", &["profile:read"], &[]).await;
    let made = kim.makes_token("Deploy", &["profile:read", "log:export"], &[]).await;
    for text in [&spare.text, &made.text] {
        canaries.add("an access token", text);
        canaries.add("its secret", &text[30..74]);
    }
    let program = Program::with(app, &made.text);
    program.get("/api/v1/profile").await.is(200);
    program.get("/api/v1/sessions").await.is(403);
    program.get(&format!("/api/v1/profile?access_token={}", made.text)).await.is(400);
    program.get(&format!("/api/v1/{}", made.text)).await.is(404);
    let basic = Program::new(app).header("authorization", &format!("Basic {}", made.text));
    basic.get("/api/v1/profile").await.is(401);
    let leaked = format!("{{\"token\": \"{}\"}}", spare.text);
    program.post("/api/v1/tokens/leaked", &leaked).await.is(202);
    program.post("/api/v1/tokens/leaked", &leaked[1..]).await.is(400);
    program
}

both!(lg_03_no_secret_is_in_logs_or_tables, async |app: TestApp| {
    listen();
    let mut canaries = Canaries::default();
    for password in [RIGHT, WRONG, NEW] {
        canaries.add("a password", password);
    }
    let app = app.restart(&[("sign_up", "open")]).await;
    let mut mira = scenario(&app, &mut canaries).await;
    let program = by_token(&app, &mut canaries).await;

    let rows = app.dump().await;
    for table in ["passwords: ", "sessions: ", "security_events: ", "known_devices: "] {
        assert!(rows.iter().any(|row| row.starts_with(table)), "{table} is not in the dump");
    }
    for row in &rows {
        canaries.are_nowhere_in("the database", row);
    }
    // What leaves the house for spreadsheets and log processors.
    app.wait(std::time::Duration::from_secs(1));
    mira.get("/admin/log/export").await.is(200);
    for format in ["csv", "jsonl"] {
        let fields = crate::export::everything(format);
        let file = mira.post("/admin/log/export", &fields).await;
        assert!(file.is(200).body.lines().count() > 20, "{}", file.body);
        canaries.are_nowhere_in("an export", &file.body);
    }
    let file = program.get("/api/v1/events/export").await;
    assert!(file.is(200).body.lines().count() > 5, "{}", file.body);
    canaries.are_nowhere_in("a program’s export", &file.body);
    // The hash of the cookie stands where it belongs, and only there.
    let cookie = Token::parse(Kind::Session, &mira.session().unwrap()).unwrap();
    let hash = hex::encode(cookie.hash().bytes());
    let with_hash: Vec<_> = rows.iter().filter(|row| row.to_lowercase().contains(&hash)).collect();
    assert_eq!(with_hash.len(), 1);
    assert!(with_hash[0].starts_with("sessions: "));

    // Faults are logged with what the database said.
    app.tamper("ALTER TABLE known_devices RENAME TO gone").await;
    mira.get("/settings/security").await.is(500);
    step_up(&mut mira, NEW).await.is(500);
    app.browser().signs_in_fails().await;
    app.tamper("UPDATE passwords SET phc = 'x'").await;
    app.tamper("ALTER TABLE gone RENAME TO known_devices").await;
    app.browser().sign_in(EMAIL, NEW).await.is(500);
    app.tamper("ALTER TABLE access_token_permissions RENAME TO gone").await;
    program.get("/api/v1/profile").await.is(500);

    let logs = heard();
    assert!(logs.contains("a request failed"), "nothing was captured");
    assert!(logs.contains("TRACE") || logs.contains("DEBUG"), "the logs are not talkative");
    canaries.are_nowhere_in("the logs", &logs);
});

trait Fails {
    async fn signs_in_fails(&mut self);
}

impl Fails for Browser {
    async fn signs_in_fails(&mut self) {
        self.sign_in(EMAIL, NEW).await.is(500);
    }
}
