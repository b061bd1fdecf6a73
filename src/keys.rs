//! The key ring: what is encrypted or keyed depends on a file that is not in
//! the database.

use crate::random::Random;
use crate::secret::SecretText;
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// What a derived key is for; two purposes never share one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The token in every form.
    FormToken,
    /// What stands for an address or an unknown e-mail in failure counters.
    FailureCounter,
    /// The key that passwords are hashed with.
    PasswordPepper,
    /// The key that secrets are encrypted with at rest.
    Sealing,
    /// What stands for a backup code at rest.
    BackupCode,
    /// What is stored of a code that was sent by text message.
    SmsCode,
    /// What stands for numbers, accounts and networks in the counters of text
    /// messages.
    SmsCounter,
    /// What proves that a server has sealed the log.
    LogSeal,
    /// What proves that a server has given out a cursor.
    Cursor,
    /// What binds a sign-in at the gate to the browser that began it.
    GateSignIn,
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::FormToken => b"portcullis/v1/form-token",
            Self::FailureCounter => b"portcullis/v1/failure-counter",
            Self::PasswordPepper => b"portcullis/v1/password-pepper",
            Self::Sealing => b"portcullis/v1/sealing",
            Self::BackupCode => b"portcullis/v1/backup-code",
            Self::SmsCode => b"portcullis/v1/sms-code",
            Self::SmsCounter => b"portcullis/v1/sms-counter",
            Self::LogSeal => b"portcullis/v1/log-seal",
            Self::Cursor => b"portcullis/v1/cursor",
            Self::GateSignIn => b"portcullis/v1/gate-sign-in",
        }
    }
}

/// The keys of an installation; the first is the one that new things use.
#[derive(Clone)]
pub struct KeyRing {
    keys: Vec<RootKey>,
}

#[derive(Clone, Zeroize, ZeroizeOnDrop)]
struct RootKey {
    #[zeroize(skip)]
    id: String,
    secret: [u8; 32],
}

/// A key for one purpose.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct DerivedKey([u8; 32]);

impl std::fmt::Debug for DerivedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DerivedKey(…)")
    }
}

impl DerivedKey {
    /// HMAC-SHA-256 over parts, each preceded by its length.
    pub fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            // HMAC takes keys of every length.
            return [0; 32];
        };
        for part in parts {
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// A key for one subject of this purpose.
    #[must_use]
    pub fn derive(&self, subject: &[&[u8]]) -> Self {
        Self(self.mac(subject))
    }

    /// The bytes, for a primitive that takes a key.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Why a key file can't be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The file system said no.
    #[error("the key file {path} can't be {what}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What was tried.
        what: &'static str,
        /// The reason.
        source: std::io::Error,
    },
    /// Others can read it.
    #[error("the key file {0} can be read by others. Run: chmod 600 {0}")]
    TooOpen(PathBuf),
    /// It holds something else.
    #[error("the key file {path} can't be understood: {why}. Restore it from your backup")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The reason.
        why: String,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    keys: Vec<KeyFileEntry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFileEntry {
    id: String,
    secret: String,
}

impl KeyRing {
    /// Reads the key file, or makes it when there is none.
    pub fn open_or_create(path: &Path, random: &Random) -> Result<Self, KeyFileError> {
        match Self::open(path) {
            Err(KeyFileError::File { source, .. })
                if source.kind() == std::io::ErrorKind::NotFound =>
            {
                Self::create(path, random)?;
                Self::open(path)
            }
            other => other,
        }
    }

    /// Reads the key file.
    pub fn open(path: &Path) -> Result<Self, KeyFileError> {
        let failed =
            |what| move |source| KeyFileError::File { path: path.to_owned(), what, source };
        let metadata = std::fs::metadata(path).map_err(failed("read"))?;
        let own = rustix::process::geteuid().as_raw();
        if too_open(metadata.mode(), metadata.uid(), own) {
            return Err(KeyFileError::TooOpen(path.to_owned()));
        }
        let text = SecretText::new(std::fs::read_to_string(path).map_err(failed("read"))?);
        let unreadable =
            |why: &str| KeyFileError::Unreadable { path: path.to_owned(), why: why.to_owned() };
        let file: KeyFile =
            toml::from_str(text.reveal()).map_err(|error| unreadable(error.message()))?;
        let keys = file
            .keys
            .into_iter()
            .map(|entry| {
                let mut secret = [0; 32];
                hex::decode_to_slice(&entry.secret, &mut secret)
                    .map_err(|_| unreadable("a secret is not 64 hexadecimal digits"))?;
                Ok(RootKey { id: entry.id, secret })
            })
            .collect::<Result<Vec<_>, _>>()?;
        if keys.is_empty() {
            return Err(unreadable("it holds no key"));
        }
        Ok(Self { keys })
    }

    fn create(path: &Path, random: &Random) -> Result<(), KeyFileError> {
        let failed = |source| KeyFileError::File { path: path.to_owned(), what: "written", source };
        let secret: [u8; 32] = random.bytes();
        let id: [u8; 4] = random.bytes();
        let file = KeyFile {
            keys: vec![KeyFileEntry { id: hex::encode(id), secret: hex::encode(secret) }],
        };
        let body = toml::to_string(&file).map_err(|error| failed(std::io::Error::other(error)))?;
        // Written beside and linked into place: a half-written key file never
        // has the name, and of two servers that start at once one makes it.
        let suffix: [u8; 4] = random.bytes();
        let draft = path.with_extension(format!("draft-{}", hex::encode(suffix)));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).mode(0o600);
        let mut output = options.open(&draft).map_err(failed)?;
        let written = output
            .write_all(
                format!(
                    "# The keys of this Portcullis installation. Keep a copy apart from the\n\
                     # database: one is of no use without the other.\n{body}"
                )
                .as_bytes(),
            )
            .and_then(|()| output.sync_all())
            .and_then(|()| match std::fs::hard_link(&draft, path) {
                Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
                _ => Ok(()),
            });
        let removed = std::fs::remove_file(&draft);
        written.and(removed).map_err(failed)
    }

    /// A ring for tests and benches.
    pub fn from_random(random: &Random) -> Self {
        Self { keys: vec![RootKey { id: "test".into(), secret: random.bytes() }] }
    }

    /// The id of the key that new things use.
    pub fn current_id(&self) -> &str {
        self.keys.first().map_or("", |key| &key.id)
    }

    /// A key for a purpose, from the current root key.
    pub fn derive(&self, purpose: Purpose) -> DerivedKey {
        self.keys.first().map_or(DerivedKey([0; 32]), |key| key.derive(purpose))
    }

    /// A key for a purpose that a rotation must not change, because nothing is
    /// stored by which the old one could be told: from the oldest root key.
    pub fn derive_lasting(&self, purpose: Purpose) -> DerivedKey {
        self.keys.last().map_or(DerivedKey([0; 32]), |key| key.derive(purpose))
    }

    /// A key for a purpose, from a named root key.
    pub fn derive_from(&self, id: &str, purpose: Purpose) -> Option<DerivedKey> {
        self.keys.iter().find(|key| key.id == id).map(|key| key.derive(purpose))
    }

    /// What stands in the database, so that a node with other keys refuses to
    /// start. It tells nothing of the key.
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(b"portcullis/v1/key-fingerprint");
        if let Some(oldest) = self.keys.last() {
            hash.update(oldest.id.as_bytes());
            hash.update(oldest.secret);
        }
        let mut text = hex::encode(hash.finalize());
        text.truncate(16);
        text
    }
}

/// What systemd and Kubernetes hand to a service belongs to root, and is let in
/// by its group or an access list, which shows as the group's right to read.
const fn too_open(mode: u32, owner: u32, own: u32) -> bool {
    let let_in = if owner == 0 && own != 0 { 0o040 } else { 0 };
    mode & 0o077 & !let_in != 0
}

impl RootKey {
    fn derive(&self, purpose: Purpose) -> DerivedKey {
        let mut key = [0; 32];
        // 32 bytes are always within HKDF's limit of 255 blocks.
        let expanded = Hkdf::<Sha256>::new(None, &self.secret).expand(purpose.label(), &mut key);
        debug_assert!(expanded.is_ok());
        DerivedKey(key)
    }
}

#[cfg(test)]
mod tests {
    use super::too_open;

    #[test]
    fn a_group_may_read_only_what_root_hands_over() {
        for (mode, owner, own, open) in [
            (0o100_600, 1000, 1000, false),
            (0o100_400, 0, 1000, false),
            (0o100_440, 0, 1000, false),
            (0o100_640, 0, 1000, false),
            (0o100_640, 0, 0, true),
            (0o100_640, 1000, 1000, true),
            (0o100_640, 1001, 1000, true),
            (0o100_444, 0, 1000, true),
            (0o100_460, 0, 1000, true),
        ] {
            assert_eq!(too_open(mode, owner, own), open, "{mode:o} of {owner} for {own}");
        }
    }
}
