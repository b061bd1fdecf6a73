//! Making organisations, for an administrator's program.

use crate::features::account::rules::{EmailAddress, Name};
use crate::features::administration::{By, create_organisation};
use crate::features::organisations::NewOrganisation;
use crate::features::organisations::rules::{Plan, Slug};
use crate::http::api::{AdminOrganisations, Call, Code, Made, Problem, Result, Wrong};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An organisation that is to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrganisationBody {
    /// What it is called.
    name: String,
    /// Its short name, which stands in addresses and never changes: a–z, 0–9 and hyphens.
    slug: String,
    /// What it can use: `free` or `enterprise`.
    plan: String,
    /// The address of its first owner, who is invited where there is no such account.
    owner: String,
}

/// An organisation that was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct MadeOrganisation {
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    /// Its short name.
    slug: String,
}

/// Makes one.
pub async fn create(
    call: Call,
    AdminOrganisations(bearer): AdminOrganisations,
) -> Result<Made<MadeOrganisation>> {
    let (new, owner) = read(&call.body()?)?;
    let by = By::Token(&bearer, &call.source);
    let made = create_organisation(&call.app, by, &new, &owner).await?;
    let made = made.map_err(|_| Code::SlugTaken)?;
    Ok(Made(MadeOrganisation { id: made.id.to_string(), slug: made.slug }))
}

fn read(body: &NewOrganisationBody) -> Result<(NewOrganisation, EmailAddress)> {
    let mut errors = Vec::new();
    let mut flaw = |name: &str, message: String| {
        errors.push(Wrong { name: name.to_owned(), message });
    };
    let name = Name::parse(&body.name).map_err(|why| flaw("name", why.to_string())).ok();
    let slug = Slug::parse(&body.slug).map_err(|why| flaw("slug", why.to_string())).ok();
    let owner = EmailAddress::parse(&body.owner).map_err(|why| flaw("owner", why.to_string())).ok();
    let plan = Plan::from_tag(&body.plan);
    if plan.is_none() {
        flaw("plan", "one of free, enterprise".to_owned());
    }
    match (name, slug, owner, plan) {
        (Some(name), Some(slug), Some(owner), Some(plan)) => {
            Ok((NewOrganisation { slug, name, plan }, owner))
        }
        _ => Err(Problem::wrong(errors).into()),
    }
}
