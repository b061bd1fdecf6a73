//! The links of a notice. They are bound to that notice and its sign-in, open for
//! seven days whatever ends in the account meanwhile, and sign nobody in: they say
//! whether it was the owner, and can lock the account.

use super::rules::{self, Standing};
use super::store::{self, Notice};
use crate::app::App;
use crate::error::Result;
use crate::features::account::{self, Account};
use crate::features::account_lock::{self, How};
use crate::features::mailed_links::{self, Dead};
use crate::features::notable_sign_ins::{self, Notable};
use crate::features::security_log::{self, Event, Kind, Reason};
use crate::features::suspicious_activity::{self, Answer, By, FindingKey};
use crate::http::Source;
use crate::ids::NoticeId;
use crate::secret::{Kind as Secret, SecretText, Token};
use crate::time::Timestamp;
use portcullis_db::{Reader, Tx};

/// Where the links of one notice lead.
#[derive(Debug)]
pub(super) struct Links {
    /// To the page of "this was me".
    pub me: SecretText,
    /// To the page of "this wasn't me".
    pub not_me: SecretText,
    /// Until when they open.
    pub until: Timestamp,
}

/// Step: a notice of a sign-in, and its links.
pub(super) async fn issue(
    tx: &mut Tx,
    app: &App,
    notable: &Notable,
    now: Timestamp,
) -> Result<Links> {
    let id = NoticeId::new(now, &app.random);
    let token = Token::new(Secret::Notice, id.uuid(), &app.random);
    let until = now.plus(rules::LINK_LIFETIME);
    store::insert(tx, id, notable.event, notable.account, &token.hash(), now, until).await?;
    let text = token.encode();
    let link = |page: &str| {
        let path = format!("/link/sign-in/{}/{page}", text.reveal());
        SecretText::new(app.config.public_url.link(&path))
    };
    Ok(Links { me: link("me"), not_me: link("not-me"), until })
}

/// What a link that opens is about.
#[derive(Debug)]
pub struct Seen {
    /// Whose it is.
    pub account: Account,
    /// The sign-in.
    pub sign_in: Notable,
    /// What was answered.
    pub standing: Standing,
}

/// What a presented link is about; looking changes nothing.
pub async fn look(app: &App, text: &str) -> Result<std::result::Result<Seen, Dead>> {
    let opened = open(&mut &app.db, text, app.clock.now()).await?;
    Ok(opened.map(|(notice, sign_in, account)| Seen {
        account,
        sign_in,
        standing: notice.standing,
    }))
}

async fn open(
    db: &mut impl Reader,
    text: &str,
    now: Timestamp,
) -> Result<std::result::Result<(Notice, Notable, Account), Dead>> {
    let Some(token) = Token::parse(Secret::Notice, text) else { return Ok(Err(Dead::Unknown)) };
    let found = store::find(db, NoticeId::from_uuid(token.id())).await?;
    let Some(notice) = found.filter(|notice| token.hash().matches(&notice.secret_hash)) else {
        return Ok(Err(Dead::Unknown));
    };
    if notice.expires_at <= now {
        return Ok(Err(Dead::Expired));
    }
    let Some(sign_in) = notable_sign_ins::find(db, notice.event).await? else {
        return Ok(Err(Dead::Unknown));
    };
    Ok(match account::by_id(db, notice.account).await? {
        Some(account) if account.suspended_at.is_none() && !account.is_gone(now) => {
            Ok((notice, sign_in, account))
        }
        Some(_) => Err(Dead::Void),
        None => Err(Dead::Unknown),
    })
}

/// What came of answering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answered {
    /// It is noted.
    Done,
    /// It was answered before, and stays so.
    Already,
    /// The link does not open.
    Dead(Dead),
}

/// Action: notes whether the sign-in of a notice was its owner's.
pub async fn answer(app: &App, text: &str, answer: Answer, source: &Source) -> Result<Answered> {
    let now = app.clock.now();
    let refused = |reason| Event::new(Kind::FindingAnswered).refused(reason).from(source);
    let (notice, sign_in, account) = match open(&mut &app.db, text, now).await? {
        Ok(opened) => opened,
        Err(dead) => {
            security_log::note(app, refused(Reason::Link)).await?;
            return Ok(Answered::Dead(dead));
        }
    };
    let id = account.id;
    let mut tx = app.db.begin().await?;
    if !account::lock_to_return(&mut tx, id, now).await? {
        drop(tx);
        security_log::note(app, refused(Reason::Link).on(id)).await?;
        return Ok(Answered::Dead(Dead::Void));
    }
    let spent = match answer {
        Answer::Me => store::say_me(&mut tx, &notice, now).await?,
        Answer::NotMe => store::say_not_me(&mut tx, &notice, now).await?,
    };
    if !spent {
        drop(tx);
        security_log::note(app, refused(Reason::Already).on(id)).await?;
        return Ok(Answered::Already);
    }
    let finding = FindingKey::sign_in(sign_in.event);
    suspicious_activity::answer(&mut tx, app, id, &finding, answer, By::Link, source, now).await?;
    tx.commit().await?;
    Ok(Answered::Done)
}

/// What came of locking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Locked {
    /// It is locked, by this or before.
    Done,
    /// The link has done that once, or its sign-in is not said to be a stranger's.
    Refused,
    /// The link does not open.
    Dead(Dead),
}

/// Action: locks the account of a notice whose sign-in was not its owner's. A link
/// does that once: after the owner is back, nobody locks them out by it again.
pub async fn lock_account(app: &App, text: &str, source: &Source) -> Result<Locked> {
    let now = app.clock.now();
    let refused = |reason| Event::new(Kind::AccountLocked).refused(reason).from(source);
    let (notice, _, account) = match open(&mut &app.db, text, now).await? {
        Ok(opened) => opened,
        Err(dead) => {
            security_log::note(app, refused(Reason::Link)).await?;
            return Ok(Locked::Dead(mailed_links::told(app, dead).await));
        }
    };
    let id = account.id;
    let mut tx = app.db.begin().await?;
    if !account::lock_to_return(&mut tx, id, now).await? {
        drop(tx);
        security_log::note(app, refused(Reason::Link).on(id)).await?;
        return Ok(Locked::Dead(mailed_links::told(app, Dead::Void).await));
    }
    if !store::lock(&mut tx, &notice, now).await? {
        drop(tx);
        security_log::note(app, refused(Reason::Already).on(id)).await?;
        return Ok(Locked::Refused);
    }
    account_lock::lock(&mut tx, app, &account, How::NoticeLink, source, now).await?;
    tx.commit().await?;
    Ok(Locked::Done)
}
