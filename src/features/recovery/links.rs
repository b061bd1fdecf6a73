use crate::app::App;
use crate::delivery::{self, Letter, Purpose};
use crate::error::{Fault, Result};
use crate::features::account::Account;
use crate::features::account::rules::EmailAddress;
use crate::features::mail_requests::Noted;
use crate::features::mailed_links::{self, Purpose as Link};
use crate::secret::SecretText;
use crate::time::Timestamp;
use portcullis_db::Tx;

/// Step: mails an account's owner the link that sets a new password, and says
/// from where it was asked for, unless it is sent unasked; earlier ones end. Call
/// with the account locked.
pub async fn send_reset_link(
    tx: &mut Tx,
    app: &App,
    account: &Account,
    asked: Option<&Noted>,
    now: Timestamp,
) -> Result<()> {
    let text = delivery::text_for(app, account, now);
    let product = &app.config.product_name;
    let link = link(tx, app, Link::PasswordReset, account, now).await?;
    let until = now.plus(Link::PasswordReset.lifetime());
    let before = text.moment(until).absolute;
    let opening = match asked {
        Some(_) => {
            text.say("mail-password-reset-text").with("product", product).with("until", before)
        }
        None => text.say("mail-password-reset-sent").with("product", product).with("until", before),
    };
    let subject = text.say("mail-password-reset-subject").with("product", product);
    let letter = Letter::new(&text, Purpose::PasswordReset, subject)
        .paragraph(opening)
        .action(text.say("mail-password-reset-button"), link);
    let letter = match asked {
        Some(noted) => letter.about(&noted.source, noted.at),
        None => letter,
    };
    let letter = letter.paragraph(text.say("mail-password-reset-not-you")).useful_until(until);
    delivery::enqueue(tx, app, &account.email, Some(account.id), &letter, now).await
}

/// Step: mails a new account's owner the link that sets the first password; earlier
/// ones end. Call with the account locked.
pub async fn send_invitation(
    tx: &mut Tx,
    app: &App,
    account: &Account,
    now: Timestamp,
) -> Result<()> {
    let text = delivery::text_for(app, account, now);
    let product = &app.config.product_name;
    let link = link(tx, app, Link::Invitation, account, now).await?;
    let until = now.plus(Link::Invitation.lifetime());
    let made = text
        .say("mail-invitation-text")
        .with("product", product)
        .with("until", text.moment(until).absolute);
    let subject = text.say("mail-invitation-subject").with("product", product);
    let letter = Letter::new(&text, Purpose::Invitation, subject)
        .paragraph(made)
        .action(text.say("mail-invitation-button"), link)
        .paragraph(text.say("mail-invitation-not-you"))
        .useful_until(until);
    delivery::enqueue(tx, app, &account.email, Some(account.id), &letter, now).await
}

/// A link for the stored address, and for nothing that anybody has typed.
async fn link(
    tx: &mut Tx,
    app: &App,
    purpose: Link,
    account: &Account,
    now: Timestamp,
) -> Result<SecretText> {
    let email = EmailAddress::parse(&account.email)
        .map_err(|_| Fault::new("a stored address can't be read"))?;
    mailed_links::issue(tx, app, purpose, account.id, &email, now).await
}
