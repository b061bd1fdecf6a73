//! The gate in front of applications that know nothing of accounts. A proxy asks it of
//! each request whether that passes; whoever does not is sent to sign in, on the
//! application's own host and by the code flow, and comes back. What the browser then
//! holds is a session of that application: it dies with its parent, and is looked up at
//! each request.

mod assertion;
mod identity;
mod memory;
mod named;
mod question;
pub mod rules;
mod settings;
mod sign_in;
mod sign_out;
mod state;
mod store;
pub mod web;
mod who;

use crate::features::check::rules::Program;
use crate::secret::SecretStr;
use portcullis_db::Statement;
use std::net::IpAddr;

pub use assertion::Assertions;
pub use identity::Identity;
pub use memory::{Memory, Origins};
pub use named::name_at;
pub use question::{Judgement, Passed, judge, passes_at_once};
pub use settings::{Guard, Saved, guard, keep_rules, known, save_rules};
pub use sign_in::{BROWSER_LIFETIME, Begun, Finished, finish, start};
pub use sign_out::sign_out;
use store::Guarded;

pub(crate) const fn statements() -> &'static [Statement] {
    store::ALL
}

/// What a request carries to be let through.
#[derive(Debug, Clone, Copy)]
pub enum Presented<'a> {
    /// Nothing of ours.
    Nothing,
    /// Several texts that say that they are ours, of which none is believed.
    Several,
    /// A program's: an access token, or the secret of an application session.
    Bearer(SecretStr<'a>),
    /// A browser's: the secret of an application session.
    Cookie(SecretStr<'a>),
}

/// Who asks to be let through.
#[derive(Debug, Clone, Copy)]
pub struct Caller<'a> {
    /// What they carry.
    pub presented: Presented<'a>,
    /// Where they are, if that is known.
    pub address: Option<IpAddr>,
    /// By which program.
    pub program: Program<'a>,
}

impl Presented<'_> {
    /// Whether a program has presented it, which can't be sent to a page.
    pub const fn is_program(self) -> bool {
        matches!(self, Self::Several | Self::Bearer(_))
    }
}
