//! Applications for programs: what there is. A program makes and changes none: what
//! proves an application is a credential (design §4.11).

use super::{Details, details};
use crate::features::applications::rules::AddressKind;
use crate::features::applications::{self, Application as Found};
use crate::http::api::{
    AdminRead, CURSOR, Call, Code, Cursor, DEFAULT_LIMIT, Declares, LIMIT, Result, Shown,
};
use crate::ids::ApplicationId;
use serde::Serialize;
use utoipa::ToSchema;

/// What the list can be asked for.
pub static LIST: &[&dyn Declares] = &[&LIMIT, &CURSOR];

/// A page of applications.
#[derive(Debug, Serialize, ToSchema)]
pub struct Applications {
    /// The newest first.
    applications: Vec<Application>,
    /// Where to go on; null at the end.
    next: Option<String>,
}

/// An application.
#[derive(Debug, Serialize, ToSchema)]
pub struct Application {
    /// Its id, which is its client id, too.
    #[schema(format = "uuid")]
    id: String,
    /// What people know it by.
    name: String,
    /// `confidential` or `public`.
    kind: &'static str,
    /// How many seconds a session of its own lives at most.
    session_lifetime: u64,
    /// How its ID tokens are signed: `ES256` or `RS256`.
    id_token_algorithm: &'static str,
    /// Where it hears that a session of its own has ended, if it wants to.
    back_channel_logout_url: Option<String>,
    /// Whether the gate signs who it is, in `Remote-Assertion`.
    identity_assertion: bool,
    /// When it was made.
    #[schema(format = "date-time")]
    created_at: String,
}

/// An application with everything that is added to it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApplicationDetails {
    /// Its id, which is its client id, too.
    #[schema(format = "uuid")]
    id: String,
    /// What people know it by.
    name: String,
    /// `confidential` or `public`.
    kind: &'static str,
    /// How many seconds a session of its own lives at most.
    session_lifetime: u64,
    /// How its ID tokens are signed: `ES256` or `RS256`.
    id_token_algorithm: &'static str,
    /// Where it hears that a session of its own has ended, if it wants to.
    back_channel_logout_url: Option<String>,
    /// Whether the gate signs who it is, in `Remote-Assertion`.
    identity_assertion: bool,
    /// When it was made.
    #[schema(format = "date-time")]
    created_at: String,
    /// Where a browser may be sent with the code of a sign-in.
    return_addresses: Vec<String>,
    /// Where a browser may be sent after signing out.
    after_sign_out_addresses: Vec<String>,
    /// The origins that the gate stands before.
    gate_origins: Vec<String>,
    /// What it declares, by name.
    permissions: Vec<DeclaredPermission>,
    /// What proves it, the newest first: nothing that opens anything.
    secrets: Vec<ApplicationSecret>,
}

/// A permission that an application declares.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeclaredPermission {
    /// Its name.
    name: String,
    /// What it lets a program do.
    about: String,
}

/// A secret of an application, without what it proves by.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApplicationSecret {
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    /// The last four characters of its text.
    tail: String,
    /// When it was made.
    #[schema(format = "date-time")]
    created_at: String,
    /// When it expires, once it was rotated.
    #[schema(format = "date-time")]
    expires_at: Option<String>,
}

impl From<Found> for Application {
    fn from(found: Found) -> Self {
        Self {
            id: found.id.to_string(),
            name: found.name,
            kind: found.kind.tag(),
            session_lifetime: found.session_lifetime.duration().as_secs(),
            id_token_algorithm: found.id_token_algorithm.tag(),
            back_channel_logout_url: found.back_channel_logout_url,
            identity_assertion: found.identity_assertion,
            created_at: found.created_at.rfc3339(),
        }
    }
}

impl From<Details> for ApplicationDetails {
    fn from(details: Details) -> Self {
        let Details { application, addresses, permissions, secrets } = details;
        let own = Application::from(application);
        Self {
            id: own.id,
            name: own.name,
            kind: own.kind,
            session_lifetime: own.session_lifetime,
            id_token_algorithm: own.id_token_algorithm,
            back_channel_logout_url: own.back_channel_logout_url,
            identity_assertion: own.identity_assertion,
            created_at: own.created_at,
            return_addresses: addresses.of(AddressKind::Return),
            after_sign_out_addresses: addresses.of(AddressKind::AfterSignOut),
            gate_origins: addresses.of(AddressKind::Gate),
            permissions: permissions
                .into_iter()
                .map(|own| DeclaredPermission { name: own.name, about: own.about })
                .collect(),
            secrets: secrets
                .into_iter()
                .map(|own| ApplicationSecret {
                    id: own.id.to_string(),
                    tail: own.tail,
                    created_at: own.created_at.rfc3339(),
                    expires_at: own.expires_at.map(crate::time::Timestamp::rfc3339),
                })
                .collect(),
        }
    }
}

/// Every application.
pub async fn list(call: Call, AdminRead(_): AdminRead) -> Result<Shown<Applications>> {
    let list = call.route();
    let mut query = call.query();
    let after = query.read_with(&CURSOR, |text| Cursor::decode(&call.app, list, text));
    let limit = query.read(&LIMIT).unwrap_or(DEFAULT_LIMIT);
    query.done()?;
    let after = after.map(|cursor| (cursor.at, ApplicationId::from_uuid(cursor.id)));
    let wanted = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    let mut found = applications::list(&call.app, after, wanted).await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found
        .last()
        .filter(|_| more)
        .map(|last| Cursor { at: last.created_at, id: last.id.uuid() }.encode(&call.app, list));
    Ok(Shown(Applications { applications: found.into_iter().map(Into::into).collect(), next }))
}

/// One application.
pub async fn one(call: Call, AdminRead(_): AdminRead) -> Result<Shown<ApplicationDetails>> {
    let found = details(&call.app, call.id()?, call.now).await?;
    Ok(Shown(found.ok_or(Code::NotFound)?.into()))
}
