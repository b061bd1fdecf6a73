//! What a carrier can say or be, and what comes of it.

use super::carrier::{Answer, Carrier};
use crate::mail::Certificates;
use portcullis::config::{Config, Environment};
use portcullis::delivery::Failure;
use portcullis::delivery::TextMessage;
use portcullis::delivery::carrier::Carrier as Client;
use portcullis::time::Timestamp;

const ID: &str = "01900000-0000-7000-8000-000000000001";

fn client(settings: &[(&str, String)]) -> Client {
    let environment: Environment = settings
        .iter()
        .map(|(key, value)| (format!("PORTCULLIS_{}", key.to_uppercase()), value.clone()))
        .collect();
    let config = Config::load(None, &environment).unwrap();
    Client::new(&config.sms.unwrap(), &config.sms_secret.unwrap()).unwrap()
}

async fn send(client: &Client) -> Result<(), Failure> {
    let message = TextMessage { to: "+447400120001".into(), text: "123456 is your code".into() };
    client.send(&message, ID, Timestamp::from_millis(1_795_510_800_000)).await
}

#[track_caller]
fn says(failure: &Failure, word: &str) {
    let reason = failure.reason();
    assert!(reason.contains(word), "{reason}");
    for private in ["123456", "447400120001", "hunter2", "MfKQ9r8G"] {
        assert!(!reason.contains(private), "{reason}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_status_decides() {
    let carrier = Carrier::start().await;
    let client = client(&carrier.settings());
    for status in [200, 201, 202, 204] {
        carrier.answers(Answer::Status(status));
        assert_eq!(send(&client).await, Ok(()), "{status}");
    }
    for status in [400, 401, 403, 404, 410, 413, 422, 451] {
        carrier.answers(Answer::Status(status));
        let failure = send(&client).await.unwrap_err();
        assert!(matches!(failure, Failure::Never(_)), "{status}: {failure:?}");
        says(&failure, &format!("the carrier answered {status}"));
    }
    for status in [408, 429, 500, 502, 503, 504, 304] {
        carrier.answers(Answer::Status(status));
        let failure = send(&client).await.unwrap_err();
        assert!(matches!(failure, Failure::Later(_)), "{status}: {failure:?}");
        says(&failure, &format!("the carrier answered {status}"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pl_04_no_redirect_is_followed() {
    let carrier = Carrier::start().await;
    carrier.answers(Answer::Redirect);
    let failure = send(&client(&carrier.settings())).await.unwrap_err();
    assert!(matches!(failure, Failure::Later(_)));
    says(&failure, "answered 307, and no redirect is followed: change sms_url");
    let received = carrier.received();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].path, "/send?key=hunter2");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn odd_answers_end() {
    let carrier = Carrier::start().await;
    let client = client(&carrier.settings());
    for answer in [Answer::Garbage, Answer::Endless] {
        carrier.answers(answer);
        let failure = send(&client).await.unwrap_err();
        assert!(matches!(failure, Failure::Later(_)), "{answer:?}");
        says(&failure, "asking the carrier");
    }
}

/// Time stands still but for the time-outs.
#[tokio::test]
async fn a_carrier_that_says_nothing_is_given_up() {
    let carrier = Carrier::start().await;
    carrier.answers(Answer::Hangs);
    let client = client(&carrier.settings());
    let sending = tokio::spawn(async move { send(&client).await });
    while carrier.received().is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    tokio::time::pause();
    let failure = sending.await.unwrap().unwrap_err();
    assert!(matches!(failure, Failure::Later(_)));
    says(&failure, "not done within 30 seconds");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_must_be_right() {
    let carrier = Carrier::protected("localhost").await;
    let settings = carrier.settings();
    assert_eq!(send(&client(&settings)).await, Ok(()));
    assert!(carrier.received()[0].signed);
    // By an authority that nobody knows.
    let mut unknown = settings.clone();
    unknown.retain(|(key, _)| *key != "sms_ca_file");
    says(&send(&client(&unknown)).await.unwrap_err(), "TLS with the carrier: ");
    // By another one than is trusted.
    let other = Certificates::of("localhost");
    unknown.push(("sms_ca_file", other.authority().display().to_string()));
    says(&send(&client(&unknown)).await.unwrap_err(), "TLS with the carrier: ");
    // For another host.
    let mut by_number = settings;
    by_number[0].1 = by_number[0].1.replace("localhost", "127.0.0.1");
    says(&send(&client(&by_number)).await.unwrap_err(), "TLS with the carrier: ");
    // A line without TLS is none to a server that wants it.
    let mut plain = carrier.settings();
    plain[0].1 = plain[0].1.replace("https:", "http:");
    assert!(send(&client(&plain)).await.is_err());
    // Nothing of all that was sent.
    assert_eq!(carrier.received().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_there() {
    let carrier = Carrier::start().await;
    let settings = carrier.settings();
    drop(carrier);
    tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    says(&send(&client(&settings)).await.unwrap_err(), "connecting: ");
    let mut nowhere = settings;
    nowhere[0].1 = "https://nowhere.invalid/".into();
    says(&send(&client(&nowhere)).await.unwrap_err(), "looking the host up: ");
}

/// A proxy of the environment would read every code.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_proxy_is_asked() {
    let carrier = Carrier::start().await;
    let ran = tokio::process::Command::new(env!("CARGO_BIN_EXE_portcullis"))
        .args(["doctor", "--json"])
        .envs(
            carrier
                .settings()
                .iter()
                .map(|(key, value)| (format!("PORTCULLIS_{}", key.to_uppercase()), value.clone())),
        )
        .envs([("http_proxy", "http://127.0.0.1:1"), ("HTTP_PROXY", "http://127.0.0.1:1")])
        .current_dir(tempfile::tempdir().unwrap().path())
        .output()
        .await
        .unwrap();
    let said = String::from_utf8(ran.stdout).unwrap();
    assert!(
        said.contains(&format!("http://localhost:{} answers; for DE, GB", carrier.port)),
        "{said}"
    );
    assert!(!said.contains("hunter2") && !said.contains("MfKQ9r8G"));
}
