//! `portcullis doctor`: every finding, in words and in JSON.

use super::program::{Ran, Site, chmod, free_port};
use crate::support::Backend;

#[track_caller]
fn finds(ran: &Ran, what: &str, state: &str, text: &str) {
    let json = ran.json();
    assert_eq!(json["healthy"], ran.code == 0);
    let found = json["findings"].as_array().unwrap().iter().any(|finding| {
        assert_eq!(finding.as_object().unwrap().len(), 3);
        finding["what"] == what
            && finding["state"] == state
            && finding["text"].as_str().unwrap().contains(text)
    });
    assert!(found, "no {state} {what} with {text:?} in {json:#}");
}

#[test]
fn an_empty_folder_is_healthy_and_stays_empty() {
    let site = Site::new(Backend::Sqlite);
    let ran = site.run(&["doctor", "--json"]).ended(0);
    finds(&ran, "public URL", "look", "http://localhost:8080: for this machine only");
    finds(&ran, "proxy trust", "ok", "none is trusted; the address of the connection counts");
    finds(&ran, "server", "ok", "not running");
    finds(&ran, "key file", "look", "portcullis.key is not there. The first start makes it");
    finds(&ran, "database", "look", "portcullis.db is not there yet");
    site.run(&["doctor"]).ended(0).says("look  public URL: ").says("ok    server: not running");
    assert!(!site.path("portcullis-data").exists(), "a look changes nothing");
}

#[test]
fn a_running_server_is_found() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let site = Site::new(backend);
        let server = site.start();
        let ran = site.run(&["doctor", "--json"]).ended(0);
        finds(&ran, "key file", "ok", "portcullis.key, fingerprint ");
        finds(&ran, "keys and database", "ok", "they belong together");
        match backend {
            Backend::Sqlite => {
                finds(&ran, "server", "ok", "running");
                finds(&ran, "database", "ok", "SQLite at sqlite:portcullis-data/portcullis.db");
                finds(&ran, "clock", "ok", "this machine's");
            }
            Backend::Postgres => {
                finds(&ran, "server", "ok", "a node over PostgreSQL");
                finds(&ran, "database", "ok", "PostgreSQL at postgres://postgres:***@127.0.0.1");
                finds(&ran, "clock", "ok", " ms from the database's");
                // That of the tests is made to be thrown away.
                finds(&ran, "durability", "look", "Set to on in postgresql.conf: fsync");
            }
        }
        server.stop().ended(0);
        let ran = site.run(&["doctor", "--json"]).ended(0);
        finds(&ran, "database", "ok", "schema version ");
    }
}

#[test]
fn a_database_without_schema_or_server() {
    let site = Site::new(Backend::Postgres);
    let ran = site.run(&["doctor", "--json"]).ended(1);
    finds(&ran, "database", "bad", "schema version 0, this program wants");
    finds(&ran, "database", "bad", "Run: portcullis migrate");
    site.run(&["migrate"]).ended(0).says("the schema went from version 0 to");
    let json = site.run(&["migrate", "--json"]).ended(0).json();
    assert_eq!(json["from"], json["to"]);
    let ran = site.run(&["doctor", "--json"]).ended(0);
    finds(&ran, "keys and database", "look", "the database is not claimed yet");

    let mut site = Site::new(Backend::Sqlite);
    let port = free_port();
    site.set("database_url", &format!("postgres://someone:hunter2@127.0.0.1:{port}/db"));
    let ran = site.run(&["doctor", "--json"]).ended(1).lacks("hunter2");
    finds(&ran, "database", "bad", "Connection refused");
    site.run(&["doctor"]).ended(1).says("bad   database: ");
}

#[test]
fn migrating_beside_a_server_is_refused() {
    let site = Site::new(Backend::Sqlite);
    let server = site.start();
    site.run(&["migrate"]).ended(1).says("it brought the schema up to date when it started");
    server.stop().ended(0);
    site.run(&["migrate"]).ended(0).says("already");
}

#[test]
fn keys_that_do_not_fit() {
    let mut site = Site::new(Backend::Sqlite);
    site.run(&["account", "list"]).ended(0);
    let key = site.path("portcullis-data/portcullis.key");
    chmod(&key, 0o644);
    let ran = site.run(&["doctor", "--json"]).ended(1);
    finds(&ran, "key file", "bad", "Run: chmod 600 ");
    finds(&ran, "keys and database", "bad", "was made with the key file of fingerprint");
    site.set("key_file", "another.key");
    let ran = site.run(&["doctor", "--json"]).ended(1);
    finds(&ran, "key file", "look", "another.key is not there");
    finds(&ran, "keys and database", "bad", "Copy that one");
    let other = Site::new(Backend::Sqlite);
    other.run(&["account", "list"]).ended(0);
    std::fs::copy(other.path("portcullis-data/portcullis.key"), site.path("another.key")).unwrap();
    let ran = site.run(&["doctor", "--json"]).ended(1);
    finds(&ran, "key file", "ok", "another.key, fingerprint ");
    finds(&ran, "keys and database", "bad", "Copy that one");
}

#[test]
fn addresses_and_proxies() {
    let mut site = Site::new(Backend::Sqlite);
    site.set("public_url", "https://id.example.com");
    let ran = site.run(&["doctor", "--json"]).ended(0);
    finds(&ran, "public URL", "ok", "https://id.example.com");
    finds(&ran, "proxy trust", "look", "everybody seems to come from the proxy");
    site.set("trusted_proxies", "10.0.0.0/8,::1");
    let ran = site.run(&["doctor", "--json"]).ended(0);
    finds(&ran, "proxy trust", "ok", "10.0.0.0/8, ::1/128");
    site.set("trusted_proxies", "10.0.0.0/8,0.0.0.0/0");
    let ran = site.run(&["doctor", "--json"]).ended(1);
    finds(&ran, "proxy trust", "bad", "");
}
