use super::{Area, Object, Place, Scope, Span, Verdict};
use crate::error::Result;
use crate::features::security_log::Entry;
use crate::features::security_log::filter::Filter;
use crate::ids::{EventId, OrganisationId};
use portcullis_db::{Column, FromRow, Reader, Row, args, statements};
use uuid::Uuid;

/// An event with everything that its row holds and somebody may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Full {
    /// As in a list.
    pub entry: Entry,
    /// What it was done to, where that is not the account.
    pub object: Option<(Object, Uuid)>,
    /// The hash that seals it.
    pub leaf_hash: Vec<u8>,
    /// Which organisation's log it stands in, where it is one's.
    pub organisation: Option<OrganisationId>,
}

impl FromRow for Full {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        let (kind, id): (Option<String>, Option<Vec<u8>>) = (row.get(13)?, row.get(14)?);
        let object = match (kind, id) {
            (Some(kind), Some(id)) => {
                let kind = Object::from_tag(&kind)
                    .ok_or_else(|| <String as Column>::invalid(13, "there is no such object"))?;
                let id = Uuid::from_slice(&id)
                    .map_err(|error| <Vec<u8> as Column>::invalid(14, error))?;
                Some((kind, id))
            }
            _ => None,
        };
        let (leaf_hash, organisation) = (row.get(15)?, row.get(16)?);
        Ok(Self { entry: Entry::from_row(row)?, object, leaf_hash, organisation })
    }
}

/// What an entry is read from.
macro_rules! select {
    ($from:literal) => {
        concat!(
            "SELECT id, occurred_at, kind, result, reason, account_id, actor_kind, actor_id, session_id, detail, \
             address, user_agent, email FROM ",
            $from
        )
    };
}

/// The newest rows of an account or an address, to be looked through.
macro_rules! newest {
    ($of:literal, $rest:literal) => {
        concat!(
            "SELECT id, occurred_at, kind, result, reason, account_id, actor_kind, actor_id, session_id, detail, \
             address, user_agent, email FROM (SELECT id, occurred_at, kind, result, reason, account_id, actor_kind, \
             actor_id, session_id, detail, address, user_agent, email, area FROM security_events WHERE ",
            $of,
            " = $1 AND occurred_at >= $2 AND (occurred_at, id) < ($3, $4) \
             ORDER BY occurred_at DESC, id DESC LIMIT $5) AS newest",
            $rest
        )
    };
}

statements! {
    ACCOUNT_ALL = select!(
        "security_events WHERE account_id = $1 AND occurred_at >= $2 AND (occurred_at, id) < ($3, $4) \
         ORDER BY occurred_at DESC, id DESC LIMIT $5"
    );
    ACCOUNT_RANGE = select!(
        "security_events WHERE account_id = $1 AND area = $2 AND result = $3 AND occurred_at >= $4 \
         AND (occurred_at, id) < ($5, $6) ORDER BY occurred_at DESC, id DESC LIMIT $7"
    );
    INSTALLATION_ALL = select!(
        "security_events WHERE occurred_at >= $1 AND (occurred_at, id) < ($2, $3) \
         ORDER BY occurred_at DESC, id DESC LIMIT $4"
    );
    INSTALLATION_RANGE = select!(
        "security_events WHERE area = $1 AND result = $2 AND occurred_at >= $3 AND (occurred_at, id) < ($4, $5) \
         ORDER BY occurred_at DESC, id DESC LIMIT $6"
    );
    ACCOUNT_ADDRESS = newest!(
        "account_id",
        " WHERE address = $6 ORDER BY occurred_at DESC, id DESC LIMIT $7"
    );
    ACCOUNT_ADDRESS_AREA = newest!(
        "account_id",
        " WHERE address = $6 AND area = $8 ORDER BY occurred_at DESC, id DESC LIMIT $7"
    );
    ACCOUNT_ADDRESS_RESULT = newest!(
        "account_id",
        " WHERE address = $6 AND result = $8 ORDER BY occurred_at DESC, id DESC LIMIT $7"
    );
    ACCOUNT_ADDRESS_AREA_RESULT = newest!(
        "account_id",
        " WHERE address = $6 AND area = $8 AND result = $9 ORDER BY occurred_at DESC, id DESC LIMIT $7"
    );
    INSTALLATION_ADDRESS = select!(
        "security_events WHERE address = $1 AND occurred_at >= $2 AND (occurred_at, id) < ($3, $4) \
         ORDER BY occurred_at DESC, id DESC LIMIT $5"
    );
    INSTALLATION_ADDRESS_AREA = newest!(
        "address",
        " WHERE area = $7 ORDER BY occurred_at DESC, id DESC LIMIT $6"
    );
    INSTALLATION_ADDRESS_RESULT = newest!(
        "address",
        " WHERE result = $7 ORDER BY occurred_at DESC, id DESC LIMIT $6"
    );
    INSTALLATION_ADDRESS_AREA_RESULT = newest!(
        "address",
        " WHERE area = $7 AND result = $8 ORDER BY occurred_at DESC, id DESC LIMIT $6"
    );
    ACCOUNT_EDGE = "SELECT occurred_at, id FROM security_events WHERE account_id = $1 AND occurred_at >= $2 \
                    AND (occurred_at, id) < ($3, $4) ORDER BY occurred_at DESC, id DESC LIMIT 1 OFFSET $5";
    ADDRESS_EDGE = "SELECT occurred_at, id FROM security_events WHERE address = $1 AND occurred_at >= $2 \
                    AND (occurred_at, id) < ($3, $4) ORDER BY occurred_at DESC, id DESC LIMIT 1 OFFSET $5";
    ORGANISATION_ALL = select!(
        "security_events WHERE organisation_id = $1 AND occurred_at >= $2 AND (occurred_at, id) < ($3, $4) \
         ORDER BY occurred_at DESC, id DESC LIMIT $5"
    );
    ORGANISATION_RANGE = select!(
        "security_events WHERE organisation_id = $1 AND area = $2 AND result = $3 AND occurred_at >= $4 \
         AND (occurred_at, id) < ($5, $6) ORDER BY occurred_at DESC, id DESC LIMIT $7"
    );
    ORGANISATION_ADDRESS = newest!(
        "organisation_id",
        " WHERE address = $6 ORDER BY occurred_at DESC, id DESC LIMIT $7"
    );
    ORGANISATION_ADDRESS_AREA = newest!(
        "organisation_id",
        " WHERE address = $6 AND area = $8 ORDER BY occurred_at DESC, id DESC LIMIT $7"
    );
    ORGANISATION_ADDRESS_RESULT = newest!(
        "organisation_id",
        " WHERE address = $6 AND result = $8 ORDER BY occurred_at DESC, id DESC LIMIT $7"
    );
    ORGANISATION_ADDRESS_AREA_RESULT = newest!(
        "organisation_id",
        " WHERE address = $6 AND area = $8 AND result = $9 ORDER BY occurred_at DESC, id DESC LIMIT $7"
    );
    ORGANISATION_EDGE = "SELECT occurred_at, id FROM security_events WHERE organisation_id = $1 \
                         AND occurred_at >= $2 AND (occurred_at, id) < ($3, $4) \
                         ORDER BY occurred_at DESC, id DESC LIMIT 1 OFFSET $5";
    FIND = "SELECT id, occurred_at, kind, result, reason, account_id, actor_kind, actor_id, session_id, detail, \
            address, user_agent, email, object_kind, object_id, leaf_hash, organisation_id FROM security_events WHERE id = $1";
}

pub(super) async fn all(
    db: &mut impl Reader,
    scope: Scope,
    Span { from, before: (at, id) }: Span,
    limit: i64,
) -> Result<Vec<Entry>> {
    Ok(match scope {
        Scope::Account(account) => {
            db.fetch_all(&ACCOUNT_ALL, args![account, from, at, id, limit]).await?
        }
        Scope::Organisation(id_of) => {
            db.fetch_all(&ORGANISATION_ALL, args![id_of, from, at, id, limit]).await?
        }
        Scope::Installation => db.fetch_all(&INSTALLATION_ALL, args![from, at, id, limit]).await?,
    })
}

pub(super) async fn range(
    db: &mut impl Reader,
    scope: Scope,
    (area, verdict): (Area, Verdict),
    Span { from, before: (at, id) }: Span,
    limit: i64,
) -> Result<Vec<Entry>> {
    let (area, result) = (area.tag(), verdict.tag());
    Ok(match scope {
        Scope::Account(account) => {
            let values = args![account, area, result, from, at, id, limit];
            db.fetch_all(&ACCOUNT_RANGE, values).await?
        }
        Scope::Organisation(id_of) => {
            let values = args![id_of, area, result, from, at, id, limit];
            db.fetch_all(&ORGANISATION_RANGE, values).await?
        }
        Scope::Installation => {
            let values = args![area, result, from, at, id, limit];
            db.fetch_all(&INSTALLATION_RANGE, values).await?
        }
    })
}

/// An account's are looked for among its own, so that nobody learns how much
/// happens elsewhere at an address.
pub(super) async fn from_address(
    db: &mut impl Reader,
    scope: Scope,
    filter: &Filter,
    address: &str,
    Span { from, before: (at, id) }: Span,
    (window, limit): (i64, i64),
) -> Result<Vec<Entry>> {
    let area = filter.area.map(Area::tag);
    let result = filter.verdict.map(Verdict::tag);
    let (statement, mut values) = match (scope, area, result) {
        (Scope::Account(account), ..) => (
            match (area, result) {
                (None, None) => &ACCOUNT_ADDRESS,
                (Some(_), None) => &ACCOUNT_ADDRESS_AREA,
                (None, Some(_)) => &ACCOUNT_ADDRESS_RESULT,
                (Some(_), Some(_)) => &ACCOUNT_ADDRESS_AREA_RESULT,
            },
            args![account, from, at, id, window, address, limit],
        ),
        (Scope::Organisation(id_of), ..) => (
            match (area, result) {
                (None, None) => &ORGANISATION_ADDRESS,
                (Some(_), None) => &ORGANISATION_ADDRESS_AREA,
                (None, Some(_)) => &ORGANISATION_ADDRESS_RESULT,
                (Some(_), Some(_)) => &ORGANISATION_ADDRESS_AREA_RESULT,
            },
            args![id_of, from, at, id, window, address, limit],
        ),
        (Scope::Installation, None, None) => {
            (&INSTALLATION_ADDRESS, args![address, from, at, id, limit])
        }
        (Scope::Installation, ..) => (
            match (area, result) {
                (Some(_), Some(_)) => &INSTALLATION_ADDRESS_AREA_RESULT,
                (Some(_), None) => &INSTALLATION_ADDRESS_AREA,
                _ => &INSTALLATION_ADDRESS_RESULT,
            },
            args![address, from, at, id, window, limit],
        ),
    };
    values.extend([area, result].into_iter().flatten().flat_map(|tag| args![tag]));
    Ok(db.fetch_all(statement, values).await?)
}

/// The last of the rows that are looked through, when there are so many.
pub(super) async fn edge(
    db: &mut impl Reader,
    scope: Scope,
    address: &str,
    Span { from, before: (at, id) }: Span,
    window: i64,
) -> Result<Option<Place>> {
    let last = window - 1;
    Ok(match scope {
        Scope::Account(account) => {
            db.fetch_optional(&ACCOUNT_EDGE, args![account, from, at, id, last]).await?
        }
        Scope::Organisation(id_of) => {
            db.fetch_optional(&ORGANISATION_EDGE, args![id_of, from, at, id, last]).await?
        }
        Scope::Installation => {
            db.fetch_optional(&ADDRESS_EDGE, args![address, from, at, id, last]).await?
        }
    })
}

pub(super) async fn find(db: &mut impl Reader, id: EventId) -> Result<Option<Full>> {
    Ok(db.fetch_optional(&FIND, args![id]).await?)
}
