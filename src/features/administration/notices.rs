//! What an owner is told of what was done to their account.

use super::by::Act;
use crate::delivery::{self, Letter, Purpose};
use crate::error::Result;
use crate::features::account::Account;
use crate::features::security_notices;
use crate::secret::SecretText;
use crate::text::Text;

pub(super) async fn password_change_required(act: &mut Act<'_>, account: &Account) -> Result<()> {
    let text = delivery::text_for(act.app, account, act.now);
    let product = &act.app.config.product_name;
    let page = act.app.config.public_url.link("/settings/security/password");
    let subject = text.say("mail-password-change-required-subject").with("product", product);
    let letter = Letter::new(&text, Purpose::PasswordChangeRequired, subject)
        .paragraph(text.say("mail-password-change-required-text").with("product", product))
        .action(text.say("mail-password-change-required-button"), SecretText::new(page))
        .paragraph(text.say("mail-password-change-required-why").with("product", product));
    send(act, account, &letter).await
}

pub(super) async fn sessions_ended(act: &mut Act<'_>, account: &Account) -> Result<()> {
    let text = delivery::text_for(act.app, account, act.now);
    let product = &act.app.config.product_name;
    let subject = text.say("mail-sessions-ended-subject").with("product", product);
    let letter = Letter::new(&text, Purpose::SessionsEnded, subject)
        .paragraph(text.say("mail-sessions-ended-text").with("product", product))
        .paragraph(text.say("mail-sessions-ended-next"));
    send(act, account, &letter).await
}

pub(super) async fn suspended(act: &mut Act<'_>, account: &Account) -> Result<()> {
    let text = delivery::text_for(act.app, account, act.now);
    let product = &act.app.config.product_name;
    let subject = text.say("mail-account-suspended-subject").with("product", product);
    let letter = Letter::new(&text, Purpose::AccountSuspended, subject)
        .paragraph(text.say("mail-account-suspended-text").with("product", product))
        .paragraph(when(&text, act))
        .paragraph(text.say("mail-account-suspended-ask").with("product", product));
    send(act, account, &letter).await
}

pub(super) async fn restored(act: &mut Act<'_>, account: &Account) -> Result<()> {
    let text = delivery::text_for(act.app, account, act.now);
    let product = &act.app.config.product_name;
    let page = act.app.config.public_url.link("/sign-in");
    let subject = text.say("mail-account-restored-subject").with("product", product);
    let letter = Letter::new(&text, Purpose::AccountRestored, subject)
        .paragraph(text.say("mail-account-restored-text").with("product", product))
        .paragraph(when(&text, act))
        .action(text.say("mail-account-restored-button"), SecretText::new(page))
        .paragraph(text.say("mail-account-restored-forgot"));
    send(act, account, &letter).await
}

pub(super) async fn unlocked(act: &mut Act<'_>, account: &Account, reason: &str) -> Result<()> {
    let text = delivery::text_for(act.app, account, act.now);
    let product = &act.app.config.product_name;
    let page = act.app.config.public_url.link("/sign-in");
    let subject = text.say("mail-account-unlocked-subject").with("product", product);
    let letter = Letter::new(&text, Purpose::AccountUnlocked, subject)
        .paragraph(text.say("mail-account-unlocked-by").with("product", product))
        .paragraph(text.say("mail-account-unlocked-reason").with("reason", reason))
        .paragraph(when(&text, act))
        .paragraph(text.say("mail-account-unlocked-password"))
        .action(text.say("mail-account-unlocked-button"), SecretText::new(page))
        .paragraph(text.say("mail-account-unlocked-not-you"));
    send(act, account, &letter).await
}

pub(super) async fn administrator_made(act: &mut Act<'_>, account: &Account) -> Result<()> {
    let text = delivery::text_for(act.app, account, act.now);
    let product = &act.app.config.product_name;
    let subject = text.say("mail-administrator-made-subject").with("product", product);
    let letter = Letter::new(&text, Purpose::AdministratorMade, subject)
        .paragraph(text.say("mail-administrator-made-text").with("product", product))
        .paragraph(when(&text, act))
        .paragraph(text.say("mail-administrator-made-unexpected"));
    send(act, account, &letter).await
}

pub(super) async fn administrator_unmade(act: &mut Act<'_>, account: &Account) -> Result<()> {
    let text = delivery::text_for(act.app, account, act.now);
    let product = &act.app.config.product_name;
    let subject = text.say("mail-administrator-unmade-subject").with("product", product);
    let letter = Letter::new(&text, Purpose::AdministratorUnmade, subject)
        .paragraph(text.say("mail-administrator-unmade-text").with("product", product))
        .paragraph(when(&text, act))
        .paragraph(text.say("mail-administrator-unmade-unexpected"));
    send(act, account, &letter).await
}

pub(super) async fn auditor_made(act: &mut Act<'_>, account: &Account) -> Result<()> {
    let text = delivery::text_for(act.app, account, act.now);
    let product = &act.app.config.product_name;
    let subject = text.say("mail-auditor-made-subject").with("product", product);
    let letter = Letter::new(&text, Purpose::AuditorMade, subject)
        .paragraph(text.say("mail-auditor-made-text").with("product", product))
        .paragraph(when(&text, act))
        .paragraph(text.say("mail-auditor-made-unexpected"));
    send(act, account, &letter).await
}

pub(super) async fn auditor_unmade(act: &mut Act<'_>, account: &Account) -> Result<()> {
    let text = delivery::text_for(act.app, account, act.now);
    let product = &act.app.config.product_name;
    let subject = text.say("mail-auditor-unmade-subject").with("product", product);
    let letter = Letter::new(&text, Purpose::AuditorUnmade, subject)
        .paragraph(text.say("mail-auditor-unmade-text").with("product", product))
        .paragraph(when(&text, act))
        .paragraph(text.say("mail-auditor-unmade-unexpected"));
    send(act, account, &letter).await
}

pub(super) async fn second_factors_removed(
    act: &mut Act<'_>,
    account: &Account,
    reason: &str,
) -> Result<()> {
    let text = delivery::text_for(act.app, account, act.now);
    let product = &act.app.config.product_name;
    let page = act.app.config.public_url.link("/settings/security/two-factor");
    let subject = text.say("mail-second-factors-removed-subject").with("product", product);
    let letter = Letter::new(&text, Purpose::SecondFactorsRemoved, subject)
        .paragraph(text.say("mail-second-factors-removed-text").with("product", product))
        .paragraph(text.say("mail-second-factors-removed-reason").with("reason", reason))
        .paragraph(when(&text, act))
        .paragraph(text.say("mail-second-factors-removed-next"))
        .action(text.say("enable-two-factor-link"), SecretText::new(page))
        .paragraph(text.say("mail-second-factors-removed-unexpected"));
    send(act, account, &letter).await
}

/// Where an administrator was at the time is nothing for the account's owner.
fn when(text: &Text, act: &Act<'_>) -> String {
    text.say("mail-done-at").with("when", text.moment(act.now).absolute).to_string()
}

async fn send(act: &mut Act<'_>, account: &Account, letter: &Letter) -> Result<()> {
    let (app, now) = (act.app, act.now);
    security_notices::tell(&mut act.tx, app, account, letter, now).await
}
