//! What a server does not start with, and what it says then: exit code 3, the
//! reason, and what to do.

use super::program::{Site, chmod, free_port};
use crate::support::Backend;
use portcullis_db::{Db, Target, testing};
use std::net::TcpListener;

/// Another data directory that names the same database is no way round.
#[test]
fn a_second_server_on_the_same_database() {
    let mut site = Site::new(Backend::Sqlite);
    site.set("database_url", "sqlite:shared/portcullis.db");
    let server = site.start();
    site.set("key_file", "portcullis-data/portcullis.key");
    site.set("data_dir", "elsewhere");
    site.launch(&["serve"]).end().ended(3).says("or its database. Stop it");
    site.run(&["account", "list"]).ended(3).says("another process uses elsewhere");
    server.stop().ended(0);
}

#[test]
fn a_second_server_on_the_same_data_directory() {
    let site = Site::new(Backend::Sqlite);
    let server = site.start();
    site.launch(&["serve"])
        .end()
        .ended(3)
        .says("another Portcullis server uses portcullis-data")
        .says("Stop it, or set `data_dir`")
        .lacks("/set-up/");
    server.stop().ended(0);
}

#[test]
fn a_port_in_use() {
    let mut site = Site::new(Backend::Sqlite);
    let holder = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = holder.local_addr().unwrap().to_string();
    site.set("listen", &address);
    let ran = site.run(&["serve"]).ended(3);
    ran.says(&format!("{address} can't be listened on")).says("Set `listen` to another address");
    // Nothing was made for a server that never was.
    assert!(!site.path("portcullis-data/portcullis.key").exists());

    site.set("listen", &format!("127.0.0.1:{}", free_port())).set("metrics_listen", &address);
    site.run(&["serve"]).ended(3).says("Set `metrics_listen` to another address");
}

#[test]
fn a_database_of_another_key_file() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let mut site = Site::new(backend);
        site.run(&["account", "list"]).ended(0);
        site.set("key_file", &site.path("other.key").display().to_string());
        let ran = site.launch(&["serve"]).end().ended(3);
        let ran = ran.says("the key file does not belong to this database");
        ran.says("Copy the key file of the node that made the database").lacks("/set-up/");
        site.run(&["account", "list"]).ended(3).says("Copy the key file");
    }
}

#[test]
fn a_key_file_that_others_can_read() {
    let site = Site::new(Backend::Sqlite);
    site.run(&["account", "list"]).ended(0);
    let key = site.path("portcullis-data/portcullis.key");
    for open in [0o640, 0o604, 0o644, 0o660] {
        chmod(&key, open);
        let ran = site.launch(&["serve"]).end().ended(3);
        ran.says("can be read by others. Run: chmod 600 portcullis-data/portcullis.key");
    }
    chmod(&key, 0o600);
    site.start().stop().ended(0);
}

#[test]
fn a_key_file_that_is_garbage() {
    let site = Site::new(Backend::Sqlite);
    site.run(&["account", "list"]).ended(0);
    let key = site.path("portcullis-data/portcullis.key");
    let secret = "5ca1ab1e".repeat(8);
    let files = [
        String::new(),
        "keys = []\n".into(),
        "\u{0}\u{1}".into(),
        format!("[[keys]]\nid = \"a\"\nsecret = \"{}\"\n", &secret[2..]),
        format!("[[keys]]\nid = \"a\"\nsecret = \"{secret}\nx = 1\n"),
        format!("[[keys]]\nid = \"a\"\nsecret = \"{secret}\"\nother = 1\n"),
    ];
    for content in files {
        std::fs::write(&key, &content).unwrap();
        let ran = site.launch(&["serve"]).end().ended(3);
        ran.says("can't be understood").says("Restore it from your backup").lacks("5ca1ab1e");
    }
    std::fs::write(&key, b"\xff\xfe").unwrap();
    site.launch(&["serve"]).end().ended(3).says("portcullis.key");
}

#[test]
fn a_database_of_a_newer_version() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let site = Site::new(backend);
        site.run(&["migrate"]).ended(0);
        let target = match backend {
            Backend::Sqlite => Target::Sqlite(site.path("portcullis-data/portcullis.db")),
            Backend::Postgres => site.database().url.parse().unwrap(),
        };
        super::program::block_on(async {
            let db = Db::connect(&target).await.unwrap();
            let sql = "INSERT INTO _sqlx_migrations (version, description, success, checksum, \
                       execution_time) VALUES (9000, 'x', TRUE, '', 0)";
            testing::tamper(&db, sql).await.unwrap();
            db.close().await;
        });
        let served = site.launch(&["serve"]).end();
        for ran in [served, site.run(&["migrate"]), site.run(&["account", "list"])] {
            let ran = ran.ended(3);
            ran.says("schema version 9000").says("newer Portcullis").says("restore a backup");
        }
        let ran = site.run(&["doctor"]).ended(1).says("newer Portcullis");
        ran.lacks("portcullis migrate");
    }
}

#[test]
fn a_database_that_does_not_answer() {
    let mut site = Site::new(Backend::Sqlite);
    let port = free_port();
    site.set("database_url", &format!("postgres://someone:hunter2@127.0.0.1:{port}/nowhere"));
    let ran = site.launch(&["serve"]).end().ended(3).says("Connection refused");
    ran.says(&format!("postgres://someone:***@127.0.0.1:{port}/nowhere can't be opened"))
        .lacks("hunter2");
}
