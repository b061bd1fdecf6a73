use super::{Cursor, Record, Wanted, Whose};
use crate::error::Result;
use crate::features::security_log::{Area, Kind, Place};
use crate::ids::EventId;
use crate::time::Timestamp;
use portcullis_db::{FromRow, Reader, Row, args, statements};

/// As much of an event as counting needs.
pub(super) struct Head {
    pub occurred_at: Timestamp,
    pub id: EventId,
    kind: String,
}

impl Head {
    pub(super) fn area(&self) -> Option<Area> {
        Kind::from_tag(&self.kind).map(Kind::area)
    }
}

impl FromRow for Head {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        Ok(Self { occurred_at: row.get(0)?, id: row.get(1)?, kind: row.get(2)? })
    }
}

statements! {
    ACCOUNT_IN_TIME = "SELECT id, occurred_at, kind, result, reason, account_id, actor_kind, actor_id, session_id, \
                       object_kind, object_id, detail, address, user_agent, email, place, leaf_hash, commit_number, organisation_id \
                       FROM security_events WHERE account_id = $1 AND (occurred_at, id) > ($2, $3) \
                       AND occurred_at < $4 ORDER BY occurred_at, id LIMIT $5";
    ALL_IN_TIME = "SELECT id, occurred_at, kind, result, reason, account_id, actor_kind, actor_id, session_id, \
                   object_kind, object_id, detail, address, user_agent, email, place, leaf_hash, commit_number, organisation_id \
                   FROM security_events WHERE (occurred_at, id) > ($1, $2) \
                   AND occurred_at < $3 ORDER BY occurred_at, id LIMIT $4";
    ORGANISATION_IN_TIME = "SELECT id, occurred_at, kind, result, reason, account_id, actor_kind, actor_id, \
                            session_id, object_kind, object_id, detail, address, user_agent, email, place, \
                            leaf_hash, commit_number, organisation_id FROM security_events \
                            WHERE organisation_id = $1 AND (occurred_at, id) > ($2, $3) AND occurred_at < $4 \
                            ORDER BY occurred_at, id LIMIT $5";
    ORGANISATION_IN_COMMIT_ORDER = "SELECT id, occurred_at, kind, result, reason, account_id, actor_kind, actor_id, \
                                    session_id, object_kind, object_id, detail, address, user_agent, email, place, \
                                    leaf_hash, commit_number, organisation_id FROM security_events \
                                    WHERE organisation_id = $1 AND (commit_number, id) > ($2, $3) \
                                    AND commit_number < (SELECT number FROM settled_commit) \
                                    ORDER BY commit_number, id LIMIT $4";
    ORGANISATION_HEADS = "SELECT occurred_at, id, kind FROM security_events WHERE organisation_id = $1 \
                          AND (occurred_at, id) > ($2, $3) AND occurred_at < $4 ORDER BY occurred_at, id LIMIT $5";
    ACCOUNT_IN_COMMIT_ORDER = "SELECT id, occurred_at, kind, result, reason, account_id, actor_kind, actor_id, \
                               session_id, object_kind, object_id, detail, address, user_agent, email, place, \
                               leaf_hash, commit_number, organisation_id FROM security_events \
                               WHERE account_id = $1 AND (commit_number, id) > ($2, $3) \
                               AND commit_number < (SELECT number FROM settled_commit) \
                               ORDER BY commit_number, id LIMIT $4";
    ALL_IN_COMMIT_ORDER = "SELECT id, occurred_at, kind, result, reason, account_id, actor_kind, actor_id, session_id, \
                           object_kind, object_id, detail, address, user_agent, email, place, leaf_hash, \
                           commit_number, organisation_id FROM security_events WHERE (commit_number, id) > ($1, $2) \
                           AND commit_number < (SELECT number FROM settled_commit) \
                           ORDER BY commit_number, id LIMIT $3";
    ACCOUNT_HEADS = "SELECT occurred_at, id, kind FROM security_events WHERE account_id = $1 \
                     AND (occurred_at, id) > ($2, $3) AND occurred_at < $4 ORDER BY occurred_at, id LIMIT $5";
    ALL_HEADS = "SELECT occurred_at, id, kind FROM security_events WHERE (occurred_at, id) > ($1, $2) \
                 AND occurred_at < $3 ORDER BY occurred_at, id LIMIT $4";
    NEXT_NUMBER = "SELECT number FROM settled_commit";
    NEWEST_SETTLED = "SELECT commit_number, id FROM security_events \
                      WHERE commit_number < (SELECT number FROM settled_commit) \
                      ORDER BY commit_number DESC, id DESC LIMIT 1";
}

pub(super) async fn in_time(
    db: &mut impl Reader,
    wanted: &Wanted,
    (at, id): Place,
    limit: i64,
) -> Result<Vec<Record>> {
    let until = wanted.until;
    Ok(match wanted.whose {
        Whose::Account(account) => {
            db.fetch_all(&ACCOUNT_IN_TIME, args![account, at, id, until, limit]).await?
        }
        Whose::Organisation(id_of) => {
            db.fetch_all(&ORGANISATION_IN_TIME, args![id_of, at, id, until, limit]).await?
        }
        Whose::Installation => db.fetch_all(&ALL_IN_TIME, args![at, id, until, limit]).await?,
    })
}

pub(super) async fn in_commit_order(
    db: &mut impl Reader,
    whose: Whose,
    after: Cursor,
    limit: i64,
) -> Result<Vec<Record>> {
    let Cursor { number, id } = after;
    Ok(match whose {
        Whose::Account(account) => {
            db.fetch_all(&ACCOUNT_IN_COMMIT_ORDER, args![account, number, id, limit]).await?
        }
        Whose::Organisation(id_of) => {
            db.fetch_all(&ORGANISATION_IN_COMMIT_ORDER, args![id_of, number, id, limit]).await?
        }
        Whose::Installation => db.fetch_all(&ALL_IN_COMMIT_ORDER, args![number, id, limit]).await?,
    })
}

pub(super) async fn heads(
    db: &mut impl Reader,
    wanted: &Wanted,
    (at, id): Place,
    limit: i64,
) -> Result<Vec<Head>> {
    let until = wanted.until;
    Ok(match wanted.whose {
        Whose::Account(account) => {
            db.fetch_all(&ACCOUNT_HEADS, args![account, at, id, until, limit]).await?
        }
        Whose::Organisation(id_of) => {
            db.fetch_all(&ORGANISATION_HEADS, args![id_of, at, id, until, limit]).await?
        }
        Whose::Installation => db.fetch_all(&ALL_HEADS, args![at, id, until, limit]).await?,
    })
}

pub(super) async fn next_number(db: &mut impl Reader) -> Result<i64> {
    let found: Option<(i64,)> = db.fetch_optional(&NEXT_NUMBER, args![]).await?;
    Ok(found.map_or(0, |(number,)| number))
}

/// The last event of any account that readers may take.
pub(super) async fn newest_settled(db: &mut impl Reader) -> Result<Option<Cursor>> {
    let found: Option<(i64, EventId)> = db.fetch_optional(&NEWEST_SETTLED, args![]).await?;
    Ok(found.map(|(number, id)| Cursor { number, id }))
}
