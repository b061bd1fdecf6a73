use crate::app::App;
use crate::delivery::{self, Letter, Purpose as Mail};
use crate::error::Result;
use crate::features::account::{self, Account};
use crate::features::mail_requests::rules::{Purpose, Wanted};
use crate::features::mail_requests::{self, Noted, Waiting};
use crate::features::mailed_links::{self, Purpose as Link};
use crate::secret::SecretText;
use crate::time::Timestamp;
use portcullis_db::Tx;

/// Action: works out what was asked for: a link for an address that nobody has,
/// and a word to the owner of one that somebody has. A request that fails stays,
/// and does not keep the others.
pub async fn answer_requests(app: &App) -> Result<()> {
    let purpose = Purpose::Wanted(Wanted::SignUp);
    let mut after = None;
    loop {
        let requests = mail_requests::waiting(app, purpose, after).await?;
        let Some(last) = requests.last() else { return Ok(()) };
        after = Some(last.id);
        for request in &requests {
            if let Err(error) = answer(app, request).await {
                tracing::error!(?error, "a request to sign up could not be answered");
            }
        }
    }
}

async fn answer(app: &App, request: &Waiting) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let Some(noted) = mail_requests::take(&mut tx, app, request).await? else { return Ok(()) };
    match account::by_email(&mut tx, &noted.email).await? {
        Some(account) => {
            if account::lock_to_return(&mut tx, account.id, now).await? {
                tell_owner(&mut tx, app, &account, &noted, now).await?;
            }
        }
        // Looked at again when the link is used; here, so that no link is sent
        // that would lead nowhere.
        None if mailed_links::is_reserved(&mut tx, &noted.email, None, now).await? => {}
        None => send_link(&mut tx, app, &noted, now).await?,
    }
    Ok(tx.commit().await?)
}

async fn send_link(tx: &mut Tx, app: &App, noted: &Noted, now: Timestamp) -> Result<()> {
    let email = &noted.email;
    let text = app.text(None, now);
    let product = &app.config.product_name;
    let link = mailed_links::issue_for_address(tx, app, Link::SignUp, email, now).await?;
    let until = now.plus(Link::SignUp.lifetime());
    let asked = text
        .say("mail-sign-up-text")
        .with("product", product)
        .with("until", text.moment(until).absolute);
    let subject = text.say("mail-sign-up-subject").with("product", product);
    let letter = Letter::new(&text, Mail::SignUp, subject)
        .paragraph(asked)
        .action(text.say("mail-sign-up-button"), link)
        .about(&noted.source, noted.at)
        .paragraph(text.say("mail-sign-up-not-you"))
        .useful_until(until);
    delivery::enqueue(tx, app, email.typed(), None, &letter, now).await
}

/// Its button leads to the sign-in page and does nothing by itself.
async fn tell_owner(
    tx: &mut Tx,
    app: &App,
    account: &Account,
    noted: &Noted,
    now: Timestamp,
) -> Result<()> {
    let text = delivery::text_for(app, account, now);
    let product = &app.config.product_name;
    let subject = text.say("mail-address-known-subject").with("product", product);
    let sign_in = SecretText::new(app.config.public_url.link("/sign-in"));
    let letter = Letter::new(&text, Mail::AddressKnown, subject)
        .paragraph(text.say("mail-address-known-text").with("product", product))
        .action(text.say("mail-address-known-button"), sign_in)
        .about(&noted.source, noted.at)
        .paragraph(text.say("mail-address-known-forgot"));
    delivery::enqueue(tx, app, &account.email, Some(account.id), &letter, now).await
}
