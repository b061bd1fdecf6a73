//! A form that is sent to an address which somebody has typed: over TLS, to where the
//! operator lets us, once, and nowhere that the answer points to. Of the answer only
//! the status is read.

use super::Failure;
use super::connect::{self, within};
use crate::config::Outward;
use crate::error::Fault;
use axum::http::header::{CONTENT_TYPE, HOST, USER_AGENT};
use axum::http::{Request, StatusCode};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use url::{Host, Position, Url};

/// For everything that a message takes; much less than the lease on it.
const WHOLE: Duration = Duration::from_secs(20);
/// More of an answer's head is not read.
const LONGEST_HEAD: usize = 16 * 1024;
/// In what is said of a failure.
const WHO: &str = "the application";

/// The way to applications; cheap to clone.
#[derive(Clone)]
pub struct Poster(TlsConnector);

impl Poster {
    /// Trusts whom browsers trust.
    pub fn new() -> Result<Self, Fault> {
        let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| Fault::new(format!("TLS can't be set up: {error}")))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self(TlsConnector::from(Arc::new(config))))
    }

    /// Sends a form, if its address may be sent to.
    pub async fn send(&self, allowed: &Outward, url: &Url, form: String) -> Result<(), Failure> {
        if !allowed.may_send(url) {
            return Err(Failure::Later("nothing may be sent to the address".into()));
        }
        verdict(within(WHOLE, self.post(allowed, url, form)).await?)
    }

    async fn post(
        &self,
        allowed: &Outward,
        url: &Url,
        form: String,
    ) -> Result<StatusCode, Failure> {
        let unfit = || Failure::Never("the address is none that can be sent to".into());
        let host = url.host().ok_or_else(unfit)?;
        let port = url.port_or_known_default().ok_or_else(unfit)?;
        let request = Request::post(&url[Position::BeforePath..Position::AfterQuery])
            .header(HOST, &url[Position::BeforeHost..Position::AfterPort])
            .header(USER_AGENT, "Portcullis")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Full::new(form.into()))
            .map_err(|error| Failure::Later(format!("the request can't be written: {error}")))?;
        let stream = connect::open(&connect::outward(allowed, &host, port).await?).await?;
        if url.scheme() != "https" {
            return exchange(stream, request, WHO).await;
        }
        let name = match host {
            Host::Domain(name) => ServerName::try_from(name.to_owned()).map_err(|_| unfit())?,
            Host::Ipv4(address) => ServerName::IpAddress(std::net::IpAddr::V4(address).into()),
            Host::Ipv6(address) => ServerName::IpAddress(std::net::IpAddr::V6(address).into()),
        };
        let protected = self.0.connect(name, stream).await;
        let protected = protected
            .map_err(|error| Failure::Later(format!("TLS with the application: {error}")))?;
        exchange(protected, request, WHO).await
    }
}

fn verdict(status: StatusCode) -> Result<(), Failure> {
    let said = format!("the application answered {}", status.as_u16());
    match status {
        status if status.is_success() => Ok(()),
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => Err(Failure::Later(said)),
        status if status.is_client_error() => Err(Failure::Never(said)),
        _ => Err(Failure::Later(said)),
    }
}

/// One request and the status of its answer.
pub(super) async fn exchange<S>(
    stream: S,
    request: Request<Full<Bytes>>,
    whom: &str,
) -> Result<StatusCode, Failure>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let failed = |error: hyper::Error| Failure::Later(format!("asking {whom}: {error}"));
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(LONGEST_HEAD)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(failed)?;
    let answered = sender.send_request(request);
    tokio::pin!(connection, answered);
    tokio::select! {
        answer = &mut answered => answer,
        // It ends by itself once the answer is there, or when there will be none.
        _ = &mut connection => answered.await,
    }
    .map(|answer| answer.status())
    .map_err(failed)
}
