//! The first five minutes: no command, no file, an empty folder.

use super::person::Person;
use super::program::{Site, mode};
use crate::support::{Backend, PASSWORD};

#[test]
fn no_command_in_an_empty_folder_is_a_server() {
    let site = Site::new(Backend::Sqlite);
    let server = site.start();
    let data = site.path("portcullis-data");
    assert_eq!(mode(&data), 0o700);
    for file in ["portcullis.key", "portcullis.db", "portcullis.db-wal", "lock", "control.sock"] {
        assert_eq!(mode(&data.join(file)), 0o600, "{file}");
    }
    let out = server.out();
    assert!(out.contains(&format!("is ready at http://localhost:{}\n", server.port)), "{out}");
    assert!(out.contains("database  sqlite:portcullis-data/portcullis.db"), "{out}");
    assert!(out.contains("works once, within 24 hours"), "{out}");
    let link = server.link().unwrap();
    let mut mira = Person::at(&server);
    mira.set_up(&link, "mira@example.com", PASSWORD).leads_to("/settings/security");
    mira.get("/settings/security").is(200).shows("First administrator created");
    Person::at(&server).get(&link).is(404);
    server.stop().ended(0);
}

#[test]
fn a_second_start_keeps_everything_and_prints_no_link() {
    let site = Site::new(Backend::Sqlite);
    let server = site.start_with(&["serve"]);
    let mut mira = Person::at(&server);
    mira.set_up(&server.link().unwrap(), "mira@example.com", PASSWORD)
        .leads_to("/settings/security");
    let key = std::fs::read(site.path("portcullis-data/portcullis.key")).unwrap();
    server.stop().ended(0);

    let server = site.start_with(&["serve"]);
    mira.moves_to(&server);
    assert!(mira.is_signed_in(), "a session outlives a restart");
    Person::at(&server).sign_in("mira@example.com", PASSWORD).leads_to("/settings/security");
    assert_eq!(std::fs::read(site.path("portcullis-data/portcullis.key")).unwrap(), key);
    assert!(server.stop().ended(0).lacks("/set-up/").out.contains("is ready at"));
}

#[test]
fn each_start_prints_a_link_while_there_is_no_administrator() {
    let site = Site::new(Backend::Sqlite);
    let first = site.start();
    let earlier = first.link().unwrap();
    first.stop().ended(0);
    let account = ["account", "create", "--email", "ann@example.com", "--name", "Ann"];
    site.run(&account).ended(0);

    let second = site.start();
    let link = second.link().unwrap();
    assert_ne!(link, earlier);
    // The earlier one was printed too, and may be what the operator has at hand.
    Person::at(&second).get(&earlier).is(200);
    Person::at(&second).get(&link).is(200);
    second.stop().ended(0);

    let admin = ["account", "create", "--email", "root@example.com", "--name", "Root", "--admin"];
    site.run(&admin).ended(0);
    let third = site.start();
    Person::at(&third).get(&link).is(404);
    third.stop().ended(0).lacks("/set-up/");
}

/// A folder that somebody made beforehand may be open to others; what is in it
/// is not.
#[test]
fn files_are_private_in_an_open_folder_too() {
    let site = Site::new(Backend::Sqlite);
    let data = site.path("portcullis-data");
    std::fs::create_dir(&data).unwrap();
    super::program::chmod(&data, 0o755);
    let server = site.start();
    for file in ["portcullis.key", "portcullis.db", "portcullis.db-wal", "control.sock", "lock"] {
        assert_eq!(mode(&data.join(file)), 0o600, "{file}");
    }
    server.stop().ended(0);
}
