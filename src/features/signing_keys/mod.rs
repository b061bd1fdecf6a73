//! The keys that ID tokens and logout tokens are signed with. The server makes them
//! by itself, one after the other for each algorithm: a key is published a day before
//! it signs, signs for ninety days, and stays published a week longer, so that what
//! it has signed can be verified. Many nodes make one key, by a guarded insert.
//!
//! Only the private half is stored, sealed and bound to its row. What is published is
//! worked out from it, so that whoever has the database alone can't have a key of
//! theirs believed.

mod jose;
mod make;
pub mod rules;
mod store;

use crate::app::App;
use crate::error::{Fault, Result};
use crate::features::security_log::{self, Actor, Event, Kind, Object};
use crate::ids::SigningKeyId;
use crate::sealed;
use crate::time::Timestamp;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use portcullis_db::Statement;
use rules::{Algorithm, Turn, due, is_published, signing};
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::Held;
use zeroize::Zeroizing;

pub(crate) const fn statements() -> &'static [Statement] {
    store::ALL
}

/// Action: makes the keys that are due, and removes those that nobody needs any more;
/// how many were made.
pub async fn tend(app: &App) -> Result<u64> {
    let keys = store::all(&mut &app.db).await?;
    let mut made = 0;
    for algorithm in Algorithm::ALL {
        if make::is_possible(*algorithm) {
            let newest = turns(&keys, *algorithm).first().copied();
            made += u64::from(make_due(app, *algorithm, newest).await?);
        }
    }
    let now = app.clock.now();
    for key in keys.iter().filter(|key| !is_published(next_of(&keys, key), now)) {
        let mut tx = app.db.begin().await?;
        if store::remove(&mut tx, key.id).await? {
            let event = Event::new(Kind::SigningKeyRemoved).by(Actor::Server);
            let event = event.object(Object::SigningKey, key.id.uuid());
            security_log::record(&mut tx, event, now, &app.random).await?;
        }
        tx.commit().await?;
    }
    Ok(made)
}

/// What others verify our signatures with.
pub async fn published(app: &App) -> Result<JwkSet> {
    let mut keys = store::all(&mut &app.db).await?;
    if Algorithm::ALL.iter().any(|algorithm| turns(&keys, *algorithm).is_empty()) {
        // Whoever keeps them for a while should not keep none.
        tend(app).await?;
        keys = store::all(&mut &app.db).await?;
    }
    let now = app.clock.now();
    let shown = keys.iter().filter(|key| is_published(next_of(&keys, key), now));
    Ok(JwkSet { keys: shown.map(|key| public(app, key)).collect::<Result<_>>()? })
}

/// The key of an algorithm whose turn it is, ready to sign.
pub struct Signer {
    id: SigningKeyId,
    algorithm: Algorithm,
    private: Zeroizing<Vec<u8>>,
}

impl Signer {
    /// Claims as a text in compact form.
    pub fn sign(&self, media_type: &str, claims: &impl Serialize) -> Result<String> {
        jose::sign(self.algorithm, &self.id.to_string(), media_type, claims, &self.private)
    }
}

/// Action: the key that signs now; it is made where there is none yet. Call it before
/// a transaction is opened.
pub async fn signer(app: &App, algorithm: Algorithm, now: Timestamp) -> Result<Signer> {
    let mut keys = store::all(&mut &app.db).await?;
    if turns(&keys, algorithm).is_empty() {
        make_due(app, algorithm, None).await?;
        keys = store::all(&mut &app.db).await?;
    }
    let turn = signing(&turns(&keys, algorithm), now);
    let mut own = keys.iter().filter(|key| key.algorithm == algorithm);
    let key = own.find(|key| Some(key.turn) == turn);
    let key = key.ok_or_else(|| Fault::new(format!("no key signs {}", algorithm.tag())))?;
    let private = sealed::open(&app.keys, Held::place(key.id), &key.sealed)?;
    Ok(Signer { id: key.id, algorithm, private })
}

/// What a text of ours says, if a key that is published has signed it. Whether it is
/// still good is the caller's to judge.
pub async fn verified<T: DeserializeOwned + Clone>(app: &App, token: &str) -> Result<Option<T>> {
    let Some(kid) = jose::kid_of(token) else { return Ok(None) };
    let keys = store::all(&mut &app.db).await?;
    let now = app.clock.now();
    let named = keys.iter().find(|key| key.id.to_string() == kid);
    let Some(key) = named.filter(|key| is_published(next_of(&keys, key), now)) else {
        return Ok(None);
    };
    Ok(jose::verified(token, key.algorithm, &public(app, key)?))
}

fn public(app: &App, key: &Held) -> Result<Jwk> {
    let private = sealed::open(&app.keys, Held::place(key.id), &key.sealed)?;
    jose::public_key(key.algorithm, &key.id.to_string(), &private)
}

/// The newest first.
fn turns(keys: &[Held], algorithm: Algorithm) -> Vec<Turn> {
    let own = keys.iter().filter(|key| key.algorithm == algorithm);
    own.map(|key| key.turn).collect()
}

fn next_of(keys: &[Held], key: &Held) -> Option<Turn> {
    let number = key.turn.number.saturating_add(1);
    turns(keys, key.algorithm).into_iter().find(|turn| turn.number == number)
}

async fn make_due(app: &App, algorithm: Algorithm, newest: Option<Turn>) -> Result<bool> {
    let now = app.clock.now();
    let Some(turn) = due(newest, now) else { return Ok(false) };
    let private = tokio::task::spawn_blocking(move || make::private_key(algorithm))
        .await
        .map_err(|error| Fault::new(format!("a signing key can't be made: {error}")))??;
    let id = SigningKeyId::new(now, &app.random);
    let sealed = sealed::seal(&app.keys, &app.random, Held::place(id), &private)?;
    let mut tx = app.db.begin().await?;
    if !store::insert(&mut tx, &Held { id, algorithm, turn, sealed }, now).await? {
        // Another node was faster, and its key is as good.
        return Ok(false);
    }
    let event = Event::new(Kind::SigningKeyMade).by(Actor::Server).detail(algorithm.tag());
    let event = event.object(Object::SigningKey, id.uuid());
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    Ok(true)
}
