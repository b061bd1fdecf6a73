use crate::error::Result;
use crate::features::access_tokens;
use crate::features::access_tokens::rules::Permissions;
use crate::features::application_sessions;
use crate::features::applications::HeldSecret;
use crate::ids::{ApplicationId, ApplicationSecretId, ApplicationSessionId, TokenId};
use crate::together::MOST;
use portcullis_db::{Bind, FromRow, Reader, Row, Value, args, statements};

/// Which application asks, and by which secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Asking {
    pub(super) id: ApplicationId,
    /// None where what asks has been proved already.
    pub(super) secret: Option<ApplicationSecretId>,
}

/// What one look-up finds: of the secret, and of what was presented.
#[derive(Clone)]
pub(super) struct Found<T> {
    /// The application's, where the id is that of a secret of its own.
    pub(super) secret: Option<HeldSecret>,
    pub(super) held: Option<T>,
}

impl<T> Found<T> {
    pub(super) fn map<U>(self, make: impl FnOnce(T) -> U) -> Found<U> {
        Found { secret: self.secret, held: self.held.map(make) }
    }
}

impl<T> Default for Found<T> {
    fn default() -> Self {
        Self { secret: None, held: None }
    }
}

/// Where the columns of what was presented begin.
const HELD: usize = 5;

fn secret(row: &Row) -> portcullis_db::Result<Option<HeldSecret>> {
    let hash: Option<Vec<u8>> = row.get(0)?;
    hash.map(|_| HeldSecret::read(row, 0)).transpose()
}

impl FromRow for Found<access_tokens::Held> {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        let id: Option<TokenId> = row.get(HELD)?;
        let held = id.map(|_| {
            let names: Option<String> = row.get(HELD + 24)?;
            access_tokens::Held::read(row, HELD, permissions(names.as_deref()))
        });
        Ok(Self { secret: secret(row)?, held: held.transpose()? })
    }
}

fn permissions(names: Option<&str>) -> Permissions {
    names.unwrap_or("").split(' ').filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

impl FromRow for Found<application_sessions::Held> {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        let id: Option<ApplicationSessionId> = row.get(HELD)?;
        let held = id.map(|_| application_sessions::Held::read(row, HELD));
        Ok(Self { secret: secret(row)?, held: held.transpose()? })
    }
}

macro_rules! token_columns {
    () => {
        "SELECT x.secret_hash, x.expires_at, x.revoked_at, o.removed_at, x.application_id, \
         t.id, t.secret_hash, t.sources, t.expires_at, t.revoked_at, t.last_used_at, t.created_at, t.organisations, \
         a.id, a.email, a.email_verified_at, a.name, a.language, a.time_zone, a.administrator_since, a.suspended_at, \
         a.created_at, a.password_change_required_at, a.closes_at, a.erased_at, a.second_factors, a.auditor_since, \
         a.locked_at, a.lock_reset_at, \
         (SELECT string_agg(p.permission, ' ') FROM access_token_permissions p \
         JOIN application_permissions d ON d.name = p.permission \
         WHERE p.token_id = t.id AND d.application_id = o.id) \
         FROM applications o \
         LEFT JOIN application_secrets x ON x.id = $2 AND x.application_id = o.id "
    };
}

macro_rules! session_columns {
    () => {
        "SELECT x.secret_hash, x.expires_at, x.revoked_at, o.removed_at, x.application_id, \
         c.id, c.application_id, o.removed_at, c.secret_hash, c.scopes, c.created_at, c.expires_at, \
         c.last_used_at, c.ended_at, c.organisation_id, s.id, s.created_at, s.last_active_at, s.expires_at, s.ended_at, s.password_at, \
         s.totp_at, s.sms_at, s.backup_code_at, a.id, a.email, a.email_verified_at, a.name, a.language, a.time_zone, \
         a.administrator_since, a.suspended_at, a.created_at, a.password_change_required_at, a.closes_at, a.erased_at, \
         a.second_factors, a.auditor_since, a.locked_at, a.lock_reset_at \
         FROM applications o \
         LEFT JOIN application_secrets x ON x.id = $2 AND x.application_id = o.id "
    };
}

/// As many as are looked up at once: [`MOST`].
macro_rules! any {
    () => {
        "($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)"
    };
}

macro_rules! of_account {
    ($of:literal) => {
        concat!("LEFT JOIN accounts a ON a.id = ", $of, " WHERE o.id = $1")
    };
}

statements! {
    TOKEN = concat!(token_columns!(), "LEFT JOIN access_tokens t ON t.id = $3 ", of_account!("t.account_id"));
    TOKENS = concat!(token_columns!(), "LEFT JOIN access_tokens t ON t.id IN ", any!(), " ", of_account!("t.account_id"));
    SESSION = concat!(session_columns!(), "LEFT JOIN application_sessions c ON c.id = $3 AND c.application_id = o.id \
              LEFT JOIN sessions s ON s.id = c.session_id ", of_account!("c.account_id"));
    SESSIONS = concat!(session_columns!(), "LEFT JOIN application_sessions c ON c.id IN ", any!(), " AND c.application_id = o.id \
               LEFT JOIN sessions s ON s.id = c.session_id ", of_account!("c.account_id"));
}

/// A token, with those of its permissions that the application declares.
pub(super) async fn token(
    db: &mut impl Reader,
    asking: Asking,
    id: TokenId,
) -> Result<Found<access_tokens::Held>> {
    let found = db.fetch_optional(&TOKEN, args![asking.id, asking.secret, id]).await?;
    Ok(found.unwrap_or_default())
}

/// An application session of the application that asks.
pub(super) async fn session(
    db: &mut impl Reader,
    asking: Asking,
    id: ApplicationSessionId,
) -> Result<Found<application_sessions::Held>> {
    let found = db.fetch_optional(&SESSION, args![asking.id, asking.secret, id]).await?;
    Ok(found.unwrap_or_default())
}

/// What is found of no more than [`MOST`] at once.
pub(super) struct Several<T> {
    /// The application's, as with one.
    pub(super) secret: Option<HeldSecret>,
    /// Those that are there, in any order.
    pub(super) held: Vec<T>,
}

impl<T> From<Vec<Found<T>>> for Several<T> {
    fn from(rows: Vec<Found<T>>) -> Self {
        let (mut secret, mut held) = (None, Vec::with_capacity(rows.len()));
        for row in rows {
            secret = row.secret;
            held.extend(row.held);
        }
        Self { secret, held }
    }
}

/// Places that are left take one that is there already.
fn padded<I: Bind>(asking: Asking, ids: &[I]) -> Vec<Value> {
    let mut values = args![asking.id, asking.secret];
    values.extend((0..MOST).filter_map(|place| ids.get(place).or(ids.first()).map(Bind::bind)));
    values
}

/// As [`token`], of several.
pub(super) async fn tokens(
    db: &mut impl Reader,
    asking: Asking,
    ids: &[TokenId],
) -> portcullis_db::Result<Several<access_tokens::Held>> {
    Ok(db.fetch_all::<Found<_>>(&TOKENS, padded(asking, ids)).await?.into())
}

/// As [`session`], of several.
pub(super) async fn sessions(
    db: &mut impl Reader,
    asking: Asking,
    ids: &[ApplicationSessionId],
) -> portcullis_db::Result<Several<application_sessions::Held>> {
    Ok(db.fetch_all::<Found<_>>(&SESSIONS, padded(asking, ids)).await?.into())
}
