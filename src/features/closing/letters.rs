//! What is mailed about the end of an account.

use crate::app::App;
use crate::delivery::{self, Letter, Purpose};
use crate::features::account::Account;
use crate::http::Source;
use crate::time::Timestamp;

pub(super) fn closing(
    app: &App,
    account: &Account,
    at: Timestamp,
    source: Option<&Source>,
    now: Timestamp,
) -> Letter {
    let text = delivery::text_for(app, account, now);
    let product = &app.config.product_name;
    let closed = text
        .say("mail-account-closing-text")
        .with("product", product)
        .with("until", text.moment(at).absolute);
    let subject = text.say("mail-account-closing-subject").with("product", product);
    let letter = Letter::new(&text, Purpose::AccountClosing, subject)
        .paragraph(closed)
        .paragraph(text.say("mail-account-closing-keep"));
    done_from(letter, source, now)
        .paragraph(text.say("mail-account-closing-not-you"))
        .useful_until(at)
}

pub(super) fn kept(
    app: &App,
    account: &Account,
    source: Option<&Source>,
    now: Timestamp,
) -> Letter {
    let text = delivery::text_for(app, account, now);
    let product = &app.config.product_name;
    let subject = text.say("mail-account-kept-subject").with("product", product);
    let letter = Letter::new(&text, Purpose::AccountKept, subject)
        .paragraph(text.say("mail-account-kept-text").with("product", product));
    done_from(letter, source, now).paragraph(text.say("mail-account-kept-not-you"))
}

pub(super) fn erased(app: &App, account: &Account, now: Timestamp) -> Letter {
    let text = delivery::text_for(app, account, now);
    let product = &app.config.product_name;
    let subject = text.say("mail-account-erased-subject").with("product", product);
    Letter::new(&text, Purpose::AccountErased, subject)
        .paragraph(text.say("mail-account-erased-text").with("product", product))
        .paragraph(text.say("mail-account-erased-last"))
}

fn done_from(letter: Letter, source: Option<&Source>, now: Timestamp) -> Letter {
    match source {
        Some(source) => letter.about(source, now),
        None => letter,
    }
}
