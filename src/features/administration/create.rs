use super::store;
use crate::app::App;
use crate::error::{Fault, Result};
use crate::features::account::{self, Account, NewAccount};
use crate::features::password::rules::{Password, Rule};
use crate::features::security_log::{self, Actor, Event, Kind, Reason};
use crate::features::{mailed_links, password};

/// Why an account was not made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotCreated {
    /// Another account has the address.
    EmailTaken,
    /// The password breaks rules.
    Broken(Vec<Rule>),
}

/// Action: makes an account, by the operator.
pub async fn create_account(
    app: &App,
    new: &NewAccount,
    password: &Password,
) -> Result<std::result::Result<Account, NotCreated>> {
    let broken = password::broken_rules(app, password);
    let refused = |reason| {
        Event::new(Kind::AccountCreated)
            .by(Actor::Operator)
            .refused(reason)
            .email(new.email.canonical())
    };
    if !broken.is_empty() {
        security_log::note(app, refused(Reason::Policy)).await?;
        return Ok(Err(NotCreated::Broken(broken)));
    }
    let hashed = password::hash(app, new.id, password).await?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    if new.administrator {
        account::lock_installation(&mut tx).await?;
    }
    let id = new.id;
    // In this order: whoever gives the address up meanwhile has then reserved it.
    if account::create(&mut tx, new, now).await?.is_err()
        || mailed_links::is_reserved(&mut tx, &new.email, None, now).await?
    {
        drop(tx);
        security_log::note(app, refused(Reason::EmailTaken)).await?;
        return Ok(Err(NotCreated::EmailTaken));
    }
    password::set_first(&mut tx, id, &hashed, now).await?;
    if new.administrator {
        store::void_links(&mut tx, now).await?;
    }
    let detail = if new.administrator { "administrator" } else { "account" };
    let event = Event::new(Kind::AccountCreated).on(id).by(Actor::Operator).detail(detail);
    security_log::record(&mut tx, event, now, &app.random).await?;
    let made = account::by_id(&mut tx, id).await?;
    tx.commit().await?;
    made.map(Ok).ok_or_else(|| Fault::new("a new account could not be read back").into())
}
