//! What clients read before anything else: where everything is, and what is spoken.

use super::rules::Acr;
use crate::app::App;
use crate::features::applications::rules::{Algorithm, STANDARD_SCOPES};
use serde::Serialize;

/// OpenID Connect Discovery §3, RFC 8414 §2.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "the standard's own fields")]
pub(super) struct Document {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    userinfo_endpoint: String,
    jwks_uri: String,
    revocation_endpoint: String,
    introspection_endpoint: String,
    end_session_endpoint: String,
    scopes_supported: &'static [&'static str],
    response_types_supported: &'static [&'static str],
    response_modes_supported: &'static [&'static str],
    grant_types_supported: &'static [&'static str],
    acr_values_supported: Vec<&'static str>,
    subject_types_supported: &'static [&'static str],
    id_token_signing_alg_values_supported: Vec<&'static str>,
    token_endpoint_auth_methods_supported: &'static [&'static str],
    revocation_endpoint_auth_methods_supported: &'static [&'static str],
    introspection_endpoint_auth_methods_supported: &'static [&'static str],
    claim_types_supported: &'static [&'static str],
    claims_supported: &'static [&'static str],
    prompt_values_supported: &'static [&'static str],
    code_challenge_methods_supported: &'static [&'static str],
    claims_parameter_supported: bool,
    request_parameter_supported: bool,
    request_uri_parameter_supported: bool,
    authorization_response_iss_parameter_supported: bool,
    backchannel_logout_supported: bool,
    backchannel_logout_session_supported: bool,
}

const CLAIMS: &[&str] = &[
    "iss",
    "organisation",
    "sub",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "nonce",
    "acr",
    "amr",
    "sid",
    "at_hash",
    "name",
    "locale",
    "zoneinfo",
    "email",
    "email_verified",
];
const ANY_APPLICATION: &[&str] = &["client_secret_basic", "client_secret_post", "none"];
const PROVED: &[&str] = &["client_secret_basic", "client_secret_post"];

impl Document {
    pub(super) fn new(app: &App) -> Self {
        let link = |path| app.config.public_url.link(path);
        Self {
            issuer: app.config.public_url.origin().to_owned(),
            authorization_endpoint: link("/oauth/authorize"),
            token_endpoint: link("/oauth/token"),
            userinfo_endpoint: link("/oauth/userinfo"),
            jwks_uri: link("/oauth/jwks.json"),
            revocation_endpoint: link("/oauth/revoke"),
            introspection_endpoint: link("/oauth/introspect"),
            end_session_endpoint: link("/oauth/sign-out"),
            scopes_supported: STANDARD_SCOPES,
            response_types_supported: &["code"],
            response_modes_supported: &["query"],
            grant_types_supported: &["authorization_code"],
            acr_values_supported: Acr::ALL.iter().map(|acr| acr.tag()).collect(),
            subject_types_supported: &["public"],
            id_token_signing_alg_values_supported: Algorithm::ALL
                .iter()
                .map(|algorithm| algorithm.tag())
                .collect(),
            token_endpoint_auth_methods_supported: ANY_APPLICATION,
            revocation_endpoint_auth_methods_supported: ANY_APPLICATION,
            introspection_endpoint_auth_methods_supported: PROVED,
            claim_types_supported: &["normal"],
            claims_supported: CLAIMS,
            prompt_values_supported: &["none", "login", "consent", "select_account"],
            code_challenge_methods_supported: &["S256"],
            claims_parameter_supported: true,
            request_parameter_supported: false,
            request_uri_parameter_supported: false,
            authorization_response_iss_parameter_supported: true,
            backchannel_logout_supported: true,
            backchannel_logout_session_supported: true,
        }
    }
}
