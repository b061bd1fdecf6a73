//! `portcullis account`, beside a running server and without one.

use super::person::Person;
use super::program::{Ran, Server, Site};
use crate::support::{Backend, OTHER_PASSWORD, PASSWORD};
use serde_json::Value;

/// On both databases, first without a server and then beside one.
fn everywhere(test: impl Fn(&Site)) {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        test(&Site::new(backend));
        let site = Site::new(backend);
        let server = site.start();
        test(&site);
        server.stop().ended(0);
    }
}

fn create(site: &Site, email: &str, more: &[&str]) -> Ran {
    let args = ["account", "create", "--email", email, "--name", "Mira Okafor"];
    site.run(&[&args[..], more].concat())
}

fn create_with(site: &Site, email: &str, password: &str) -> Ran {
    let args = [
        "account",
        "create",
        "--email",
        email,
        "--name",
        "Mira Okafor",
        "--password-stdin",
        "--json",
    ];
    site.run_with(&args, password)
}

#[track_caller]
fn has_fields(json: &Value, more: &[&str]) {
    let fields = [
        "id",
        "email",
        "email_verified",
        "name",
        "administrator",
        "auditor",
        "suspended",
        "closes_at",
        "erased",
        "language",
        "locked",
        "time_zone",
        "created_at",
    ];
    let mut wanted: Vec<&str> = fields.iter().chain(more).copied().collect();
    let mut there: Vec<&str> = json.as_object().unwrap().keys().map(String::as_str).collect();
    wanted.sort_unstable();
    there.sort_unstable();
    assert_eq!(there, wanted);
}

#[test]
fn a_made_up_password_is_shown_once_and_works() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let site = Site::new(backend);
        let before = create(&site, "ann@example.com", &["--json"]).ended(0);
        let server = site.start();
        let json = create(&site, "mira@example.com", &["--admin", "--json"]).ended(0).json();
        has_fields(&json, &["password"]);
        assert_eq!(json["administrator"], true);
        for (email, json) in [("mira@example.com", json), ("ann@example.com", before.json())] {
            let password = json["password"].as_str().unwrap();
            Person::at(&server).sign_in(email, password).leads_to("/settings/security");
            site.run(&["account", "show", email]).ended(0).says(email).lacks(password);
        }
        let ran = create(&site, "eve@example.com", &[]).ended(0).says("shown once");
        let line = ran.out.lines().find(|line| line.starts_with("password")).unwrap();
        let password = line.split_whitespace().nth(1).unwrap();
        Person::at(&server).sign_in("eve@example.com", password).leads_to("/settings/security");
        server.stop().ended(0).lacks(password);
    }
}

#[test]
fn a_password_from_standard_input() {
    everywhere(|site| {
        for (number, input) in ["", "\n", "\r\n"].iter().enumerate() {
            let email = format!("mira{number}@example.com");
            let ran = create_with(site, &email, &format!("{PASSWORD}{input}")).ended(0);
            has_fields(&ran.json(), &[]);
            assert!(!ran.out.contains(PASSWORD));
        }
        let weak = [
            ("short", "at least 12 characters, an uppercase letter, a number, a special character"),
            ("Password123!", "to be on no list of common passwords"),
            ("", "at least 12 characters"),
        ];
        for (password, words) in weak {
            let ran = create_with(site, "weak@example.com", password).ended(1);
            let error = ran.json()["error"].as_str().unwrap().to_owned();
            assert!(error.contains("the password needs") && error.contains(words), "{error}");
            assert!(password.is_empty() || !error.contains(password), "{error}");
        }
        create_with(site, "weak@example.com", &"Aa1!".repeat(300))
            .ended(1)
            .says("the password is longer than 1,024 bytes");
        site.run(&["account", "show", "weak@example.com"]).ended(1).says("there is no account");
    });
    let site = Site::new(Backend::Sqlite);
    let server = site.start();
    create_with(&site, "mira@example.com", &format!("{PASSWORD}\n")).ended(0);
    Person::at(&server).sign_in("mira@example.com", PASSWORD).leads_to("/settings/security");
}

#[test]
fn what_can_not_be_made() {
    everywhere(|site| {
        create(site, "mira@example.com", &[]).ended(0);
        let ran = create(site, "MIRA@Example.com", &["--json"]).ended(1);
        assert_eq!(ran.json()["error"], "another account has the address MIRA@Example.com");
        create(site, "mira", &[]).ended(2).says("mira: this is not an e-mail address");
        let args = ["account", "create", "--email", "b@example.com", "--name", " "];
        site.run(&args).ended(2).says("the name is empty or longer than 100 characters");
    });
}

#[test]
fn lists_go_page_by_page() {
    everywhere(|site| {
        site.run(&["account", "list"]).ended(0).says("there is no account");
        let made: Vec<String> = (0..5).map(|number| format!("a{number}@example.com")).collect();
        for email in &made {
            create(site, email, &[]).ended(0);
        }
        let mut seen = Vec::new();
        let mut next: Option<String> = None;
        loop {
            let mut args = vec!["account", "list", "--limit", "2", "--json"];
            if let Some(next) = &next {
                args.extend(["--after", next]);
            }
            let page = site.run(&args).ended(0).json();
            for account in page["accounts"].as_array().unwrap() {
                has_fields(account, &["password_change_required", "state"]);
                seen.push(account["email"].as_str().unwrap().to_owned());
            }
            next = page["next"].as_str().map(str::to_owned);
            if next.is_none() {
                break;
            }
        }
        assert_eq!(seen, made);
        let ran = site.run(&["account", "list", "--limit", "2"]).ended(0);
        ran.says("a1@example.com").says("more: --after ").lacks("a2@example.com");
    });
}

/// The command line says what the administrator's pages say.
#[test]
fn each_state_is_listed_and_shown() {
    everywhere(|site| {
        let people = ["active", "invited", "closing", "suspended"];
        for state in people {
            let email = format!("{state}@example.com");
            if state == "invited" {
                let invite = ["account", "invite", "--email", &email, "--name", "Mira Okafor"];
                site.run(&invite).ended(0);
            } else {
                create(site, &email, &[]).ended(0);
            }
        }
        site.run(&["account", "close", "--email", "closing@example.com"]).ended(0);
        site.run(&["account", "suspend", "suspended@example.com"]).ended(0);
        let admin = ["account", "make-administrator", "active@example.com"];
        site.run(&admin).ended(0);
        let required = ["account", "require-password-change", "active@example.com"];
        site.run(&required).ended(0);

        let text = site.run(&["account", "list"]).ended(0).out;
        let json = site.run(&["account", "list", "--json"]).ended(0).json();
        for (number, state) in people.into_iter().enumerate() {
            let email = format!("{state}@example.com");
            let words = match state {
                "active" => "active, new password required, administrator",
                other => other,
            };
            let line = text.lines().find(|line| line.contains(&email)).unwrap();
            assert!(line.split_once("  ").unwrap().1.starts_with(words), "{line}");
            let own = &json["accounts"][number];
            assert_eq!((&own["email"], &own["state"]), (&email.clone().into(), &state.into()));
            assert_eq!(own["password_change_required"], state == "active");
            let shown = site.run(&["account", "show", &email, "--json"]).ended(0).json();
            assert_eq!(&shown, own);
            let shown = site.run(&["account", "show", &email]).ended(0);
            let shown = shown.says(&format!("state          {words}\n"));
            assert_eq!(shown.out.contains("\ncloses         20"), state == "closing");
        }
        site.run(&["account", "list", "--after", "x"]).ended(2).says("what the last page named");
    });
}

/// Names have no characters that turn a line around, and a list stays a list.
#[test]
fn a_nasty_name_stays_in_its_line() {
    let site = Site::new(Backend::Sqlite);
    let name = "Mi\r\nra\u{1b}[2J\u{202e}x";
    let args = ["account", "create", "--email", "mira@example.com", "--name", name];
    for ran in [site.run(&args).ended(0), site.run(&["account", "list"]).ended(0)] {
        let nasty = ran.out.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}');
        assert!(!nasty, "{ran:?}");
        assert!(ran.out.contains("Mi ra [2J x"), "{ran:?}");
    }
}

fn signed_in(server: &Server, email: &str) -> Person {
    let mut person = Person::at(server);
    person.sign_in(email, PASSWORD).leads_to("/settings/security");
    person
}

#[test]
fn suspending_takes_effect_at_the_very_next_request() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let site = Site::new(backend);
        let server = site.start();
        create_with(&site, "mira@example.com", PASSWORD).ended(0);
        let mut people =
            [signed_in(&server, "mira@example.com"), signed_in(&server, "mira@example.com")];
        assert!(people.iter_mut().all(Person::is_signed_in));
        let suspend =
            ["account", "suspend", "mira@example.com", "--reason", "asked by phone", "--json"];
        let json = site.run(&suspend).ended(0).json();
        has_fields(&json, &["sessions_ended"]);
        assert_eq!((&json["suspended"], &json["sessions_ended"]), (&true.into(), &2.into()));
        assert!(!people.iter_mut().any(Person::is_signed_in));
        Person::at(&server).sign_in("mira@example.com", PASSWORD).is(403);
        let ran = site.run(&suspend).ended(1);
        assert_eq!(ran.json()["error"], "mira@example.com is suspended already");
        site.run(&["account", "show", "mira@example.com"])
            .ended(0)
            .says("state          suspended");

        let restore = ["account", "restore", "mira@example.com", "--json"];
        let json = site.run(&restore).ended(0).json();
        has_fields(&json, &["sessions_ended"]);
        assert_eq!(json["suspended"], false);
        assert!(!people.iter_mut().any(Person::is_signed_in), "what has ended stays ended");
        signed_in(&server, "mira@example.com");
        site.run(&restore).ended(1).says("is not suspended");
        for verb in ["show", "suspend", "restore"] {
            let ran = site.run(&["account", verb, "nobody@example.com", "--json"]).ended(1);
            let error = "there is no account with the address nobody@example.com";
            assert_eq!(ran.json()["error"], error);
        }
        server.stop().ended(0);
        // Without a server it is the same.
        site.run(&suspend).ended(0);
        let server = site.start();
        Person::at(&server).sign_in("mira@example.com", PASSWORD).is(403);
        Person::at(&server).sign_in("mira@example.com", OTHER_PASSWORD).is(403);
    }
}
