//! The one table of the API's routes: method, path, what a token needs, what is
//! logged, what it takes, and the handler, whose types say what it answers.

use super::access::{
    AdminAuditor, AdminOrganisations, AdminRead, Anybody, ApiAccess, LogExport, LogRead, Needs,
    OrganisationAdminRead, OrganisationAdminWrite, OrganisationLog, OrganisationRead,
    OrganisationsRead, ProfileRead, SessionsEnd, SessionsRead, TokensRead, TokensRevoke,
};
use super::answer::Reply;
use super::call::Call;
use super::document::Schemas;
use super::params::Declares;
use super::problem::{Code, Problem, Refusal, Result};
use crate::features::security_log::Kind;
use crate::features::{
    access_tokens, active_sessions, activity_history, administration, application_settings,
    log_export, profile,
};
use crate::http::Logs;
use axum::body::Body;
use axum::http::{Method, Response, StatusCode};
use futures_util::future::BoxFuture;
use serde_json::Value;
use utoipa::ToSchema;

type Handler = Box<dyn Fn(Call) -> BoxFuture<'static, Result<Response<Body>>> + Send + Sync>;

/// No other body of the API is near this.
const MAX_BODY: usize = 16 * 1024;
/// Ten thousand entries with their labels.
const LONGEST_LIST: usize = 4 * 1024 * 1024;

/// One line of the table.
pub struct ApiRoute {
    /// The method.
    pub method: Method,
    /// The path, with placeholders in braces.
    pub path: &'static str,
    /// What a token needs.
    pub needs: Needs,
    /// What is logged.
    pub logs: Logs,
    /// What it does, in a few words.
    pub summary: &'static str,
    /// What there is to know beside that.
    pub about: &'static str,
    /// What its query may hold.
    pub query: &'static [&'static dyn Declares],
    /// What an answer that has done it has.
    pub success: StatusCode,
    pub(super) success_about: &'static str,
    pub(super) content: fn(&mut Schemas) -> Value,
    /// The schema of the body, where it takes one.
    pub(super) body: Option<fn(&mut Schemas) -> Value>,
    /// Whether it is limited beside failed tokens.
    pub(super) limited: bool,
    /// Whether it only asks, whatever its method is.
    pub(super) asks: bool,
    /// The longest body that it takes.
    pub(super) longest: usize,
    /// What else can come of it.
    pub(super) more: &'static [Code],
    pub(super) prove: fn(&Call) -> std::result::Result<(), Problem>,
    pub(super) handler: Handler,
}

impl ApiRoute {
    const fn about(mut self, about: &'static str) -> Self {
        self.about = about;
        self
    }

    const fn query(mut self, query: &'static [&'static dyn Declares]) -> Self {
        self.query = query;
        self
    }

    /// A question that is too long for an address: it changes nothing.
    fn asks(mut self) -> Self {
        (self.method, self.asks) = (Method::POST, true);
        self
    }

    const fn longest(mut self, longest: usize) -> Self {
        self.longest = longest;
        self
    }

    const fn more(mut self, more: &'static [Code]) -> Self {
        self.more = more;
        self
    }

    const fn limited(mut self) -> Self {
        self.limited = true;
        self
    }

    fn body<T: ToSchema + 'static>(mut self) -> Self {
        self.body = Some(Schemas::add_body::<T>);
        self
    }

    /// Whether it takes a body.
    pub const fn takes_body(&self) -> bool {
        self.body.is_some()
    }

    /// Whether it changes anything.
    pub fn acts(&self) -> bool {
        self.method != Method::GET && !self.asks
    }

    /// Whether what it is about stands in its path.
    pub fn names_one(&self) -> bool {
        self.path.contains('{')
    }
}

/// What only shows.
fn show<A, R, F, Fut>(path: &'static str, summary: &'static str, handler: F) -> ApiRoute
where
    A: ApiAccess,
    R: Reply,
    F: Fn(Call, A) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<R>> + Send + 'static,
{
    ApiRoute {
        method: Method::GET,
        path,
        needs: A::NEEDS,
        logs: Logs::Nothing,
        summary,
        about: "",
        query: &[],
        success: R::STATUS,
        success_about: R::ABOUT,
        content: R::content,
        body: None,
        limited: false,
        asks: false,
        longest: MAX_BODY,
        more: &[],
        prove: |call| A::prove(call).map(drop),
        handler: Box::new(move |call| match A::prove(&call) {
            Ok(access) => {
                let reply = handler(call, access);
                Box::pin(async move { reply.await?.into_response().map_err(Refusal::from) })
            }
            Err(problem) => Box::pin(std::future::ready(Err(problem.into()))),
        }),
    }
}

/// What shows something that is noted when it is read.
fn reading<A, R, F, Fut>(
    path: &'static str,
    summary: &'static str,
    logs: &'static [Kind],
    handler: F,
) -> ApiRoute
where
    A: ApiAccess,
    R: Reply,
    F: Fn(Call, A) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<R>> + Send + 'static,
{
    ApiRoute { logs: Logs::Event(logs), ..show::<A, R, F, Fut>(path, summary, handler) }
}

/// What acts, and so says what it logs.
fn act<A, R, F, Fut>(
    method: Method,
    path: &'static str,
    summary: &'static str,
    logs: &'static [Kind],
    handler: F,
) -> ApiRoute
where
    A: ApiAccess,
    R: Reply,
    F: Fn(Call, A) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<R>> + Send + 'static,
{
    ApiRoute { method, ..reading::<A, R, F, Fut>(path, summary, logs, handler) }
}

/// Every route of the API, in the order in which the document shows them.
pub fn api_routes() -> Vec<ApiRoute> {
    let mut routes = own();
    routes.extend(tokens());
    routes.extend(organisations());
    routes.extend(of_organisations_admins());
    routes.extend(admin());
    routes
}

fn own() -> Vec<ApiRoute> {
    use activity_history::api as log;
    vec![
        show::<ProfileRead, _, _, _>("/api/v1/profile", "Show the profile", profile::api::show),
        show::<SessionsRead, _, _, _>(
            "/api/v1/sessions",
            "List live sessions",
            active_sessions::api::list,
        )
        .about("The last active first. When and where each was used last may lag by a minute."),
        act::<SessionsEnd, _, _, _>(
            Method::DELETE,
            "/api/v1/sessions/{id}",
            "End a session",
            &[Kind::SessionEnded],
            active_sessions::api::end_one,
        )
        .about("From the answer on it is refused everywhere."),
        act::<SessionsEnd, _, _, _>(
            Method::POST,
            "/api/v1/sessions/end-all",
            "End every session",
            &[Kind::OtherSessionsEnded],
            active_sessions::api::end_all,
        )
        .about(
            "A token has no session of its own, so none is left. Ends sign-ins that wait for a \
             second factor, mailed links and trust in browsers too. Tokens stay.",
        ),
        show::<LogRead, _, _, _>("/api/v1/events", "List events", log::list)
            .query(log::LIST)
            .about(
                "The account’s security log, newest first. With an `address` a page may hold fewer \
                 events than `limit`, even none, while `next` leads on.",
            ),
        reading::<LogExport, _, _, _>(
            "/api/v1/events/export",
            "Export events",
            &[Kind::LogExported],
            log_export::api::export,
        )
        .query(log_export::api::EXPORT)
        .limited()
        .about(
            "As CSV or JSON Lines, oldest first; with `after` in the order of commits, in which \
             nothing comes in between later. An export is an event itself. An account has ten at \
             once, and one more each six minutes. Ends when the token does.",
        ),
        show::<LogRead, _, _, _>("/api/v1/events/{id}", "Show an event", log::one),
    ]
}

fn tokens() -> Vec<ApiRoute> {
    use access_tokens::api;
    vec![
        show::<TokensRead, _, _, _>("/api/v1/tokens", "List tokens", api::list)
            .query(api::LIST)
            .about(
                "The newest first, those of no use any more too, for a month. What a token opens with \
                 is shown once, when it is made.",
            ),
        act::<TokensRevoke, _, _, _>(
            Method::DELETE,
            "/api/v1/tokens/{id}",
            "Revoke a token",
            &[Kind::AccessTokenRevoked],
            api::revoke_one,
        )
        .about("From the answer on it is refused everywhere. It may be the token that asks."),
        act::<TokensRevoke, _, _, _>(
            Method::DELETE,
            "/api/v1/tokens",
            "Revoke every token",
            &[Kind::AccessTokensRevoked],
            api::revoke_every,
        )
        .about("The one that asks, too."),
        act::<Anybody, _, _, _>(
            Method::POST,
            "/api/v1/tokens/leaked",
            "Report a leaked token",
            &[Kind::AccessTokenRevoked],
            api::leaked,
        )
        .body::<api::Leaked>()
        .limited()
        .about(
            "For secret scanners and whoever finds one. A token that is real is revoked, and its \
             owner told by email. The answer says nothing of that, and takes as long for anything.",
        ),
    ]
}

fn organisations() -> Vec<ApiRoute> {
    use crate::features::{organisation_access, organisations};
    vec![
        show::<OrganisationsRead, _, _, _>(
            "/api/v1/organisations",
            "List organisations",
            organisation_access::api::list,
        )
        .about("Those that the account belongs to, with what is in the way from here."),
        show::<OrganisationRead, _, _, _>(
            "/api/v1/organisations/{id}",
            "Show an organisation",
            organisations::api::one,
        )
        .about("For its members."),
        show::<OrganisationRead, _, _, _>(
            "/api/v1/organisations/{id}/members",
            "List members",
            organisations::api::members,
        )
        .query(organisations::api::MEMBERS)
        .about("For its members, those of longest standing first."),
    ]
}

/// What an organisation asks of its members, and what has happened there.
fn of_organisations_admins() -> Vec<ApiRoute> {
    use crate::features::{ip_allowlist, organisation_log, two_factor_requirement};
    const ALLOWLIST: &str = "/api/v1/organisations/{id}/allowlist";
    const TWO_FACTOR: &str = "/api/v1/organisations/{id}/two-factor";
    vec![
        show::<OrganisationAdminRead, _, _, _>(
            ALLOWLIST,
            "Show the IP allowlist",
            ip_allowlist::api::show,
        )
        .about("For its owners and admins: what counts now."),
        act::<OrganisationAdminWrite, _, _, _>(
            Method::PUT,
            ALLOWLIST,
            "Save the IP allowlist",
            &[Kind::AllowlistChanged],
            ip_allowlist::api::save,
        )
        .body::<ip_allowlist::api::NewAllowlist>()
        .longest(LONGEST_LIST)
        .more(&[Code::Stale, Code::LocksOut, Code::Plan])
        .about(
            "For its owners and admins. The whole list, in place of the one that `version` names. \
             What would keep out the address of the call is refused. What keeps anybody out waits \
             for fifteen minutes to be confirmed by the next request of an owner or admin from an \
             allowed address, and is undone without one.",
        ),
        show::<OrganisationAdminRead, _, _, _>(
            "/api/v1/organisations/{id}/allowlist/preview",
            "Preview an IP allowlist",
            ip_allowlist::api::preview,
        )
        .asks()
        .body::<ip_allowlist::api::Entries>()
        .longest(LONGEST_LIST)
        .about(
            "For its owners and admins: whom the list would have refused in the last 30 days. \
             Nothing is changed.",
        ),
        show::<OrganisationAdminRead, _, _, _>(
            TWO_FACTOR,
            "Show what is asked of second factors",
            two_factor_requirement::api::show,
        )
        .about("For its owners and admins."),
        act::<OrganisationAdminWrite, _, _, _>(
            Method::PUT,
            TWO_FACTOR,
            "Require two-factor authentication",
            &[Kind::TwoFactorRequirementChanged],
            two_factor_requirement::api::save,
        )
        .body::<two_factor_requirement::api::NewRequirement>()
        .more(&[Code::LocksOut, Code::Plan])
        .about(
            "For its owners and admins, or no longer. Members who have no second factor are told \
             by email. Whoever would be shut out themselves is refused.",
        ),
        show::<OrganisationLog, _, _, _>(
            "/api/v1/organisations/{id}/events",
            "List an organisation’s events",
            organisation_log::api::list,
        )
        .query(activity_history::api::LIST)
        .about(
            "For its owners and admins: its security log, newest first. Where those were who run \
             the installation is not told.",
        ),
        reading::<OrganisationLog, _, _, _>(
            "/api/v1/organisations/{id}/events/export",
            "Export an organisation’s events",
            &[Kind::LogExported],
            log_export::api::export_of_organisation,
        )
        .query(log_export::api::EXPORT)
        .limited()
        .about(
            "For its owners and admins, as an account’s own log is exported. Ends when the token \
             does, and when its account may no longer, or is no longer let in from there.",
        ),
    ]
}

fn admin() -> Vec<ApiRoute> {
    use administration::api;
    vec![
        show::<AdminAuditor, _, _, _>("/api/v1/admin/accounts", "List accounts", api::accounts)
            .query(api::ACCOUNTS)
            .about("For auditors and administrators: by age, or those whose address begins so."),
        show::<AdminRead, _, _, _>("/api/v1/admin/accounts/{id}", "Show an account", api::account)
            .about("For administrators."),
        reading::<AdminAuditor, _, _, _>(
            "/api/v1/admin/accounts/{id}/events",
            "List an account’s events",
            &[Kind::LogRead],
            api::events_of_account,
        )
        .query(activity_history::api::LIST)
        .about("For auditors and administrators. Reading it is an event in it."),
        reading::<AdminAuditor, _, _, _>(
            "/api/v1/admin/events",
            "List the installation’s events",
            &[Kind::LogRead],
            api::events,
        )
        .query(activity_history::api::LIST)
        .about("For auditors and administrators. Reading it is an event in it."),
        reading::<AdminAuditor, _, _, _>(
            "/api/v1/admin/events/{id}",
            "Show an event of the installation",
            &[Kind::LogRead],
            api::event,
        )
        .about("For auditors and administrators. Reading it is an event in it."),
        act::<AdminOrganisations, _, _, _>(
            Method::POST,
            "/api/v1/admin/organisations",
            "Make an organisation",
            &[Kind::OrganisationCreated],
            api::organisations::create,
        )
        .body::<api::organisations::NewOrganisationBody>()
        .more(&[Code::SlugTaken])
        .about(
            "For administrators. Whose address it is is its first owner: at once, where there is \
             such an account, else by invitation.",
        ),
        show::<AdminRead, _, _, _>(
            "/api/v1/admin/applications",
            "List applications",
            application_settings::api::list,
        )
        .query(application_settings::api::LIST)
        .about("For administrators, the newest first. Applications are made and changed on the pages and by the command line only: what proves one is a credential, which no token makes."),
        show::<AdminRead, _, _, _>(
            "/api/v1/admin/applications/{id}",
            "Show an application",
            application_settings::api::one,
        )
        .about("For administrators: with its addresses, the permissions that it declares, and its secrets without what they prove by."),
    ]
}
