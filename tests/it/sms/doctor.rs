//! What `doctor` says of text messages.

use super::carrier::Carrier;
use crate::process::{Ran, Site};
use crate::support::Backend;

#[track_caller]
fn finds(ran: &Ran, what: &str, state: &str, text: &str) {
    let json = ran.json();
    let found = json["findings"].as_array().unwrap().iter().find(|one| one["what"] == what);
    let found = found.unwrap_or_else(|| panic!("{json}"));
    assert_eq!(found["state"], state, "{found}");
    assert!(found["text"].as_str().unwrap().contains(text), "{found}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn doctor_asks_the_carrier() {
    let mut site = Site::new(Backend::Sqlite);
    site.run(&["migrate"]).ended(0);
    finds(&site.run(&["doctor", "--json"]), "SMS", "ok", "not offered");
    site.set("sms_countries", "GB");
    let ran = site.run(&["doctor", "--json"]);
    finds(&ran, "SMS", "look", "no carrier is set: text messages are read on this machine");
    finds(&ran, "text messages today", "ok", "0 of 1000, 0 to numbers not proved yet");
    let carrier = Carrier::protected("localhost").await;
    for (key, value) in carrier.settings() {
        site.set(key, &value);
    }
    let ran = site.run(&["doctor", "--json"]);
    finds(&ran, "SMS", "ok", &format!("https://localhost:{} answers; for DE, GB", carrier.port));
    site.set("sms_url", &format!("https://127.0.0.1:{}/hunter2", carrier.port));
    let ran = site.run(&["doctor", "--json"]);
    let ran = ran.ended(1).lacks("hunter2");
    finds(&ran, "SMS", "bad", "TLS with the carrier: ");
    assert!(carrier.received().is_empty());
}
