//! The one table of routes: method, path, access, event, handler.

use super::access::{Access, Declared, Missing, SignedIn, SignedInAnyhow, SteppedUp};
use super::answer::Answer;
use super::every_answer::EveryAnswer;
use super::front::Front;
use super::run::{self, Handler};
use super::visit::Visit;
use super::{
    admin_routes, api, application_routes, assets, gate, health, oauth, open_id_routes,
    organisation_routes, public_routes, review_routes, token_routes, two_factor_routes,
};
use crate::app::App;
use crate::error::Result;
use crate::features::security_log::Kind;
use crate::features::{
    account_lock, active_sessions, activity_history, closing, email_change, known_devices,
    log_export, login_notifications, overview, password, profile, sessions, step_up,
};
use axum::Router;
use axum::body::Body;
use axum::extract::{MatchedPath, Path, Request, State};
use axum::http::{Method, Response};
use axum::middleware::{self, Next};
use axum::routing::{MethodFilter, get, on};
use std::sync::Arc;

/// How a route is kept from being called by other sites.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Csrf {
    /// It changes nothing.
    Safe,
    /// Same origin, and the token of a form of ours.
    Form,
}

/// What a route writes to the security log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Logs {
    /// Nothing: it only shows.
    Nothing,
    /// One event of one of these kinds, whatever the result.
    Event(&'static [Kind]),
}

/// No form but one that says so is near this.
const LONGEST_FORM: usize = 64 * 1024;

/// One line of the table.
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path, with placeholders in braces.
    pub path: &'static str,
    /// Who may ask.
    pub access: Declared,
    /// How other sites are kept out.
    pub csrf: Csrf,
    /// What is logged.
    pub logs: Logs,
    /// For a form, the page that it stands on.
    pub page: &'static str,
    /// For a form, so many bytes and no more are read.
    pub longest: usize,
    pub(super) prove: fn(&Visit) -> std::result::Result<(), Missing>,
    pub(super) handler: Handler,
}

/// A page: it shows, and changes nothing.
pub(super) fn page<A, F, Fut>(path: &'static str, handler: F) -> Route
where
    A: Access,
    F: Fn(Visit, A) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Answer>> + Send + 'static,
{
    Route {
        method: Method::GET,
        path,
        access: A::DECLARED,
        csrf: Csrf::Safe,
        logs: Logs::Nothing,
        page: path,
        longest: LONGEST_FORM,
        prove: |visit| A::prove(visit).map(drop),
        handler: run::boxed::<A, F, Fut>(handler),
    }
}

/// A page of what is somebody else's: it changes nothing, but that it was read
/// is an event.
pub(super) fn reading<A, F, Fut>(path: &'static str, logs: &'static [Kind], handler: F) -> Route
where
    A: Access,
    F: Fn(Visit, A) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Answer>> + Send + 'static,
{
    Route { logs: Logs::Event(logs), ..page::<A, F, Fut>(path, handler) }
}

/// A form's answer: it acts, so it says what it logs and which page it is on.
pub(super) fn form<A, F, Fut>(
    path: &'static str,
    on_page: &'static str,
    logs: &'static [Kind],
    handler: F,
) -> Route
where
    A: Access,
    F: Fn(Visit, A) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Answer>> + Send + 'static,
{
    Route {
        method: Method::POST,
        csrf: Csrf::Form,
        logs: Logs::Event(logs),
        page: on_page,
        ..page::<A, F, Fut>(path, handler)
    }
}

/// Every route that people use.
pub fn routes() -> Vec<Route> {
    const SECURITY: &str = "/settings/security";
    const SESSIONS: &str = "/settings/security/sessions";
    const LOCK: &str = "/settings/security/lock";
    const PASSWORD: &str = "/settings/security/password";
    const DEVICES: &str = "/settings/security/devices";
    const PROFILE: &str = "/settings/profile";
    const CLOSE: &str = "/settings/profile/close";
    const EMAIL: &str = "/settings/profile/email";
    const EXPORT: &str = "/settings/security/log/export";
    const NOTIFICATIONS: &str = "/settings/security/notifications";
    let mut routes = vec![
        page::<SignedInAnyhow, _, _>("/sign-out", sessions::web::sign_out_page),
        form::<SignedInAnyhow, _, _>(
            "/sign-out",
            "/sign-out",
            &[Kind::SignOut],
            sessions::web::sign_out,
        ),
        page::<SignedIn, _, _>("/step-up", step_up::web::page),
        form::<SignedIn, _, _>("/step-up", SECURITY, &[Kind::StepUp], step_up::web::submit),
        page::<SignedIn, _, _>(PROFILE, profile::web::profile_page),
        form::<SignedIn, _, _>(
            PROFILE,
            PROFILE,
            &[Kind::ProfileChanged],
            profile::web::save_profile,
        ),
        page::<SteppedUp, _, _>(CLOSE, closing::web::close_page),
        form::<SteppedUp, _, _>(CLOSE, CLOSE, &[Kind::AccountClosing], closing::web::close_account),
        page::<SteppedUp, _, _>(EMAIL, email_change::web::change_page),
        form::<SteppedUp, _, _>(EMAIL, EMAIL, &[Kind::EmailChangeAsked], email_change::web::submit),
        form::<SignedIn, _, _>(
            "/settings/profile/email/cancel",
            PROFILE,
            &[Kind::EmailChangeCancelled],
            email_change::web::cancel_change,
        ),
        page::<SignedIn, _, _>(SECURITY, overview::web::page),
        page::<SignedIn, _, _>(LOCK, account_lock::web::lock_page),
        form::<SignedIn, _, _>(LOCK, LOCK, &[Kind::AccountLocked], account_lock::web::lock_account),
        page::<SignedInAnyhow, _, _>(PASSWORD, password::web::page),
        form::<SignedInAnyhow, _, _>(
            PASSWORD,
            PASSWORD,
            &[Kind::PasswordChanged],
            password::web::submit,
        ),
        page::<SignedIn, _, _>(SESSIONS, active_sessions::web::page),
        form::<SignedIn, _, _>(
            "/settings/security/sessions/{id}/sign-out",
            SESSIONS,
            &[Kind::SessionEnded],
            active_sessions::web::sign_out_one,
        ),
        form::<SignedIn, _, _>(
            "/settings/security/sessions/sign-out-others",
            SESSIONS,
            &[Kind::OtherSessionsEnded],
            active_sessions::web::sign_out_others,
        ),
        page::<SignedIn, _, _>("/settings/security/log", activity_history::web::history_page),
        page::<SignedIn, _, _>("/settings/security/log/{id}", activity_history::web::event_page),
        page::<SignedIn, _, _>(DEVICES, known_devices::web::page),
        form::<SteppedUp, _, _>(
            "/settings/security/devices/forget-others",
            DEVICES,
            &[Kind::DevicesForgotten],
            known_devices::web::forget_others,
        ),
    ];
    routes.extend([
        page::<SignedIn, _, _>(NOTIFICATIONS, login_notifications::web::page),
        form::<SignedIn, _, _>(
            "/settings/security/notifications/switch-on",
            NOTIFICATIONS,
            &[Kind::LoginNotificationsChanged],
            login_notifications::web::switch_on,
        ),
        form::<SteppedUp, _, _>(
            "/settings/security/notifications/switch-off",
            NOTIFICATIONS,
            &[Kind::LoginNotificationsChanged],
            login_notifications::web::switch_off,
        ),
        page::<SteppedUp, _, _>(EXPORT, log_export::web::page),
        form::<SteppedUp, _, _>(EXPORT, EXPORT, &[Kind::LogExported], log_export::web::submit),
    ]);
    routes.extend(public_routes::routes());
    routes.extend(two_factor_routes::routes());
    routes.extend(review_routes::routes());
    routes.extend(token_routes::routes());
    routes.extend(open_id_routes::routes());
    routes.extend(organisation_routes::routes());
    routes.extend(admin_routes::routes());
    routes.extend(application_routes::routes());
    routes
}

/// The tables as a service, with what no person sees: assets and probes.
pub fn router(app: App) -> Front {
    router_with(app, oauth::oauth_routes())
}

/// The same with another table for applications, for tests of what leads to it.
pub fn router_with(app: App, applications: Vec<oauth::OauthRoute>) -> Front {
    let mut router = Router::new()
        .route("/assets/{release}/{name}", get(asset))
        .route("/health/live", get(async || health::live()))
        .route("/health/ready", get(async |State(app): State<App>| health::ready(&app).await));
    for route in routes() {
        let filter =
            if route.method == Method::POST { MethodFilter::POST } else { MethodFilter::GET };
        let (path, route) = (route.path, Arc::new(route));
        router = router.route(
            path,
            on(filter, move |State(app): State<App>, request: Request| {
                run::answer(app, Arc::clone(&route), request)
            }),
        );
    }
    let every = Arc::new(EveryAnswer::new(app.clone()));
    let (router, introspection) = oauth::mount(api::mount(router), applications);
    let (router, question) = gate::mount(router);
    let router = router
        .fallback(async |State(app): State<App>, request: Request| {
            if request.uri().path().starts_with("/api/") {
                return api::not_found(&app);
            }
            run::not_found(&app, request).await
        })
        .method_not_allowed_fallback(async |State(app): State<App>, request: Request| {
            run::wrong_method(&app, request).await
        })
        .layer(middleware::from_fn_with_state(Arc::clone(&every), finish))
        .with_state(app.clone());
    Front::new(app, router, every, introspection, question)
}

async fn asset(Path((release, name)): Path<(String, String)>) -> Response<Body> {
    assets::serve(&release, &name)
}

async fn finish(
    State(every): State<Arc<EveryAnswer>>,
    request: Request,
    next: Next,
) -> Response<Body> {
    let method = request.method().clone();
    // The table's path, not the request's: that may hold a link's secret.
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("none", MatchedPath::as_str);
    every.finish(&method, route, next.run(request)).await
}
