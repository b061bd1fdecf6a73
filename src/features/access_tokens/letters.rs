//! What an owner is told of tokens by mail. A token itself is never in a mail.

use super::store::Listed;
use crate::app::App;
use crate::delivery::{self, Letter, Purpose};
use crate::features::account::Account;
use crate::http::Source;
use crate::secret::SecretText;
use crate::time::Timestamp;

/// Where tokens are listed.
pub(super) const PAGE: &str = "/settings/security/tokens";

fn page(app: &App) -> SecretText {
    SecretText::new(app.config.public_url.link(PAGE))
}

/// One was made.
pub(super) fn made(
    app: &App,
    account: &Account,
    token: &Listed,
    source: &Source,
    now: Timestamp,
) -> Letter {
    let text = delivery::text_for(app, account, now);
    let product = &app.config.product_name;
    let subject = text.say("mail-token-made-subject").with("product", product);
    let permissions = token.permissions.names().collect::<Vec<_>>().join(", ");
    let expires = match token.expires_at {
        Some(at) => text.moment(at).absolute,
        None => text.say("mail-token-never").to_string(),
    };
    Letter::new(&text, Purpose::AccessTokenMade, subject)
        .paragraph(text.say("mail-token-made-text").with("product", product))
        .action(text.say("mail-token-button"), page(app))
        .about(source, now)
        .fact(text.say("mail-token-name"), &token.name)
        .fact(text.say("mail-token-permissions"), permissions)
        .fact(text.say("mail-token-expires"), expires)
        .paragraph(text.say("mail-token-made-not-you"))
}

/// One will be of no use soon.
pub(super) fn expiring(
    app: &App,
    account: &Account,
    token: &Listed,
    at: Timestamp,
    now: Timestamp,
) -> Letter {
    let text = delivery::text_for(app, account, now);
    let product = &app.config.product_name;
    let subject = text.say("mail-token-expiring-subject").with("product", product);
    let when = text.moment(at).absolute;
    let said = text.say("mail-token-expiring-text").with("name", &token.name).with("at", when);
    Letter::new(&text, Purpose::AccessTokenExpiring, subject)
        .paragraph(said)
        .paragraph(text.say("mail-token-expiring-next"))
        .action(text.say("mail-token-button"), page(app))
        .useful_until(at)
}

/// One was found where it should not be.
pub(super) fn leaked(
    app: &App,
    account: &Account,
    token: &Listed,
    source: &Source,
    now: Timestamp,
) -> Letter {
    let text = delivery::text_for(app, account, now);
    let product = &app.config.product_name;
    let subject = text.say("mail-token-leaked-subject").with("product", product);
    Letter::new(&text, Purpose::AccessTokenLeaked, subject)
        .paragraph(text.say("mail-token-leaked-text").with("name", &token.name))
        .action(text.say("mail-token-button"), page(app))
        .about(source, now)
        .fact(text.say("mail-token-name"), &token.name)
        .paragraph(text.say("mail-token-leaked-next"))
}
