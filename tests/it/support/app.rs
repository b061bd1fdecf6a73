use super::browser::Browser;
use portcullis::app::{Ambient, App};
use portcullis::config::{Config, Environment};
use portcullis::delivery::{Mail, TextMessage};
use portcullis::features::account::rules::{EmailAddress, Name};
use portcullis::features::account::{Account, NewAccount};
use portcullis::features::administration::{self, By, Changed, Whom};
use portcullis::features::password::common::CommonPasswords;
use portcullis::features::password::rules::Password;
use portcullis::features::{account, recovery};
use portcullis::http::router;
use portcullis::ids::AccountId;
use portcullis::random::Random;
use portcullis::text::Language;
use portcullis::time::{Clock, Timestamp};
use portcullis_db::testing;
use std::ops::Deref;
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::sync::OnceCell;

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

/// Whether this is the long lane.
pub fn is_full() -> bool {
    std::env::var_os("PORTCULLIS_TEST_FULL").is_some()
}

/// Rounds of a race: few in the ordinary lane, many in the long one.
pub fn rounds() -> usize {
    std::env::var("PORTCULLIS_TEST_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(3)
}

static COMMON: LazyLock<Arc<CommonPasswords>> =
    LazyLock::new(|| Arc::new(CommonPasswords::embedded()));
static NUMBER: AtomicU64 = AtomicU64::new(1);
/// A database that is up to date and holds nothing. A copy of it is there sooner than an
/// empty one is brought up to date; the tests of the program begin with empty ones.
static TEMPLATE: OnceCell<String> = OnceCell::const_new();

async fn template(server: &str) -> String {
    let name = format!("it_{}_template", std::process::id());
    let url = testing::create_database(server, &name).await.unwrap();
    let db = portcullis_db::Db::connect(&url.parse().unwrap()).await.unwrap();
    portcullis::app::migrate(&db).await.unwrap();
    db.close().await;
    name
}

/// Tuesday, 24 November 2026, 09:00 UTC.
pub const START: Timestamp = Timestamp::from_millis(1_795_510_800_000);

/// An application on a database of its own.
pub struct TestApp {
    pub app: App,
    pub router: portcullis::http::Front,
    pub backend: Backend,
    settings: Vec<(String, String)>,
    language: Language,
    folder: Arc<Folder>,
}

/// What goes when the last node does.
struct Folder {
    dir: TempDir,
    database: Option<(String, String)>,
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Some((server, name)) = self.database.take() {
            // Drop runs inside a runtime, and this needs another. Nobody waits for it: what
            // is left when the process ends goes with the server.
            std::thread::spawn(move || {
                tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .map(|runtime| runtime.block_on(testing::drop_database(&server, &name)))
            });
        }
    }
}

impl Deref for TestApp {
    type Target = App;

    fn deref(&self) -> &App {
        &self.app
    }
}

impl TestApp {
    pub async fn new(backend: Backend) -> Self {
        Self::with(backend, &[]).await
    }

    /// With settings of `portcullis.toml`.
    pub async fn with(backend: Backend, settings: &[(&str, &str)]) -> Self {
        Self::with_language(backend, settings, Language::EnglishUnitedKingdom).await
    }

    pub async fn with_language(
        backend: Backend,
        settings: &[(&str, &str)],
        language: Language,
    ) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut all = vec![
            ("data_dir".to_owned(), dir.path().join("data").display().to_string()),
            ("argon2_memory_kib".to_owned(), "16".to_owned()),
            ("hashing_threads".to_owned(), "2".to_owned()),
            ("hashing_queue".to_owned(), "1000".to_owned()),
        ];
        let mut database = None;
        if backend == Backend::Postgres {
            let server = std::env::var("PORTCULLIS_TEST_POSTGRES_URL")
                .expect("PORTCULLIS_TEST_POSTGRES_URL is not set: run `cargo xtask test`");
            let number = NUMBER.fetch_add(1, Ordering::Relaxed);
            let name = format!("it_{}_{number}", std::process::id());
            let template = TEMPLATE.get_or_init(|| template(&server)).await;
            let url = testing::copy_database(&server, &name, template).await.unwrap();
            all.push(("database_url".to_owned(), url));
            database = Some((server, name));
        }
        for (key, value) in settings {
            all.retain(|(own, _)| own != key);
            all.push(((*key).to_owned(), (*value).to_owned()));
        }
        let folder = Arc::new(Folder { dir, database });
        Self::open(backend, all, language, folder, Clock::fixed(START), 1).await
    }

    async fn open(
        backend: Backend,
        settings: Vec<(String, String)>,
        language: Language,
        folder: Arc<Folder>,
        clock: Clock,
        seed: u64,
    ) -> Self {
        let environment: Environment = settings
            .iter()
            .map(|(key, value)| (format!("PORTCULLIS_{}", key.to_uppercase()), value.clone()))
            .collect();
        let config = Config::load(None, &environment).unwrap();
        let ambient = Ambient {
            clock: Some(clock),
            random: Random::seeded(seed),
            common_passwords: Some(Arc::clone(&COMMON)),
            language,
        };
        let app = App::open(config, ambient).await.unwrap();
        app.join().await;
        Self { router: router(app.clone()), app, backend, settings, language, folder }
    }

    /// Another node over the same database, with the same keys and clock.
    pub async fn second_node(&self) -> Self {
        assert_eq!(self.backend, Backend::Postgres, "SQLite has one server");
        let (folder, clock) = (Arc::clone(&self.folder), self.app.clock.clone());
        let seed = NUMBER.fetch_add(1, Ordering::Relaxed) + 1000;
        Self::open(self.backend, self.settings.clone(), self.language, folder, clock, seed).await
    }

    /// The same application after a restart, perhaps with other settings.
    pub async fn restart(self, changed: &[(&str, &str)]) -> Self {
        let mut settings = self.settings.clone();
        for (key, value) in changed {
            settings.retain(|(own, _)| own != key);
            settings.push(((*key).to_owned(), (*value).to_owned()));
        }
        self.app.leave().await;
        self.app.db.close().await;
        let (folder, clock) = (Arc::clone(&self.folder), self.app.clock.clone());
        let seed = NUMBER.fetch_add(1, Ordering::Relaxed) + 1000;
        Self::open(self.backend, settings, self.language, folder, clock, seed).await
    }

    /// The command line over the same database, in a process of its own: whether
    /// it succeeded, and what it said.
    pub async fn cli(&self, arguments: &[&str], input: &str) -> (bool, String) {
        let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_portcullis"));
        command.args(arguments).current_dir(self.folder()).kill_on_drop(true);
        for (key, value) in &self.settings {
            command.env(format!("PORTCULLIS_{}", key.to_uppercase()), value);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).await.unwrap();
        let output = child.wait_with_output().await.unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(said).unwrap())
    }

    /// A folder that goes with the test.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.dir.path()
    }

    /// A browser that has never been here, at an address of its own.
    pub fn browser(&self) -> Browser {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let [.., third, fourth] = number.to_be_bytes();
        Browser::new(self, [10, 20, third, fourth].into())
    }

    /// Lets time pass.
    pub fn wait(&self, duration: Duration) {
        self.app.clock.advance(duration);
    }

    /// An account with [`super::PASSWORD`].
    pub async fn account(&self, email: &str) -> Account {
        self.account_with(email, super::PASSWORD).await
    }

    pub async fn account_with(&self, email: &str, password: &str) -> Account {
        let new = NewAccount {
            id: AccountId::new(self.app.clock.now(), &self.app.random),
            email: EmailAddress::parse(email).unwrap(),
            name: Name::parse("Mira Okafor").unwrap(),
            email_verified_at: None,
            administrator: false,
        };
        let password = Password::parse(password).unwrap();
        administration::create_account(&self.app, &new, &password).await.unwrap().unwrap()
    }

    /// An account that administers, with [`super::PASSWORD`].
    pub async fn administrator(&self, email: &str) -> Account {
        let account = self.account(email).await;
        let whom = Whom::Id(account.id);
        let made = administration::make_administrator(&self.app, By::Operator, whom).await.unwrap();
        assert!(matches!(made, Changed::Done(..)));
        account
    }

    /// A message that is not tried any more.
    pub async fn dead_message(&self, about: &Account) -> String {
        let sent =
            administration::send_reset_link(&self.app, By::Operator, Whom::Id(about.id)).await;
        assert!(matches!(sent.unwrap(), Changed::Done(..)));
        let sql = "UPDATE outbox SET next_attempt_at = NULL, dead_at = 1795510800000, attempts = 9, \
                   last_error = '550 5.1.1 <mira@example.com>: no such mailbox' WHERE dead_at IS NULL";
        self.tamper(sql).await;
        let dead = portcullis::delivery::list_dead(&mut &self.app.db, None, 1).await.unwrap();
        dead[0].id.to_string()
    }

    pub async fn suspend(&self, email: &str) {
        let email = EmailAddress::parse(email).unwrap();
        let changed = administration::suspend(&self.app, By::Operator, Whom::Email(&email), None)
            .await
            .unwrap();
        assert!(matches!(changed, Changed::Done(..)));
    }

    /// Seals the whole log, once other databases of the cluster hold none of it back.
    pub async fn seals(&self) {
        let open = "SELECT COUNT(*) FROM security_events \
                    WHERE commit_number >= (SELECT number FROM settled_commit)";
        for _ in 0..1_000_000 {
            if self.count(open).await == 0 {
                portcullis::features::log_seals::seal(&self.app).await.unwrap();
                return;
            }
            tokio::task::yield_now().await;
        }
        panic!("something is never settled");
    }

    /// What the server does by itself once somebody has asked for mail.
    pub async fn post(&self) {
        portcullis::jobs::answer_requests(&self.app).await.unwrap();
    }

    /// An account that somebody else has made, without a password, and the path
    /// of its invitation.
    pub async fn invite(&self, email: &str) -> (Account, String) {
        let now = self.app.clock.now();
        let new = NewAccount {
            id: AccountId::new(now, &self.app.random),
            email: EmailAddress::parse(email).unwrap(),
            name: Name::parse("Mira Okafor").unwrap(),
            email_verified_at: None,
            administrator: false,
        };
        let mut tx = self.app.db.begin().await.unwrap();
        account::create(&mut tx, &new, now).await.unwrap().unwrap();
        let made = account::by_id(&mut tx, new.id).await.unwrap().unwrap();
        recovery::send_invitation(&mut tx, &self.app, &made, now).await.unwrap();
        tx.commit().await.unwrap();
        (made, self.link(email, "invitation").await)
    }

    /// What was written and not sent yet, the newest first: without an SMTP
    /// server, all mail. Notices of sign-ins, which nearly every test gives cause
    /// for, only where they are asked for.
    pub async fn mail(&self) -> Vec<Mail> {
        let mut mail = self.all_mail().await;
        mail.retain(|mail| !mail.subject.starts_with("New sign-in to"));
        mail
    }

    /// The same, with notices of sign-ins.
    pub async fn all_mail(&self) -> Vec<Mail> {
        let unsent = portcullis::delivery::unsent(&self.app, 1000).await.unwrap();
        unsent.into_iter().map(|unsent| unsent.message).collect()
    }

    /// Text messages that were written and not sent yet, the newest first.
    pub async fn texts(&self) -> Vec<TextMessage> {
        let unsent = portcullis::delivery::unsent(&self.app, 1000).await.unwrap();
        unsent.into_iter().map(|unsent| unsent.message).collect()
    }

    /// The path of the link in the newest mail to an address with such a link.
    pub async fn link(&self, to: &str, purpose: &str) -> String {
        let marker = format!("/link/{purpose}/");
        let mail = self.all_mail().await.into_iter();
        let mut links = mail.filter(|mail| mail.to == to).filter_map(|mail| {
            let from = mail.text.find(&marker)?;
            Some(mail.text[from..].split_whitespace().next()?.to_owned())
        });
        links.next().unwrap_or_else(|| panic!("no mail to {to} has a link for {purpose}"))
    }

    pub async fn restore_account(&self, email: &str) {
        let email = EmailAddress::parse(email).unwrap();
        let restored = administration::restore(&self.app, By::Operator, Whom::Email(&email)).await;
        assert!(matches!(restored.unwrap(), Changed::Done(..)));
    }

    /// A count, asked of the database itself.
    pub async fn count(&self, sql: &str) -> i64 {
        testing::count(&self.app.db, sql).await.unwrap()
    }

    /// SQL by somebody who has the database, and says that it has changed.
    pub async fn tamper(&self, sql: &str) -> u64 {
        let rows = self.tamper_unsaid(sql).await;
        testing::changed(&self.app.db).await.unwrap();
        rows
    }

    /// The same behind everybody's back: what is remembered stays.
    pub async fn tamper_unsaid(&self, sql: &str) -> u64 {
        testing::tamper(&self.app.db, sql).await.unwrap()
    }

    /// Waits until this node knows of every change, so that what it reads next is
    /// remembered.
    pub async fn knows_all(&self) {
        for _ in 0..1_000_000 {
            let standing = self.app.db.standing();
            if standing.may_remember && standing.behind == 0 {
                return;
            }
            tokio::task::yield_now().await;
        }
        panic!("a node never knows of a change");
    }

    /// Every row of every table as text, but for those by which nodes say that they live.
    pub async fn dump(&self) -> Vec<String> {
        let mut rows = testing::dump(&self.app.db).await.unwrap();
        rows.retain(|row| !row.starts_with("nodes: ") && !row.starts_with("changes: "));
        rows
    }

    /// What goes on after an answer is done, as an orderly shutdown waits for it.
    pub async fn settles(&self) {
        self.app.tasks.close();
        self.app.tasks.wait().await;
        self.app.tasks.reopen();
    }

    /// Events as `kind result[/reason]`, oldest first, less those that made the
    /// accounts.
    pub async fn events(&self) -> Vec<String> {
        self.newest_events(10_000).await
    }

    /// So many of the newest.
    pub async fn newest_events(&self, most: usize) -> Vec<String> {
        let entries = portcullis::features::security_log::newest(
            &mut &self.app.db,
            portcullis::features::security_log::Scope::Installation,
            most,
        )
        .await
        .unwrap();
        entries
            .iter()
            .rev()
            .map(|entry| {
                let kind = entry.kind.tag();
                match entry.outcome {
                    portcullis::features::security_log::Outcome::Succeeded => {
                        format!("{kind} succeeded")
                    }
                    portcullis::features::security_log::Outcome::Refused(reason) => {
                        format!("{kind} refused/{}", reason.tag())
                    }
                }
            })
            .filter(|event| event != "account-created succeeded")
            .collect()
    }
}
