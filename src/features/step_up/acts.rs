//! What a page is for, in the words of the page that asks for a proof first.

use crate::text::Text;

/// What is done on the page at this path, as it goes on after "to"; where it is the way
/// to an application, that is named.
pub(super) fn act(text: &Text, path: &str, application: Option<&str>) -> String {
    if let Some(name) = application {
        return text.say("step-up-act-application-onward").with("name", name).to_string();
    }
    let path = path.split('?').next().unwrap_or(path);
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    match parts.as_slice() {
        ["settings", "profile", "close"] => text.say("step-up-act-close"),
        ["settings", "profile", "email"] => text.say("step-up-act-email"),
        ["settings", "security", "devices", ..] => text.say("step-up-act-devices"),
        ["settings", "security", "notifications", ..] => text.say("step-up-act-notifications"),
        ["settings", "security", "tokens", ..] => text.say("step-up-act-token"),
        ["settings", "security", "review", ..] => text.say("step-up-act-secure"),
        ["settings", "security", "two-factor", "backup-codes", ..] => {
            text.say("step-up-act-backup-codes")
        }
        ["settings", "security", "two-factor", "authenticator"] => {
            text.say("step-up-act-authenticator")
        }
        ["settings", "security", "two-factor", "phone", ..] => text.say("step-up-act-phone"),
        ["settings", "security", "two-factor", "enable"] => text.say("step-up-act-enable"),
        ["settings", "security", "two-factor", ..] => text.say("step-up-act-two-factor"),
        ["settings", "security", "log", "export"] => text.say("step-up-act-export"),
        ["admin", "log", "export"] | ["admin", "accounts", _, "log", "export"] => {
            text.say("step-up-act-export-other")
        }
        ["organisations", _, "log", "export"] => text.say("step-up-act-export-organisation"),
        ["organisations", _, "security", ..] => text.say("step-up-act-organisation-security"),
        ["organisations", ..] => text.say("step-up-act-organisation"),
        ["admin", "organisations", ..] => text.say("step-up-act-admin-organisation"),
        ["admin", "accounts", "new"] => text.say("step-up-act-invite"),
        ["admin", "accounts", ..] => text.say("step-up-act-account"),
        ["admin", "applications", "new"] => text.say("step-up-act-application-new"),
        ["admin", "applications", ..] => text.say("step-up-act-application"),
        ["admin", "end-sessions"] => text.say("step-up-act-end-sessions"),
        ["oauth", ..] => text.say("step-up-act-onward"),
        ["admin", "outbox", ..] => text.say("step-up-act-outbox"),
        _ => text.say("step-up-act-other"),
    }
    .to_string()
}
