use crate::organisation::Role;
use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, Response, StatusCode};
use axum::response::IntoResponse;
use serde_json::json;

/// Why a request is not let through. As an answer it is a problem (RFC 9457) that tells
/// what to do, and nothing about whose credential it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// There is no credential, or none that is live here.
    #[error("a live access token or session is needed")]
    Credential,
    /// It is live, and lacks one of these permissions.
    #[error("the credential lacks a permission")]
    Permission(Vec<String>),
    /// It is live, and whoever holds it may do less in the organisation than this.
    #[error("the caller’s role in the organisation does not allow it")]
    Role(Role),
    /// Portcullis could not be asked, so nobody is let in.
    #[error("Portcullis could not be asked")]
    Unanswered,
    /// A handler asks who is there, and no layer protects its route.
    #[error("the route is not protected")]
    Unprotected,
}

impl Denied {
    /// The status of the answer.
    ///
    /// ```
    /// # use portcullis_client::Denied;
    /// assert_eq!(Denied::Credential.status(), 401);
    /// assert_eq!(Denied::Permission(vec!["clients:read".into()]).status(), 403);
    /// assert_eq!(Denied::Unanswered.status(), 503);
    /// ```
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::Credential => StatusCode::UNAUTHORIZED,
            Self::Permission(_) | Self::Role(_) => StatusCode::FORBIDDEN,
            Self::Unanswered => StatusCode::SERVICE_UNAVAILABLE,
            Self::Unprotected => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    const fn title(&self) -> &'static str {
        match self {
            Self::Credential => "A live access token or session is needed",
            Self::Permission(_) => "The credential lacks a permission",
            Self::Role(_) => "Your role in the organisation does not allow it",
            Self::Unanswered => "Credentials can’t be checked at the moment",
            Self::Unprotected => "Something is wrong with this application",
        }
    }

    /// RFC 6750 §3; permissions have no character that a quoted text can't hold, or
    /// they are left out.
    fn challenge(&self) -> Option<HeaderValue> {
        let text = match self {
            Self::Credential => "Bearer error=\"invalid_token\"".to_owned(),
            Self::Permission(needed) => {
                let is_plain = |name: &str| {
                    name.bytes().all(|b| b.is_ascii_graphic() && !b"\"\\".contains(&b))
                };
                if needed.iter().all(|name| is_plain(name)) {
                    format!("Bearer error=\"insufficient_scope\", scope=\"{}\"", needed.join(" "))
                } else {
                    "Bearer error=\"insufficient_scope\"".to_owned()
                }
            }
            Self::Role(_) | Self::Unanswered | Self::Unprotected => return None,
        };
        HeaderValue::from_str(&text).ok()
    }
}

impl IntoResponse for Denied {
    fn into_response(self) -> Response<Body> {
        let status = self.status();
        let mut problem = json!({"title": self.title(), "status": status.as_u16()});
        if let (Self::Permission(needed), Some(problem)) = (&self, problem.as_object_mut()) {
            problem.insert("permissions".into(), json!(needed));
        }
        let mut response = Response::new(Body::from(problem.to_string()));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(challenge) = self.challenge() {
            headers.insert(WWW_AUTHENTICATE, challenge);
        }
        if self == Self::Unanswered {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}
