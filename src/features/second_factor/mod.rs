//! Two-factor authentication. An account holds second factors: an authenticator
//! app, a phone, or both, and backup codes beside them. [`prove`] is the one
//! place where a code is judged, whichever door asks; what it spends is spent in
//! the transaction of the act that it opens.

pub mod authenticator;
mod disable;
mod enrol;
pub mod letters;
mod manage;
pub mod phone;
mod prove;
pub mod rules;
pub mod sms;
mod store;
pub mod web;

use crate::app::App;
use crate::error::Result;
use crate::features::account::{self, Account, FactorKind, FactorKinds};
use crate::features::backup_codes;
use crate::features::security_log::Method;
use crate::ids::{AccountId, SecondFactorId};
use crate::sealed::Place;
use crate::time::Timestamp;
use portcullis_db::{Reader, Statement, Tx};

pub use disable::{DisableOutcome, Disabling, disable, send_disable_code};
pub use enrol::{
    Begun, BegunPhone, Enrolled, abandon, begin_authenticator, begin_phone, confirm_codes,
    resend_first_code, verify,
};
pub use manage::{Managed, generate_codes, prefer, remove};
pub use prove::{Admission, Admitted, Proven, Use, Who, admit, prove, refuse};
pub use sms::PhoneNumber;
pub use store::SecondFactor;

pub(crate) const fn statements() -> &'static [Statement] {
    store::ALL
}

const fn place(id: SecondFactorId, account: AccountId) -> Place {
    let (row, owner) = (id.uuid(), Some(account.uuid()));
    Place { table: "second_factors", column: "sealed", row, owner }
}

/// What the account holds, the oldest first.
pub async fn held(app: &App, account: AccountId) -> Result<Vec<SecondFactor>> {
    store::held(&mut &app.db, account).await
}

/// Which of them is asked for first, if the owner has said so.
pub async fn preferred(app: &App, account: AccountId) -> Result<Option<FactorKind>> {
    Ok(preferred_of(&store::held(&mut &app.db, account).await?))
}

fn preferred_of(held: &[SecondFactor]) -> Option<FactorKind> {
    let preferred = held.iter().max_by_key(|factor| factor.preferred_at);
    preferred.filter(|factor| factor.preferred_at.is_some()).map(|factor| factor.kind)
}

/// Step: whether one of them has been held at least since then.
pub async fn is_held_since(tx: &mut Tx, account: AccountId, since: Timestamp) -> Result<bool> {
    Ok(store::held(tx, account).await?.iter().any(|factor| factor.created_at <= since))
}

/// Who has removed all of them, as it is kept with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// Their owner, who has switched two-factor authentication off.
    Owner,
    /// An administrator.
    Administrator,
}

/// Step: the account holds no second factor and no backup code any more; what it
/// ends besides is for the caller. Call with the account locked.
pub async fn remove_all(
    tx: &mut Tx,
    account: AccountId,
    removal: Removal,
    now: Timestamp,
) -> Result<()> {
    let reason = match removal {
        Removal::Owner => "disabled",
        Removal::Administrator => "administrator",
    };
    for kind in FactorKind::ALL {
        store::remove(tx, account, *kind, reason, now).await?;
    }
    sms::codes::void_all(tx, account).await?;
    account::set_second_factors(tx, account, FactorKinds::default()).await?;
    backup_codes::void_all(tx, account, now).await
}

/// How an account can prove a second factor now.
#[derive(Debug)]
pub struct Ways {
    /// The one to ask for first, and the rest.
    pub open: Vec<Method>,
    /// The phone that would be asked for first, where none is sent messages there
    /// any more.
    pub silent: Option<PhoneNumber>,
}

impl Ways {
    /// The way that was asked for, where it is open, or else the first.
    pub fn chosen(&self, asked: Option<&str>) -> Method {
        let asked = asked.and_then(Method::from_tag).filter(|way| self.open.contains(way));
        asked.or_else(|| self.open.first().copied()).unwrap_or(Method::BackupCode)
    }
}

/// Step: how an account can prove a second factor now: by what it holds, less a phone
/// that gets no messages any more, since operators choose the countries.
pub async fn ways(
    db: &mut impl Reader,
    app: &App,
    account: AccountId,
    kinds: FactorKinds,
) -> Result<Ways> {
    let mut open = rules::ways(kinds, preferred_of(&store::held(db, account).await?));
    let mut silent = None;
    if let Some((_, number)) = phone::held(db, app, account).await?
        && !app.config.sms_reaches(number.country())
    {
        silent = (open.first() == Some(&Method::Sms)).then_some(number);
        open.retain(|way| *way != Method::Sms);
    }
    Ok(Ways { open, silent })
}

/// The same, for a page.
pub async fn ways_of(app: &App, account: &Account) -> Result<Ways> {
    ways(&mut &app.db, app, account.id, account.second_factors).await
}

/// Step: removes an account's second factors.
pub async fn remove_account(tx: &mut Tx, account: AccountId) -> Result<()> {
    sms::codes::void_all(tx, account).await?;
    store::remove_account(tx, account).await
}
