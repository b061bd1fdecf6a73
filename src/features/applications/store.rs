use super::rules::{AddressKind, Addresses, Algorithm, ApplicationKind, SessionLifetime};
use crate::error::Result;
use crate::ids::{ApplicationId, ApplicationSecretId};
use crate::secret::SecretHash;
use crate::time::Timestamp;
use portcullis_db::{Column, FromRow, Reader, Row, Tx, args, statements};

/// An application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// Its id, which is its client id, too.
    pub id: ApplicationId,
    /// What people know it by.
    pub name: String,
    /// Whether it can keep a secret.
    pub kind: ApplicationKind,
    /// How long a session of its own lives at most.
    pub session_lifetime: SessionLifetime,
    /// How its ID tokens are signed.
    pub id_token_algorithm: Algorithm,
    /// Where it hears that a session of its own has ended, if it wants to.
    pub back_channel_logout_url: Option<String>,
    /// Whether the gate hands it a signed assertion of who has passed.
    pub identity_assertion: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// Grows with each change.
    pub revision: i64,
}

impl Application {
    /// Reads it from a row in which its nine columns stand together, from this one on.
    fn read(row: &Row, first: usize) -> portcullis_db::Result<Self> {
        Ok(Self {
            id: row.get(first)?,
            name: row.get(first + 1)?,
            kind: row.get(first + 2)?,
            session_lifetime: row.get(first + 3)?,
            id_token_algorithm: row.get(first + 4)?,
            back_channel_logout_url: row.get(first + 5)?,
            created_at: row.get(first + 6)?,
            revision: row.get(first + 7)?,
            identity_assertion: row.get::<i64>(first + 8)? == 1,
        })
    }
}

impl FromRow for Application {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        Self::read(row, 0)
    }
}

impl Column for ApplicationKind {
    fn read(row: &Row, index: usize) -> portcullis_db::Result<Self> {
        let tag: String = row.get(index)?;
        Self::from_tag(&tag).ok_or_else(|| Self::invalid(index, "no application is of that kind"))
    }
}

impl Column for Algorithm {
    fn read(row: &Row, index: usize) -> portcullis_db::Result<Self> {
        let tag: String = row.get(index)?;
        Self::from_tag(&tag).ok_or_else(|| Self::invalid(index, "nothing is signed so"))
    }
}

impl Column for SessionLifetime {
    fn read(row: &Row, index: usize) -> portcullis_db::Result<Self> {
        let millis: i64 = row.get(index)?;
        Self::from_millis(millis).ok_or_else(|| Self::invalid(index, "this is no lifetime"))
    }
}

impl Column for AddressKind {
    fn read(row: &Row, index: usize) -> portcullis_db::Result<Self> {
        let tag: String = row.get(index)?;
        Self::from_tag(&tag).ok_or_else(|| Self::invalid(index, "no address is of that kind"))
    }
}

/// What an application is, beside what is added to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Properties {
    /// What people know it by.
    pub name: String,
    /// Whether it can keep a secret.
    pub kind: ApplicationKind,
    /// How long a session of its own lives at most.
    pub session_lifetime: SessionLifetime,
    /// How its ID tokens are signed.
    pub id_token_algorithm: Algorithm,
    /// Where it hears that a session of its own has ended, if it wants to.
    pub back_channel_logout_url: Option<String>,
    /// Whether the gate hands it a signed assertion of who has passed.
    pub identity_assertion: bool,
}

/// A permission that an application declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// Its name.
    pub name: String,
    /// What it lets a program do, in the words of whoever declared it.
    pub about: String,
}

impl FromRow for Declared {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        Ok(Self { name: row.get(0)?, about: row.get(1)? })
    }
}

/// What one application declares, for whoever chooses among the permissions of all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// The application.
    pub id: ApplicationId,
    /// What people know it by.
    pub application: String,
    /// By name.
    pub permissions: Vec<Declared>,
}

struct OfferedRow(ApplicationId, String, Declared);

impl FromRow for OfferedRow {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        let declared = Declared { name: row.get(2)?, about: row.get(3)? };
        Ok(Self(row.get(0)?, row.get(1)?, declared))
    }
}

/// A secret of an application, as lists have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// Its public id.
    pub id: ApplicationSecretId,
    /// The last four characters of its text.
    pub tail: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it expires, once it was rotated.
    pub expires_at: Option<Timestamp>,
}

impl FromRow for Secret {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            tail: row.get(1)?,
            created_at: row.get(2)?,
            expires_at: row.get(3)?,
        })
    }
}

/// A secret as a presented text is compared with it, and its application.
#[derive(Clone)]
pub struct HeldSecret {
    pub(super) secret_hash: SecretHash,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) revoked_at: Option<Timestamp>,
    pub(super) removed_at: Option<Timestamp>,
    pub(super) application: ApplicationId,
}

impl HeldSecret {
    /// Reads it from a row in which its five columns stand together, from this one on.
    pub(in crate::features) fn read(row: &Row, first: usize) -> portcullis_db::Result<Self> {
        Ok(Self {
            secret_hash: row.get(first)?,
            expires_at: row.get(first + 1)?,
            revoked_at: row.get(first + 2)?,
            removed_at: row.get(first + 3)?,
            application: row.get(first + 4)?,
        })
    }
}

pub(super) struct Proved {
    pub(super) secret: HeldSecret,
    pub(super) application: Application,
}

impl FromRow for Proved {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        Ok(Self { secret: HeldSecret::read(row, 0)?, application: Application::read(row, 4)? })
    }
}

/// Where a page of the list ends, and the next begins.
pub type Place = (Timestamp, ApplicationId);

statements! {
    BY_ID = "SELECT id, name, kind, session_lifetime, id_token_algorithm, back_channel_logout_url, created_at, revision, \
             identity_assertion FROM applications WHERE id = $1 AND removed_at IS NULL";
    FIRST = "SELECT id, name, kind, session_lifetime, id_token_algorithm, back_channel_logout_url, created_at, revision, \
             identity_assertion FROM applications WHERE removed_at IS NULL ORDER BY created_at DESC, id DESC LIMIT $1";
    NEXT = "SELECT id, name, kind, session_lifetime, id_token_algorithm, back_channel_logout_url, created_at, revision, \
            identity_assertion FROM applications WHERE removed_at IS NULL AND (created_at, id) < ($1, $2) \
            ORDER BY created_at DESC, id DESC LIMIT $3";
    ADDRESSES = "SELECT kind, address FROM application_addresses WHERE application_id = $1";
    BY_GATE = "SELECT a.id, a.name, a.kind, a.session_lifetime, a.id_token_algorithm, a.back_channel_logout_url, \
               a.created_at, a.revision, a.identity_assertion FROM application_addresses o JOIN applications a ON a.id = o.application_id \
               WHERE o.kind = 'gate' AND o.address = $1 AND a.removed_at IS NULL";
    PERMISSIONS = "SELECT name, about FROM application_permissions WHERE application_id = $1";
    CATALOGUE = "SELECT a.id, a.name, p.name, p.about FROM application_permissions p \
                 JOIN applications a ON a.id = p.application_id ORDER BY p.name LIMIT $1";
    HOLD quiet "a lock is all that it is" = "UPDATE application_permissions SET name = name WHERE name = $1";
    HOLD_OWN quiet "a lock is all that it is" = "UPDATE application_permissions SET name = name WHERE name = $1 AND application_id = $2";
    SECRETS = "SELECT id, tail, created_at, expires_at FROM application_secrets WHERE application_id = $1 \
               AND revoked_at IS NULL AND COALESCE(expires_at, 9223372036854775807) > $2 \
               ORDER BY created_at DESC, id DESC";
    FIND_SECRET = "SELECT s.secret_hash, s.expires_at, s.revoked_at, a.removed_at, a.id, a.name, a.kind, \
                   a.session_lifetime, a.id_token_algorithm, a.back_channel_logout_url, a.created_at, a.revision, \
                   a.identity_assertion FROM application_secrets s JOIN applications a ON a.id = s.application_id WHERE s.id = $1";
    INSERT = "INSERT INTO applications (id, name, kind, session_lifetime, id_token_algorithm, back_channel_logout_url, \
              created_at, removed_at, revision, identity_assertion) VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, 0, $8) ON CONFLICT (id) DO NOTHING";
    LOCK quiet "a lock is all that it is" = "UPDATE applications SET revision = revision + 1 WHERE id = $1 AND removed_at IS NULL";
    CHANGE = "UPDATE applications SET name = $2, session_lifetime = $3, id_token_algorithm = $4, \
              back_channel_logout_url = $5, identity_assertion = $6 WHERE id = $1 AND removed_at IS NULL";
    REMOVE_ADDRESSES = "DELETE FROM application_addresses WHERE application_id = $1";
    ADD_ADDRESS = "INSERT INTO application_addresses (application_id, kind, address) VALUES ($1, $2, $3) \
                   ON CONFLICT DO NOTHING";
    DECLARE = "INSERT INTO application_permissions (application_id, name, about) VALUES ($1, $2, $3) \
               ON CONFLICT (name) DO UPDATE SET about = excluded.about \
               WHERE application_permissions.application_id = excluded.application_id";
    DECLARER = "SELECT application_id FROM application_permissions WHERE name = $1";
    WITHDRAW = "DELETE FROM application_permissions WHERE application_id = $1 AND name = $2";
    ADD_SECRET = "INSERT INTO application_secrets (id, application_id, secret_hash, tail, created_at, expires_at, \
                  revoked_at) VALUES ($1, $2, $3, $4, $5, NULL, NULL) ON CONFLICT (id) DO NOTHING";
    EXPIRE_OTHERS = "UPDATE application_secrets SET expires_at = $3 WHERE application_id = $1 AND id <> $2 \
                     AND revoked_at IS NULL AND COALESCE(expires_at, 9223372036854775807) > $3";
    REVOKE_SECRET = "UPDATE application_secrets SET revoked_at = $3 WHERE id = $1 AND application_id = $2 \
                     AND revoked_at IS NULL AND COALESCE(expires_at, 9223372036854775807) > $3";
    REVOKE_SECRETS = "UPDATE application_secrets SET revoked_at = $2 WHERE application_id = $1 AND revoked_at IS NULL";
    REMOVE = "UPDATE applications SET removed_at = $2, back_channel_logout_url = NULL WHERE id = $1 AND removed_at IS NULL";
}

/// More than anybody could choose from.
const CATALOGUE_LIMIT: i64 = 5000;

pub(super) async fn by_id(db: &mut impl Reader, id: ApplicationId) -> Result<Option<Application>> {
    Ok(db.fetch_optional(&BY_ID, args![id]).await?)
}

pub(super) async fn list(
    db: &mut impl Reader,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<Application>> {
    Ok(match after {
        None => db.fetch_all(&FIRST, args![limit]).await?,
        Some((at, id)) => db.fetch_all(&NEXT, args![at, id, limit]).await?,
    })
}

pub(super) async fn addresses(db: &mut impl Reader, id: ApplicationId) -> Result<Addresses> {
    let rows: Vec<(AddressKind, String)> = db.fetch_all(&ADDRESSES, args![id]).await?;
    Ok(rows.into_iter().collect())
}

pub(super) async fn by_gate(db: &mut impl Reader, origin: &str) -> Result<Option<Application>> {
    Ok(db.fetch_optional(&BY_GATE, args![origin]).await?)
}

pub(super) async fn permissions(db: &mut impl Reader, id: ApplicationId) -> Result<Vec<Declared>> {
    let mut declared: Vec<Declared> = db.fetch_all(&PERMISSIONS, args![id]).await?;
    declared.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(declared)
}

pub(super) async fn catalogue(db: &mut impl Reader) -> Result<Vec<Offered>> {
    let rows: Vec<OfferedRow> = db.fetch_all(&CATALOGUE, args![CATALOGUE_LIMIT]).await?;
    let mut offered: Vec<Offered> = Vec::new();
    for OfferedRow(id, application, declared) in rows {
        match offered.iter_mut().find(|own| own.id == id) {
            Some(own) => own.permissions.push(declared),
            None => offered.push(Offered { id, application, permissions: vec![declared] }),
        }
    }
    for own in &mut offered {
        own.permissions.sort_by(|one, other| one.name.cmp(&other.name));
    }
    offered.sort_by(|one, other| (&one.application, one.id).cmp(&(&other.application, other.id)));
    Ok(offered)
}

/// Whether it is declared; who would take it back then waits for this transaction.
pub(super) async fn hold(
    tx: &mut Tx,
    application: Option<ApplicationId>,
    name: &str,
) -> Result<bool> {
    Ok(match application {
        None => tx.execute_guarded(&HOLD, args![name]).await?,
        Some(id) => tx.execute_guarded(&HOLD_OWN, args![name, id]).await?,
    })
}

pub(super) async fn secrets(
    db: &mut impl Reader,
    id: ApplicationId,
    now: Timestamp,
) -> Result<Vec<Secret>> {
    Ok(db.fetch_all(&SECRETS, args![id, now]).await?)
}

/// By its own id, with its application.
pub(super) async fn find_secret(
    db: &mut impl Reader,
    id: ApplicationSecretId,
) -> Result<Option<Proved>> {
    Ok(db.fetch_optional(&FIND_SECRET, args![id]).await?)
}

pub(super) async fn insert(
    tx: &mut Tx,
    id: ApplicationId,
    new: &Properties,
    now: Timestamp,
) -> Result<bool> {
    let values = args![
        id,
        new.name,
        new.kind.tag(),
        new.session_lifetime.millis(),
        new.id_token_algorithm.tag(),
        new.back_channel_logout_url,
        now,
        i64::from(new.identity_assertion)
    ];
    tx.changed(id);
    Ok(tx.execute_guarded(&INSERT, values).await?)
}

pub(super) async fn lock(tx: &mut Tx, id: ApplicationId) -> Result<bool> {
    Ok(tx.execute_guarded(&LOCK, args![id]).await?)
}

pub(super) async fn change(tx: &mut Tx, id: ApplicationId, to: &Properties) -> Result<()> {
    let values = args![
        id,
        to.name,
        to.session_lifetime.millis(),
        to.id_token_algorithm.tag(),
        to.back_channel_logout_url,
        i64::from(to.identity_assertion)
    ];
    tx.changed(id);
    tx.execute(&CHANGE, values).await?;
    Ok(())
}

pub(super) async fn remove_addresses(tx: &mut Tx, id: ApplicationId) -> Result<()> {
    tx.changed(id);
    tx.execute(&REMOVE_ADDRESSES, args![id]).await?;
    Ok(())
}

/// False where it is another application's.
pub(super) async fn add_address(
    tx: &mut Tx,
    id: ApplicationId,
    kind: AddressKind,
    address: &str,
) -> Result<bool> {
    tx.changed(id);
    Ok(tx.execute_guarded(&ADD_ADDRESS, args![id, kind.tag(), address]).await?)
}

pub(super) async fn declarer(db: &mut impl Reader, name: &str) -> Result<Option<ApplicationId>> {
    let found: Option<(ApplicationId,)> = db.fetch_optional(&DECLARER, args![name]).await?;
    Ok(found.map(|(id,)| id))
}

/// False where another application declares it.
pub(super) async fn declare(
    tx: &mut Tx,
    id: ApplicationId,
    name: &str,
    about: &str,
) -> Result<bool> {
    tx.changed(id);
    Ok(tx.execute_guarded(&DECLARE, args![id, name, about]).await?)
}

pub(super) async fn withdraw(tx: &mut Tx, id: ApplicationId, name: &str) -> Result<()> {
    tx.changed(id);
    tx.execute(&WITHDRAW, args![id, name]).await?;
    Ok(())
}

pub(super) async fn add_secret(
    tx: &mut Tx,
    application: ApplicationId,
    id: ApplicationSecretId,
    hash: &SecretHash,
    tail: &str,
    now: Timestamp,
) -> Result<bool> {
    let values = args![id, application, hash.bytes(), tail, now];
    tx.changed(application);
    Ok(tx.execute_guarded(&ADD_SECRET, values).await?)
}

pub(super) async fn expire_other_secrets(
    tx: &mut Tx,
    application: ApplicationId,
    kept: ApplicationSecretId,
    at: Timestamp,
) -> Result<()> {
    tx.changed(application);
    tx.execute(&EXPIRE_OTHERS, args![application, kept, at]).await?;
    Ok(())
}

pub(super) async fn revoke_secret(
    tx: &mut Tx,
    application: ApplicationId,
    id: ApplicationSecretId,
    now: Timestamp,
) -> Result<bool> {
    tx.changed(application);
    Ok(tx.execute_guarded(&REVOKE_SECRET, args![id, application, now]).await?)
}

pub(super) async fn revoke_secrets(tx: &mut Tx, id: ApplicationId, now: Timestamp) -> Result<()> {
    tx.changed(id);
    tx.execute(&REVOKE_SECRETS, args![id, now]).await?;
    Ok(())
}

pub(super) async fn remove(tx: &mut Tx, id: ApplicationId, now: Timestamp) -> Result<()> {
    tx.changed(id);
    tx.execute(&REMOVE, args![id, now]).await?;
    Ok(())
}
