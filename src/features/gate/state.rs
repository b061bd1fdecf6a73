//! `state` and PKCE of a sign-in at the gate: bound to the browser that begins it, to the
//! application's host, and to the way back; kept nowhere, so that any node goes on with
//! any of a browser's sign-ins.

use super::rules::{Origin, WayBack};
use crate::app::App;
use crate::keys::{DerivedKey, Purpose};
use crate::secret::Token;
use crate::time::Timestamp;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use std::time::Duration;
use subtle::ConstantTimeEq;

/// Signing in may take so long, with a new password and a second factor in between.
const LIFETIME: Duration = Duration::from_hours(1);
/// A number used once, and when it is over.
const HEAD: usize = 16 + 8;
const MAC: usize = 32;

/// A sign-in that has begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    nonce: [u8; 16],
    expires_at: Timestamp,
    /// Where it goes on.
    pub back: WayBack,
}

/// What a browser's sign-ins on one host are bound by.
pub struct Binding {
    key: DerivedKey,
}

impl Binding {
    /// Of this browser, on this host.
    pub fn of(app: &App, browser: &Token, origin: &Origin) -> Self {
        let hash = browser.hash();
        let subject: [&[u8]; 2] = [hash.bytes(), origin.text().as_bytes()];
        Self { key: app.keys.derive(Purpose::GateSignIn).derive(&subject) }
    }

    /// `state` as the browser carries it to Portcullis and back.
    pub fn write(&self, state: &State) -> String {
        let mut bytes = state.head().to_vec();
        bytes.extend_from_slice(state.back.text().as_bytes());
        let mac = self.key.mac(&[b"state", &bytes]);
        bytes.extend_from_slice(&mac);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads what comes back: only what was given to this browser, on this host, and not
    /// too long ago.
    pub fn read(&self, text: &str, now: Timestamp) -> Option<State> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (signed, mac) = bytes.split_at_checked(bytes.len().checked_sub(MAC)?)?;
        if !bool::from(self.key.mac(&[b"state", signed]).ct_eq(mac)) {
            return None;
        }
        let (head, back) = signed.split_at_checked(HEAD)?;
        let (nonce, expires_at) = head.split_at_checked(16)?;
        let expires_at = Timestamp::from_millis(i64::from_be_bytes(expires_at.try_into().ok()?));
        // Read as if it were new: what was signed is not what decides.
        let back = WayBack::parse(std::str::from_utf8(back).ok()?);
        let state = State { nonce: nonce.try_into().ok()?, expires_at, back };
        (now < state.expires_at).then_some(state)
    }

    /// The secret half of PKCE: known to whoever knows the browser's cookie and our key.
    pub fn verifier(&self, state: &State) -> String {
        URL_SAFE_NO_PAD.encode(self.key.mac(&[b"verifier", &state.head()]))
    }

    /// Its public half (RFC 7636, `S256`).
    pub fn challenge(&self, state: &State) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.verifier(state)))
    }
}

impl State {
    /// A new one.
    pub fn new(app: &App, back: WayBack, now: Timestamp) -> Self {
        Self { nonce: app.random.bytes(), expires_at: now.plus(LIFETIME), back }
    }

    fn head(&self) -> [u8; HEAD] {
        let mut head = [0; HEAD];
        let (nonce, expires_at) = head.split_at_mut(16);
        nonce.copy_from_slice(&self.nonce);
        expires_at.copy_from_slice(&self.expires_at.millis().to_be_bytes());
        head
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::KeyRing;
    use crate::random::Random;
    use crate::secret::Kind;

    const NOW: Timestamp = Timestamp::from_millis(1_795_510_800_000);

    fn binding(seed: u8) -> Binding {
        let keys = KeyRing::from_random(&Random::seeded(1));
        Binding { key: keys.derive(Purpose::GateSignIn).derive(&[&[seed]]) }
    }

    fn state(back: &str) -> State {
        State { nonce: [7; 16], expires_at: NOW.plus(LIFETIME), back: WayBack::parse(back) }
    }

    #[test]
    fn what_was_written_reads_back_in_the_same_browser_only() {
        let (own, other) = (binding(1), binding(2));
        let state = state("/a/b?c=d");
        let text = own.write(&state);
        assert_eq!(own.read(&text, NOW), Some(state.clone()));
        assert_eq!(other.read(&text, NOW), None);
        assert_eq!(own.read(&text, NOW.plus(LIFETIME)), None);
        assert_ne!(own.verifier(&state), other.verifier(&state));
        assert_eq!(own.verifier(&state).len(), 43);
    }

    #[test]
    fn every_change_is_seen() {
        let own = binding(1);
        let text = own.write(&state("/a"));
        for at in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(own.read(&changed, NOW), None, "{at}");
            assert_eq!(own.read(&text[..at], NOW), None, "{at}");
        }
        for text in ["", "A", "!", &format!("{text}="), &format!("{text}AA")] {
            assert_eq!(own.read(text, NOW), None);
        }
    }

    #[test]
    fn tokens_of_browsers_differ() {
        let random = Random::seeded(1);
        let [one, two] = [(); 2]
            .map(|()| Token::new(Kind::GateBrowser, crate::ids::new_uuid(NOW, &random), &random));
        assert_ne!(one.hash(), two.hash());
    }
}
