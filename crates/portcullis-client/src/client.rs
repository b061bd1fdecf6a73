use crate::answer::Caller;
use crate::end_user::EndUser;
use crate::protect::Protect;
use crate::settings::Builder;
use axum::body::Bytes;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use axum::http::{Request, StatusCode, Uri};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::ClientConfig;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

/// No answer of Portcullis is near this.
const LONGEST_ANSWER: usize = 64 * 1024;
/// Connections are given up before Portcullis closes them for being idle.
const IDLE: Duration = Duration::from_secs(5);

/// Portcullis, as an application asks it; cheap to clone, and one for the whole
/// application, since its connections are kept.
#[derive(Clone)]
pub struct Portcullis(Arc<Parts>);

struct Parts {
    endpoint: Uri,
    authorization: HeaderValue,
    timeout: Duration,
    end_user: EndUser,
    http: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
}

/// Portcullis has said neither yes nor no.
#[derive(Debug, thiserror::Error)]
pub enum Unanswered {
    /// It could not be reached, or the connection broke.
    #[error("Portcullis can't be reached: {0}")]
    Unreachable(String),
    /// It took too long.
    #[error("Portcullis was not done within {} ms", .0.as_millis())]
    TimedOut(Duration),
    /// It does not know this application by these credentials.
    #[error("Portcullis refuses the client id and secret of this application")]
    Credentials,
    /// It answered with another status than it should.
    #[error("Portcullis answered {0}")]
    Status(u16),
    /// What it answered can't be read.
    #[error("the answer of Portcullis can't be read: {0}")]
    Unreadable(String),
}

impl Portcullis {
    /// Begins with where Portcullis is, its public address, and the application's
    /// client id and secret.
    ///
    /// ```
    /// # use portcullis_client::{NotUsable, Portcullis};
    /// assert!(Portcullis::at("https://login.example.com", "id", "secret").build().is_ok());
    /// let plain = Portcullis::at("http://login.example.com", "id", "secret").build();
    /// assert_eq!(plain.map(drop), Err(NotUsable::PlainHttp));
    /// ```
    pub fn at(address: &str, client_id: &str, secret: &str) -> Builder {
        Builder::new(address, client_id, secret)
    }

    pub(crate) fn connect(
        settings: &Builder,
        endpoint: Uri,
        authorization: HeaderValue,
        tls: ClientConfig,
    ) -> Self {
        let mut connector = HttpConnector::new();
        connector.enforce_http(false);
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(settings.timeout));
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .wrap_connector(connector);
        let http = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .build(connector);
        let (timeout, end_user) = (settings.timeout, settings.end_user.clone());
        Self(Arc::new(Parts { endpoint, authorization, timeout, end_user, http }))
    }

    /// The layer for routes that a credential with all these permissions opens; none for
    /// any credential that is live for this application.
    ///
    /// ```
    /// # use axum::{Router, routing::get};
    /// # fn routes(portcullis: &portcullis_client::Portcullis) -> Router {
    /// let read = get(async || "read").layer(portcullis.require(["clients:read"]));
    /// let both = get(async || "both").layer(portcullis.require(["clients:read", "clients:write"]));
    /// Router::new().route("/read", read).route("/both", both)
    /// # }
    /// ```
    pub fn require<P: Into<String>>(&self, permissions: impl IntoIterator<Item = P>) -> Protect {
        Protect::new(self.clone(), permissions.into_iter().map(Into::into).collect())
    }

    pub(crate) fn end_user(&self) -> &EndUser {
        &self.0.end_user
    }

    /// Who holds a credential: none where it is not active, whatever the reason.
    ///
    /// ```no_run
    /// # async fn asked(portcullis: portcullis_client::Portcullis) {
    /// match portcullis.ask("pcl_pat_…", None).await {
    ///     Ok(Some(caller)) => println!("{} may come in", caller.subject()),
    ///     Ok(None) => println!("nobody"),
    ///     Err(error) => println!("nobody, because {error}"),
    /// }
    /// # }
    /// ```
    pub async fn ask(
        &self,
        credential: &str,
        end_user: Option<IpAddr>,
    ) -> Result<Option<Caller>, Unanswered> {
        self.ask_about(credential, end_user, None).await
    }

    /// The same for one organisation, by its id or short name: none, too, where the holder
    /// does not belong to it, is not where it lets its members be, or lacks the second
    /// factor that it asks for.
    ///
    /// ```no_run
    /// # async fn asked(portcullis: portcullis_client::Portcullis, client: std::net::IpAddr) {
    /// let asked = portcullis.ask_within("pcl_pat_…", Some(client), "acme").await;
    /// if let Some(acme) = asked.ok().flatten().as_ref().and_then(|who| who.organisation()) {
    ///     println!("{:?} of {}", acme.role(), acme.name());
    /// }
    /// # }
    /// ```
    pub async fn ask_within(
        &self,
        credential: &str,
        end_user: Option<IpAddr>,
        organisation: &str,
    ) -> Result<Option<Caller>, Unanswered> {
        let asked = self.ask_about(credential, end_user, Some(organisation)).await?;
        Ok(asked.filter(|caller| caller.is_within(organisation)))
    }

    async fn ask_about(
        &self,
        credential: &str,
        end_user: Option<IpAddr>,
        organisation: Option<&str>,
    ) -> Result<Option<Caller>, Unanswered> {
        let mut form = vec![("token", credential.to_owned())];
        form.extend(end_user.map(|address| ("end_user_address", address.to_string())));
        form.extend(organisation.map(|named| ("organisation", named.to_owned())));
        let form = serde_urlencoded::to_string(form)
            .map_err(|error| Unanswered::Unreadable(error.to_string()))?;
        let timeout = self.0.timeout;
        tokio::time::timeout(timeout, self.post(form.into()))
            .await
            .unwrap_or(Err(Unanswered::TimedOut(timeout)))
    }

    /// Asked a second time where a kept connection was closed meanwhile: to ask changes
    /// nothing.
    async fn post(&self, form: Bytes) -> Result<Option<Caller>, Unanswered> {
        let answer = match self.0.http.request(self.request(form.clone())).await {
            Err(error) if !error.is_connect() => self.0.http.request(self.request(form)).await,
            answer => answer,
        };
        let answer = answer.map_err(|error| Unanswered::Unreachable(plain(&error)))?;
        match answer.status() {
            StatusCode::OK => {}
            StatusCode::UNAUTHORIZED => return Err(Unanswered::Credentials),
            other => return Err(Unanswered::Status(other.as_u16())),
        }
        let body = Limited::new(answer.into_body(), LONGEST_ANSWER).collect().await;
        let body = body.map_err(|error| Unanswered::Unreadable(error.to_string()))?.to_bytes();
        Caller::read(&body).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            Unanswered::Unreadable(format!("no JSON of the right form at {line}:{column}"))
        })
    }

    fn request(&self, form: Bytes) -> Request<Full<Bytes>> {
        let mut request = Request::new(Full::new(form));
        *request.method_mut() = axum::http::Method::POST;
        *request.uri_mut() = self.0.endpoint.clone();
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, self.0.authorization.clone());
        let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
        headers.insert(CONTENT_TYPE, kind);
        request
    }
}

/// With its causes: the outermost says little.
fn plain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        text = format!("{text}: {next}");
        cause = next.source();
    }
    text
}

impl std::fmt::Debug for Portcullis {
    /// The secret is not printed.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Portcullis({})", self.0.endpoint)
    }
}
