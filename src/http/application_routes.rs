//! The part of the table that applications are: what administrators do about them,
//! and the owner's page.

use super::access::{Administrator, AdministratorSteppedUp, SignedIn};
use super::routes::{Route, form, page};
use crate::features::application_settings::web::{edit, list, one, remove, secrets};
use crate::features::connected_applications::web as connected;
use crate::features::gate::web::settings as gate;
use crate::features::security_log::Kind;

pub(super) fn routes() -> Vec<Route> {
    const NEW: &str = "/admin/applications/new";
    const ONE: &str = "/admin/applications/{id}";
    const CHANGE: &str = "/admin/applications/{id}/change";
    const GATE: &str = "/admin/applications/{id}/gate";
    const REMOVE: &str = "/admin/applications/{id}/remove";
    const CONNECTED: &str = "/settings/security/applications";
    vec![
        page::<SignedIn, _, _>(CONNECTED, connected::page),
        form::<SignedIn, _, _>(
            "/settings/security/applications/{id}/remove",
            CONNECTED,
            &[Kind::ApplicationAccessRemoved],
            connected::remove,
        ),
        page::<Administrator, _, _>("/admin/applications", list::page),
        page::<AdministratorSteppedUp, _, _>(NEW, edit::new_page),
        form::<AdministratorSteppedUp, _, _>(NEW, NEW, &[Kind::ApplicationMade], edit::make),
        page::<Administrator, _, _>(ONE, one::page),
        page::<AdministratorSteppedUp, _, _>(CHANGE, edit::change_page),
        form::<AdministratorSteppedUp, _, _>(
            CHANGE,
            CHANGE,
            &[Kind::ApplicationChanged],
            edit::submit_change,
        ),
        form::<AdministratorSteppedUp, _, _>(
            "/admin/applications/{id}/secrets",
            ONE,
            &[Kind::ApplicationSecretMade],
            secrets::submit,
        ),
        form::<AdministratorSteppedUp, _, _>(
            "/admin/applications/{id}/secrets/{secret}/revoke",
            ONE,
            &[Kind::ApplicationSecretRevoked],
            secrets::revoke,
        ),
        page::<AdministratorSteppedUp, _, _>(GATE, gate::settings_page),
        form::<AdministratorSteppedUp, _, _>(
            GATE,
            GATE,
            &[Kind::GateRulesChanged],
            gate::submit_settings,
        ),
        page::<AdministratorSteppedUp, _, _>(REMOVE, remove::page),
        form::<AdministratorSteppedUp, _, _>(
            REMOVE,
            REMOVE,
            &[Kind::ApplicationRemoved],
            remove::submit,
        ),
    ]
}
