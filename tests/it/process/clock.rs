//! On PostgreSQL its clock is the time (design §4.16).

use super::person::Person;
use super::program::{Site, block_on, wait_for};
use crate::support::Backend;
use portcullis::app::{Ambient, App};
use portcullis::config::{Config, Environment};
use portcullis_db::{Db, testing};
use std::time::Duration;

/// A server whose clock differs: its own function stands behind one of ours.
fn turn_clock(site: &Site, by: &str) {
    let name = &site.database().name;
    block_on(async {
        let db = Db::connect(&site.database().url.parse().unwrap()).await.unwrap();
        let function = format!(
            "CREATE OR REPLACE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql \
             AS $$ SELECT pg_catalog.clock_timestamp() + interval '{by}' $$"
        );
        testing::tamper(&db, &function).await.unwrap();
        let path = format!("ALTER DATABASE {name} SET search_path = public, pg_catalog");
        testing::tamper(&db, &path).await.unwrap();
        db.close().await;
    });
}

async fn open(site: &Site) -> App {
    let environment = Environment::from([
        ("PORTCULLIS_DATABASE_URL".into(), site.database().url.clone()),
        ("PORTCULLIS_DATA_DIR".into(), site.path("data").display().to_string()),
        ("PORTCULLIS_ARGON2_MEMORY_KIB".into(), "16".into()),
    ]);
    App::open(Config::load(None, &environment).unwrap(), Ambient::default()).await.unwrap()
}

#[test]
fn a_node_follows_the_databases_clock() {
    let site = Site::new(Backend::Postgres);
    block_on(async {
        let app = open(&site).await;
        assert!(app.clock.drift() < Duration::from_secs(5), "{:?}", app.clock.drift());
        app.db.close().await;
    });
    for (by, seconds) in [("-3 hours", -10_800), ("1 day", 86_400)] {
        turn_clock(&site, by);
        block_on(async {
            let app = open(&site).await;
            let off = app.clock.drift().abs_diff(Duration::from_secs(i64::unsigned_abs(seconds)));
            assert!(off < Duration::from_secs(5), "{by}: {:?}", app.clock.drift());
            let server = app.db.server_clock().await.unwrap().unwrap();
            assert!((app.clock.now().millis() - server).abs() < 5_000, "{by}");
            app.db.close().await;
        });
    }
}

#[test]
fn drift_is_a_finding_and_much_of_it_is_not_ready() {
    let site = Site::new(Backend::Postgres);
    site.run(&["migrate"]).ended(0);
    for (by, state, code) in
        [("20 seconds", "look", 0), ("-20 seconds", "look", 0), ("1 hour", "bad", 1)]
    {
        turn_clock(&site, by);
        let json = site.run(&["doctor", "--json"]).ended(code).json();
        let clock = json["findings"].as_array().unwrap().iter().find(|it| it["what"] == "clock");
        assert_eq!(clock.unwrap()["state"], state, "{by}: {json:#}");
    }
    let server = site.start();
    assert_eq!(Person::at(&server).get("/health/ready").is(503).body, "the clock is wrong\n");
    Person::at(&server).get("/health/live").is(200);
    wait_for("the warning", || {
        server.err().contains("this machine's clock differs from the database's").then_some(())
    });
    server.stop().ended(0);
}
