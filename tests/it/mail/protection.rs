//! Nothing goes to a server that is not the operator's, or over a line that
//! others can read.

use super::server::{Certificates, MailServer, Offer, client, mail, send};
use portcullis::delivery::smtp::Failure;

#[track_caller]
pub fn is_later(sent: Result<(), Failure>, because: &str) {
    let Err(Failure::Later(why)) = sent else { panic!("{sent:?}") };
    assert!(why.contains(because), "{why}");
}

#[track_caller]
pub fn saw_nothing(server: &MailServer) {
    assert_eq!(server.commands(), Vec::<String>::new());
    assert!(server.mails().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn rs_23_a_certificate_of_another_name() {
    for tls in [Offer::StartTls, Offer::Implicit] {
        let server =
            MailServer::with(tls, Some(Certificates::of("mail.example.com")), true, 0, &[]);
        let client = server.client();
        is_later(send(&client, &mail("mira@example.com")).await, "certificate");
        assert!(client.probe().await.unwrap_err().contains("certificate"));
        saw_nothing(&server);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rs_23_an_authority_that_nobody_knows() {
    for tls in [Offer::StartTls, Offer::Implicit] {
        let server = MailServer::start(tls);
        let mut settings = server.settings();
        settings.retain(|(key, _)| *key != "smtp_ca_file");
        is_later(send(&client(&settings), &mail("mira@example.com")).await, "UnknownIssuer");
        // Another one does not vouch for it.
        let other = Certificates::of("localhost");
        settings.push(("smtp_ca_file", other.authority().display().to_string()));
        is_later(send(&client(&settings), &mail("mira@example.com")).await, "certificate");
        saw_nothing(&server);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rs_23_starttls_that_was_taken_out() {
    let server = MailServer::start(Offer::Stripped);
    let mut settings = server.settings();
    for _ in 0..2 {
        is_later(send(&client(&settings), &mail("mira@example.com")).await, "no STARTTLS");
        saw_nothing(&server);
        settings[0].1.push_str("?starttls=required");
    }
}

/// A server that speaks plainly where TLS was expected.
#[tokio::test(flavor = "multi_thread")]
async fn rs_23_no_tls_where_it_should_begin() {
    let server = MailServer::start(Offer::Stripped);
    let mut settings = server.settings();
    settings[0].1 = settings[0].1.replace("smtp://", "smtps://");
    is_later(send(&client(&settings), &mail("mira@example.com")).await, "connecting: ");
    saw_nothing(&server);
}
