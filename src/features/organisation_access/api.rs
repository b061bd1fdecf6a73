//! The organisations of whoever asks, for programs.

use super::{Listed, Why, list_by_token};
use crate::http::api::{Call, OrganisationsRead, Result, Shown};
use serde::Serialize;
use utoipa::ToSchema;

/// Organisations.
#[derive(Debug, Serialize, ToSchema)]
pub struct Organisations {
    /// All that the account belongs to.
    organisations: Vec<ListedOrganisation>,
}

/// An organisation that the account belongs to.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedOrganisation {
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    /// Its short name, which stands in addresses and never changes.
    slug: String,
    /// What it is called.
    name: String,
    /// What the account may do there: `member`, `admin` or `owner`.
    role: &'static str,
    /// What is in the way from here: `address`, `second-factor`, or nothing.
    closed: Option<&'static str>,
}

impl From<Listed> for ListedOrganisation {
    fn from(listed: Listed) -> Self {
        let Listed { organisation, role, closed } = listed;
        Self {
            id: organisation.id.to_string(),
            slug: organisation.slug,
            name: organisation.name,
            role: role.tag(),
            closed: closed.map(|why| match why {
                Why::Address => "address",
                Why::Enrol | Why::Prove => "second-factor",
            }),
        }
    }
}

/// Those that the account belongs to.
pub async fn list(
    call: Call,
    OrganisationsRead(bearer): OrganisationsRead,
) -> Result<Shown<Organisations>> {
    let all = list_by_token(&call.app, &bearer, &call.source, call.now).await?;
    Ok(Shown(Organisations { organisations: all.into_iter().map(Into::into).collect() }))
}
