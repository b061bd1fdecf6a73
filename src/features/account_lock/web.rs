//! The page that locks the account, and the one after it.

use super::lock_own;
use crate::error::{Refused, Result};
use crate::http::{Answer, Page, Public, SignedIn, Visit};
use askama::Template;

/// Where somebody is led whose account has just been locked, signed in or not.
pub const LOCKED: &str = "/account-locked";

#[derive(Template)]
#[template(path = "features/account_lock/lock.html")]
struct LockPage {
    page: Page,
    second_factor: bool,
}

#[derive(Template)]
#[template(path = "features/account_lock/locked.html")]
struct LockedPage {
    page: Page,
}

/// Says what happens then. Nothing more is asked: who is under attack must be quick,
/// and nothing is to be gained by it.
pub async fn lock_page(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    Answer::page(&LockPage {
        page: visit.page("title-lock-account", "security"),
        second_factor: current.account.second_factors.any(),
    })
}

/// Locks it.
pub async fn lock_account(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    if lock_own(&visit.app, &current, &visit.source).await? {
        Ok(Answer::redirect(LOCKED).without_session(&visit.app))
    } else {
        Err(Refused::OldForm.into())
    }
}

/// What to do next. It says the same to everybody who asks.
pub async fn locked_page(visit: Visit, _: Public) -> Result<Answer> {
    Answer::page(&LockedPage { page: visit.page("title-account-locked", "") })
}
