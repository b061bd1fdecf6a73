//! HTTP: one table of routes, and one way from a request to its answer.

mod access;
mod admin_routes;
mod answer;
pub mod api;
mod application_routes;
mod assets;
mod cookies;
mod csrf;
mod every_answer;
mod front;
pub mod gate;
mod guarded_stream;
mod headers;
mod health;
mod kept;
mod leaving;
pub mod oauth;
mod open_id_routes;
mod organisation_routes;
mod page;
mod problem;
mod public_routes;
mod return_path;
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
    HalfSignedIn, Invited, Member, OrganisationAdmin, OrganisationAdminSteppedUp, Public, SignedIn,
    SignedInAnyhow, SteppedUp, SteppedUpForSecondFactors,
};
pub use answer::Answer;
pub use front::Front;
pub use gate::{GateAnswer, GateCall};
pub use leaving::{leave, onward};
pub use page::{Choice, Field, Page};
pub use return_path::ReturnPath;
pub use routes::{Csrf, Logs, Route, router, router_with, routes};
pub use server::{Server, ServerLimits};
pub use source::{Peer, Source};
pub use visit::Visit;
