//! Somebody on the way who says more than the server did.

use super::protection::{is_later, saw_nothing};
use super::server::{MailServer, Offer, client, mail, send};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Passes everything on, and writes `more` behind the server's answer to STARTTLS.
async fn stand_between(server: u16, more: &'static [u8]) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((near, _)) = listener.accept().await {
            let far = TcpStream::connect(("127.0.0.1", server)).await.unwrap();
            let (mut from_client, mut to_client) = near.into_split();
            let (mut from_server, mut to_server) = far.into_split();
            tokio::spawn(async move { tokio::io::copy(&mut from_client, &mut to_server).await });
            tokio::spawn(async move {
                let mut buffer = vec![0; 16_384];
                while let Ok(length @ 1..) = from_server.read(&mut buffer).await {
                    let mut said = buffer[..length].to_vec();
                    if said.starts_with(b"220 Ready to start TLS") {
                        said.extend_from_slice(more);
                    }
                    if to_client.write_all(&said).await.is_err() {
                        break;
                    }
                }
            });
        }
    });
    port
}

async fn through(server: &MailServer, more: &'static [u8]) -> Vec<(&'static str, String)> {
    let port = stand_between(server.port, more).await;
    let mut settings = server.settings();
    settings[0].1 = settings[0].1.replace(&server.port.to_string(), &port.to_string());
    settings
}

/// What comes before TLS is nobody's word: not one command is given on it.
#[tokio::test(flavor = "multi_thread")]
async fn rs_23_answers_written_behind_starttls() {
    let server = MailServer::start(Offer::StartTls);
    let fine = client(&through(&server, b"").await);
    fine.probe().await.unwrap();
    assert_eq!(server.commands(), ["AUTH"]);

    let server = MailServer::start(Offer::StartTls);
    let injected =
        b"250-mail.test\r\n250 AUTH PLAIN\r\n235 in\r\n250 a\r\n250 b\r\n354 c\r\n250 d\r\n";
    let settings = through(&server, injected).await;
    is_later(send(&client(&settings), &mail("mira@example.com")).await, "STARTTLS: ");
    saw_nothing(&server);
}
