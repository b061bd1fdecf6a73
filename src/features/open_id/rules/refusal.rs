/// What went wrong, by its name in the standards (RFC 6749 §4.1.2.1, OpenID Connect
/// Core §3.1.2.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorCode {
    /// A parameter is missing, wrong, or there twice.
    InvalidRequest,
    /// The application may not ask for this in this way.
    UnauthorizedClient,
    /// Its owner has said no.
    AccessDenied,
    /// Only codes are given.
    UnsupportedResponseType,
    /// A permission is none of this application's.
    InvalidScope,
    /// Somebody has to sign in.
    LoginRequired,
    /// Its owner has to say yes.
    ConsentRequired,
    /// A page has to be shown.
    InteractionRequired,
    /// What was proved is not enough, and nothing that the account holds would be.
    UnmetAuthenticationRequirements,
    /// Requests are not read from objects.
    RequestNotSupported,
    /// Nor from elsewhere.
    RequestUriNotSupported,
    /// Nobody registers on the way.
    RegistrationNotSupported,
    /// At the moment it can't be answered.
    TemporarilyUnavailable,
}

impl ErrorCode {
    /// As it is sent.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::AccessDenied => "access_denied",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope => "invalid_scope",
            Self::LoginRequired => "login_required",
            Self::ConsentRequired => "consent_required",
            Self::InteractionRequired => "interaction_required",
            Self::UnmetAuthenticationRequirements => "unmet_authentication_requirements",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::RegistrationNotSupported => "registration_not_supported",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
        }
    }
}

/// An error for the application's developer, sent back to the application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// Its name.
    pub code: ErrorCode,
    /// In English, in the characters that RFC 6749 allows.
    pub description: &'static str,
}

impl Refusal {
    /// One with its sentence.
    pub const fn new(code: ErrorCode, description: &'static str) -> Self {
        Self { code, description }
    }
}
