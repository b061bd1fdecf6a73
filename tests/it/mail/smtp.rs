//! What is sent, and when nothing is (RS-23).

use super::server::{MailServer, Received, STARTTLS, USER, Wanted};
use portcullis::config::{Config, Environment};
use portcullis::delivery::smtp::Smtp;
use portcullis::delivery::{Failure, Mail, Posted};
use portcullis::time::Timestamp;

fn smtp(environment: &Environment) -> Smtp {
    Smtp::of(&Config::load(None, environment).unwrap()).unwrap().unwrap()
}

fn posted(to: &str, subject: &str, text: &str) -> Posted {
    Posted {
        mail: Mail {
            to: to.into(),
            subject: subject.into(),
            text: text.into(),
            html: "<p>Grüße</p>".into(),
        },
        message_id: "019ab4f0-0000-7000-8000-000000000001".into(),
        date: Timestamp::from_millis(1_795_510_800_000),
    }
}

async fn arrives(wanted: Wanted) -> Received {
    let server = MailServer::start(wanted);
    let smtp = smtp(&server.environment());
    smtp.probe().await.unwrap();
    smtp.send(posted("mira@example.com", "Grüße", "Zeile")).await.unwrap();
    let received = server.received(1);
    assert_eq!(received.len(), 1);
    received[0].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn starttls_and_sign_in() {
    let mail = arrives(STARTTLS).await;
    assert!(mail.tls);
    assert_eq!(mail.user.as_deref(), Some(USER));
    assert_eq!(mail.to, ["mira@example.com"]);
    assert_eq!(mail.header("to"), ["mira@example.com"]);
    assert_eq!(mail.header("from"), ["\"Acme Security\" <security@acme.example>"]);
    assert_eq!(mail.header("date"), ["Tue, 24 Nov 2026 09:00:00 +0000"]);
    assert_eq!(mail.header("message-id"), ["<019ab4f0-0000-7000-8000-000000000001@acme.example>"]);
    assert_eq!(mail.header("auto-submitted"), ["auto-generated"]);
    assert!(mail.header("list-unsubscribe").is_empty());
    assert!(mail.header("content-type")[0].starts_with("multipart/alternative"));
    assert!(mail.raw.contains("text/plain; charset=utf-8"));
    assert!(mail.raw.contains("text/html; charset=utf-8"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tls_from_the_first_byte() {
    let mail = arrives(Wanted { tls: "implicit", ..STARTTLS }).await;
    assert!(mail.tls);
    assert_eq!(mail.user.as_deref(), Some(USER));
}

/// Nothing is sent, and it is for the operator to mend.
async fn refuses(server: &MailServer, environment: &Environment, reason: &str) {
    let smtp = smtp(environment);
    match smtp.send(posted("mira@example.com", "Subject", "Text")).await {
        Err(Failure::Later(said)) => {
            assert!(said.to_lowercase().contains(reason), "{said:?} lacks {reason:?}");
            assert!(!said.contains("p:w@d"), "{said}");
        }
        other => panic!("{other:?}"),
    }
    assert!(smtp.probe().await.is_err());
    assert!(server.received(0).is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rs_23_a_certificate_for_another_name_is_refused() {
    for tls in ["starttls", "implicit"] {
        let server = MailServer::start(Wanted { tls, name: "other.example", ..STARTTLS });
        refuses(&server, &server.environment(), "not valid for name").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rs_23_a_certificate_of_nobody_known_is_refused() {
    for tls in ["starttls", "implicit"] {
        let server = MailServer::start(Wanted { tls, ..STARTTLS });
        let mut environment = server.environment();
        environment.remove("PORTCULLIS_SMTP_CA_FILE");
        refuses(&server, &environment, "unknownissuer").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rs_23_a_server_without_starttls_gets_nothing() {
    let server = MailServer::start(Wanted { tls: "none", signs_in: false, ..STARTTLS });
    refuses(&server, &server.environment(), "starttls").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_tls_where_the_operator_says_so() {
    let server = MailServer::start(Wanted { tls: "none", signs_in: false, ..STARTTLS });
    let mut environment = server.environment();
    environment.get_mut("PORTCULLIS_SMTP_URL").unwrap().push_str("?starttls=never");
    smtp(&environment).send(posted("mira@example.com", "Subject", "Text")).await.unwrap();
    assert!(!server.received(1)[0].tls);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rs_23_lines_of_the_body_are_only_lines() {
    let server = MailServer::start(STARTTLS);
    let smtp = smtp(&server.environment());
    let body = "one\r\n.\r\nMAIL FROM:<eve@example.com>\r\n..\r\n.two\nthree\r.\rfour";
    smtp.send(posted("mira@example.com", "Subject", body)).await.unwrap();
    smtp.send(posted("mira@example.com", "Second", "Text")).await.unwrap();
    let received = server.received(2);
    assert_eq!(received.len(), 2);
    assert_eq!(received[0].to, ["mira@example.com"]);
    for line in ["\r\n.\r\nMAIL FROM:<eve@example.com>\r\n..\r\n.two\r\n", "four"] {
        let readable = received[0].raw.replace("=2E", ".").replace("=\r\n", "");
        assert!(readable.contains(line), "{readable}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rs_23_a_subject_makes_no_header() {
    let server = MailServer::start(STARTTLS);
    let smtp = smtp(&server.environment());
    for subject in ["Hello\r\nBcc: eve@example.com", "Hello\nBcc: eve@example.com", "Hello\rBcc: x"]
    {
        smtp.send(posted("mira@example.com", subject, "Text")).await.unwrap();
    }
    for mail in server.received(3) {
        assert!(mail.header("bcc").is_empty());
        assert_eq!(mail.to, ["mira@example.com"]);
        assert!(mail.header("subject")[0].starts_with("Hello"));
    }
}

/// RS-02: one recipient, and only an address.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rs_02_a_list_of_recipients_is_nobody() {
    let server = MailServer::start(STARTTLS);
    let smtp = smtp(&server.environment());
    for to in [
        "mira@example.com,eve@example.com",
        "mira@example.com, eve@example.com",
        "mira@example.com\nBcc: eve@example.com",
        "mira@example.com\r\nRCPT TO:<eve@example.com>",
        "mira@example.com>\r\nRCPT TO:<eve@example.com",
        "<mira@example.com>",
        "Mira <mira@example.com>",
        "mira@example.com eve@example.com",
        "mira",
        "",
    ] {
        match smtp.send(posted(to, "Subject", "Text")).await {
            Err(Failure::Never(_)) => {}
            other => panic!("{to:?}: {other:?}"),
        }
    }
    assert!(server.received(0).is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_server_says_decides() {
    let server = MailServer::start(STARTTLS);
    let smtp = smtp(&server.environment());
    match smtp.send(posted("refused-for-good@example.com", "Subject", "Text")).await {
        Err(Failure::Never(said)) => {
            assert!(said.contains("550") && said.contains("nobody here"), "{said}");
            assert!(!said.contains("refused-for-good@"), "an address is in {said}");
        }
        other => panic!("{other:?}"),
    }
    match smtp.send(posted("refused-for-now@example.com", "Subject", "Text")).await {
        Err(Failure::Later(said)) => assert!(said.contains("451"), "{said}"),
        other => panic!("{other:?}"),
    }
    assert!(server.received(0).is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_password_is_for_the_operator_to_mend() {
    let server = MailServer::start(STARTTLS);
    let mut environment = server.environment();
    let url = environment.get_mut("PORTCULLIS_SMTP_URL").unwrap();
    *url = url.replace("portcullis:", "somebody:");
    refuses(&server, &environment, "535").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dead_server_comes_back() {
    let mut server = MailServer::start(STARTTLS);
    let smtp = smtp(&server.environment());
    server.die();
    match smtp.send(posted("mira@example.com", "Subject", "Text")).await {
        Err(Failure::Later(_)) => {}
        other => panic!("{other:?}"),
    }
    server.come_back();
    smtp.send(posted("mira@example.com", "Subject", "Text")).await.unwrap();
    assert_eq!(server.received(1).len(), 1);
}

#[test]
fn a_file_that_is_no_certificate_is_told_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    let said = |environment: &Environment| {
        let config = Config::load(None, environment).unwrap();
        Smtp::of(&config).err().unwrap().message().to_owned()
    };
    let environment = Environment::from([
        ("PORTCULLIS_SMTP_URL".into(), "smtp://mail.example.com".into()),
        ("PORTCULLIS_SMTP_CA_FILE".into(), file.display().to_string()),
    ]);
    assert!(said(&environment).contains("smtp_ca_file"));
    std::fs::write(&file, "no certificate").unwrap();
    assert!(said(&environment).contains("no PEM certificate"));
}
