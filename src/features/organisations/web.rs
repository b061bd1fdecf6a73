//! The pages of organisations.

pub mod leaving;
pub mod members;

use super::Organisation;
use super::rules::{Plan, Role};
use crate::text::{Say, Text};

/// What a role is called.
pub fn role_name(text: &Text, role: Role) -> Say<'_> {
    match role {
        Role::Member => text.say("role-member"),
        Role::Admin => text.say("role-admin"),
        Role::Owner => text.say("role-owner"),
    }
}

/// What a plan is called.
pub fn plan_name(text: &Text, plan: Plan) -> Say<'_> {
    match plan {
        Plan::Free => text.say("plan-free"),
        Plan::Enterprise => text.say("plan-enterprise"),
    }
}

/// The head that an organisation's pages share: its name, and the way between them.
pub struct Tabs {
    /// Its pages' address.
    pub path: String,
    /// What it is called.
    pub name: String,
    /// Whether the reader runs it.
    pub admin: bool,
    /// Which of them this is.
    pub here: &'static str,
}

impl Tabs {
    /// For somebody of this role.
    pub fn new(organisation: &Organisation, role: Role, here: &'static str) -> Self {
        Self {
            path: organisation.path(""),
            name: organisation.name.clone(),
            admin: role >= Role::Admin,
            here,
        }
    }
}
