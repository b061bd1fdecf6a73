//! What the server writes to its own log: lines that a program can read, with
//! nothing in them that is a secret or says who somebody is.

use super::person::{Person, connect};
use super::program::Site;
use crate::support::{Backend, PASSWORD};
use std::io::Write;

const AGENT: &str = "Canary-Agent/77";
const WRONG: &str = "Canary-password 8 wrong";

/// Everything that a person does, with values that are easy to find again.
fn walk(site: &Site) -> (Vec<String>, String) {
    let server = site.start();
    let link = server.link().unwrap();
    let mut mira = Person::at(&server);
    mira.user_agent = AGENT.into();
    mira.set_up(&link, "canary@example.com", PASSWORD).leads_to("/settings/security");
    let mut secrets: Vec<String> = mira.cookies.values().cloned().collect();
    mira.try_change_password(WRONG, "Canary-password 9 other").unwrap();
    mira.try_change_password(PASSWORD, "Canary-password 9 other").unwrap().is(303);
    mira.get(&link).is(404);
    secrets.extend(mira.cookies.values().cloned());
    let mut other = Person::at(&server);
    other.user_agent = AGENT.into();
    other.sign_in("canary@example.com", WRONG).is(403);
    other.sign_in("nobody-canary@example.com", WRONG).is(403);
    other.sign_in("canary@example.com", "Canary-password 9 other").is(303);
    secrets.extend(other.cookies.values().cloned());
    other.get("/settings/security?canary=query").is(200);
    let args =
        ["account", "create", "--email", "canary2@example.com", "--name", "Canary Two", "--json"];
    let made = site.run(&args).ended(0).json();
    secrets.push(made["password"].as_str().unwrap().to_owned());
    site.run(&["account", "suspend", "canary2@example.com", "--reason", "canary-reason"]).ended(0);
    site.run(&["backup", "--to", "copy"]).ended(0);
    // And what HTTP/2's own library has to say.
    let mut stream = connect(server.port).unwrap();
    let _ = stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0garbage");
    Person::at(&server).get("/health/ready").is(200);
    secrets.extend(link.rsplit('/').next().map(str::to_owned));
    let ran = server.stop().ended(0);
    (secrets, ran.err)
}

fn carries_nothing(log: &str, secrets: &[String]) {
    let personal = ["anary", AGENT, PASSWORD, WRONG, "127.0.0.1:", "Mira Okafor", "Firefox"];
    let cookies = secrets.iter().map(String::as_str).filter(|text| text.len() > 12);
    for secret in personal.into_iter().chain(cookies) {
        let found = log.lines().find(|line| line.contains(secret));
        assert!(found.is_none(), "{secret:?} is in {found:?}");
    }
}

#[test]
fn json_lines_can_be_read_by_a_program() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let mut site = Site::new(backend);
        site.set("log_format", "json").set("log_level", "trace");
        let (secrets, log) = walk(&site);
        let mut answered = 0;
        for line in log.lines() {
            let line: serde_json::Value =
                serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
            assert!(line["timestamp"].is_string() && line["level"].is_string(), "{line}");
            if line["fields"]["message"] == "answered" {
                answered += 1;
                assert!(line["fields"]["status"].is_u64(), "{line}");
            }
        }
        assert!(answered > 10, "each request is a line at this level");
        assert!(log.contains("/set-up/{link}") && log.contains("stopped"));
        carries_nothing(&log, &secrets);
    }
}

#[test]
fn text_lines_carry_nothing_either() {
    let mut site = Site::new(Backend::Sqlite);
    site.set("log_level", "trace");
    let (secrets, log) = walk(&site);
    assert!(log.contains("DEBUG answered method=GET route=\"/sign-in\" status=200"), "{log}");
    assert!(!log.contains('\u{1b}'), "a pipe is no terminal");
    carries_nothing(&log, &secrets);
}

/// A fault is said once, with its reference and without the link of the page.
#[test]
fn a_fault_names_the_route_and_not_the_path() {
    let site = Site::new(Backend::Sqlite);
    let server = site.start();
    let link = server.link().unwrap();
    super::program::block_on(async {
        let target = format!("sqlite:{}", site.path("portcullis-data/portcullis.db").display());
        let db = portcullis_db::Db::connect(&target.parse().unwrap()).await.unwrap();
        portcullis_db::testing::tamper(&db, "ALTER TABLE set_up_links RENAME TO gone")
            .await
            .unwrap();
        db.close().await;
    });
    let reply = Person::at(&server).get(&link);
    reply.is(500);
    let err = server.stop().ended(0).err;
    let fault = err.lines().find(|line| line.contains("a request failed")).unwrap();
    assert!(fault.contains("route=\"/set-up/{link}\"") && fault.contains("reference="), "{fault}");
    assert!(!err.contains("pcl_"), "{err}");
    let reference = fault.split("reference=\"").nth(1).and_then(|rest| rest.split('"').next());
    reply.shows(reference.unwrap());
}

#[test]
fn the_usual_level_is_quiet() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let site = Site::new(backend);
        site.run(&["migrate"]).ended(0);
        let (_, log) = walk(&site);
        // Where the machine is busy a minute's work comes in between, and takes long.
        let busy = ["slow statement", "the security log is sealed"];
        let own = |line: &&str| !busy.iter().any(|other| line.contains(other));
        let lines: Vec<&str> = log.lines().filter(own).collect();
        assert_eq!(lines.len(), 2, "{log}");
        assert!(lines[0].contains("stopping") && lines[1].ends_with("stopped"));
    }
}
