//! Links that mail carries: single use, with an expiry, only the latest of its
//! purpose, hashed at rest. Opening one changes nothing; its page's form spends
//! it, in the transaction of what it is for.

mod store;
pub mod web;

use crate::app::App;
use crate::error::Result;
use crate::features::account::rules::EmailAddress;
use crate::ids::{AccountId, LinkId};
use crate::secret::{Kind, SecretText, Token};
use crate::time::Timestamp;
use portcullis_db::{Reader, Statement, Tx};
use std::time::Duration;

pub use store::Link;

pub(crate) const fn statements() -> &'static [Statement] {
    store::ALL
}

macro_rules! purposes {
    ($($(#[$doc:meta])* $name:ident = $tag:literal, $lifetime:expr;)+) => {
        /// What a link is for; one kind can't be presented as another.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Purpose { $($(#[$doc])* $name,)+ }

        impl Purpose {
            /// As stored, and in the link's path.
            pub const fn tag(self) -> &'static str {
                match self { $(Self::$name => $tag,)+ }
            }

            /// How long such a link opens.
            pub const fn lifetime(self) -> Duration {
                match self { $(Self::$name => $lifetime,)+ }
            }

            pub(super) fn from_tag(tag: &str) -> Option<Self> {
                match tag { $($tag => Some(Self::$name),)+ _ => None }
            }
        }
    };
}

purposes! {
    /// Sets a new password (ASVS 5.0 V6.4.1, NIST SP 800-63B-4 §4.2.1.2).
    PasswordReset = "password-reset", Duration::from_hours(1);
    /// Sets the first password of an account that somebody else has made.
    Invitation = "invitation", Duration::from_hours(7 * 24);
    /// Proves the address that an account is to have.
    EmailChange = "email-change", Duration::from_hours(24);
    /// Gives an account its old address back, and reserves it so long.
    EmailUndo = "email-undo", Duration::from_hours(7 * 24);
    /// Proves the address of somebody who has no account yet.
    SignUp = "sign-up", Duration::from_hours(24);
}

/// What a presented link is.
#[derive(Debug, Clone)]
pub enum Presented {
    /// It opens.
    Open(Link),
    /// It opened once, and was used.
    Used,
    /// Another has taken its place, or what it was for has ended.
    Void,
    /// It is too old.
    Expired,
    /// There is none like it.
    Unknown,
}

/// Why a link does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dead {
    /// It was used.
    Used,
    /// Another has taken its place, or what it was for has ended.
    Void,
    /// It is too old.
    Expired,
    /// There is none like it.
    Unknown,
}

/// Whoever holds a link that has done its work, or that another's has overtaken, is told so no
/// sooner than whoever did that, who may still wait for other nodes.
pub async fn told(app: &App, dead: Dead) -> Dead {
    if matches!(dead, Dead::Used | Dead::Void) {
        app.db.settled().await;
    }
    dead
}

impl Presented {
    /// The link, if it opens.
    pub fn open(self) -> std::result::Result<Link, Dead> {
        match self {
            Self::Open(link) => Ok(link),
            Self::Used => Err(Dead::Used),
            Self::Void => Err(Dead::Void),
            Self::Expired => Err(Dead::Expired),
            Self::Unknown => Err(Dead::Unknown),
        }
    }
}

/// Step: a link for an account, which takes the place of earlier ones of its
/// purpose. An undo link takes nobody's place. Call with the account locked.
/// The link's full address.
pub async fn issue(
    tx: &mut Tx,
    app: &App,
    purpose: Purpose,
    account: AccountId,
    email: &EmailAddress,
    now: Timestamp,
) -> Result<SecretText> {
    if purpose != Purpose::EmailUndo {
        store::void_account_purpose(tx, account, purpose, now).await?;
    }
    insert(tx, app, purpose, Some(account), email, now).await
}

/// Step: a link for an address that has no account, which takes the place of
/// earlier ones. The link's full address.
pub async fn issue_for_address(
    tx: &mut Tx,
    app: &App,
    purpose: Purpose,
    email: &EmailAddress,
    now: Timestamp,
) -> Result<SecretText> {
    store::void_address_purpose(tx, email, purpose, now).await?;
    insert(tx, app, purpose, None, email, now).await
}

async fn insert(
    tx: &mut Tx,
    app: &App,
    purpose: Purpose,
    account: Option<AccountId>,
    email: &EmailAddress,
    now: Timestamp,
) -> Result<SecretText> {
    let id = LinkId::new(now, &app.random);
    let token = Token::new(Kind::Link, id.uuid(), &app.random);
    let expires_at = now.plus(purpose.lifetime());
    store::insert(tx, id, purpose, account, email, &token.hash(), now, expires_at).await?;
    let path = format!("/link/{}/{}", purpose.tag(), token.encode().reveal());
    Ok(SecretText::new(app.config.public_url.link(&path)))
}

/// What a presented text is for this purpose; looking changes nothing.
pub async fn look(
    db: &mut impl Reader,
    purpose: Purpose,
    text: &str,
    now: Timestamp,
) -> Result<Presented> {
    let Some(token) = Token::parse(Kind::Link, text) else { return Ok(Presented::Unknown) };
    let Some(link) = store::find(db, LinkId::from_uuid(token.id())).await? else {
        return Ok(Presented::Unknown);
    };
    Ok(if link.purpose != purpose || !token.hash().matches(&link.secret_hash) {
        Presented::Unknown
    } else if link.used_at.is_some() {
        Presented::Used
    } else if link.voided_at.is_some() {
        Presented::Void
    } else if link.expires_at <= now {
        Presented::Expired
    } else {
        Presented::Open(link)
    })
}

/// Step: spends a link that was open when it was looked at; false when it no
/// longer is.
pub async fn spend(tx: &mut Tx, link: &Link, now: Timestamp) -> Result<bool> {
    store::spend(tx, link, now).await
}

/// Step: everything that is under way by mail for an account ends, but not the
/// links that give it an old address back: whoever stole the account must not
/// be able to end those.
pub async fn void_all(tx: &mut Tx, account: AccountId, now: Timestamp) -> Result<()> {
    store::void_under_way(tx, account, now).await
}

/// Step: an account's links of a purpose end.
pub async fn void_purpose(
    tx: &mut Tx,
    purpose: Purpose,
    account: AccountId,
    now: Timestamp,
) -> Result<()> {
    store::void_account_purpose(tx, account, purpose, now).await
}

/// Step: the links that give an account an address back end, where they were
/// made at this moment or later.
pub async fn void_undo_since(
    tx: &mut Tx,
    account: AccountId,
    since: Timestamp,
    now: Timestamp,
) -> Result<()> {
    store::void_undo_since(tx, account, since, now).await
}

/// Step: links for a new account with this address end: it has one now.
pub async fn void_for_address(
    tx: &mut Tx,
    purpose: Purpose,
    email: &EmailAddress,
    now: Timestamp,
) -> Result<()> {
    store::void_address_purpose(tx, email, purpose, now).await
}

/// Step: whether an address waits for an account to take it back. Ask after the
/// row that would take it has been written: then nobody can come between.
pub async fn is_reserved(
    tx: &mut Tx,
    email: &EmailAddress,
    except: Option<AccountId>,
    now: Timestamp,
) -> Result<bool> {
    let holders = store::reserved_for(tx, email, now).await?;
    Ok(holders.into_iter().any(|holder| Some(holder) != except))
}

/// The latest open link of a purpose of an account.
pub async fn pending(
    db: &mut impl Reader,
    purpose: Purpose,
    account: AccountId,
    now: Timestamp,
) -> Result<Option<Link>> {
    store::pending(db, purpose, account, now).await
}

/// Step: when an account's latest links of a purpose were made, newest first.
pub async fn made_since(
    tx: &mut Tx,
    purpose: Purpose,
    account: AccountId,
    since: Timestamp,
    limit: i64,
) -> Result<Vec<Timestamp>> {
    store::made_since(tx, account, purpose, since, limit).await
}

/// Step: removes an account's links.
pub async fn remove_account(tx: &mut Tx, account: AccountId) -> Result<u64> {
    store::remove_account(tx, account).await
}

/// Step: removes links that ended long ago, and says how many.
pub async fn prune(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    const KEPT_AFTER_EXPIRY: Duration = Duration::from_hours(30 * 24);
    store::prune(tx, now.minus(KEPT_AFTER_EXPIRY)).await
}
