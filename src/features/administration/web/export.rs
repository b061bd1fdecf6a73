//! Logs that are not one's own, as files.

use crate::error::{Refused, Result};
use crate::features::account::Account;
use crate::features::administration::find_account;
use crate::features::log_export::web::{Shown, form_for, send};
use crate::features::log_export::{Asker, note_unknown};
use crate::features::security_log::export::Whose;
use crate::http::{Answer, AuditorSteppedUp, Visit};
use crate::ids::AccountId;

/// The installation's.
pub async fn page(visit: Visit, _: AuditorSteppedUp) -> Result<Answer> {
    form_for(&visit, Shown::Everybodys)
}

/// Its file.
pub async fn submit(visit: Visit, AuditorSteppedUp(current): AuditorSteppedUp) -> Result<Answer> {
    let asker = Asker::Auditor(&current, &visit.source);
    send(&visit, asker, Whose::Installation, Shown::Everybodys).await
}

/// One account's.
pub async fn page_of_account(visit: Visit, _: AuditorSteppedUp) -> Result<Answer> {
    let account = account(&visit).await?;
    form_for(&visit, Shown::of(&account))
}

/// Its file.
pub async fn submit_of_account(
    visit: Visit,
    AuditorSteppedUp(current): AuditorSteppedUp,
) -> Result<Answer> {
    let id: AccountId = visit.param("id").parse().map_err(|_| Refused::NotFound)?;
    let Some(account) = find_account(&visit.app, id).await? else {
        note_unknown(&visit.app, &current, &visit.source).await?;
        return Err(Refused::NotFound.into());
    };
    let asker = Asker::Auditor(&current, &visit.source);
    send(&visit, asker, Whose::Account(account.id), Shown::of(&account)).await
}

async fn account(visit: &Visit) -> Result<Account> {
    let id = visit.param("id").parse().map_err(|_| Refused::NotFound)?;
    Ok(find_account(&visit.app, id).await?.ok_or(Refused::NotFound)?)
}
