//! The carrier of text messages: a webhook that gets each as JSON, signed as
//! Standard Webhooks says, so that it can tell ours from anybody's and a second
//! copy from a second message.
//!
//! A connection carries one message, follows no redirect and asks no proxy. Of
//! the answer only the status is read: a body could repeat a code.

use super::connect::{self, CONNECT, within};
use super::post::exchange;
use super::{Failure, TextMessage};
use crate::config::{SmsAuthorities, SmsConfig, SmsSecret};
use crate::error::Fault;
use crate::time::Timestamp;
use axum::http::header::{CONTENT_TYPE, HOST, USER_AGENT};
use axum::http::{Request, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use http_body_util::Full;
use hyper::body::Bytes;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use sha2::Sha256;
use std::sync::Arc;
use std::time::Duration;
use tokio_rustls::TlsConnector;
use url::Host;

/// For everything that a message takes; much less than the lease on it.
const WHOLE: Duration = Duration::from_secs(30);
/// In what is said of a failure.
const WHO: &str = "the carrier";

/// The program that takes our text messages; cheap to clone.
#[derive(Clone)]
pub struct Carrier(Arc<Parts>);

struct Parts {
    config: SmsConfig,
    secret: SmsSecret,
    tls: Option<(TlsConnector, ServerName<'static>)>,
    /// As it stands in the request.
    authority: String,
}

impl Carrier {
    /// A carrier, and the key for it. Nothing is connected yet.
    pub fn new(config: &SmsConfig, secret: &SmsSecret) -> Result<Self, Fault> {
        let tls = if config.tls { Some(tls(config)?) } else { None };
        let usual = if config.tls { 443 } else { 80 };
        let authority = if config.port == usual {
            config.host.to_string()
        } else {
            format!("{}:{}", config.host, config.port)
        };
        let (config, secret) = (config.clone(), secret.clone());
        Ok(Self(Arc::new(Parts { config, secret, tls, authority })))
    }

    /// Sends a message. `message_id` is the same at each try, so that the carrier
    /// can drop a second copy.
    pub async fn send(
        &self,
        message: &TextMessage,
        message_id: &str,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let body = serde_json::to_vec(message)
            .map_err(|_| Failure::Never("the message can't be written as JSON".into()))?;
        let request = self.request(body, message_id, now)?;
        verdict(within(WHOLE, self.post(request)).await?)
    }

    /// Connects, by TLS where it is set, and sends nothing; for `doctor`.
    pub async fn probe(&self) -> Result<(), String> {
        let connected = within(CONNECT, async {
            let stream = self.connect().await?;
            match &self.0.tls {
                Some(tls) => protect(tls, stream).await.map(drop),
                None => Ok(()),
            }
        });
        connected.await.map_err(|failure| failure.reason().to_owned())
    }

    fn request(
        &self,
        body: Vec<u8>,
        message_id: &str,
        now: Timestamp,
    ) -> Result<Request<Full<Bytes>>, Failure> {
        let seconds = (now.millis() / 1000).to_string();
        let signature = signature(&self.0.secret, message_id, &seconds, &body)?;
        Request::post(&self.0.config.path)
            .header(HOST, &self.0.authority)
            .header(USER_AGENT, "Portcullis")
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", message_id)
            .header("webhook-timestamp", seconds)
            .header("webhook-signature", signature)
            .body(Full::new(body.into()))
            .map_err(|error| Failure::Later(format!("the request can't be written: {error}")))
    }

    async fn connect(&self) -> Result<tokio::net::TcpStream, Failure> {
        let SmsConfig { host, port, .. } = &self.0.config;
        connect::open(&connect::addresses(host, *port).await?).await
    }

    async fn post(&self, request: Request<Full<Bytes>>) -> Result<StatusCode, Failure> {
        let stream = self.connect().await?;
        match &self.0.tls {
            Some(tls) => exchange(protect(tls, stream).await?, request, WHO).await,
            None => exchange(stream, request, WHO).await,
        }
    }
}

/// The scheme's `v1`: HMAC-SHA-256 over id, time and body.
fn signature(secret: &SmsSecret, id: &str, seconds: &str, body: &[u8]) -> Result<String, Failure> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.bytes())
        .map_err(|_| Failure::Later("the signing key can't be used".into()))?;
    for part in [id.as_bytes(), b".", seconds.as_bytes(), b".", body] {
        mac.update(part);
    }
    Ok(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

fn verdict(status: StatusCode) -> Result<(), Failure> {
    let said = format!("the carrier answered {}", status.as_u16());
    match status {
        status if status.is_success() => Ok(()),
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => Err(Failure::Later(said)),
        status if status.is_client_error() => Err(Failure::Never(said)),
        status if status.is_redirection() => {
            Err(Failure::Later(format!("{said}, and no redirect is followed: change sms_url")))
        }
        _ => Err(Failure::Later(said)),
    }
}

async fn protect(
    (connector, name): &(TlsConnector, ServerName<'static>),
    stream: tokio::net::TcpStream,
) -> Result<tokio_rustls::client::TlsStream<tokio::net::TcpStream>, Failure> {
    connector
        .connect(name.clone(), stream)
        .await
        .map_err(|error| Failure::Later(format!("TLS with the carrier: {error}")))
}

fn tls(config: &SmsConfig) -> Result<(TlsConnector, ServerName<'static>), Fault> {
    let failed = |error: &dyn std::fmt::Display| {
        Fault::new(format!("TLS for the carrier can't be set up: {error}"))
    };
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let own = config.authorities.as_ref().map_or(&[][..], SmsAuthorities::certificates);
    for certificate in own {
        roots.add(certificate.clone()).map_err(|error| failed(&error))?;
    }
    let name = match &config.host {
        Host::Domain(name) => ServerName::try_from(name.clone()).map_err(|error| failed(&error))?,
        Host::Ipv4(address) => ServerName::IpAddress(std::net::IpAddr::V4(*address).into()),
        Host::Ipv6(address) => ServerName::IpAddress(std::net::IpAddr::V6(*address).into()),
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| failed(&error))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok((TlsConnector::from(Arc::new(config)), name))
}
