//! Sessions, and what keeps others out of them (attacks SE).

mod active_sessions;
mod canaries;
mod cookie_spelling;
mod ending;
mod everything_ends;
mod foreign_ids;
mod kept;
mod known_devices;
mod limit;
mod login_csrf;
mod old_cookie;
mod one_browser;
mod open_redirect;
mod profile;
mod second_factor_forms;
mod step_up;
mod suspension;

pub const MIRA: &str = "mira@example.com";
pub const EVE: &str = "eve@example.com";

/// The ids of the sessions that an overview can end.
pub fn listed(body: &str) -> Vec<String> {
    let parts = body.split("/settings/security/sessions/").skip(1);
    let ids = parts.filter_map(|part| part.split_once("/sign-out\"")).map(|(id, _)| id);
    ids.map(str::to_owned).collect()
}

/// The path that ends a session.
pub fn ends(id: &str) -> String {
    format!("/settings/security/sessions/{id}/sign-out")
}
