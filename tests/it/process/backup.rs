//! `portcullis backup`, and what can be made of it.

use super::person::Person;
use super::program::{Site, mode};
use crate::support::{Backend, OTHER_PASSWORD, PASSWORD};
use std::sync::atomic::{AtomicBool, Ordering};

fn account(site: &Site, email: &str) {
    let args = ["account", "create", "--email", email, "--name", "Mira", "--password-stdin"];
    site.run_with(&args, PASSWORD).ended(0);
}

/// Puts a copy where a server finds it, as the guide says.
fn restore(site: &Site, copy: &str) -> Site {
    let restored = match site.backend {
        Backend::Sqlite => site.another(),
        Backend::Postgres => {
            let restored = Site::new(Backend::Postgres);
            let ran = std::process::Command::new("pg_restore")
                .args(["--no-owner", "--exit-on-error", "--dbname", &restored.database().url])
                .arg(site.path(copy).join("portcullis.dump"))
                .output()
                .unwrap();
            assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
            restored
        }
    };
    std::fs::create_dir(restored.path("portcullis-data")).unwrap();
    for file in ["portcullis.db", "portcullis.key"] {
        let from = site.path(copy).join(file);
        if from.exists() {
            std::fs::copy(from, restored.path("portcullis-data").join(file)).unwrap();
        }
    }
    restored
}

#[test]
fn a_copy_made_while_writes_go_on_is_a_server_of_its_own() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let site = Site::new(backend);
        let server = site.start();
        for number in 0..3 {
            account(&site, &format!("before{number}@example.com"));
        }
        let mut before = Person::at(&server);
        before.sign_in("before0@example.com", PASSWORD).leads_to("/settings/security");
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut writes = 0;
                while !done.load(Ordering::SeqCst) || writes == 0 {
                    Person::at(&server)
                        .sign_in(&format!("nobody{writes}@example.com"), OTHER_PASSWORD)
                        .is(403);
                    writes += 1;
                    // Stays below what one address may try.
                    if writes > 40 {
                        break;
                    }
                }
            });
            let json = site.run(&["backup", "--to", "copy", "--json"]).ended(0).json();
            done.store(true, Ordering::SeqCst);
            let files = json["files"].as_array().unwrap();
            assert_eq!(files.len(), 2);
            for file in files {
                assert_eq!(mode(file.as_str().unwrap().as_ref()), 0o600);
            }
        });
        assert_eq!(mode(&site.path("copy")), 0o700);
        account(&site, "after@example.com");
        let ran = site.run(&["log", "list"]).ended(0);
        ran.says("backup-made succeeded");

        let restored = restore(&site, "copy");
        let other = restored.start();
        let json = restored.run(&["account", "list", "--json"]).ended(0).json();
        let emails: Vec<&str> = json["accounts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|account| account["email"].as_str().unwrap())
            .collect();
        assert_eq!(emails, ["before0@example.com", "before1@example.com", "before2@example.com"]);
        before.moves_to(&other);
        assert!(before.is_signed_in(), "the keys came along");
        Person::at(&other).sign_in("before2@example.com", PASSWORD).leads_to("/settings/security");
        restored.run(&["doctor"]).ended(0).says("they belong together");
        other.stop().ended(0);
        server.stop().ended(0);
    }
}

#[test]
fn it_never_writes_over_anything() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let site = Site::new(backend);
        site.run(&["backup", "--to", "copy"]).ended(0).says("written:").says("portcullis.key");
        let key = std::fs::read(site.path("copy/portcullis.key")).unwrap();
        let ran = site.run(&["backup", "--to", "copy", "--json"]).ended(1);
        assert!(ran.json()["error"].as_str().unwrap().ends_with("exists already"));
        // A copy into the data directory would have emptied the key file.
        site.run(&["backup", "--to", "portcullis-data"]).ended(1).says("exists already");
        assert_eq!(std::fs::read(site.path("portcullis-data/portcullis.key")).unwrap(), key);
        // A refused backup leaves nothing behind.
        let dump = site.path("portcullis-data/portcullis.dump");
        assert!(!dump.exists());

        site.run(&["backup", "--to", "bare", "--without-key"]).ended(0).lacks("portcullis.key");
        assert!(!site.path("bare/portcullis.key").exists());
        site.run(&["backup", "--to", "bare"]).ended(1).says("exists already");
    }
}

#[test]
fn a_folder_that_can_not_be_made() {
    let site = Site::new(Backend::Sqlite);
    site.write("file", "");
    site.run(&["backup", "--to", "file/copy"]).ended(3).says("file/copy can't be made");
    let server = site.start();
    site.run(&["backup", "--to", "file/copy"]).ended(3).says("file/copy can't be made");
    // The path is the operator's, not the server's.
    site.run(&["backup", "--to", "./copy"]).ended(0);
    assert!(site.path("copy/portcullis.db").exists());
    server.stop().ended(0);
}

#[test]
fn a_copy_without_its_key_is_refused_with_what_to_do() {
    let site = Site::new(Backend::Sqlite);
    site.run(&["backup", "--to", "bare", "--without-key"]).ended(0);
    let restored = restore(&site, "bare");
    restored.launch(&["serve"]).end().ended(3).says("Copy the key file");
}
