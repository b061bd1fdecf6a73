//! `portcullis log verify` and `log head`.

use super::program::{Site, block_on, wait_for};
use crate::support::{Backend, PASSWORD};
use portcullis_db::{Db, testing};

fn tamper(site: &Site, sql: &str) {
    block_on(async {
        let db = Db::connect(&site.database_url().parse().unwrap()).await.unwrap();
        assert_eq!(testing::tamper(&db, sql).await.unwrap(), 1);
        db.close().await;
    });
}

#[test]
fn lg_06_the_command_says_what_does_not_fit() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let site = Site::new(backend);
        let args = ["account", "create", "--email", "mira@example.com", "--name", "Mira"];
        site.run_with(&[&args[..], &["--password-stdin"]].concat(), PASSWORD).ended(0);
        site.run(&["log", "head"]).ended(1).says("nothing is sealed yet");
        site.run(&["log", "verify"]).ended(0).says("head: nothing is sealed yet");
        // A server seals when it starts, unless the cluster holds the event back.
        let (server, head) = wait_for("a seal", || {
            let server = site.start();
            let ran = site.run(&["log", "head"]);
            if ran.code == 0 {
                return Some((server, ran.out.trim().to_owned()));
            }
            server.stop().ended(0);
            None
        });
        // Through the server, and without it.
        let verified = site.run(&["log", "verify", "--head", &head]).ended(0);
        verified.says(&format!("head: {head}")).says("events verified under seals: 1");
        server.stop().ended(0);
        let json = site.run(&["log", "verify", "--json"]).ended(0).json();
        assert_eq!((&json["holds"], &json["head"]), (&true.into(), &head.clone().into()));
        assert_eq!((&json["verified"], &json["not_sealed"]), (&1.into(), &0.into()));
        let other = format!("1.{}", "0".repeat(64));
        let ran = site.run(&["log", "verify", "--head", &other]).ended(1);
        ran.says("seal 1: it has another head than the one that was noted");
        let beyond = format!("2.{}", "0".repeat(64));
        let ran = site.run(&["log", "verify", "--head", &head, "--head", &beyond]).ended(1);
        ran.says("seal 2: the chain ends before the head that was noted");
        site.run(&["log", "verify", "--head", "1"]).ended(2);

        tamper(&site, "UPDATE security_events SET result = 'refused'");
        let ran = site.run(&["log", "verify", "--json"]).ended(1).json();
        let event = ran["problems"][0]["event"].as_str().unwrap().to_owned();
        assert_eq!(
            (&ran["holds"], &ran["problems"][0]["trouble"]),
            (&false.into(), &"event-changed".into())
        );
        let ran = site.run(&["log", "verify"]).ended(1);
        ran.says(&format!("event {event} (seal 1): its fields are not those")).lacks("head:");
    }
}
