//! `portcullis log export`: pages, cursors, following.

use super::person::Person;
use super::program::{Site, wait_for};
use crate::support::{Backend, OTHER_PASSWORD, PASSWORD};
use std::collections::BTreeSet;

fn account(site: &Site, email: &str) {
    let args = ["account", "create", "--email", email, "--name", "Mira", "--password-stdin"];
    site.run_with(&args, PASSWORD).ended(0);
}

fn lines(text: &str) -> Vec<serde_json::Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn next(err: &str) -> String {
    let line = err.lines().find_map(|line| line.strip_prefix("next: --after "));
    line.unwrap_or_else(|| panic!("{err:?} names no cursor")).to_owned()
}

#[test]
fn events_are_written_once_each_from_cursor_to_cursor() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let site = Site::new(backend);
        // Without a server, and then through one.
        account(&site, "mira@example.com");
        let server = site.start();
        account(&site, "ann@example.com");
        Person::at(&server).sign_in("mira@example.com", OTHER_PASSWORD).is(403);
        let mut seen = BTreeSet::new();
        let mut after: Option<String> = None;
        let mut kinds = Vec::new();
        for _ in 0..4 {
            Person::at(&server).sign_in("mira@example.com", PASSWORD);
            let mut args = vec!["log", "export", "--format", "jsonl"];
            if let Some(cursor) = &after {
                args.extend(["--after", cursor]);
            }
            // Other databases of the cluster may hold what is new back for a moment.
            let ran = wait_for("the newest event", || {
                let ran = site.run(&args).ended(0);
                let newest = lines(&ran.out).into_iter().any(|event| event["kind"] == "sign-in");
                newest.then_some(ran)
            });
            for event in lines(&ran.out) {
                assert!(seen.insert(event["id"].as_str().unwrap().to_owned()), "twice: {event}");
                kinds.push(event["kind"].as_str().unwrap().to_owned());
            }
            let last = lines(&ran.out).pop().unwrap();
            assert_eq!(last["cursor"], next(&ran.err));
            after = Some(next(&ran.err));
        }
        let signed_in = kinds.iter().filter(|kind| *kind == "sign-in").count();
        assert_eq!(signed_in, 5, "{kinds:?}");
        assert!(kinds.iter().filter(|kind| *kind == "log-exported").count() >= 3);
        assert_eq!(kinds.iter().filter(|kind| *kind == "account-created").count(), 2);

        // CSV has its head at the beginning, and not where it goes on.
        let csv = ["log", "export", "--format", "csv"];
        let ran = site.run(&csv).ended(0);
        assert!(ran.out.starts_with("id,occurred_at,kind,"), "{ran:?}");
        let cursor = next(&ran.err);
        let ran = site.run(&[&csv[..], &["--after", &cursor]].concat()).ended(0);
        assert!(!ran.out.contains("occurred_at"), "{ran:?}");

        let only = ["log", "export", "--format", "jsonl", "--account", "ann@example.com"];
        let events = lines(&site.run(&only).ended(0).out);
        assert_eq!(events[0]["kind"], "account-created");
        let id = events[0]["account_id"].clone();
        assert!(events.iter().all(|event| event["account_id"] == id));
        let kinds = ["log", "export", "--format", "jsonl", "--kinds", "passwords,two-factor"];
        assert_eq!(site.run(&kinds).ended(0).out, "");
        let until = ["log", "export", "--format", "jsonl", "--until", "2020-01-01"];
        assert_eq!(site.run(&until).ended(0).out, "");

        let nobody = ["log", "export", "--format", "csv", "--account", "nobody@example.com"];
        site.run(&nobody).ended(1).says("there is no account with this address");
        let ahead = format!("{}.01900000-0000-7000-8000-000000000000", i64::MAX);
        let args = ["log", "export", "--format", "jsonl", "--after", &ahead];
        site.run(&args).ended(1).says("this cursor is ahead of the log");
        for wrong in [["--format", "xlsx"], ["--after", "1"], ["--kinds", "x"], ["--from", "soon"]]
        {
            let args = [&["log", "export", "--format", "jsonl"][..], &wrong].concat();
            site.run(&args).ended(2);
        }
        server.stop().ended(0);
    }
}

#[test]
fn following_goes_on_with_what_happens() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let site = Site::new(backend);
        let server = site.start();
        account(&site, "mira@example.com");
        let shipper = site.launch(&["log", "export", "--format", "jsonl", "--follow"]);
        let count = |kind: &str| {
            shipper.out().lines().filter(|line| line.contains(&format!("\"{kind}\""))).count()
        };
        wait_for("what was there", || (count("account-created") == 1).then_some(()));
        for number in 1..=2 {
            Person::at(&server).sign_in("mira@example.com", PASSWORD);
            wait_for("what is new", || (count("sign-in") == number).then_some(()));
        }
        wait_for("its own event", || (count("log-exported") == 1).then_some(()));
        assert_eq!(count("account-created"), 1);
        shipper.signal(rustix::process::Signal::INT);
        let ended = shipper.end();
        ended.ended(0).says("next: --after ");
        server.stop().ended(0);
    }
}
