use crate::app::App;
use crate::delivery::{self, Letter, Purpose};
use crate::error::{Fault, Result};
use crate::features::account::Account;
use crate::features::account::rules::EmailAddress;
use crate::features::mailed_links::{self, Purpose as Link};
use crate::time::Timestamp;
use portcullis_db::Tx;

/// Step: mails an account's owner the link that sets a new password; earlier
/// ones end. Call with the account locked.
pub async fn send_reset_link(
    tx: &mut Tx,
    app: &App,
    account: &Account,
    now: Timestamp,
) -> Result<()> {
    send(tx, app, account, Link::PasswordReset, Purpose::PasswordReset, now).await
}

/// Step: mails a new account's owner the link that sets the first password;
/// earlier ones end. Call with the account locked.
pub async fn send_invitation(
    tx: &mut Tx,
    app: &App,
    account: &Account,
    now: Timestamp,
) -> Result<()> {
    send(tx, app, account, Link::Invitation, Purpose::Invitation, now).await
}

/// The link goes to the stored address, and to nothing that anybody has typed.
async fn send(
    tx: &mut Tx,
    app: &App,
    account: &Account,
    link: Link,
    purpose: Purpose,
    now: Timestamp,
) -> Result<()> {
    let email = EmailAddress::parse(&account.email)
        .map_err(|_| Fault::new("a stored address can't be read"))?;
    let text = delivery::text_for(app, account, now);
    let until = now.plus(link.lifetime());
    let address = mailed_links::issue(tx, app, link, account.id, &email, now).await?;
    let say = |part| {
        text.say(format!("mail-{}-{part}", purpose.tag()))
            .with("product", &app.config.product_name)
            .with("until", text.moment(until).absolute)
    };
    let letter = Letter::new(app, &text, purpose)
        .paragraph(say("text"))
        .action(say("button"), address)
        .paragraph(say("not-you"))
        .useful_until(until);
    delivery::enqueue(tx, app, &account.email, Some(account.id), &letter, now).await
}
