//! What is mailed about a change of address.

use crate::app::App;
use crate::delivery::{self, Letter, Purpose};
use crate::features::account::Account;
use crate::features::mailed_links::Purpose as Link;
use crate::http::Source;
use crate::secret::SecretText;
use crate::time::Timestamp;

/// To the new address: its link. It says nothing of the account: a stranger may
/// read it, if the address was mistyped.
pub(super) fn to_confirm(app: &App, account: &Account, link: SecretText, now: Timestamp) -> Letter {
    let text = delivery::text_for(app, account, now);
    let product = &app.config.product_name;
    let until = now.plus(Link::EmailChange.lifetime());
    let asked = text
        .say("mail-email-change-text")
        .with("product", product)
        .with("until", text.moment(until).absolute);
    let subject = text.say("mail-email-change-subject").with("product", product);
    Letter::new(&text, Purpose::EmailChange, subject)
        .paragraph(asked)
        .action(text.say("mail-email-change-button"), link)
        .paragraph(text.say("mail-email-change-not-you"))
        .useful_until(until)
}

/// To an address that another account has: no link, and nothing to do.
pub(super) fn somebody_tried(app: &App, account: &Account, now: Timestamp) -> Letter {
    let text = delivery::text_for(app, account, now);
    let product = &app.config.product_name;
    let subject = text.say("mail-email-change-known-subject").with("product", product);
    Letter::new(&text, Purpose::AddressKnown, subject)
        .paragraph(text.say("mail-email-change-known-text").with("product", product))
        .paragraph(text.say("mail-email-change-known-you"))
        .useful_until(now.plus(Link::EmailChange.lifetime()))
}

/// To the address that the account had: how to take it back.
pub(super) fn changed_to_old(
    app: &App,
    account: &Account,
    new: &str,
    undo: SecretText,
    source: &Source,
    now: Timestamp,
) -> Letter {
    let text = delivery::text_for(app, account, now);
    let until = now.plus(Link::EmailUndo.lifetime());
    let changed = text
        .say("mail-email-changed-text")
        .with("product", &app.config.product_name)
        .with("email", new);
    let how = text.say("mail-email-changed-undo").with("until", text.moment(until).absolute);
    Letter::new(&text, Purpose::EmailChanged, text.say("mail-email-changed-subject"))
        .paragraph(changed)
        .paragraph(how)
        .action(text.say("mail-email-changed-button"), undo)
        .about(source, now)
        .paragraph(text.say("mail-email-changed-you"))
        .useful_until(until)
}

/// To the address that the account had, where a second factor has confirmed the
/// change: nothing can be undone from there.
pub(super) fn changed_for_good(
    app: &App,
    account: &Account,
    new: &str,
    source: &Source,
    now: Timestamp,
) -> Letter {
    let text = delivery::text_for(app, account, now);
    let product = &app.config.product_name;
    let changed = text.say("mail-email-changed-text").with("product", product).with("email", new);
    Letter::new(&text, Purpose::EmailChanged, text.say("mail-email-changed-subject"))
        .paragraph(changed)
        .paragraph(text.say("mail-email-changed-for-good").with("product", product))
        .about(source, now)
        .paragraph(text.say("mail-email-changed-you"))
}

/// To addresses that the account had before that one. Nothing is undone from this
/// message; what was mailed there with a link still holds.
pub(super) fn changed_again(
    app: &App,
    account: &Account,
    new: &str,
    source: &Source,
    now: Timestamp,
) -> Letter {
    let text = delivery::text_for(app, account, now);
    let product = &app.config.product_name;
    let changed = text.say("mail-email-changed-text").with("product", product).with("email", new);
    Letter::new(&text, Purpose::EmailChanged, text.say("mail-email-changed-subject"))
        .paragraph(changed)
        .about(source, now)
        .paragraph(text.say("mail-email-changed-you"))
}

/// To the address that the account has now.
pub(super) fn changed_to_new(
    app: &App,
    account: &Account,
    source: &Source,
    now: Timestamp,
) -> Letter {
    let text = delivery::text_for(app, account, now);
    let done = text.say("mail-email-changed-new-text").with("product", &app.config.product_name);
    Letter::new(&text, Purpose::EmailChanged, text.say("mail-email-changed-new-subject"))
        .paragraph(done)
        .about(source, now)
        .paragraph(text.say("mail-email-changed-new-not-you"))
}

/// To the address that is back.
pub(super) fn undone_to_old(
    app: &App,
    account: &Account,
    source: &Source,
    now: Timestamp,
) -> Letter {
    let text = delivery::text_for(app, account, now);
    let back = text.say("mail-email-undone-text").with("product", &app.config.product_name);
    let letter =
        Letter::new(&text, Purpose::EmailChangeUndone, text.say("mail-email-undone-subject"))
            .paragraph(back)
            .paragraph(text.say("mail-email-undone-next"))
            .about(source, now);
    // Whoever changed the address may have closed the account as well.
    match account.closes_at {
        None => letter,
        Some(at) => letter.paragraph(
            text.say("mail-email-undone-closing").with("until", text.moment(at).absolute),
        ),
    }
}

/// To the address that the account no longer has. Perhaps a thief reads it, so
/// it does not say from where the owner came.
pub(super) fn undone_to_replaced(app: &App, account: &Account, now: Timestamp) -> Letter {
    let text = delivery::text_for(app, account, now);
    let subject = text.say("mail-email-undone-replaced-subject");
    Letter::new(&text, Purpose::EmailChangeUndone, subject).paragraph(
        text.say("mail-email-undone-replaced-text").with("product", &app.config.product_name),
    )
}
