//! What whoever watches a server asks it.

use super::person::{Person, exchange};
use super::program::{Site, free_port, wait_for};
use crate::support::{Backend, OTHER_PASSWORD, PASSWORD};
use portcullis::random::Random;
use portcullis::secret::{Kind, Token};
use uuid::Uuid;

#[test]
fn live_and_ready() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let server = Site::new(backend);
        let server = server.start();
        let mut probe = Person::at(&server);
        assert_eq!(probe.get("/health/live").is(200).body, "live\n");
        assert_eq!(probe.get("/health/ready").is(200).body, "ready\n");
        assert!(probe.cookies.is_empty(), "a probe is not a browser");
    }
}

/// PostgreSQL goes away and comes back, and nobody restarts the server.
#[test]
fn not_ready_while_the_database_is_gone() {
    let site = Site::new(Backend::Postgres);
    let args =
        ["account", "create", "--email", "mira@example.com", "--name", "Mira", "--password-stdin"];
    site.run_with(&args, PASSWORD).ended(0);
    let server = site.start();
    let mut mira = Person::at(&server);
    mira.sign_in("mira@example.com", PASSWORD).leads_to("/settings/security");

    let database = site.database();
    let name = &database.name;
    database.command(&format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false"));
    let end =
        format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
    database.command(&end);

    let mut probe = Person::at(&server);
    assert_eq!(probe.get("/health/ready").is(503).body, "the database does not answer\n");
    assert_eq!(probe.get("/health/live").is(200).body, "live\n");
    // People are told to come back, not that something broke.
    let reply = mira.get("/settings/security");
    assert_eq!(reply.is(503).headers["retry-after"], "5");

    database.command(&format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true"));
    wait_for("the server to be ready again", || {
        (probe.get("/health/ready").status == 200).then_some(())
    });
    assert!(mira.is_signed_in());
    server.stop().ended(0).says("the database does not answer");
}

/// A command waits no longer than a person would, and says why.
#[test]
fn a_dropped_database_is_said_to_be_gone() {
    let site = Site::new(Backend::Postgres);
    let server = site.start();
    let database = site.database();
    database.command(&format!("DROP DATABASE {} WITH (FORCE)", database.name));
    Person::at(&server).get("/health/ready").is(503);
    site.run(&["account", "list"]).ended(3).says("does not exist");
    site.run(&["doctor"]).ended(1).says("does not exist");
    server.stop().ended(0);
}

#[test]
fn metrics_are_on_a_listener_of_their_own() {
    let mut site = Site::new(Backend::Sqlite);
    let port = free_port();
    site.set("metrics_listen", &format!("127.0.0.1:{port}"));
    let args =
        ["account", "create", "--email", "mira@example.com", "--name", "Mira", "--password-stdin"];
    site.run_with(&args, PASSWORD).ended(0);
    let server = site.start();
    let mut watcher = Person::at_port(port);
    let start = watcher.get("/metrics");
    assert_eq!(start.is(200).headers["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    for name in [
        "portcullis_hashings_total",
        "portcullis_hashings_refused_total",
        "portcullis_faults_total",
    ] {
        assert!(start.body.contains(&format!("\n{name} 0\n")), "{}", start.body);
    }

    let mut mira = Person::at(&server);
    mira.get("/metrics").is(404);
    mira.sign_in("mira@example.com", OTHER_PASSWORD).is(403);
    mira.sign_in("mira@example.com", PASSWORD).leads_to("/settings/security");
    let body = watcher.get("/metrics").is(200).body.clone();
    for (name, meaning) in portcullis::metrics_listener::COUNTERS {
        assert!(body.contains(&format!("# HELP {name} {meaning}\n")), "{name}: {body}");
        assert!(body.contains(&format!("# TYPE {name} counter\n")), "{name}: {body}");
    }
    for (name, meaning) in portcullis::metrics_listener::GAUGES {
        assert!(body.contains(&format!("# HELP {name} {meaning}\n")), "{name}: {body}");
        assert!(body.contains(&format!("# TYPE {name} gauge\n")), "{name}: {body}");
    }
    for line in [
        "portcullis_outbox_waiting 0",
        "portcullis_outbox_dead 0",
        "portcullis_texts_today 0",
        "portcullis_texts_stopped 0",
        "portcullis_hashings_total 2",
        "portcullis_sign_ins_total{result=\"succeeded\"} 1",
        "portcullis_sign_ins_total{result=\"wrong-password\"} 1",
        "portcullis_requests_total{status=\"2xx\"} 2",
        "portcullis_requests_total{status=\"3xx\"} 1",
        "portcullis_requests_total{status=\"4xx\"} 2",
    ] {
        assert!(body.lines().any(|own| own == line), "{line}: {body}");
    }
    assert!(!body.contains("mira@"), "{body}");
    for path in ["/", "/health/live", "/sign-in"] {
        watcher.get(path).is(404);
    }
    server.stop().ended(0);
    assert!(watcher.try_get("/metrics").is_err());
}

/// However an answer is come to, it is one check, and one source has answered it.
#[test]
fn each_check_is_counted_once() {
    let mut site = Site::new(Backend::Sqlite);
    let port = free_port();
    site.set("metrics_listen", &format!("127.0.0.1:{port}"));
    let made = site.run(&["application", "create", "--name", "Billing", "--json"]).ended(0).json();
    let server = site.start();
    let mut watcher = Person::at_port(port);
    let nobody = Token::new(Kind::AccessToken, Uuid::from_u128(7), &Random::seeded(7));
    let form = format!(
        "client_id={}&client_secret={}&token={}",
        made["id"].as_str().unwrap(),
        made["secret"].as_str().unwrap(),
        nobody.encode().reveal()
    );
    let request = format!(
        "POST /oauth/introspect HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
        form.len()
    );
    for (memory, database) in [(0, 1), (1, 1), (2, 1)] {
        let answer = exchange(server.port, request.as_bytes()).unwrap();
        assert!(answer.ends_with("{\"active\":false}"), "{answer}");
        let body = watcher.get("/metrics").is(200).body.clone();
        for (source, count) in [("memory", memory), ("database", database)] {
            let line = format!("portcullis_checks_total{{source=\"{source}\"}} {count}");
            assert!(body.lines().any(|own| own == line), "{line}: {body}");
        }
    }
    server.stop().ended(0);
}

/// Without being asked, a server counts for nobody.
#[test]
fn metrics_are_nowhere_by_default() {
    let site = Site::new(Backend::Sqlite);
    let server = site.start();
    Person::at(&server).get("/metrics").is(404);
    server.stop().ended(0);
}
