//! Sessions for programs.

use super::by_token::{end_all as end_every, end_one as end};
use crate::devices::Device;
use crate::features::application_sessions::{self, Listed as Child};
use crate::features::sessions::{self, Listed};
use crate::http::api::{Call, Done, Result, SessionsEnd, SessionsRead, Shown};
use crate::ids::ApplicationId;
use serde::Serialize;
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// The sessions that are live.
#[derive(Debug, Serialize, ToSchema)]
pub struct Sessions {
    /// The last active first.
    sessions: Vec<Session>,
}

/// A signed-in browser.
#[derive(Debug, Serialize, ToSchema)]
pub struct Session {
    /// Its id, which opens nothing.
    #[schema(format = "uuid")]
    id: String,
    /// When it was made by signing in.
    #[schema(format = "date-time")]
    signed_in_at: String,
    /// What was proved to begin it: `password`, `authenticator`, `sms`, `backup-code`, `trusted-browser` or `link`.
    signed_in_by: &'static str,
    /// The network address that it began at.
    address: Option<String>,
    /// When it was used last.
    #[schema(format = "date-time")]
    last_active_at: String,
    /// The network address that it was used from last.
    last_address: Option<String>,
    /// When it ends at the latest.
    #[schema(format = "date-time")]
    expires_at: String,
    /// Browser and system, in words.
    device: String,
    /// The program, as it named itself; anything can stand here.
    user_agent: String,
    /// Where its last address is thought to be, in words.
    place: String,
    /// The applications that it is signed in to.
    applications: Vec<SignedInTo>,
}

/// An application that somebody is signed in to.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignedInTo {
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    /// What people know it by.
    name: String,
}

/// Who is in.
pub async fn list(call: Call, SessionsRead(bearer): SessionsRead) -> Result<Shown<Sessions>> {
    let listed = sessions::list(&call.app, bearer.account.id, call.now).await?;
    let children = application_sessions::list(&call.app, bearer.account.id, call.now).await?;
    let sessions = listed.into_iter().map(|listed| session(&call, listed, &children)).collect();
    Ok(Shown(Sessions { sessions }))
}

fn session(
    call: &Call,
    Listed { session, by, last_address }: Listed,
    children: &[Child],
) -> Session {
    let own = children.iter().filter(|child| child.session == session.id);
    let own: BTreeSet<_> = own.map(|child| (&child.application_name, child.application)).collect();
    let named = |(name, id): (&String, ApplicationId)| SignedInTo {
        id: id.to_string(),
        name: name.clone(),
    };
    let applications = own.into_iter().map(named).collect();
    let text = call.app.text(None, call.now);
    let last_address = last_address.or_else(|| session.address.clone());
    let place = call.app.places.of_text(last_address.as_deref()).say(&text);
    Session {
        id: session.id.to_string(),
        signed_in_at: session.created_at.rfc3339(),
        signed_in_by: by.tag(),
        address: session.address,
        last_active_at: session.last_active_at.rfc3339(),
        last_address,
        expires_at: session.expires_at.rfc3339(),
        device: Device::of(&session.user_agent).say(&text),
        user_agent: session.user_agent,
        place,
        applications,
    }
}

/// Ends one.
pub async fn end_one(call: Call, SessionsEnd(bearer): SessionsEnd) -> Result<Done> {
    let id = call.id()?;
    end(&call.app, &bearer, id, &call.source).await?;
    Ok(Done)
}

/// How many were ended.
#[derive(Debug, Serialize, ToSchema)]
pub struct Ended {
    /// So many sessions.
    ended: u64,
}

/// Ends them all.
pub async fn end_all(call: Call, SessionsEnd(bearer): SessionsEnd) -> Result<Shown<Ended>> {
    let ended = end_every(&call.app, &bearer, &call.source).await?;
    Ok(Shown(Ended { ended }))
}
