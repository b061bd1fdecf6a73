//! What is in a message stays in it: texts become neither commands, headers,
//! recipients nor other messages.

use super::server::{ID, MailServer, Offer, header, headers, mail, plain_client, send};
use portcullis::delivery::Mail;
use portcullis::delivery::smtp::Failure;
use portcullis::time::Timestamp;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn rs_23_a_body_of_dots_and_commands() {
    let server = MailServer::open(Offer::Stripped, 0);
    let client = plain_client(server.port);
    let bodies = [
        ".\r\n..\r\n...\r\n.x\r\n\r\n.\r\nMAIL FROM:<x>\r\nRCPT TO:<eve@y.example>\r\nDATA\r\n",
        ".",
        "..",
        "\r\n.\r\nQUIT\r\n",
        "a\r\n.\r\n.\r\n",
        // Soft line breaks must not make such a line either.
        &format!("{}.\r\n{}.\r\n", "x".repeat(75), "x".repeat(76)),
        "--boundary\r\nContent-Type: text/html\r\n\r\n<p>x</p>\r\n",
    ];
    for (number, text) in bodies.into_iter().enumerate() {
        let mail = Mail { text: text.into(), html: text.into(), ..mail("mira@example.com") };
        send(&client, &mail).await.unwrap();
        let mails = server.mails();
        assert_eq!(mails.len(), number + 1, "{text:?}");
        assert_eq!(mails[number]["to"], json!(["mira@example.com"]));
        assert_eq!(mails[number]["parts"], json!([["text/plain", text], ["text/html", text]]));
    }
}

/// Servers differ in what else ends a line, and with it a message.
#[tokio::test(flavor = "multi_thread")]
async fn rs_23_bare_line_ends_do_not_reach_the_line() {
    let server = MailServer::open(Offer::Stripped, 0);
    let text = "a\n.\nb\r.\rc\r\r\n.\r\r\nd\n.\r\ne\u{0}f\u{85}g\u{2028}h";
    let mail = Mail { text: text.into(), html: text.into(), ..mail("mira@example.com") };
    send(&plain_client(server.port), &mail).await.unwrap();
    let mail = server.only_mail();
    let raw = mail["raw"].as_str().unwrap().replace("\r\n", "");
    assert!(!raw.contains(['\r', '\n', '\0']), "{raw:?}");
    // A line end is CRLF; all else is as it was.
    let shown = "a\r\n.\r\nb\r.\rc\r\r\n.\r\r\nd\r\n.\r\ne\u{0}f\u{85}g\u{2028}h";
    assert_eq!(mail["parts"][0][1], shown);
}

#[tokio::test(flavor = "multi_thread")]
async fn rs_23_a_subject_makes_no_header() {
    let server = MailServer::open(Offer::Stripped, 0);
    let client = plain_client(server.port);
    let subjects = [
        ("Hello\r\nBcc: eve@y.example", "Hello  Bcc: eve@y.example"),
        ("Hello\nBcc: eve@y.example", "Hello Bcc: eve@y.example"),
        ("Hello\rBcc: eve@y.example", "Hello Bcc: eve@y.example"),
        ("Hello\r\n\r\n<b>body</b>", "Hello    <b>body</b>"),
        ("\r\nBcc: eve@y.example", "Bcc: eve@y.example"),
        ("Grüße\r\nBcc: eve@y.example", "Grüße  Bcc: eve@y.example"),
        ("Hello\u{0}\u{b}\u{c}\u{85}there", "Hello    there"),
    ];
    for (number, (subject, shown)) in subjects.into_iter().enumerate() {
        let mail = Mail { subject: subject.into(), ..mail("mira@example.com") };
        send(&client, &mail).await.unwrap();
        let mails = server.mails();
        assert_eq!(mails.len(), number + 1);
        let mail = &mails[number];
        assert_eq!(header(mail, "Subject"), shown);
        assert!(headers(mail, "Bcc").is_empty());
        assert_eq!(mail["to"], json!(["mira@example.com"]));
        assert_eq!(mail["parts"][0][1], "It was changed.\r\n");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rs_23_two_recipients_are_none() {
    let server = MailServer::open(Offer::Stripped, 0);
    let client = plain_client(server.port);
    for to in [
        "alice@x.example,eve@y.example",
        "alice@x.example, eve@y.example",
        "alice@x.example;eve@y.example",
        "alice@x.example\nBcc: eve@y.example",
        "alice@x.example\r\nRCPT TO:<eve@y.example>",
        "alice@x.example> RCPT TO:<eve@y.example",
        "Alice <alice@x.example>",
        "\"alice@x.example,\"@y.example",
        "alice",
        "",
    ] {
        let sent = send(&client, &mail(to)).await;
        let Err(Failure::Never(why)) = sent else { panic!("{to:?}: {sent:?}") };
        assert_eq!(why, "the recipient is not one address");
    }
    assert_eq!(server.commands(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_is_letters_and_digits() {
    let server = MailServer::open(Offer::Stripped, 0);
    let client = plain_client(server.port);
    let now = Timestamp::from_millis(0);
    for id in ["", "x>\r\nBcc: eve@y.example", "a@b", "ü"] {
        let sent = client.send(&mail("mira@example.com"), id, now).await;
        assert!(matches!(sent, Err(Failure::Never(_))), "{id:?}: {sent:?}");
    }
    client.send(&mail("mira@example.com"), ID, now).await.unwrap();
    assert_eq!(server.mails().len(), 1);
}
