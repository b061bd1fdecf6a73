//! The part of the table that personal access tokens are.

use super::access::{SignedIn, SteppedUp};
use super::routes::{Route, form, page};
use crate::features::access_tokens::web;
use crate::features::security_log::Kind;

pub(super) fn routes() -> Vec<Route> {
    const TOKENS: &str = "/settings/security/tokens";
    const NEW: &str = "/settings/security/tokens/new";
    const ONE: &str = "/settings/security/tokens/{id}";
    const REVOKE_ALL: &str = "/settings/security/tokens/revoke-all";
    vec![
        page::<SignedIn, _, _>(TOKENS, web::list_page),
        page::<SteppedUp, _, _>(NEW, web::new_page),
        form::<SteppedUp, _, _>(NEW, NEW, &[Kind::AccessTokenMade], web::make_token),
        page::<SignedIn, _, _>(REVOKE_ALL, web::revoke_all_page),
        form::<SignedIn, _, _>(
            REVOKE_ALL,
            REVOKE_ALL,
            &[Kind::AccessTokensRevoked],
            web::revoke_all_tokens,
        ),
        page::<SignedIn, _, _>(ONE, web::one_page),
        form::<SignedIn, _, _>(
            "/settings/security/tokens/{id}/rename",
            ONE,
            &[Kind::AccessTokenRenamed],
            web::rename_token,
        ),
        form::<SignedIn, _, _>(
            "/settings/security/tokens/{id}/narrow",
            ONE,
            &[Kind::AccessTokenNarrowed],
            web::narrow_token,
        ),
        form::<SignedIn, _, _>(
            "/settings/security/tokens/{id}/revoke",
            TOKENS,
            &[Kind::AccessTokenRevoked],
            web::revoke_token,
        ),
    ]
}
