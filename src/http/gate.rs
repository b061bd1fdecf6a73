//! What happens on the hosts of applications that the gate stands before: a fourth table
//! of routes. Their requests come through a proxy that is trusted, or not at all.

mod answer;
mod call;
mod routes;
mod run;

pub use answer::GateAnswer;
pub use call::GateCall;
pub use routes::{GateRoute, gate_routes};
pub(super) use run::{Door, QUESTION, mount};
