//! Codes by text message: to numbers of the operator's countries only, no more
//! of them than the caps allow, each bound to what it was asked for.

pub mod caps;
pub mod codes;
pub mod number;
mod rules;
mod store;

pub use caps::{Asked, Asker, Cap, TextAdmission, admit_text, asked};
pub use codes::{Binding, CodePurpose};
pub use number::{NumberError, PhoneNumber};

use crate::app::App;
use crate::delivery::{self, Purpose};
use crate::error::Result;
use crate::ids::AccountId;
use crate::text::Text;
use crate::time::Timestamp;
use portcullis_db::{Statement, Tx};
use std::net::IpAddr;

pub(crate) const fn statements() -> &'static [Statement] {
    store::all()
}

/// Step: sends a code for one thing to a number, unless enough were sent. An
/// earlier one for it is void, and only where another is sent.
pub async fn send_code(
    tx: &mut Tx,
    app: &App,
    binding: &Binding,
    number: &PhoneNumber,
    (text, address): (&Text, Option<IpAddr>),
    now: Timestamp,
) -> Result<TextAdmission> {
    let proved = binding.purpose != CodePurpose::Enrolment;
    let asker = Asker { account: binding.account, proved, address };
    let admission = admit_text(app, tx, &asker, number, now).await?;
    if admission == TextAdmission::Admitted {
        let code = codes::issue(tx, app, binding, number, now).await?;
        let words = words(app, text, code.reveal());
        let (account, until) = (Some(binding.account), now.plus(codes::LIFETIME));
        let purpose = Purpose::TextCode;
        delivery::enqueue_text(tx, app, number, account, purpose, words, until, now).await?;
    }
    Ok(admission)
}

/// Step: sends a notice to an account's own number, unless enough were sent: then
/// none is, and nobody waits for it.
pub async fn send_notice(
    tx: &mut Tx,
    app: &App,
    account: AccountId,
    number: &PhoneNumber,
    words: String,
    (address, until): (Option<IpAddr>, Timestamp),
    now: Timestamp,
) -> Result<TextAdmission> {
    let asker = Asker { account, proved: true, address };
    let admission = caps::admit_notice(app, tx, &asker, number, now).await?;
    if admission == TextAdmission::Admitted {
        let purpose = Purpose::SignInText;
        delivery::enqueue_text(tx, app, number, Some(account), purpose, words, until, now).await?;
    }
    Ok(admission)
}

/// The last line is what phones fill in by themselves, on pages of this host
/// only (<https://wicg.github.io/sms-one-time-codes/>).
fn words(app: &App, text: &Text, code: &str) -> String {
    let product = &app.config.product_name;
    let said = text.say("text-code").with("code", code).with("product", product).to_string();
    match app.config.public_url.domain() {
        Some(host) => format!("{said}\n\n@{host} #{code}"),
        None => said,
    }
}

/// Step: removes codes that open no more, and says how many.
pub async fn prune_codes(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    store::prune_codes(tx, now).await
}

/// Step: removes counters that no longer count, and says how many.
pub async fn prune_counters(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    // A month of days, so that an operator can look back.
    store::prune_counters(tx, now.minus(rules::DAY), rules::day(now) - 31).await
}
