//! What administrators' pages do, by command line, beside a running server and
//! without one.

use super::person::Person;
use super::program::Site;
use crate::support::{Backend, PASSWORD};
use portcullis_db::testing;
use serde_json::Value;

const ADA: &str = "ada@example.com";
const BOB: &str = "bob@example.com";

fn create(site: &Site, email: &str, more: &[&str]) {
    let args = ["account", "create", "--email", email, "--name", "Somebody", "--password-stdin"];
    site.run_with(&[&args[..], more].concat(), PASSWORD).ended(0);
}

fn everywhere(test: impl Fn(&Site)) {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        test(&Site::new(backend));
        let site = Site::new(backend);
        let server = site.start();
        test(&site);
        server.stop().ended(0);
    }
}

#[test]
fn invitations_reset_links_and_administrators() {
    everywhere(|site| {
        create(site, ADA, &["--admin"]);
        let invite = ["account", "invite", "--email", BOB, "--name", "Bob", "--json"];
        let json = site.run(&invite).ended(0).json();
        assert_eq!((&json["email"], &json["administrator"]), (&BOB.into(), &false.into()));
        let ran = site.run(&invite).ended(1);
        assert_eq!(ran.json()["error"], format!("another account has the address {BOB}"));
        site.run(&["account", "invite", "--email", "bob", "--name", "Bob"]).ended(2);
        site.run(&["account", "invite", "--email", "cy@example.com", "--name", ""]).ended(2);
        site.run(&["account", "resend-invitation", BOB]).ended(0).says("is invited again");
        site.run(&["account", "send-reset-link", BOB]).ended(1).says("has no password yet");
        site.run(&["account", "require-password-change", BOB]).ended(1).says("has no password");
        site.run(&["account", "resend-invitation", ADA]).ended(1).says("has a password already");
        let ran = site.run(&["account", "send-reset-link", ADA]).ended(0);
        ran.says("gets a reset link by mail").lacks("pcl_").lacks("/link/");
        site.run(&["account", "make-administrator", BOB]).ended(0).says("is an administrator");
        site.run(&["account", "make-administrator", BOB]).ended(1);
        // Bob can't sign in yet, so Ada is the last one who can.
        let ran = site.run(&["account", "unmake-administrator", ADA]).ended(1);
        ran.says("is the last administrator who can sign in");
        site.run(&["account", "unmake-administrator", BOB]).ended(0);
        let json = site.run(&["account", "unmake-administrator", BOB, "--json"]).ended(1).json();
        assert_eq!(json["error"], "bob@example.com: refused, already");
        for act in [
            "resend-invitation",
            "send-reset-link",
            "require-password-change",
            "make-administrator",
            "unmake-administrator",
        ] {
            let ran = site.run(&["account", act, "nobody@example.com"]).ended(1);
            ran.says("there is no account with the address nobody@example.com");
            site.run(&["account", act]).ended(2);
        }
    });
}

#[test]
fn sessions_end_and_passwords_are_required_at_the_next_request() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let site = Site::new(backend);
        let server = site.start();
        create(&site, ADA, &["--admin"]);
        create(&site, BOB, &[]);
        let (mut ada, mut bob) = (Person::at(&server), Person::at(&server));
        ada.sign_in(ADA, PASSWORD).leads_to("/settings/security");
        bob.sign_in(BOB, PASSWORD).leads_to("/settings/security");
        site.run(&["account", "require-password-change", BOB]).ended(0);
        bob.get("/settings/profile").leads_to("/settings/security/password");
        site.run(&["account", "require-password-change", BOB]).ended(1);
        let json = site.run(&["account", "end-sessions", "--email", BOB, "--json"]).ended(0).json();
        assert_eq!(json["sessions_ended"], 1);
        assert!(!bob.is_signed_in() && ada.is_signed_in());
        site.run(&["account", "end-sessions"]).ended(2);
        site.run(&["account", "end-sessions", "--all", "--email", BOB]).ended(2);
        let json = site.run(&["account", "end-sessions", "--all", "--json"]).ended(0).json();
        assert_eq!(json, serde_json::json!({ "sessions_ended": 1 }));
        assert!(!ada.is_signed_in());
        server.stop().ended(0);
    }
}

#[test]
fn the_outbox_is_listed_and_tried_again() {
    let mut site = Site::new(Backend::Postgres);
    site.set("log_level", "warn");
    create(&site, ADA, &["--admin"]);
    let json = site.run(&["outbox", "list", "--json"]).ended(0).json();
    assert_eq!((&json["waiting"], &json["dead"]), (&0.into(), &0.into()));
    assert!(json["oldest"].is_null());
    let outbox = |state: &str| {
        let json = site.run(&["doctor", "--json"]).ended(0).json();
        let all = json["findings"].as_array().unwrap().clone();
        let own = all.into_iter().find(|finding| finding["what"] == "outbox").unwrap();
        assert_eq!(own["state"], state, "{own}");
        own["text"].as_str().unwrap().to_owned()
    };
    assert_eq!(outbox("ok"), "waiting: 0, given up: 0");
    site.run(&["account", "send-reset-link", ADA]).ended(0);
    site.run(&["account", "require-password-change", ADA]).ended(0);
    let json = site.run(&["outbox", "list", "--json"]).ended(0).json();
    assert_eq!((&json["waiting"], json["messages"].as_array().unwrap().len()), (&2.into(), 2));
    let ran = site.run(&["outbox", "list"]).ended(0).says("password-reset");
    ran.lacks(ADA).lacks("pcl_");
    let paged = |more: &[&str]| {
        let (mut ids, mut next) = (Vec::new(), None::<String>);
        loop {
            let mut args = [&["outbox", "list", "--limit", "1", "--json"], more].concat();
            args.extend(next.iter().flat_map(|next| ["--after", next.as_str()]));
            let json = site.run(&args).ended(0).json();
            ids.extend(json["messages"].as_array().unwrap().iter().map(|own| own["id"].clone()));
            match json["next"].as_str() {
                Some(place) => next = Some(place.to_owned()),
                None => return ids,
            }
        }
    };
    let ids = |json: &Value| -> Vec<Value> {
        json["messages"].as_array().unwrap().iter().map(|own| own["id"].clone()).collect()
    };
    assert_eq!(paged(&[]), ids(&json));
    site.run(&["outbox", "list", "--limit", "1"]).ended(0).says("more: --after ");
    site.run(&["outbox", "list", "--after", "x"]).ended(2).says("what the last page named");
    assert!(outbox("ok").contains("the oldest waits for 0 minutes"));
    let sql = |sql: &str| {
        let database = site.database();
        let target = database.url.parse().unwrap();
        super::program::block_on(async {
            let db = portcullis_db::Db::connect(&target).await.unwrap();
            testing::tamper(&db, sql).await.unwrap();
            db.close().await;
        });
    };
    sql("UPDATE outbox SET created_at = created_at - 7200000");
    assert!(outbox("look").contains("See why: portcullis outbox list"));
    sql(
        "UPDATE outbox SET next_attempt_at = NULL, dead_at = 1, last_error = 'no <ada@example.com>'",
    );
    assert!(outbox("look").contains("portcullis outbox retry --all"));
    let json = site.run(&["outbox", "list", "--dead", "--json"]).ended(0).lacks(ADA).json();
    assert_eq!(paged(&["--dead"]), ids(&json));
    let messages = json["messages"].as_array().unwrap();
    assert_eq!((messages.len(), &messages[0]["last_error"]), (2, &"no …".into()));
    let id = messages[0]["id"].as_str().unwrap();
    site.run(&["outbox", "retry", id]).ended(0).says("is tried again");
    site.run(&["outbox", "retry", id]).ended(1).says("is not among those that can be tried again");
    site.run(&["outbox", "retry", "x"]).ended(1);
    site.run(&["outbox", "retry"]).ended(2);
    let json = site.run(&["outbox", "retry", "--all", "--json"]).ended(0).json();
    assert_eq!(json, serde_json::json!({ "retried": 1 }));
    assert_eq!(site.run(&["outbox", "list", "--json"]).ended(0).json()["waiting"], 2);
}
