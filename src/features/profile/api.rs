//! The profile for programs.

use crate::features::account::Account;
use crate::http::api::{Call, ProfileRead, Result, Shown};
use serde::Serialize;
use utoipa::ToSchema;

/// Who the owner of the token is.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each stands for itself")]
pub struct Profile {
    /// The account’s id; never another’s.
    #[schema(format = "uuid")]
    id: String,
    /// Its email address.
    email: String,
    /// Whether its owner has proved to receive mail there.
    email_verified: bool,
    /// Its owner’s name.
    name: String,
    /// The language that it reads: a BCP 47 tag.
    language: &'static str,
    /// Its time zone’s name, such as `Europe/Berlin`.
    time_zone: String,
    /// When it was made.
    #[schema(format = "date-time")]
    created_at: String,
    /// Whether signing in takes a second factor.
    two_factor: bool,
    /// Whether it administers the installation.
    administrator: bool,
    /// Whether it may read everybody’s log.
    auditor: bool,
}

impl From<Account> for Profile {
    fn from(account: Account) -> Self {
        Self {
            id: account.id.to_string(),
            email_verified: account.email_verified_at.is_some(),
            language: account.language.tag(),
            time_zone: account.time_zone,
            created_at: account.created_at.rfc3339(),
            two_factor: account.second_factors.any(),
            administrator: account.administrator_since.is_some(),
            auditor: account.auditor_since.is_some(),
            email: account.email,
            name: account.name,
        }
    }
}

/// The account that the token is of.
pub async fn show(_: Call, ProfileRead(bearer): ProfileRead) -> Result<Shown<Profile>> {
    Ok(Shown(bearer.account.into()))
}
