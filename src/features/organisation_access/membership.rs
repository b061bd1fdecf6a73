//! A membership, as applications are told of it.

use crate::features::organisations::Granted;
use serde::Serialize;

/// The organisation that was asked about, and what somebody may do in it.
#[derive(Debug, Serialize)]
pub struct Membership<'a> {
    id: String,
    slug: &'a str,
    name: &'a str,
    role: &'static str,
}

impl<'a> Membership<'a> {
    /// Of somebody who got in.
    pub fn of(granted: &'a Granted) -> Self {
        let Granted { organisation, role, .. } = granted;
        Self {
            id: organisation.id.to_string(),
            slug: &organisation.slug,
            name: &organisation.name,
            role: role.tag(),
        }
    }
}
