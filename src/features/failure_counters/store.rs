use super::Counter;
use super::rules::{self, Counted};
use crate::error::Result;
use crate::time::Timestamp;
use portcullis_db::{Reader, Tx, args, statements};

statements! {
    CHARGE = "INSERT INTO failure_counters (kind, subject, failures, last_at, wait_until) VALUES ($1, $2, 1, $3, 0) \
              ON CONFLICT (kind, subject) DO UPDATE SET \
              failures = CASE WHEN failure_counters.last_at < $4 AND failure_counters.failures < $5 THEN 1 ELSE failure_counters.failures + 1 END, \
              last_at = $3 WHERE failure_counters.wait_until <= $3 \
              RETURNING failures";
    WAIT_UNTIL = "SELECT wait_until FROM failure_counters WHERE kind = $1 AND subject = $2";
    FAILURES = "SELECT failures FROM failure_counters WHERE kind = $1 AND subject = $2";
    SET_WAIT = "UPDATE failure_counters SET wait_until = $3 WHERE kind = $1 AND subject = $2";
    CLEAR = "DELETE FROM failure_counters WHERE kind = $1 AND subject = $2";
    REOPEN = "DELETE FROM failure_counters WHERE kind = $1 AND subject = $2 AND failures >= $3";
    GIVE_BACK = "UPDATE failure_counters SET failures = failures - 1, \
                 wait_until = CASE WHEN failures = $3 THEN 0 ELSE wait_until END \
                 WHERE kind = $1 AND subject = $2 AND failures > 0";
    PRUNE_NETWORKS = "DELETE FROM failure_counters \
                      WHERE kind NOT IN ('password-account', 'password-device', 'code-account', 'code-device', \
                      'backup-code-account', 'backup-code-device') AND last_at < $1";
    PRUNE_PASSWORDS = "DELETE FROM failure_counters \
                       WHERE kind IN ('password-account', 'password-device', 'code-account', 'code-device', \
                       'backup-code-account', 'backup-code-device') AND last_at < $1 AND failures < $2";
}

/// Counts one attempt, unless the counter is waiting. The row stays locked
/// until the transaction ends.
pub(super) async fn charge(tx: &mut Tx, counter: Counter, now: Timestamp) -> Result<Counted> {
    let (kind, subject) = (counter.kind.tag(), counter.subject);
    let forgotten = now.minus(counter.kind.forgotten_after());
    let failures: Option<(i64,)> = tx
        .fetch_optional(
            &CHARGE,
            args![kind, subject, now, forgotten, counter.kind.never_forgotten_from()],
        )
        .await?;
    if let Some((failures,)) = failures {
        return Ok(Counted::Failures(failures));
    }
    let until: Option<(Timestamp,)> = tx.fetch_optional(&WAIT_UNTIL, args![kind, subject]).await?;
    Ok(Counted::WaitUntil(until.map_or(now, |(until,)| until)))
}

pub(super) async fn failures(db: &mut impl Reader, counter: Counter) -> Result<i64> {
    let (kind, subject) = (counter.kind.tag(), counter.subject);
    let found: Option<(i64,)> = db.fetch_optional(&FAILURES, args![kind, subject]).await?;
    Ok(found.map_or(0, |(failures,)| failures))
}

pub(super) async fn set_wait(tx: &mut Tx, counter: Counter, until: Timestamp) -> Result<()> {
    tx.execute(&SET_WAIT, args![counter.kind.tag(), counter.subject, until]).await?;
    Ok(())
}

pub(super) async fn clear(tx: &mut Tx, counter: Counter) -> Result<bool> {
    Ok(tx.execute_guarded(&CLEAR, args![counter.kind.tag(), counter.subject]).await?)
}

/// Forgets a counter that waiting does not open.
pub(super) async fn reopen(tx: &mut Tx, counter: Counter) -> Result<()> {
    let spent = counter.kind.never_forgotten_from();
    tx.execute(&REOPEN, args![counter.kind.tag(), counter.subject, spent]).await?;
    Ok(())
}

/// Takes one failure back. A wait goes with it only where none came after: what
/// others have failed since is theirs.
pub(super) async fn give_back(tx: &mut Tx, counter: Counter, failures: i64) -> Result<()> {
    tx.execute(&GIVE_BACK, args![counter.kind.tag(), counter.subject, failures]).await?;
    Ok(())
}

pub(super) async fn prune_networks(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    let before = now.minus(rules::CounterKind::Network32.forgotten_after());
    Ok(tx.execute(&PRUNE_NETWORKS, args![before]).await?)
}

pub(super) async fn prune_passwords(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    let kind = rules::CounterKind::Account;
    let before = now.minus(kind.forgotten_after());
    Ok(tx.execute(&PRUNE_PASSWORDS, args![before, kind.never_forgotten_from()]).await?)
}
