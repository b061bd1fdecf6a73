//! Killed in the middle of many writes, at no moment of its choice.

use super::person::Person;
use super::program::{Site, wait_for};
use crate::support::{Backend, PASSWORD, rounds};
use std::sync::atomic::{AtomicUsize, Ordering};

const PEOPLE: usize = 3;

fn email(person: usize) -> String {
    format!("mira{person}@example.com")
}

fn password(number: usize) -> String {
    format!("Correct-horse {number} battery")
}

/// Changes a password again and again until the server is gone: the last one
/// that was acknowledged.
fn keeps_changing(
    mut person: Person,
    email: &str,
    mut known: usize,
    changes: &AtomicUsize,
) -> usize {
    match person.try_sign_in(email, &password(known)) {
        Ok(reply) => {
            reply.leads_to("/settings/security");
        }
        Err(_) => return known,
    }
    loop {
        match person.try_change_password(&password(known), &password(known + 1)) {
            Ok(reply) => {
                reply.is(303);
                known += 1;
                changes.fetch_add(1, Ordering::SeqCst);
            }
            Err(_) => return known,
        }
    }
}

/// Either the last acknowledged password opens, or the one that was on its way;
/// never both, never neither.
fn killed_again_and_again(backend: Backend) {
    let site = Site::new(backend);
    for person in 0..PEOPLE {
        let email = email(person);
        let args = ["account", "create", "--email", &email, "--name", "Mira", "--password-stdin"];
        site.run_with(&args, &password(0)).ended(0);
    }
    let mut known = [0; PEOPLE];
    for round in 0..rounds() {
        let server = site.start();
        let changes = AtomicUsize::new(0);
        let wanted = 3 + round % 5;
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..PEOPLE)
                .map(|person| {
                    let (browser, changes, known) = (Person::at(&server), &changes, known[person]);
                    scope.spawn(move || keeps_changing(browser, &email(person), known, changes))
                })
                .collect();
            wait_for("some changes", || (changes.load(Ordering::SeqCst) >= wanted).then_some(()));
            server.kill();
            for (person, thread) in threads.into_iter().enumerate() {
                known[person] = thread.join().unwrap();
            }
        });

        let server = site.start();
        for (person, known) in known.iter_mut().enumerate() {
            let email = email(person);
            // The log says which of the two it was: it is written in one
            // transaction with the password.
            let args = ["log", "list", "--limit", "1000", "--json", "--account", &email];
            let json = site.run(&args).ended(0).json();
            let logged = json["events"].as_array().unwrap().iter().filter(|event| {
                event["kind"] == "password-changed" && event["result"] == "succeeded"
            });
            let logged = logged.count();
            assert!([*known, *known + 1].contains(&logged), "{email}: {known}, logged {logged}");
            *known = logged;
            Person::at(&server).sign_in(&email, &password(logged)).leads_to("/settings/security");
            // In a few rounds only, because failures are counted.
            if round < 3 {
                Person::at(&server).sign_in(&email, &password(logged + 1)).is(403);
            }
        }
        site.run(&["doctor"]).ended(0);
        server.stop().ended(0);
    }
}

#[test]
fn a_killed_server_leaves_sqlite_whole() {
    killed_again_and_again(Backend::Sqlite);
}

#[test]
fn a_killed_server_leaves_postgres_whole() {
    killed_again_and_again(Backend::Postgres);
}
