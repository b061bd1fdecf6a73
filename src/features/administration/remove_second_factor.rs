use super::by::{Act, By, Changed, Whom};
use super::notices;
use crate::app::App;
use crate::error::Result;
use crate::features::account::{Account, FactorKinds};
use crate::features::security_log::{Kind, Reason};
use crate::features::sessions::rules::EndReason;
use crate::features::{revocation, second_factor};

/// Action: removes all second factors and backup codes of somebody who has lost
/// them; the reason reaches their mail and both logs. From the commit on their
/// password alone opens the account, so every session ends.
pub async fn remove_second_factor(
    app: &App,
    by: By<'_>,
    whom: Whom<'_>,
    reason: &str,
) -> Result<Changed> {
    let mut act = Act::begin(app, by, Kind::SecondFactorsRemoved).await?;
    let Some(account) = act.account(whom).await? else {
        return act.refuse(None, Reason::UnknownAccount).await;
    };
    // Else a stolen session would need no second factor.
    if by.is(account.id) {
        return act.refuse(Some(&account), Reason::OwnAccount).await;
    }
    if !account.second_factors.any() {
        act.tx.found_done();
        return act.refuse(Some(&account), Reason::NoSecondFactor).await;
    }
    let (id, now) = (account.id, act.now);
    second_factor::remove_all(&mut act.tx, id, second_factor::Removal::Administrator, now).await?;
    let end_reason = EndReason::SecondFactorChanged;
    let ended = revocation::end_everything(&mut act.tx, id, None, end_reason, now).await?;
    notices::second_factors_removed(&mut act, &account, reason).await?;
    let account = Account { second_factors: FactorKinds::default(), ..account };
    act.done(account, ended, Some(reason.to_owned())).await
}
