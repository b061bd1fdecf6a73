//! The application: everything that an action needs, put together once.

use crate::config::Config;
use crate::delivery::Poster;
use crate::delivery::carrier::Carrier;
use crate::delivery::smtp::Smtp;
use crate::error::{Error, Fault};
use crate::features::ip_allowlist::Matchers;
use crate::features::password::common::CommonPasswords;
use crate::features::password::hashing::Hashing;
use crate::features::{account, administration, check, gate, organisation_access};
use crate::keys::{DerivedKey, KeyRing, Purpose};
use crate::places::Places;
use crate::random::Random;
use crate::text::{Catalogues, Language, Text};
use crate::time::{Clock, Timestamp};
use jiff::tz::TimeZone;
use portcullis_db::{Db, Membership, Migration, SubjectKind, Target, Watched};
use std::ops::Deref;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Notify;
use tokio_util::task::TaskTracker;

/// The schema, step by step.
pub const MIGRATIONS: &[Migration] = &[
    Migration { version: 1, name: "walls", sql: include_str!("../migrations/0001_walls.sql") },
    Migration {
        version: 2,
        name: "recovery",
        sql: include_str!("../migrations/0002_recovery.sql"),
    },
    Migration {
        version: 3,
        name: "second_factor",
        sql: include_str!("../migrations/0003_second_factor.sql"),
    },
    Migration { version: 4, name: "sms", sql: include_str!("../migrations/0004_sms.sql") },
    Migration {
        version: 5,
        name: "log_filters",
        sql: include_str!("../migrations/0005_log_filters.sql"),
    },
    Migration {
        version: 6,
        name: "commit_order",
        sql: include_str!("../migrations/0006_commit_order.sql"),
    },
    Migration {
        version: 7,
        name: "active_sessions",
        sql: include_str!("../migrations/0007_active_sessions.sql"),
    },
    Migration {
        version: 8,
        name: "log_seals",
        sql: include_str!("../migrations/0008_log_seals.sql"),
    },
    Migration {
        version: 9,
        name: "sign_in_counts",
        sql: include_str!("../migrations/0009_sign_in_counts.sql"),
    },
    Migration {
        version: 10,
        name: "account_lock",
        sql: include_str!("../migrations/0010_account_lock.sql"),
    },
    Migration {
        version: 11,
        name: "login_notifications",
        sql: include_str!("../migrations/0011_login_notifications.sql"),
    },
    Migration {
        version: 12,
        name: "suspicious_activity",
        sql: include_str!("../migrations/0012_suspicious_activity.sql"),
    },
    Migration {
        version: 13,
        name: "access_tokens",
        sql: include_str!("../migrations/0013_access_tokens.sql"),
    },
    Migration {
        version: 14,
        name: "applications",
        sql: include_str!("../migrations/0014_applications.sql"),
    },
    Migration { version: 15, name: "open_id", sql: include_str!("../migrations/0015_open_id.sql") },
    Migration { version: 16, name: "gate", sql: include_str!("../migrations/0016_gate.sql") },
    Migration {
        version: 20,
        name: "organisations",
        sql: include_str!("../migrations/0020_organisations.sql"),
    },
    Migration {
        version: 21,
        name: "ip_allowlist",
        sql: include_str!("../migrations/0021_ip_allowlist.sql"),
    },
    Migration {
        version: 22,
        name: "organisation_policy",
        sql: include_str!("../migrations/0022_organisation_policy.sql"),
    },
    Migration {
        version: 23,
        name: "organisation_doors",
        sql: include_str!("../migrations/0023_organisation_doors.sql"),
    },
    Migration { version: 24, name: "drafts", sql: include_str!("../migrations/0024_drafts.sql") },
    Migration { version: 30, name: "changes", sql: include_str!("../migrations/0030_changes.sql") },
    Migration {
        version: 31,
        name: "applications",
        sql: include_str!("../migrations/0031_applications.sql"),
    },
];

/// Of all memory for checks, the part of the gate's rules.
const GATES: u64 = 16;

/// What checks remember of the database: who writes one of these tables says whom that is
/// about, or can't commit.
const WATCHED: &[Watched] = &[
    Watched { table: "accounts", about: &[SubjectKind::Account] },
    Watched { table: "sessions", about: &[SubjectKind::Account] },
    Watched { table: "access_tokens", about: &[SubjectKind::Account] },
    Watched {
        table: "access_token_permissions",
        about: &[SubjectKind::Account, SubjectKind::Application],
    },
    Watched {
        table: "application_sessions",
        about: &[SubjectKind::Account, SubjectKind::Application],
    },
    Watched { table: "applications", about: &[SubjectKind::Application] },
    Watched { table: "application_secrets", about: &[SubjectKind::Application] },
    Watched { table: "application_addresses", about: &[SubjectKind::Application] },
    Watched { table: "application_permissions", about: &[SubjectKind::Application] },
    Watched { table: "gate_rules", about: &[SubjectKind::Application] },
];

/// Its rows are numbered in the order in which they were committed.
const IN_COMMIT_ORDER: &str = "security_events";

/// Brings the schema up to date, before anything else is done with the database.
pub async fn migrate(db: &Db) -> portcullis_db::Result<()> {
    db.migrate(MIGRATIONS).await?;
    db.keep_commit_order(IN_COMMIT_ORDER).await
}

/// A handle to the application; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What it is made of.
pub struct Parts {
    /// The configuration.
    pub config: Config,
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// Randomness.
    pub random: Random,
    /// The key ring.
    pub keys: KeyRing,
    /// The token of forms.
    pub form_key: DerivedKey,
    /// What stands for addresses in failure counters.
    pub counter_key: DerivedKey,
    /// The pool that hashes passwords.
    pub hashing: Hashing,
    /// Acts in progress, which a shutdown waits for.
    pub tasks: TaskTracker,
    /// The way to the mail server, if there is one.
    pub smtp: Option<Smtp>,
    /// The way to the carrier of text messages, if there is one.
    pub sms: Option<Carrier>,
    /// The way to applications, for what they are told.
    pub poster: Poster,
    /// Rung when there may be mail to send.
    pub post: Notify,
    /// Rung when there may be text messages to send.
    pub texts: Notify,
    /// Passwords that are refused.
    pub common_passwords: Arc<CommonPasswords>,
    /// Where addresses are.
    pub places: Arc<Places>,
    /// What checks remember.
    pub memory: check::Memory,
    /// Where checks read what they don't remember.
    pub look_ups: check::LookUps,
    /// What the gate remembers.
    pub gates: gate::Memory,
    /// Where it reads what it does not.
    pub origins: gate::Origins,
    /// What the gate has signed lately.
    pub assertions: gate::Assertions,
    membership: Mutex<Option<Membership>>,
    /// Refusals by organisations that are being written down.
    pub refusals: organisation_access::UnderWay,
    /// Allowlists as they are matched.
    pub matchers: Matchers,
    /// What people read.
    pub catalogues: Arc<Catalogues>,
    /// The language of those who have not chosen one.
    pub language: Language,
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// What a test hands in, and a server takes from its machine.
pub struct Ambient {
    /// The clock; none for the database's own.
    pub clock: Option<Clock>,
    /// Randomness.
    pub random: Random,
    /// The list of common passwords, if it is loaded already.
    pub common_passwords: Option<Arc<CommonPasswords>>,
    /// The language of those who have not chosen one.
    pub language: Language,
}

impl Default for Ambient {
    fn default() -> Self {
        Self {
            clock: None,
            random: Random::os(),
            common_passwords: None,
            language: Language::EnglishUnitedKingdom,
        }
    }
}

impl App {
    /// Opens everything; the schema is brought up to date.
    pub async fn open(config: Config, ambient: Ambient) -> Result<Self, Error> {
        make_folder(&config.data_dir)?;
        if let Target::Sqlite(path) = &config.database
            && let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty())
        {
            make_folder(folder)?;
        }
        let keys = KeyRing::open_or_create(&config.key_file, &ambient.random)
            .map_err(|error| Fault::new(error.to_string()))?;
        let db = Db::connect(&config.database).await.map_err(|error| {
            Fault::new(format!(
                "the database {} can't be opened: {error}",
                crate::config::without_password(&config.database)
            ))
        })?;
        db.watch(WATCHED);
        migrate(&db).await.map_err(|error| Fault::new(error.to_string()))?;
        let clock = match ambient.clock {
            Some(clock) => clock,
            None => match db.server_clock().await? {
                Some(millis) => Clock::server(Timestamp::from_millis(millis)),
                None => Clock::machine(),
            },
        };
        administration::claim(&db, &keys, clock.now()).await?;
        account::complete(&db).await?;
        let common_passwords = match ambient.common_passwords {
            Some(common_passwords) => common_passwords,
            None => Arc::new(common_passwords(&config)?),
        };
        let smtp = match (&config.smtp, &config.mail_from) {
            (Some(server), Some(from)) => Some(Smtp::new(server, from)?),
            _ => None,
        };
        let sms = match (&config.sms, &config.sms_secret) {
            (Some(carrier), Some(secret)) => Some(Carrier::new(carrier, secret)?),
            _ => None,
        };
        let memory = config.check_memory;
        let places = Arc::new(Places::new(&config.geoip_database));
        let hashing = Hashing::start(config.argon2, config.hashing_threads, config.hashing_queue)?;
        Ok(Self(Arc::new(Parts {
            form_key: keys.derive(Purpose::FormToken),
            counter_key: keys.derive_lasting(Purpose::FailureCounter),
            look_ups: check::LookUps::new(&db),
            origins: gate::Origins::new(&db),
            config,
            db,
            clock,
            random: ambient.random,
            keys,
            places,
            hashing,
            tasks: TaskTracker::new(),
            smtp,
            sms,
            poster: Poster::new()?,
            post: Notify::new(),
            texts: Notify::new(),
            common_passwords,
            memory: check::Memory::new(memory - memory / GATES),
            gates: gate::Memory::new(memory / GATES),
            assertions: gate::Assertions::default(),
            membership: Mutex::default(),
            refusals: organisation_access::UnderWay::default(),
            matchers: Matchers::default(),
            catalogues: Arc::default(),
            language: ambient.language,
        })))
    }
}

impl App {
    /// Becomes a node: answers checks from memory from now on, and lets whoever changes
    /// something wait until that is known here.
    pub async fn join(&self) {
        let membership = self.db.join(Random::os().bytes()).await;
        *self.membership() = Some(membership);
    }

    /// Answers checks from the database alone from now on, and lets nobody wait.
    pub async fn leave(&self) {
        let membership = self.membership().take();
        if let Some(membership) = membership {
            membership.leave().await;
        }
    }

    fn membership(&self) -> std::sync::MutexGuard<'_, Option<Membership>> {
        self.membership.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Text for a reader of whom language and zone are known, or for a stranger.
    pub fn text(&self, reader: Option<(Language, &str)>, now: Timestamp) -> Text {
        let (language, zone) = reader.map_or((self.language, TimeZone::UTC), |(own, zone)| {
            let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
            (if self.language == Language::Pseudo { self.language } else { own }, zone)
        });
        Text::new(Arc::clone(&self.catalogues), language, zone, now)
    }
}

fn common_passwords(config: &Config) -> Result<CommonPasswords, Fault> {
    let embedded = CommonPasswords::embedded();
    match &config.common_passwords_file {
        None => Ok(embedded),
        Some(path) => {
            let list = embedded.with_file(path).map_err(|error| Fault::new(error.to_string()))?;
            if list.skipped_lines() > 0 {
                let (file, lines) = (path.display(), list.skipped_lines());
                tracing::warn!(%file, lines, "lines of the list of passwords can't be read");
            }
            Ok(list)
        }
    }
}

/// Folders of ours are for the server's user alone.
pub(crate) fn make_folder(path: &Path) -> Result<(), Fault> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(|error| {
        Fault::new(format!("the folder {} can't be made: {error}", path.display()))
    })
}
