use crate::error::Result;
use crate::features::security_log::Entry;
use crate::ids::AccountId;
use crate::time::Timestamp;
use portcullis_db::{Reader, args, statements};

macro_rules! newest {
    ($condition:literal) => {
        concat!(
            "SELECT id, occurred_at, kind, result, reason, account_id, actor_kind, actor_id, session_id, detail, \
             address, user_agent, email FROM security_events WHERE account_id = $1 AND occurred_at >= $2 AND ",
            $condition,
            " ORDER BY occurred_at DESC, id DESC LIMIT $3"
        )
    };
}

statements! {
    // The conditions of the partial indexes, word for word.
    REFUSED = newest!("kind = 'sign-in' AND result = 'refused'");
    REFUSED_CODES = newest!(
        "kind = 'sign-in' AND reason IN ('wrong-code', 'used-code', 'no-second-factor')"
    );
    ARRIVALS = newest!("result = 'succeeded' AND kind IN ('sign-in', 'invitation-accepted', 'signed-up')");
    CHANGES = newest!(
        "result = 'succeeded' AND kind IN ('two-factor-enabled', 'second-factor-added', 'second-factor-replaced', \
         'second-factor-removed', 'two-factor-disabled', 'email-changed')"
    );
    EXPORTS = newest!("result = 'succeeded' AND kind = 'log-exported'");
}

pub(super) async fn refused(
    db: &mut impl Reader,
    account: AccountId,
    since: Timestamp,
    limit: i64,
) -> Result<Vec<Entry>> {
    Ok(db.fetch_all(&REFUSED, args![account, since, limit]).await?)
}

pub(super) async fn refused_codes(
    db: &mut impl Reader,
    account: AccountId,
    since: Timestamp,
    limit: i64,
) -> Result<Vec<Entry>> {
    Ok(db.fetch_all(&REFUSED_CODES, args![account, since, limit]).await?)
}

pub(super) async fn arrivals(
    db: &mut impl Reader,
    account: AccountId,
    since: Timestamp,
    limit: i64,
) -> Result<Vec<Entry>> {
    Ok(db.fetch_all(&ARRIVALS, args![account, since, limit]).await?)
}

pub(super) async fn changes(
    db: &mut impl Reader,
    account: AccountId,
    since: Timestamp,
    limit: i64,
) -> Result<Vec<Entry>> {
    Ok(db.fetch_all(&CHANGES, args![account, since, limit]).await?)
}

pub(super) async fn exports(
    db: &mut impl Reader,
    account: AccountId,
    since: Timestamp,
    limit: i64,
) -> Result<Vec<Entry>> {
    Ok(db.fetch_all(&EXPORTS, args![account, since, limit]).await?)
}
