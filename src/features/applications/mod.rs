//! Applications: the products behind Portcullis. The catalogue of what there is: how
//! each proves itself, where it lives, and the permissions that it declares. Who
//! changes any of it, and what else has to change with it, is `application_settings`.

mod authenticate;
mod bound_for;
pub mod rules;
mod store;

use crate::app::App;
use crate::error::{Fault, Result};
use crate::ids::{ApplicationId, ApplicationSecretId};
use crate::secret::SecretHash;
use crate::time::Timestamp;
use portcullis_db::{Reader, Statement, Tx};
use rules::{AddressKind, GateOrigin, PermissionName};

pub use authenticate::{Claim, authenticate};
pub use bound_for::bound_for;
pub use rules::{Addresses, ReturnAddresses};
pub use store::{Application, Declared, HeldSecret, Offered, Place, Properties, Secret};

pub(crate) const fn statements() -> &'static [Statement] {
    store::ALL
}

/// An application; none where it was removed.
pub async fn by_id(db: &mut impl Reader, id: ApplicationId) -> Result<Option<Application>> {
    store::by_id(db, id).await
}

/// Applications, the newest first: so many after a place.
pub async fn list(app: &App, after: Option<Place>, limit: i64) -> Result<Vec<Application>> {
    store::list(&mut &app.db, after, limit).await
}

/// Where an application lives.
pub async fn addresses(db: &mut impl Reader, id: ApplicationId) -> Result<Addresses> {
    store::addresses(db, id).await
}

/// Where a browser comes back to on an origin that the gate stands before.
pub const GATE_CALLBACK: &str = "/gate/callback";

/// The application's addresses of one kind, as an address that is presented is
/// compared with them.
pub async fn return_addresses(
    db: &mut impl Reader,
    application: &Application,
    kind: AddressKind,
) -> Result<ReturnAddresses> {
    let all = store::addresses(db, application.id).await?;
    let own = all.of(kind);
    // Where the gate stands before an application, it comes back for it.
    let of_gate = match kind {
        AddressKind::Return => {
            let gates = all.of(AddressKind::Gate).into_iter();
            gates.map(|origin| format!("{origin}{GATE_CALLBACK}")).collect()
        }
        AddressKind::AfterSignOut | AddressKind::Gate => Vec::new(),
    };
    Ok(ReturnAddresses::new(application.kind, own, of_gate))
}

/// The application that lives at an origin which the gate stands before.
pub async fn by_gate(db: &mut impl Reader, origin: &GateOrigin) -> Result<Option<Application>> {
    store::by_gate(db, origin.as_str()).await
}

/// What an application declares, by name.
pub async fn permissions(db: &mut impl Reader, id: ApplicationId) -> Result<Vec<Declared>> {
    store::permissions(db, id).await
}

/// What every application declares, for whoever makes a token: applications by
/// name, and by name what each declares.
pub async fn catalogue(app: &App) -> Result<Vec<Offered>> {
    store::catalogue(&mut &app.db).await
}

/// Step: takes the rows of declared permissions for this transaction, so that none is
/// taken back before what is allowed one is written; whether all of them are declared,
/// and by this application where one is named. Call with the account's row taken, and
/// write nothing where it is false.
pub async fn hold(
    tx: &mut Tx,
    application: Option<ApplicationId>,
    names: impl IntoIterator<Item = &str>,
) -> Result<bool> {
    // In one order, whoever takes them.
    let names: std::collections::BTreeSet<&str> = names.into_iter().collect();
    for name in names {
        if !store::hold(tx, application, name).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The application's secrets that are neither revoked nor expired, the newest first.
pub async fn secrets(
    db: &mut impl Reader,
    id: ApplicationId,
    now: Timestamp,
) -> Result<Vec<Secret>> {
    store::secrets(db, id, now).await
}

/// Step: makes an application; false where one has, or had, this id. Its addresses,
/// permissions and secret are added to it.
pub async fn create(
    tx: &mut Tx,
    id: ApplicationId,
    new: &Properties,
    now: Timestamp,
) -> Result<bool> {
    store::insert(tx, id, new, now).await
}

/// Step: takes the application's row for this transaction; none where it was removed.
/// Call with the installation's row taken.
pub async fn lock(tx: &mut Tx, id: ApplicationId) -> Result<Option<Application>> {
    if store::lock(tx, id).await? { store::by_id(tx, id).await } else { Ok(None) }
}

/// Step: changes what an application is. Its kind stays: what proves the one kind
/// proves nothing of the other.
pub async fn change(tx: &mut Tx, id: ApplicationId, to: &Properties) -> Result<()> {
    store::change(tx, id, to).await
}

/// Step: the application lives at these addresses and no others. Call where no other
/// application has one of the origins ([`by_gate`]).
pub async fn set_addresses(tx: &mut Tx, id: ApplicationId, addresses: &Addresses) -> Result<()> {
    store::remove_addresses(tx, id).await?;
    for (kind, address) in addresses.all() {
        if !store::add_address(tx, id, kind, address).await? {
            return Err(Fault::new("an origin is another application's").into());
        }
    }
    Ok(())
}

/// The application that declares a permission.
pub async fn declarer(
    db: &mut impl Reader,
    name: &PermissionName,
) -> Result<Option<ApplicationId>> {
    store::declarer(db, name.as_str()).await
}

/// Step: the application declares these and no others. Call where no other one declares
/// them ([`declarer`]). What it no longer declares has to be taken from whatever carries
/// it, in the same transaction: the names of those.
pub async fn declare(
    tx: &mut Tx,
    id: ApplicationId,
    wanted: &[(PermissionName, String)],
) -> Result<Vec<String>> {
    let mut withdrawn = Vec::new();
    for Declared { name, .. } in store::permissions(tx, id).await? {
        if !wanted.iter().any(|(own, _)| own.as_str() == name) {
            store::withdraw(tx, id, &name).await?;
            withdrawn.push(name);
        }
    }
    for (name, about) in wanted {
        if !store::declare(tx, id, name.as_str(), about).await? {
            return Err(Fault::new("a permission is another application's").into());
        }
    }
    Ok(withdrawn)
}

/// Step: another secret that proves the application; false where one has this id.
pub async fn add_secret(
    tx: &mut Tx,
    application: ApplicationId,
    id: ApplicationSecretId,
    hash: &SecretHash,
    tail: &str,
    now: Timestamp,
) -> Result<bool> {
    store::add_secret(tx, application, id, hash, tail, now).await
}

/// Step: every secret but one expires then, unless it does so before.
pub async fn expire_other_secrets(
    tx: &mut Tx,
    application: ApplicationId,
    kept: ApplicationSecretId,
    at: Timestamp,
) -> Result<()> {
    store::expire_other_secrets(tx, application, kept, at).await
}

/// Step: a secret proves nothing any more; false where it did not before.
pub async fn revoke_secret(
    tx: &mut Tx,
    application: ApplicationId,
    id: ApplicationSecretId,
    now: Timestamp,
) -> Result<bool> {
    store::revoke_secret(tx, application, id, now).await
}

/// Step: removes an application, with where it lives and what it declares; the names
/// of that, which have to be taken from whatever carries them. The row stays.
pub async fn remove(tx: &mut Tx, id: ApplicationId, now: Timestamp) -> Result<Vec<String>> {
    let declared = store::permissions(tx, id).await?;
    for Declared { name, .. } in &declared {
        store::withdraw(tx, id, name).await?;
    }
    store::remove_addresses(tx, id).await?;
    store::revoke_secrets(tx, id, now).await?;
    store::remove(tx, id, now).await?;
    Ok(declared.into_iter().map(|declared| declared.name).collect())
}
