//! `portcullis log list`.

use super::person::Person;
use super::program::Site;
use crate::support::{Backend, OTHER_PASSWORD, PASSWORD};

fn account(site: &Site, email: &str) {
    let args = ["account", "create", "--email", email, "--name", "Mira", "--password-stdin"];
    site.run_with(&args, PASSWORD).ended(0);
}

#[test]
fn events_newest_first_page_by_page_and_reading_is_one() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let site = Site::new(backend);
        account(&site, "mira@example.com");
        let server = site.start();
        account(&site, "ann@example.com");
        Person::at(&server).sign_in("mira@example.com", OTHER_PASSWORD).is(403);
        Person::at(&server).sign_in("mira@example.com", PASSWORD).leads_to("/settings/security");

        let of_mira = ["log", "list", "--account", "mira@example.com", "--json"];
        let json = site.run(&of_mira).ended(0).json();
        let events = json["events"].as_array().unwrap();
        let short: Vec<String> = events
            .iter()
            .map(|event| {
                format!("{} {}", event["kind"].as_str().unwrap(), event["result"].as_str().unwrap())
            })
            .collect();
        assert_eq!(short, ["sign-in succeeded", "sign-in refused", "account-created succeeded"]);
        let fields = [
            "id",
            "occurred_at",
            "kind",
            "result",
            "reason",
            "account_id",
            "actor_kind",
            "actor_id",
            "session_id",
            "detail",
            "address",
            "user_agent",
            "email",
        ];
        for event in events {
            assert_eq!(event.as_object().unwrap().len(), fields.len());
            assert!(fields.iter().all(|field| event.get(field).is_some()), "{event}");
        }
        assert_eq!(events[1]["reason"], "wrong-password");
        assert_eq!(events[0]["address"], "127.0.0.1");
        assert_eq!(json["next"], serde_json::Value::Null);

        // Reading it was an event, in the log that was read.
        let again = site.run(&of_mira).ended(0).json();
        assert_eq!(again["events"][0]["kind"], "log-read");
        assert_eq!(again["events"][0]["actor_kind"], "operator");

        let mut args = vec!["log", "list", "--limit", "2"];
        let first = site.run(&args).ended(0);
        let more = first.out.lines().last().unwrap().strip_prefix("more: --before ").unwrap();
        assert_eq!(first.out.lines().count(), 3);
        args.extend(["--before", more]);
        let second = site.run(&args).ended(0);
        assert_eq!(second.out.lines().count(), 3);
        assert!(first.out.lines().all(|line| !second.out.contains(line)));

        let ran = site.run(&["log", "list", "--account", "nobody@example.com", "--json"]).ended(1);
        assert_eq!(ran.json()["error"], "there is no account with this address");
        server.stop().ended(0);
    }
}

/// A terminal does not obey what a stranger has sent.
#[test]
fn nasty_fields_are_printed_escaped() {
    let site = Site::new(Backend::Sqlite);
    let server = site.start();
    account(&site, "mira@example.com");
    let mut stranger = Person::at(&server);
    stranger.user_agent = "evil\u{1b}[2J\u{9b}1m\u{202e}\"x\" \\n".into();
    // A header with these is no header.
    assert_eq!(stranger.try_get("/sign-in").unwrap().status, 400);
    stranger.user_agent = "evil\u{202e}\u{2066}\u{2028}\u{feff}\t\"x\"".into();
    stranger.sign_in("mira@example.com", OTHER_PASSWORD).is(403);
    stranger.sign_in("mira+\u{1b}[2J@example.com", PASSWORD).is(400);
    stranger.sign_in("mira\u{202e}@example.com", PASSWORD).is(400);
    let suspend = ["account", "suspend", "mira@example.com", "--reason"];
    for refused in ["a\r\nb\u{1b}[2J\u{202e}c", &"x".repeat(201)] {
        site.run(&[&suspend[..], &[refused]].concat()).ended(2);
    }
    site.run(&[&suspend[..], &["a\u{202e}c"]].concat()).ended(0);

    let ran = site.run(&["log", "list"]).ended(0);
    let nasty = |c: char| (c.is_control() && c != '\n') || ('\u{2028}'..='\u{2069}').contains(&c);
    assert!(!ran.out.contains(nasty), "{ran:?}");
    let ran = ran.says(r"detail=a\u{202e}c").says("program=evil");
    assert!(ran.out.lines().all(|line| line.starts_with("20")), "{ran:?}");
    // JSON escapes controls by itself, and says the rest as it is.
    let ran = site.run(&["log", "list", "--json"]).ended(0);
    assert!(!ran.out.contains(|c: char| c.is_control() && c != '\n'), "{ran:?}");
    let events = ran.json();
    assert!(
        events["events"].as_array().unwrap().iter().any(|event| event["detail"] == "a\u{202e}c")
    );
    server.stop().ended(0);
}
