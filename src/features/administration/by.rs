use crate::app::App;
use crate::error::{Refused, Result};
use crate::features::access_tokens::{self, Bearer};
use crate::features::account::rules::EmailAddress;
use crate::features::account::{self, Account};
use crate::features::security_log::{self, Actor, Event, Kind, Reason};
use crate::features::sessions::{self, Current};
use crate::http::Source;
use crate::ids::AccountId;
use crate::time::Timestamp;
use portcullis_db::Tx;

/// Who does it: the same act, from the command line and from a page.
#[derive(Debug, Clone, Copy)]
pub enum By<'a> {
    /// Whoever runs the server.
    Operator,
    /// An administrator, in their session, from where they are.
    Administrator(&'a Current, &'a Source),
    /// An auditor, who may read logs and do nothing else.
    Auditor(&'a Current, &'a Source),
    /// A program that reads, with a token of either.
    Program(&'a Bearer, &'a Source),
    /// An administrator's program, with a token that may do this.
    Token(&'a Bearer, &'a Source),
}

impl<'a> By<'a> {
    /// Somebody who reads: as an administrator, where they are one.
    pub(super) const fn reading(current: &'a Current, source: &'a Source) -> Self {
        match current.account.administrator_since {
            Some(_) => Self::Administrator(current, source),
            None => Self::Auditor(current, source),
        }
    }

    /// The beginning of an event that they write.
    pub(in crate::features) fn event(self, kind: Kind) -> Event {
        match self {
            Self::Operator => Event::new(kind).by(Actor::Operator),
            Self::Program(bearer, source) | Self::Token(bearer, source) => Event::new(kind)
                .by(Actor::Account(bearer.account.id))
                .detail(format!("token {}", bearer.token))
                .from(source),
            Self::Administrator(current, source) | Self::Auditor(current, source) => {
                Event::new(kind)
                    .by(Actor::Account(current.account.id))
                    .in_session(current.session.id)
                    .from(source)
            }
        }
    }

    /// Whether it is their own account.
    pub(super) fn is(self, id: AccountId) -> bool {
        matches!(self, Self::Administrator(current, _) if current.account.id == id)
    }

    /// Who was an administrator when the request came may be none by now.
    async fn confirm(self, tx: &mut Tx, now: Timestamp) -> Result<()> {
        let id = match self {
            Self::Operator => return Ok(()),
            Self::Administrator(current, _) => {
                sessions::confirm(tx, current).await?;
                current.account.id
            }
            Self::Token(bearer, _) => {
                access_tokens::confirm(tx, bearer, now).await?;
                bearer.account.id
            }
            Self::Auditor(..) | Self::Program(..) => return Err(Refused::NotFound.into()),
        };
        let account = account::by_id(tx, id).await?;
        let may = account.is_some_and(|account| {
            account.administrator_since.is_some() && account.password_change_required_at.is_none()
        });
        if may { Ok(()) } else { Err(Refused::NotFound.into()) }
    }
}

/// Whom it is done to.
#[derive(Debug, Clone, Copy)]
pub enum Whom<'a> {
    /// The account of this id.
    Id(AccountId),
    /// The account of this address.
    Email(&'a EmailAddress),
}

/// What came of an act on an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// It is done; so many sessions ended.
    Done(Box<Account>, u64),
    /// It is not, and why.
    Refused(Reason),
}

/// One act in its transaction. The installation's row is taken first, so that
/// what administrators do is done one after another: of two that remove each
/// other, the second finds out.
pub(in crate::features) struct Act<'a> {
    pub(in crate::features) app: &'a App,
    pub(super) by: By<'a>,
    pub(in crate::features) now: Timestamp,
    pub(in crate::features) tx: Tx,
    kind: Kind,
}

impl<'a> Act<'a> {
    pub(in crate::features) async fn begin(app: &'a App, by: By<'a>, kind: Kind) -> Result<Self> {
        let now = app.clock.now();
        let mut tx = app.db.begin().await?;
        account::lock_installation(&mut tx).await?;
        by.confirm(&mut tx, now).await?;
        Ok(Self { app, by, now, tx, kind })
    }

    /// Which account is meant; its row is not taken.
    pub(super) async fn find(&mut self, whom: Whom<'_>) -> Result<Option<AccountId>> {
        Ok(match whom {
            Whom::Id(id) => Some(id),
            Whom::Email(email) => {
                account::by_email(&mut self.tx, email).await?.map(|account| account.id)
            }
        })
    }

    /// The account, as it is once nobody else can change it. One that is erased
    /// is not there.
    pub(super) async fn account(&mut self, whom: Whom<'_>) -> Result<Option<Account>> {
        let Some(id) = self.find(whom).await? else { return Ok(None) };
        if account::lock(&mut self.tx, id).await? {
            account::by_id(&mut self.tx, id).await
        } else {
            Ok(None)
        }
    }

    /// Nothing was written so far, and nothing but the refusal is.
    pub(super) async fn refuse(self, account: Option<&Account>, reason: Reason) -> Result<Changed> {
        let mut event = self.by.event(self.kind).refused(reason);
        if let Some(account) = account {
            event = event.on(account.id);
        }
        self.write(event).await?;
        Ok(Changed::Refused(reason))
    }

    /// Done to an account.
    pub(super) async fn done(
        self,
        account: Account,
        ended: u64,
        detail: Option<String>,
    ) -> Result<Changed> {
        let mut event = self.by.event(self.kind).on(account.id);
        if let Some(detail) = detail {
            event = event.detail(detail);
        }
        self.write(event).await?;
        Ok(Changed::Done(Box::new(account), ended))
    }

    /// Writes the act's one event, and commits.
    pub(in crate::features) async fn write(mut self, event: Event) -> Result<()> {
        security_log::record(&mut self.tx, event, self.now, &self.app.random).await?;
        Ok(self.tx.commit().await?)
    }

    pub(in crate::features) fn event(&self) -> Event {
        self.by.event(self.kind)
    }
}
