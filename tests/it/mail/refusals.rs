//! What a server refuses, and what that means for the message.

use super::server::{MailServer, Offer, client, mail, plain_client, send};
use crate::process::free_port;
use portcullis::delivery::Mail;
use portcullis::delivery::smtp::Failure;

#[tokio::test(flavor = "multi_thread")]
async fn a_recipient_refused_for_good_and_for_now() {
    let server = MailServer::open(Offer::Stripped, 0);
    let client = plain_client(server.port);
    let refused = send(&client, &mail("550-mira@example.com")).await;
    let words = "recipient: 550 5.1.1 … says the test [31m";
    assert_eq!(refused, Err(Failure::Never(words.into())));
    let later = send(&client, &mail("451-mira@example.com")).await;
    assert!(matches!(&later, Err(Failure::Later(why)) if why.contains("451 ")), "{later:?}");
    // The server wants a sign-in that is not set.
    let settings = send(&client, &mail("530-mira@example.com")).await;
    assert!(matches!(&settings, Err(Failure::Later(why)) if why.contains("530 ")), "{settings:?}");
    assert!(server.mails().is_empty());
    send(&client, &mail("mira@example.com")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_refused() {
    let server = MailServer::open(Offer::Stripped, 0);
    let mail = Mail { subject: "refuse".into(), ..mail("mira@example.com") };
    let refused = send(&plain_client(server.port), &mail).await;
    assert_eq!(refused, Err(Failure::Never("message: 554 5.7.1 looks like spam".into())));
}

/// The sender is a setting, so the message waits until it is mended.
#[tokio::test(flavor = "multi_thread")]
async fn a_sender_refused() {
    let server = MailServer::with(Offer::Stripped, None, false, 0, &["--refuse-sender"]);
    let refused = send(&plain_client(server.port), &mail("mira@example.com")).await;
    assert_eq!(refused, Err(Failure::Later("sender: 550 5.7.1 … may not send".into())));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_refused() {
    let server = MailServer::start(Offer::StartTls);
    let mut settings = server.settings();
    settings[0].1 = format!("smtp://relay:hunter2@localhost:{}", server.port);
    let client = client(&settings);
    let refused = send(&client, &mail("mira@example.com")).await;
    let Err(Failure::Later(why)) = refused else { panic!("{refused:?}") };
    assert!(why.starts_with("signing in: 535 "), "{why}");
    assert!(!why.contains("hunter2"));
    assert_eq!(client.probe().await, Err(why));
    assert!(!server.commands().contains(&"MAIL".to_owned()));
}

/// A sign-in is set, and the server has none.
#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_is_not_wanted_without_tls() {
    let server = MailServer::open(Offer::Stripped, 0);
    let url = format!("smtp://relay:hunter2@localhost:{}?starttls=never", server.port);
    let settings = [("smtp_url", url), ("mail_from", "security@example.com".to_owned())];
    let refused = send(&client(&settings), &mail("mira@example.com")).await;
    assert!(matches!(&refused, Err(Failure::Later(why)) if why.starts_with("signing in: ")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_down_and_comes_back() {
    let port = free_port();
    let client = plain_client(port);
    let down = send(&client, &mail("mira@example.com")).await;
    let Err(Failure::Later(why)) = down else { panic!("{down:?}") };
    assert!(why.contains("refused"), "{why}");
    let server = MailServer::open(Offer::Stripped, port);
    send(&client, &mail("mira@example.com")).await.unwrap();
    assert_eq!(server.mails().len(), 1);
    drop(server);
    let down = send(&client, &mail("mira@example.com")).await;
    assert!(matches!(down, Err(Failure::Later(_))), "{down:?}");
    let server = MailServer::open(Offer::Stripped, port);
    send(&client, &mail("mira@example.com")).await.unwrap();
    assert_eq!(server.mails().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_is_nowhere() {
    let settings = [
        ("smtp_url", "smtp://nowhere.invalid".to_owned()),
        ("mail_from", "security@example.com".to_owned()),
    ];
    let sent = send(&client(&settings), &mail("mira@example.com")).await;
    let Err(Failure::Later(why)) = sent else { panic!("{sent:?}") };
    assert!(why.starts_with("looking the host up: "), "{why}");
}

/// A minute, which is the point.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "long: waits for the time-out of a message"]
async fn long_a_server_that_says_nothing() {
    let server = MailServer::open(Offer::Silent, 0);
    let client = plain_client(server.port);
    let words = "the server was not done within 60 seconds";
    let message = mail("mira@example.com");
    let (sent, probed) = futures_util::join!(send(&client, &message), client.probe());
    assert_eq!((sent, probed), (Err(Failure::Later(words.into())), Err(words.to_owned())));
}
