//! The JSON API under `/api/v1`: one table of routes, one way from a request to
//! its answer, and the document that both describe themselves in.

mod access;
mod answer;
mod call;
mod cursor;
mod document;
mod limits;
mod page;
mod params;
mod problem;
mod routes;
mod run;

pub use access::{
    AdminAuditor, AdminOrganisations, AdminRead, Anybody, ApiAccess, LogExport, LogRead, Needs,
    OrganisationAdminRead, OrganisationAdminWrite, OrganisationLog, OrganisationRead,
    OrganisationsRead, ProfileRead, SessionsEnd, SessionsRead, TokensRead, TokensRevoke,
};
pub use answer::{Done, File, Made, Reply, Shown, Taken};
pub use call::Call;
pub use cursor::Cursor;
pub use document::{document, text};
pub(super) use limits::Limit;
pub use params::{CURSOR, DEFAULT_LIMIT, Declares, LIMIT, Param, Query, choices};
pub use problem::{Code, Problem, Refusal, Result, Wrong};
pub use routes::{ApiRoute, api_routes};
pub(super) use run::{mount, not_found};
