//! The authorization request and what it takes to answer it: pure, so that each line
//! of the standards can be tried alone. What is read here has been judged; there is no
//! other way to a [`Request`].

mod address;
mod decision;
mod parameters;
mod pkce;
mod refusal;
mod request;

pub use crate::features::application_sessions::{Acr, Proof};
pub use address::with_parameters;
pub use decision::{Decision, Entrance, Person, decide};
pub use parameters::{NotParameters, Parameters};
pub use pkce::{Challenge, Verifier};
pub use refusal::{ErrorCode, Refusal};
pub use request::{Addressed, Prompt, Request, Unaddressed};

use std::time::Duration;

/// An authorization code is good for so long.
pub const CODE_LIFETIME: Duration = Duration::from_mins(1);

/// An ID token is good for so long.
pub const ID_TOKEN_LIFETIME: Duration = Duration::from_mins(5);

/// A logout token is good for so long after it was signed.
pub const LOGOUT_TOKEN_LIFETIME: Duration = Duration::from_mins(2);

/// Ended codes are kept for so long, so that one that comes again is known.
pub const CODES_KEPT: Duration = Duration::from_hours(24);
