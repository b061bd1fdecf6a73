use crate::features::access_tokens;
use crate::features::access_tokens::rules::Permissions;
use crate::features::application_sessions;
use crate::features::applications::HeldSecret;
use crate::ids::{ApplicationId, ApplicationSecretId, ApplicationSessionId, TokenId};
use crate::together::MOST;
use portcullis_db::{Bind, Column, FromRow, Reader, Row, Statement, args, statements};

/// Which application asks, and by which secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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

impl<T: Presentable> FromRow for Found<T> {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        let id: Option<T::Id> = row.get(HELD)?;
        Ok(Self { secret: secret(row)?, held: id.map(|_| T::read(row)).transpose()? })
    }
}

fn permissions(names: Option<&str>) -> Permissions {
    names.unwrap_or("").split(' ').filter(|name| !name.is_empty()).map(str::to_owned).collect()
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

/// What is presented, as it is held.
pub(super) trait Presentable: Into<super::row::Row> + Send + 'static {
    type Id: Bind + Column + Copy + Eq + Send + Sync;
    const ONE: &'static Statement;
    /// [`MOST`] at once.
    const SEVERAL: &'static Statement;

    /// From [`HELD`] on.
    fn read(row: &Row) -> portcullis_db::Result<Self>;

    fn id(&self) -> Self::Id;
}

/// A token, with those of its permissions that the application declares.
impl Presentable for access_tokens::Held {
    type Id = TokenId;
    const ONE: &'static Statement = &TOKEN;
    const SEVERAL: &'static Statement = &TOKENS;

    fn read(row: &Row) -> portcullis_db::Result<Self> {
        let names: Option<String> = row.get(HELD + 24)?;
        Self::read(row, HELD, permissions(names.as_deref()))
    }

    fn id(&self) -> TokenId {
        self.id
    }
}

/// An application session of the application that asks.
impl Presentable for application_sessions::Held {
    type Id = ApplicationSessionId;
    const ONE: &'static Statement = &SESSION;
    const SEVERAL: &'static Statement = &SESSIONS;

    fn read(row: &Row) -> portcullis_db::Result<Self> {
        Self::read(row, HELD)
    }

    fn id(&self) -> ApplicationSessionId {
        self.id
    }
}

/// What is found of one that is presented.
pub(super) async fn one<T: Presentable>(
    db: &mut impl Reader,
    asking: Asking,
    id: T::Id,
) -> portcullis_db::Result<Found<T>> {
    let found = db.fetch_optional(T::ONE, args![asking.id, asking.secret, id]).await?;
    Ok(found.unwrap_or_default())
}

/// What is found of each of no more than [`MOST`], in the same order.
pub(super) async fn several<T: Presentable>(
    db: &mut impl Reader,
    asking: Asking,
    ids: &[T::Id],
) -> portcullis_db::Result<Vec<Found<T>>> {
    let mut values = args![asking.id, asking.secret];
    // Places that are left take one that is there already.
    values.extend((0..MOST).filter_map(|place| ids.get(place).or(ids.first()).map(Bind::bind)));
    let mut rows: Vec<Found<T>> = db.fetch_all(T::SEVERAL, values).await?;
    let secret = rows.first().and_then(|row| row.secret.clone());
    let mut of = |id: &T::Id| {
        let place =
            rows.iter().position(|row| row.held.as_ref().is_some_and(|own| own.id() == *id));
        Found { secret: secret.clone(), held: place.and_then(|place| rows.swap_remove(place).held) }
    };
    Ok(ids.iter().map(&mut of).collect())
}
