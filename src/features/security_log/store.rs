use super::Place;
use super::event::{Kind, Outcome, Reason};
use super::leaf::{self, Sealed};
use super::stored::{Leaf, Mark, Stored};
use crate::error::Result;
use crate::ids::{AccountId, EventId, SessionId};
use crate::time::Timestamp;
use portcullis_db::{Column, FromRow, Reader, Row, Tx, args, statements};

/// A row of the log, as it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: EventId,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// What happened.
    pub kind: Kind,
    /// How it ended.
    pub outcome: Outcome,
    /// Whose log it stands in.
    pub account: Option<AccountId>,
    /// `anonymous`, `account`, `operator` or `server`.
    pub actor_kind: String,
    /// The acting account.
    pub actor: Option<AccountId>,
    /// The session it was done in.
    pub session: Option<SessionId>,
    /// More about it.
    pub detail: Option<String>,
    /// Where it came from; none when unknown or erased.
    pub address: Option<String>,
    /// The program, as it names itself.
    pub user_agent: Option<String>,
    /// The e-mail address that was typed.
    pub email: Option<String>,
}

impl FromRow for Entry {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        let result: String = row.get(3)?;
        let reason: Option<Reason> = row.get(4)?;
        let outcome = match (result.as_str(), reason) {
            ("succeeded", None) => Outcome::Succeeded,
            ("refused", Some(reason)) => Outcome::Refused(reason),
            _ => return Err(<String as Column>::invalid(3, "result and reason don't fit")),
        };
        Ok(Self {
            id: row.get(0)?,
            occurred_at: row.get(1)?,
            kind: row.get(2)?,
            outcome,
            account: row.get(5)?,
            actor_kind: row.get(6)?,
            actor: row.get(7)?,
            session: row.get(8)?,
            detail: row.get(9)?,
            address: row.get(10)?,
            user_agent: row.get(11)?,
            email: row.get(12)?,
        })
    }
}

impl Column for Kind {
    fn read(row: &Row, index: usize) -> portcullis_db::Result<Self> {
        let tag: String = row.get(index)?;
        Self::from_tag(&tag).ok_or_else(|| Self::invalid(index, "there is no such kind of event"))
    }
}

impl Column for Reason {
    fn read(row: &Row, index: usize) -> portcullis_db::Result<Self> {
        let tag: String = row.get(index)?;
        Self::from_tag(&tag).ok_or_else(|| Self::invalid(index, "there is no such reason"))
    }
}

/// Where an account's owner was, how often, and when last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedFrom {
    /// The address.
    pub address: String,
    /// How many events there are from there.
    pub count: i64,
    /// When the last one happened.
    pub last: Timestamp,
}

impl FromRow for UsedFrom {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        Ok(Self { address: row.get(0)?, count: row.get(1)?, last: row.get(2)? })
    }
}

statements! {
    USED_FROM = "SELECT address, COUNT(*), MAX(occurred_at) FROM (SELECT address, occurred_at, actor_id, result \
                 FROM security_events WHERE account_id = $1 AND occurred_at >= $2 \
                 ORDER BY occurred_at DESC, id DESC LIMIT $3) AS newest \
                 WHERE address IS NOT NULL AND actor_id = $1 AND result = 'succeeded' GROUP BY address";
    INSERT = "INSERT INTO security_events (id, occurred_at, kind, result, reason, account_id, actor_kind, actor_id, \
              session_id, object_kind, object_id, detail, address, address_salt, address_commitment, user_agent, \
              user_agent_salt, user_agent_commitment, email, email_salt, email_commitment, place, place_salt, \
              place_commitment, leaf_version, leaf_hash, area, organisation_id, commit_number) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, \
              $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, \
              (SELECT number FROM next_commit))";
    ERASE_PERSONAL = "UPDATE security_events SET address = NULL, address_salt = NULL, user_agent = NULL, \
                      user_agent_salt = NULL, email = NULL, email_salt = NULL, place = NULL, place_salt = NULL \
                      WHERE account_id = $1 AND (address_salt IS NOT NULL OR user_agent_salt IS NOT NULL \
                      OR email_salt IS NOT NULL OR place_salt IS NOT NULL)";
    ERASE_SOME = "UPDATE security_events SET address = NULL, address_salt = NULL, user_agent = NULL, \
                  user_agent_salt = NULL, email = NULL, email_salt = NULL, place = NULL, place_salt = NULL \
                  WHERE account_id = $1 AND (occurred_at, id) > ($2, $3) AND (occurred_at, id) <= ($4, $5)";
    PLACES_AFTER = "SELECT occurred_at, id FROM security_events WHERE account_id = $1 AND (occurred_at, id) > ($2, $3) \
                    ORDER BY occurred_at, id LIMIT $4";
    // No number is given twice, also when everything that had one is gone.
    KEEP_NUMBERS = "UPDATE commit_numbers SET floor = (SELECT MAX(commit_number) FROM security_events) \
                    WHERE floor < (SELECT MAX(commit_number) FROM security_events)";
    REMOVE_BETWEEN = "DELETE FROM security_events WHERE (commit_number, id) > ($1, $2) \
                      AND (commit_number, id) <= ($3, $4)";
    LEAVES_AFTER = "SELECT commit_number, id, occurred_at, leaf_hash FROM security_events \
                    WHERE (commit_number, id) > ($1, $2) AND commit_number < (SELECT number FROM settled_commit) \
                    ORDER BY commit_number, id LIMIT $3";
    STORED_BETWEEN = "SELECT commit_number, id, occurred_at, kind, result, reason, account_id, actor_kind, actor_id, \
                      session_id, object_kind, object_id, detail, address, address_salt, address_commitment, \
                      user_agent, user_agent_salt, user_agent_commitment, email, email_salt, email_commitment, place, \
                      place_salt, place_commitment, leaf_version, leaf_hash, area, organisation_id FROM security_events \
                      WHERE (commit_number, id) > ($1, $2) AND (commit_number, id) <= ($3, $4) \
                      ORDER BY commit_number, id LIMIT $5";
}

pub(super) async fn insert(tx: &mut Tx, sealed: &Sealed) -> Result<()> {
    let event = &sealed.event;
    let (result, reason) = leaf::result_and_reason(event.outcome);
    tx.execute(
        &INSERT,
        args![
            sealed.id,
            sealed.occurred_at,
            event.kind.tag(),
            result,
            reason,
            event.account,
            event.actor.tag(),
            event.actor.id(),
            event.session,
            event.object.map(|(kind, _)| kind.tag()),
            event.object.map(|(_, id)| *id.as_bytes()),
            event.detail,
            sealed.address.value,
            sealed.address.salt,
            sealed.address.commitment,
            sealed.user_agent.value,
            sealed.user_agent.salt,
            sealed.user_agent.commitment,
            sealed.email.value,
            sealed.email.salt,
            sealed.email.commitment,
            sealed.place.value,
            sealed.place.salt,
            sealed.place.commitment,
            sealed.leaf_version,
            sealed.leaf_hash,
            event.kind.area().tag(),
            event.organisation
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn used_from(
    db: &mut impl Reader,
    account: AccountId,
    since: Timestamp,
    limit: i64,
) -> Result<Vec<UsedFrom>> {
    Ok(db.fetch_all(&USED_FROM, args![account, since, limit]).await?)
}

pub(super) async fn erase_personal(tx: &mut Tx, account: AccountId) -> Result<()> {
    tx.execute(&ERASE_PERSONAL, args![account]).await?;
    Ok(())
}

/// Where the next so many events of an account end.
pub(super) async fn end_of_batch(
    db: &mut impl Reader,
    account: AccountId,
    (at, id): Place,
    limit: i64,
) -> Result<Option<Place>> {
    let places: Vec<Place> = db.fetch_all(&PLACES_AFTER, args![account, at, id, limit]).await?;
    Ok(places.last().copied())
}

pub(super) async fn erase_between(
    tx: &mut Tx,
    account: AccountId,
    after: Place,
    last: Place,
) -> Result<()> {
    tx.execute(&ERASE_SOME, args![account, after.0, after.1, last.0, last.1]).await?;
    Ok(())
}

pub(super) async fn remove_between(tx: &mut Tx, after: &Mark, last: &Mark) -> Result<u64> {
    tx.execute(&KEEP_NUMBERS, args![]).await?;
    Ok(tx.execute(&REMOVE_BETWEEN, args![after.number, after.id, last.number, last.id]).await?)
}

pub(super) async fn leaves_after(
    db: &mut impl Reader,
    after: &Mark,
    limit: i64,
) -> Result<Vec<Leaf>> {
    Ok(db.fetch_all(&LEAVES_AFTER, args![after.number, after.id, limit]).await?)
}

pub(super) async fn stored_between(
    db: &mut impl Reader,
    after: &Mark,
    last: &Mark,
    limit: i64,
) -> Result<Vec<Stored>> {
    let args = args![after.number, after.id, last.number, last.id, limit];
    Ok(db.fetch_all(&STORED_BETWEEN, args).await?)
}
