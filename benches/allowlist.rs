//! What it costs to decide whether a member gets in where the organisation has no allowlist,
//! one of 10 entries, and one of 10,000, on both databases: the whole decision, with its look
//! into the database. Run it by `cargo xtask bench allowlist [--rounds N]`.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::disallowed_methods
)]

use portcullis::app::{Ambient, App};
use portcullis::config::{Config, Environment};
use portcullis::features::account::rules::{EmailAddress, Name};
use portcullis::features::account::{self, Account, NewAccount};
use portcullis::features::administration::{self, By};
use portcullis::features::organisation_access::{Proof, Question, Verdict, Which, decide};
use portcullis::features::organisations::rules::{Limits, Plan, Slug};
use portcullis::features::organisations::{NewOrganisation, Organisation};
use portcullis::features::password::rules::Password;
use portcullis::features::sessions::rules::Proved;
use portcullis::http::Source;
use portcullis::ids::AccountId;
use portcullis_db::testing;
use std::time::{Duration, Instant};

const ENTRIES: [usize; 3] = [0, 10, 10_000];
/// Decisions in a row of one organisation, before the next one's turn.
const TURN: usize = 50;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    let position = arguments.iter().position(|it| it == "--rounds");
    let rounds =
        position.and_then(|at| arguments.get(at + 1)).map_or(400, |it| it.parse().unwrap());
    println!(
        "allowlist: {rounds} rounds of {TURN} decisions each, in turn; {} cores",
        std::thread::available_parallelism().map_or(1, usize::from)
    );
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        measure("SQLite", None, rounds).await;
        match std::env::var("PORTCULLIS_TEST_POSTGRES_URL") {
            Ok(server) => measure("PostgreSQL", Some(&server), rounds).await,
            Err(_) => println!("PostgreSQL: left out, PORTCULLIS_TEST_POSTGRES_URL is not set"),
        }
    });
}

async fn measure(name: &str, server: Option<&str>, rounds: usize) {
    let folder = tempfile::tempdir().unwrap();
    let mut settings: Environment =
        [("PORTCULLIS_DATA_DIR".to_owned(), folder.path().join("data").display().to_string())]
            .into_iter()
            .collect();
    let database = format!("bench_allowlist_{}", std::process::id());
    if let Some(server) = server {
        let url = testing::create_database(server, &database).await.unwrap();
        settings.insert("PORTCULLIS_DATABASE_URL".to_owned(), url);
    }
    let app = App::open(Config::load(None, &settings).unwrap(), Ambient::default()).await.unwrap();
    let account = owner(&app).await;
    let mut organisations = Vec::new();
    for entries in ENTRIES {
        organisations.push(organisation(&app, &account, entries, server.is_some()).await);
    }
    let source = Source::new("10.255.255.254".parse().ok(), "bench".into(), &app.places);
    let mut took = [const { Vec::new() }; ENTRIES.len()];
    for round in 0..rounds + 20 {
        for (organisation, took) in organisations.iter().zip(&mut took) {
            let question = Question {
                account: &account,
                session: None,
                proof: Proof::Session(Proved::PASSWORD),
                limits: Limits::NONE,
                source: &source,
                organisation: Which::Id(organisation.id),
            };
            let began = Instant::now();
            for _ in 0..TURN {
                let verdict = decide(&app, &question, app.clock.now()).await.unwrap();
                assert!(matches!(verdict, Verdict::Granted(_)), "{verdict:?}");
            }
            // The first ones warm up.
            if round >= 20 {
                took.push(began.elapsed());
            }
        }
    }
    let median = |took: &mut Vec<Duration>| {
        took.sort();
        took[took.len() / 2].as_secs_f64() * 1e6 / TURN as f64
    };
    let medians: Vec<f64> = took.iter_mut().map(median).collect();
    for (entries, own) in ENTRIES.iter().zip(&medians) {
        println!(
            "{name}: {entries:>6} entries, p50 {own:.2} µs a decision, ratio {:.3} (hold 1.1)",
            own / medians[0]
        );
    }
    app.db.close().await;
    if let Some(server) = server {
        testing::drop_database(server, &database).await.unwrap();
    }
}

async fn owner(app: &App) -> Account {
    let email = EmailAddress::parse("owner@bench.example").unwrap();
    let new = NewAccount {
        id: AccountId::new(app.clock.now(), &app.random),
        email: email.clone(),
        name: Name::parse("Owner").unwrap(),
        email_verified_at: None,
        administrator: false,
    };
    let password = Password::parse("Correct-horse 1 battery").unwrap();
    administration::create_account(app, &new, &password).await.unwrap().unwrap();
    account::by_email(&mut &app.db, &email).await.unwrap().unwrap()
}

/// With a list that is on, and in which the last entry is the one that lets in.
async fn organisation(app: &App, owner: &Account, entries: usize, postgres: bool) -> Organisation {
    let new = NewOrganisation {
        slug: Slug::parse(&format!("with-{entries}")).unwrap(),
        name: Name::parse("Bench").unwrap(),
        plan: Plan::Enterprise,
    };
    let email = EmailAddress::parse(&owner.email).unwrap();
    let made = administration::create_organisation(app, By::Operator, &new, &email).await;
    let made = made.unwrap().unwrap();
    if entries == 0 {
        return made;
    }
    let line = |number: usize| match number {
        0 => "10.255.255.254\t\tLast".to_owned(),
        _ => format!("10.{}.{}.0/28\t\tBranch {number}", number / 250, number % 250),
    };
    let lines: Vec<String> = (0..entries).rev().map(line).collect();
    let id = hex::encode(made.id.uuid().as_bytes());
    let id = if postgres { format!("'\\x{id}'::bytea") } else { format!("x'{id}'") };
    let lines = lines.join("\n");
    for sql in [
        format!(
            "INSERT INTO allowlist_versions (organisation_id, version, enabled, entries, saved_at) \
             VALUES ({id}, 1, 1, '{lines}', 1)"
        ),
        format!("INSERT INTO allowlists (organisation_id, latest, in_force) VALUES ({id}, 1, 1)"),
    ] {
        testing::tamper(&app.db, &sql).await.unwrap();
    }
    made
}
