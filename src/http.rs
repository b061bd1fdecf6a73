//! HTTP: one table of routes, and one way from a request to its answer.

mod access;
mod admin_routes;
mod answer;
pub mod api;
mod assets;
mod cookies;
mod csrf;
mod guarded_stream;
mod headers;
mod health;
mod kept;
mod organisation_routes;
mod page;
mod problem;
mod public_routes;
mod review_routes;
mod routes;
mod run;
mod server;
mod source;
mod token_routes;
mod two_factor_routes;
mod visit;

pub use access::{
    Access, Administrator, AdministratorSteppedUp, Auditor, AuditorSteppedUp, Declared,
    HalfSignedIn, Member, OrganisationAdmin, OrganisationAdminSteppedUp, Public, SignedIn,
    SignedInAnyhow, SteppedUp, SteppedUpForSecondFactors,
};
pub use answer::Answer;
pub use page::{Choice, Field, Page};
pub use routes::{Csrf, Logs, Route, router, routes};
pub use server::{Server, ServerLimits};
pub use source::{Peer, Source};
pub use visit::Visit;
