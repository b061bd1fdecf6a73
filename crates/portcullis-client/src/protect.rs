use crate::answer::Caller;
use crate::client::Portcullis;
use crate::denied::Denied;
use axum::body::Body;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, Request, Response};
use axum::response::IntoResponse;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower::{Layer, Service};

/// Longer than any credential of Portcullis.
const LONGEST: usize = 512;

/// The layer that lets nothing through but what Portcullis says is live and carries
/// every permission that is asked for: see [`Portcullis::require`].
#[derive(Debug, Clone)]
pub struct Protect(Arc<Demand>);

#[derive(Debug, Clone)]
struct Demand {
    portcullis: Portcullis,
    permissions: Vec<String>,
    organisation: Option<String>,
}

impl Protect {
    pub(crate) fn new(portcullis: Portcullis, permissions: Vec<String>) -> Self {
        Self(Arc::new(Demand { portcullis, permissions, organisation: None }))
    }

    /// Lets nobody through but members of one organisation, named by its id or short name,
    /// from where and with what it asks for; [`Caller::organisation`] then says what they
    /// may do in it. An IP allowlist lets in only those whose address is told, so say by
    /// [`Builder::end_user`](crate::Builder::end_user) where that is taken from.
    ///
    /// ```
    /// # use axum::{Router, routing::get};
    /// # use portcullis_client::{Caller, Denied, Portcullis, Role};
    /// async fn invoices(caller: Caller) -> Result<String, Denied> {
    ///     let acme = caller.require_role(Role::Member)?;
    ///     Ok(format!("the invoices of {}", acme.name()))
    /// }
    ///
    /// # fn routes(portcullis: &Portcullis) -> Router {
    /// let layer = portcullis.require(["invoices:read"]).within("acme");
    /// Router::new().route("/acme/invoices", get(invoices)).layer(layer)
    /// # }
    /// ```
    #[must_use]
    pub fn within(self, organisation: impl Into<String>) -> Self {
        let organisation = Some(organisation.into());
        Self(Arc::new(Demand { organisation, ..Arc::unwrap_or_clone(self.0) }))
    }
}

impl<S> Layer<S> for Protect {
    type Service = Protected<S>;

    fn layer(&self, inner: S) -> Protected<S> {
        Protected { inner, demand: Arc::clone(&self.0) }
    }
}

/// A service behind [`Protect`]. Its requests carry a [`Caller`] as an extension.
#[derive(Debug, Clone)]
pub struct Protected<S> {
    inner: S,
    demand: Arc<Demand>,
}

impl<S, B> Service<Request<B>> for Protected<S>
where
    S: Service<Request<B>, Response = Response<Body>> + Clone + Send + 'static,
    S::Future: Send,
    B: Send + 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        // The one that is ready goes; the copy stays for the next.
        let copy = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, copy);
        let demand = Arc::clone(&self.demand);
        let credential = bearer(request.headers()).map(str::to_owned);
        let end_user = demand.portcullis.end_user();
        let end_user = end_user.address(request.headers(), request.extensions());
        // Whoever sits further out may have put one there.
        request.extensions_mut().remove::<Caller>();
        Box::pin(async move {
            let portcullis = &demand.portcullis;
            let asked = match (credential, &demand.organisation) {
                (Some(credential), None) => portcullis.ask(&credential, end_user).await,
                (Some(credential), Some(organisation)) => {
                    portcullis.ask_within(&credential, end_user, organisation).await
                }
                (None, _) => Ok(None),
            };
            let caller = match asked {
                Ok(Some(caller)) => caller,
                Ok(None) => return Ok(Denied::Credential.into_response()),
                Err(error) => {
                    tracing::error!(%error, "a credential could not be checked");
                    return Ok(Denied::Unanswered.into_response());
                }
            };
            if !demand.permissions.iter().all(|needed| caller.may(needed)) {
                return Ok(Denied::Permission(demand.permissions.clone()).into_response());
            }
            request.extensions_mut().insert(caller);
            inner.call(request).await
        })
    }
}

/// One header, one scheme, no more than a credential can hold (RFC 6750 §2.1).
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let (scheme, credential) = value.to_str().ok()?.split_once(' ')?;
    let is_one = scheme.eq_ignore_ascii_case("bearer")
        && credential.len() <= LONGEST
        && !credential.is_empty()
        && credential.bytes().all(|b| b.is_ascii_graphic());
    is_one.then_some(credential)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn read(values: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, HeaderValue::from_str(value).unwrap());
        }
        bearer(&headers).map(str::to_owned)
    }

    #[test]
    fn one_bearer_is_read_and_nothing_else() {
        assert_eq!(read(&["Bearer abc"]).unwrap(), "abc");
        assert_eq!(read(&["bearer abc"]).unwrap(), "abc");
        let long = format!("Bearer {}", "x".repeat(513));
        for wrong in [
            &["Basic abc"][..],
            &["Bearer"],
            &["Bearer "],
            &["Bearer a b"],
            &[&long],
            &[],
            &["Bearer abc", "Bearer abc"],
        ] {
            assert_eq!(read(wrong), None, "{wrong:?}");
        }
    }
}
