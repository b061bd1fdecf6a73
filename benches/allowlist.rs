//! What a check of an access token costs that asks about an organisation without an allowlist,
//! with one of 10 entries, and with one of 10,000, on both databases: the whole check, as
//! introspection and the gate make it. Run it by `cargo xtask bench allowlist [--rounds N]`.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::disallowed_methods
)]

use portcullis::app::{Ambient, App};
use portcullis::config::{Config, Environment};
use portcullis::features::account::rules::{EmailAddress, Name};
use portcullis::features::administration::{self, By};
use portcullis::features::check::check;
use portcullis::features::check::rules::{Question, Verdict};
use portcullis::features::organisation_access::Which;
use portcullis::features::organisations::rules::{Plan, Slug};
use portcullis::features::organisations::{NewOrganisation, Organisation};
use portcullis::ids::ApplicationId;
use portcullis::random::Random;
use portcullis::secret::{Kind, Token};
use portcullis_db::seed_checks::{Asker, Person, Stored, fill, permission};
use portcullis_db::testing;
use std::time::{Duration, Instant};
use uuid::Uuid;

const ENTRIES: [usize; 3] = [0, 10, 10_000];
/// Checks in a row about one organisation, before the next one's turn.
const TURN: usize = 50;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    let position = arguments.iter().position(|it| it == "--rounds");
    let rounds =
        position.and_then(|at| arguments.get(at + 1)).map_or(400, |it| it.parse().unwrap());
    println!(
        "allowlist: {rounds} rounds of {TURN} checks each, in turn; {} cores",
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
    let (application, token) = credential(&app).await;
    let mut organisations = Vec::new();
    for entries in ENTRIES {
        organisations.push(organisation(&app, entries, server.is_some()).await);
    }
    let text = token.encode();
    let mut took = [const { Vec::new() }; ENTRIES.len()];
    for round in 0..rounds + 20 {
        for (organisation, took) in organisations.iter().zip(&mut took) {
            let question = Question {
                presented: text.reveal(),
                end_user: "10.255.255.254".parse().ok(),
                organisation: Some(Which::Id(organisation.id)),
                ..Question::default()
            };
            let began = Instant::now();
            for _ in 0..TURN {
                let verdict = check(&app, application, &question, app.clock.now()).await.unwrap();
                assert!(matches!(verdict, Verdict::Active(_)), "{verdict:?}");
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
            "{name}: {entries:>6} entries, p50 {own:.2} µs a check, ratio {:.3} (hold 1.1)",
            own / medians[0]
        );
    }
    app.db.close().await;
    if let Some(server) = server {
        testing::drop_database(server, &database).await.unwrap();
    }
}

/// The address of whoever holds the token.
const OWNER: &str = "check0@example.com";

/// An application, and an access token that carries what it declares.
async fn credential(app: &App) -> (ApplicationId, Token) {
    let made = |kind, number: u128| {
        Token::new(kind, Uuid::from_u128(number), &Random::seeded(number as u64))
    };
    let stored =
        |token: &Token| Stored { id: token.id().into_bytes(), hash: *token.hash().bytes() };
    let id = Uuid::from_u128(1);
    let token = made(Kind::AccessToken, 2);
    let asker =
        Asker { id: id.into_bytes(), secret: stored(&made(Kind::ApplicationSecret, 3)), number: 0 };
    let person = Person {
        number: 0,
        account: Uuid::from_u128(4).into_bytes(),
        session: stored(&made(Kind::Session, 5)),
        application_session: stored(&made(Kind::ApplicationSession, 6)),
        tokens: vec![(stored(&token), vec![permission(0)])],
        organisation: None,
    };
    let now = app.clock.now().millis();
    fill(&app.db, asker, std::iter::once(person), now).await.unwrap();
    (ApplicationId::from_uuid(id), token)
}

/// With a list that is on, and in which the last entry is the one that lets in.
async fn organisation(app: &App, entries: usize, postgres: bool) -> Organisation {
    let new = NewOrganisation {
        slug: Slug::parse(&format!("with-{entries}")).unwrap(),
        name: Name::parse("Bench").unwrap(),
        plan: Plan::Enterprise,
    };
    let email = EmailAddress::parse(OWNER).unwrap();
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
