use crate::Portcullis;
use crate::end_user::EndUser;
use axum::http::header::HeaderValue;
use axum::http::uri::Uri;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::ClientConfig;
use std::sync::Arc;
use std::time::Duration;
use url::{Host, Url};

/// What a [`Portcullis`] is made from: see [`Portcullis::at`].
#[derive(Debug)]
pub struct Builder {
    address: String,
    credentials: Credentials,
    pub(crate) timeout: Duration,
    pub(crate) end_user: EndUser,
    pub(crate) tls: Option<ClientConfig>,
}

struct Credentials {
    id: String,
    secret: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Credentials({})", self.id)
    }
}

/// Why a [`Builder`] makes no client.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotUsable {
    /// The address is none, or has a path, a query or a user name.
    #[error("the address of Portcullis is an origin, such as https://login.example.com")]
    Address,
    /// The secret would travel where others can read it.
    #[error("plain http:// is for Portcullis on this machine only")]
    PlainHttp,
    /// The client id or the secret is empty, or no text that a header can hold.
    #[error("client id and secret are what Portcullis showed when the application was made")]
    Credentials,
    /// TLS can't be set up.
    #[error("TLS can't be set up: {0}")]
    Tls(String),
}

impl Builder {
    pub(crate) fn new(address: &str, id: &str, secret: &str) -> Self {
        Self {
            address: address.to_owned(),
            credentials: Credentials { id: id.to_owned(), secret: secret.to_owned() },
            timeout: Duration::from_secs(2),
            end_user: EndUser::Untold,
            tls: None,
        }
    }

    /// How long one question may take, connecting included, before the request is
    /// answered 503. Two seconds unless said otherwise.
    ///
    /// ```
    /// # use portcullis_client::Portcullis;
    /// # use std::time::Duration;
    /// let builder = Portcullis::at("https://login.example.com", "id", "secret");
    /// assert!(builder.timeout(Duration::from_millis(500)).build().is_ok());
    /// ```
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Where the end user's address is taken from. Access tokens that are limited to
    /// some networks are accepted only where it is told; by default it is not.
    ///
    /// ```
    /// # use portcullis_client::{EndUser, Portcullis};
    /// let proxies = vec!["10.0.0.0/8".parse().unwrap()];
    /// let builder = Portcullis::at("https://login.example.com", "id", "secret");
    /// assert!(builder.end_user(EndUser::Behind(proxies)).build().is_ok());
    /// ```
    #[must_use]
    pub fn end_user(mut self, end_user: EndUser) -> Self {
        self.end_user = end_user;
        self
    }

    /// A TLS configuration of one's own, for a Portcullis whose certificate is of a
    /// private authority. Without one, the usual public authorities are believed.
    #[must_use]
    pub fn tls(mut self, tls: ClientConfig) -> Self {
        self.tls = Some(tls);
        self
    }

    /// The client. Nothing is connected yet.
    pub fn build(mut self) -> Result<Portcullis, NotUsable> {
        let endpoint = self.endpoint()?;
        let authorization = self.authorization()?;
        let tls = match self.tls.take() {
            Some(own) => own,
            None => public_authorities()?,
        };
        Ok(Portcullis::connect(&self, endpoint, authorization, tls))
    }

    fn endpoint(&self) -> Result<Uri, NotUsable> {
        let url = Url::parse(&self.address).map_err(|_| NotUsable::Address)?;
        let is_origin = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        let is_local = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => return Err(NotUsable::Address),
        };
        match url.scheme() {
            _ if !is_origin => Err(NotUsable::Address),
            "http" if !is_local => Err(NotUsable::PlainHttp),
            "http" | "https" => {
                let endpoint = url.join("/oauth/introspect").map_err(|_| NotUsable::Address)?;
                endpoint.as_str().parse().map_err(|_| NotUsable::Address)
            }
            _ => Err(NotUsable::Address),
        }
    }

    /// RFC 6749 §2.3.1: both are written as in a form before they are joined.
    fn authorization(&self) -> Result<HeaderValue, NotUsable> {
        let Credentials { id, secret } = &self.credentials;
        if id.is_empty() || secret.is_empty() {
            return Err(NotUsable::Credentials);
        }
        let form =
            |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let pair = STANDARD.encode(format!("{}:{}", form(id), form(secret)));
        let mut value =
            HeaderValue::from_str(&format!("Basic {pair}")).map_err(|_| NotUsable::Credentials)?;
        value.set_sensitive(true);
        Ok(value)
    }
}

fn public_authorities() -> Result<ClientConfig, NotUsable> {
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| NotUsable::Tls(error.to_string()))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(address: &str) -> Result<(), NotUsable> {
        Portcullis::at(address, "id", "secret").build().map(drop)
    }

    #[test]
    fn only_an_origin_is_an_address() {
        for right in ["https://login.example.com", "http://localhost:8080", "http://[::1]:8080/"] {
            assert_eq!(built(right), Ok(()), "{right}");
        }
        for wrong in [
            "login.example.com",
            "https://a.example/path",
            "https://u@a.example",
            "ftp://a.example",
        ] {
            assert_eq!(built(wrong), Err(NotUsable::Address), "{wrong}");
        }
        assert_eq!(built("http://login.example.com"), Err(NotUsable::PlainHttp));
    }

    #[test]
    fn credentials_are_needed_and_not_printed() {
        let without = Portcullis::at("https://a.example", "id", "").build();
        assert_eq!(without.map(drop), Err(NotUsable::Credentials));
        let builder = Portcullis::at("https://a.example", "the-id", "the-secret");
        assert!(!format!("{builder:?}").contains("the-secret"));
        assert!(!format!("{:?}", builder.build()).contains("the-secret"));
    }
}
