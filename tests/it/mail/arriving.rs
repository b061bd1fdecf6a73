//! What is sent arrives, and as it was meant.

use super::server::{ID, MailServer, Offer, header, headers, mail, plain_client, send};
use portcullis::delivery::Mail;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn starttls_and_sign_in() {
    let server = MailServer::start(Offer::StartTls);
    let client = server.client();
    client.probe().await.unwrap();
    assert!(server.mails().is_empty());
    send(&client, &mail("mira@example.com")).await.unwrap();
    let mail = server.only_mail();
    assert_eq!(mail["tls"], true);
    assert_eq!(mail["user"], "relay");
    assert_eq!(mail["from"], "security@example.com");
    assert_eq!(mail["to"], json!(["mira@example.com"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn implicit_tls_and_sign_in() {
    let server = MailServer::start(Offer::Implicit);
    let client = server.client();
    client.probe().await.unwrap();
    send(&client, &mail("mira@example.com")).await.unwrap();
    let mail = server.only_mail();
    assert_eq!((&mail["tls"], &mail["user"]), (&json!(true), &json!("relay")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_in_the_same_house_without_tls() {
    let server = MailServer::open(Offer::Stripped, 0);
    send(&plain_client(server.port), &mail("mira@example.com")).await.unwrap();
    let mail = server.only_mail();
    assert_eq!((&mail["tls"], &mail["user"]), (&json!(false), &json!(null)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_headers_say_what_they_should() {
    let server = MailServer::start(Offer::StartTls);
    let client = server.client();
    for _ in 0..2 {
        send(&client, &mail("Mira@example.com")).await.unwrap();
    }
    let mails = server.mails();
    assert_eq!(mails.len(), 2);
    for mail in &mails {
        assert_eq!(header(mail, "From"), "Portcullis <security@example.com>");
        assert_eq!(header(mail, "To"), "Mira@example.com");
        assert_eq!(header(mail, "Date"), "Tue, 24 Nov 2026 09:00:00 +0000");
        // The same at each try.
        assert_eq!(header(mail, "Message-ID"), format!("<{ID}@example.com>"));
        assert_eq!(header(mail, "Auto-Submitted"), "auto-generated");
        assert_eq!(header(mail, "MIME-Version"), "1.0");
        assert_eq!(mail["type"], "multipart/alternative");
        for absent in ["List-Unsubscribe", "List-Unsubscribe-Post", "Cc", "Bcc", "Reply-To"] {
            assert!(headers(mail, absent).is_empty(), "{absent}");
        }
        let parts = json!([
            ["text/plain", "It was changed.\r\n"],
            ["text/html", "<p>It was changed.</p>\r\n"],
        ]);
        assert_eq!(mail["parts"], parts);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_letter_arrives() {
    let server = MailServer::open(Offer::Stripped, 0);
    let subject = "Passwort geändert — пароль изменён 🔑 ".repeat(8).trim().to_owned();
    let text = format!("Grüße,\r\nمرحبا 🔑 = =20 \t\r\n{}\r\n", "ü".repeat(2000));
    let html = format!("<p>Grüße &amp; مرحبا 🔑</p>{}", "<b>x</b>".repeat(500));
    let mail = Mail {
        to: "mira@bücher.example".into(),
        subject: subject.clone(),
        text: text.clone(),
        html: html.clone(),
    };
    send(&plain_client(server.port), &mail).await.unwrap();
    let mail = server.only_mail();
    assert_eq!(header(&mail, "Subject"), subject);
    assert_eq!(mail["to"], json!(["mira@xn--bcher-kva.example"]));
    assert_eq!(mail["parts"], json!([["text/plain", text], ["text/html", html]]));
    let raw = mail["raw"].as_str().unwrap();
    assert!(raw.is_ascii());
    assert!(raw.lines().all(|line| line.len() <= 78), "a line is too long");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once() {
    let server = MailServer::start(Offer::StartTls);
    let client = server.client();
    let sends = (0..8).map(|number| {
        let client = client.clone();
        async move { send(&client, &mail(&format!("mira{number}@example.com"))).await }
    });
    for sent in futures_util::future::join_all(sends).await {
        sent.unwrap();
    }
    let mut to: Vec<String> =
        server.mails().iter().map(|mail| mail["to"][0].as_str().unwrap().to_owned()).collect();
    to.sort();
    assert_eq!(to.len(), 8);
    to.dedup();
    assert_eq!(to.len(), 8);
}
