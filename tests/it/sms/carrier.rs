//! A carrier of text messages: it checks each signature with another library
//! than the one that made it, and answers as a test says.

use crate::mail::Certificates;
use axum::http::{Request, Response, StatusCode};
use base64::Engine;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::Value;
use standardwebhooks::Webhook;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

pub const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// What a carrier has got.
#[derive(Debug, Clone)]
pub struct Received {
    pub method: String,
    pub path: String,
    pub headers: BTreeMap<String, String>,
    pub body: Value,
    /// Whether the signature is right.
    pub signed: bool,
}

/// How it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Status(u16),
    /// A redirect to a path of its own.
    Redirect,
    /// It takes the request and says nothing more.
    Hangs,
    /// It says something that is not HTTP.
    Garbage,
    /// An answer without end.
    Endless,
}

pub struct Carrier {
    pub port: u16,
    received: Arc<Mutex<Vec<Received>>>,
    answer: Arc<Mutex<Answer>>,
    task: JoinHandle<()>,
    certificates: Option<Certificates>,
}

impl Drop for Carrier {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Carrier {
    pub async fn start() -> Self {
        Self::with(0, None).await
    }

    /// With TLS, by a certificate for that name.
    pub async fn protected(name: &str) -> Self {
        Self::with(0, Some(Certificates::of(name))).await
    }

    pub async fn with(port: u16, certificates: Option<Certificates>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let received = Arc::new(Mutex::new(Vec::new()));
        let answer = Arc::new(Mutex::new(Answer::Status(202)));
        let acceptor = certificates.as_ref().map(acceptor);
        let (log, says) = (Arc::clone(&received), Arc::clone(&answer));
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (log, says) = (Arc::clone(&log), Arc::clone(&says));
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    match acceptor {
                        None => serve(stream, log, says).await,
                        Some(acceptor) => {
                            if let Ok(stream) = acceptor.accept(stream).await {
                                serve(stream, log, says).await;
                            }
                        }
                    }
                });
            }
        });
        Self { port, received, answer, task, certificates }
    }

    pub fn settings(&self) -> Vec<(&'static str, String)> {
        let scheme = if self.certificates.is_some() { "https" } else { "http" };
        let mut settings = vec![
            ("sms_url", format!("{scheme}://localhost:{}/send?key=hunter2", self.port)),
            ("sms_secret", SECRET.to_owned()),
            ("sms_countries", "GB, DE".to_owned()),
        ];
        if let Some(certificates) = &self.certificates {
            settings.push(("sms_ca_file", certificates.authority().display().to_string()));
        }
        settings
    }

    pub fn answers(&self, answer: Answer) {
        *self.answer.lock().unwrap() = answer;
    }

    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }
}

fn acceptor(certificates: &Certificates) -> TlsAcceptor {
    let folder = certificates.authority();
    let folder = folder.parent().unwrap();
    let chain: Vec<_> = CertificateDer::pem_file_iter(folder.join("server.pem"))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let key = PrivateKeyDer::from_pem_file(folder.join("server.key")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

async fn serve<S>(mut stream: S, log: Arc<Mutex<Vec<Received>>>, says: Arc<Mutex<Answer>>)
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    let answer = *says.lock().unwrap();
    if matches!(answer, Answer::Garbage | Answer::Endless) {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let mut some = [0; 1024];
        let _ = stream.read(&mut some).await;
        let line: &[u8] =
            if answer == Answer::Garbage { b"220 ESMTP ready\r\n" } else { b"HTTP/1.1 200 OK\r\n" };
        let mut next = stream.write_all(line).await;
        while answer == Answer::Endless && next.is_ok() {
            next = stream.write_all("x-more: y\r\n".repeat(512).as_bytes()).await;
        }
        return;
    }
    let service = service_fn(move |request: Request<Incoming>| {
        let log = Arc::clone(&log);
        async move {
            let received = read(request).await;
            log.lock().unwrap().push(received);
            let (status, to) = match answer {
                Answer::Status(status) => (status, None),
                Answer::Redirect => (307, Some("/elsewhere")),
                _ => std::future::pending().await,
            };
            let mut response = Response::builder().status(StatusCode::from_u16(status).unwrap());
            if let Some(to) = to {
                response = response.header("location", to);
            }
            // What an answer says is of no interest.
            let body = Full::new(Bytes::from("the code was 123456"));
            Ok::<_, Infallible>(response.body(body).unwrap())
        }
    });
    let _ = hyper::server::conn::http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn read(request: Request<Incoming>) -> Received {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let headers: BTreeMap<String, String> = parts
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    let seconds: i64 = headers["webhook-timestamp"].parse().unwrap();
    let own = Webhook::new(SECRET).unwrap().sign(&headers["webhook-id"], seconds, &body).unwrap();
    Received {
        method: parts.method.to_string(),
        path: parts.uri.to_string(),
        signed: own == headers["webhook-signature"],
        headers,
        body: serde_json::from_slice(&body).unwrap(),
    }
}
