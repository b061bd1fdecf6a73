//! What an owner is told of a sign-in, and of notices that were switched off.

use super::notices::Links;
use super::rules::Switch;
use crate::app::App;
use crate::delivery::{self, Letter, Purpose};
use crate::features::account::Account;
use crate::features::notable_sign_ins::Notable;
use crate::features::notable_sign_ins::rules::Novelty;
use crate::http::Source;
use crate::secret::SecretText;
use crate::text::Text;
use crate::time::Timestamp;

/// All that is new, as a sentence goes on with it.
pub(super) fn name_all(text: &Text, new: Novelty) -> String {
    let Novelty { device, browser, location } = new;
    match (device, browser, location) {
        (true, true, true) => text.say("new-device-browser-location"),
        (true, true, false) => text.say("new-device-browser"),
        (true, false, true) => text.say("new-device-location"),
        (false, true, true) => text.say("new-browser-location"),
        (false, true, false) => text.say("new-browser"),
        (false, false, true) => text.say("new-location"),
        (_, false, false) => text.say("new-device"),
    }
    .to_string()
}

/// The notice of a sign-in. Its buttons lead to pages, and do nothing by themselves.
pub(super) fn signed_in(
    app: &App,
    account: &Account,
    notable: &Notable,
    links: Links,
    source: &Source,
    now: Timestamp,
) -> Letter {
    let text = delivery::text_for(app, account, now);
    let product = &app.config.product_name;
    let new = name_all(&text, notable.new);
    let opening = text.say("mail-sign-in-text").with("product", product).with("new", new);
    let entry = text.say(format!("session-by-{}", notable.entry.tag()));
    let until = text.moment(links.until).absolute;
    Letter::new(
        &text,
        Purpose::NewSignIn,
        text.say("mail-sign-in-subject").with("product", product),
    )
    .paragraph(opening)
    .paragraph(text.say("mail-sign-in-next"))
    .action(text.say("mail-sign-in-not-me"), links.not_me)
    .or_else(text.say("mail-sign-in-me"), links.me)
    .about(source, now)
    .fact(text.say("mail-signed-in-by"), entry)
    .paragraph(text.say("mail-sign-in-until").with("until", until))
    .paragraph(text.say("mail-sign-in-settings"))
}

/// The same for a phone: that it happened, and where to look. No link, because
/// nobody should follow one from a text message.
pub(super) fn text(app: &App, account: &Account, now: Timestamp) -> String {
    let text = delivery::text_for(app, account, now);
    text.say("text-sign-in").with("product", &app.config.product_name).to_string()
}

/// That a notice was switched off. This one can't be.
pub(super) fn switched_off(
    app: &App,
    account: &Account,
    which: Switch,
    source: &Source,
    now: Timestamp,
) -> Letter {
    let text = delivery::text_for(app, account, now);
    let product = &app.config.product_name;
    let said = match which {
        Switch::Device => text.say("mail-muted-device").with("product", product),
        Switch::Location => text.say("mail-muted-location").with("product", product),
        Switch::Browser => text.say("mail-muted-browser").with("product", product),
        Switch::Texts => text.say("mail-muted-texts").with("product", product),
    };
    let page = app.config.public_url.link("/settings/security/notifications");
    let subject = text.say("mail-muted-subject").with("product", product);
    Letter::new(&text, Purpose::NotificationsChanged, subject)
        .paragraph(said)
        .action(text.say("mail-muted-button"), SecretText::new(page))
        .about(source, now)
        .paragraph(text.say("mail-muted-not-you"))
}
