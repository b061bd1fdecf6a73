//! From a code to an application session, once.

use super::claims::IdToken;
use super::membership::standing;
use super::rules::{Challenge, Verifier};
use super::store::{self, Code, Held};
use crate::app::App;
use crate::error::Result;
use crate::features::application_sessions::rules::Ended;
use crate::features::application_sessions::{self, New};
use crate::features::applications::Application;
use crate::features::applications::rules::Scopes;
use crate::features::organisations::Granted;
use crate::features::security_log::{self, Actor, Event, Kind as EventKind, Object, Reason};
use crate::features::signing_keys::Signer;
use crate::features::{account, applications, signing_keys};
use crate::http::Source;
use crate::ids::{ApplicationSessionId, CodeId};
use crate::secret::{Kind, Token};
use crate::time::Timestamp;

/// What an application presents.
#[derive(Debug)]
pub struct Presented<'a> {
    /// The code.
    pub code: &'a str,
    /// Where it says that the code was sent.
    pub return_address: &'a str,
    /// What it has hashed.
    pub verifier: Option<Verifier>,
}

/// What it gets.
#[derive(Debug)]
pub struct Exchanged {
    /// The application session's secret.
    pub access_token: Token,
    /// For how many seconds it is good at most.
    pub expires_in: u64,
    /// Who has signed in.
    pub id_token: String,
    /// What it may see and do.
    pub scopes: Scopes,
}

/// The code is none, used, too old or somebody else's; which of it is not said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotExchanged;

/// Action: exchanges a code.
pub async fn exchange(
    app: &App,
    application: &Application,
    presented: Presented<'_>,
    source: &Source,
) -> Result<std::result::Result<Exchanged, NotExchanged>> {
    let Some(token) = Token::parse(Kind::AuthorizationCode, presented.code) else {
        return Ok(Err(NotExchanged));
    };
    let id = CodeId::from_uuid(token.id());
    let found = store::find(&mut &app.db, id).await?;
    // What is no code of ours is nobody's event: anybody can make one up.
    let Some(held) = found.filter(|held| token.hash().matches(&held.secret_hash)) else {
        return Ok(Err(NotExchanged));
    };
    let now = app.clock.now();
    if held.used_at.is_some() {
        replayed(app, held, source, now).await?;
        return Ok(Err(NotExchanged));
    }
    let code = held.code;
    if !belongs(&code, application, &presented) || now >= code.expires_at {
        refuse(app, &code, Reason::AuthorizationCode, source).await?;
        return Ok(Err(NotExchanged));
    }
    let granted = match standing(app, &code, now).await? {
        Ok(granted) => granted,
        Err(reason) => {
            refuse(app, &code, reason, source).await?;
            return Ok(Err(NotExchanged));
        }
    };
    let signer = signing_keys::signer(app, application.id_token_algorithm, now).await?;
    match take(app, application, (&code, granted.as_ref()), &signer, now).await? {
        Taken::Done(exchanged) => Ok(Ok(*exchanged)),
        Taken::Shut(reason) => {
            refuse(app, &code, reason, source).await?;
            Ok(Err(NotExchanged))
        }
        Taken::Before => {
            if let Some(held) = store::find(&mut &app.db, id).await? {
                replayed(app, held, source, now).await?;
            }
            Ok(Err(NotExchanged))
        }
    }
}

/// Whether it was given to this application, for this address and whoever made the
/// challenge.
fn belongs(code: &Code, application: &Application, presented: &Presented<'_>) -> bool {
    let knows = |challenge: &Challenge| {
        presented.verifier.as_ref().is_some_and(|verifier| challenge.is_of(verifier))
    };
    code.application == application.id
        && code.return_address == presented.return_address
        && knows(&code.challenge)
}

enum Taken {
    Done(Box<Exchanged>),
    /// Another was first, or its time was over.
    Before,
    Shut(Reason),
}

/// One transaction: whatever could have changed since the code was given is looked at
/// again in it.
async fn take(
    app: &App,
    application: &Application,
    (code, granted): (&Code, Option<&Granted>),
    signer: &Signer,
    now: Timestamp,
) -> Result<Taken> {
    let mut tx = app.db.begin().await?;
    if !account::lock_active(&mut tx, code.account).await? {
        return Ok(Taken::Shut(account::why_shut(&mut tx, code.account).await?));
    }
    let owner = account::by_id(&mut tx, code.account).await?.filter(|owner| {
        owner.password_change_required_at.is_none()
            && owner.closes_at.is_none()
            && !owner.is_gone(now)
    });
    let Some(owner) = owner else { return Ok(Taken::Shut(Reason::AuthorizationCode)) };
    let permissions = code.scopes.permissions();
    if !applications::hold(&mut tx, Some(application.id), permissions).await? {
        return Ok(Taken::Shut(Reason::AuthorizationCode));
    }
    let new = New {
        session: code.session,
        account: code.account,
        application,
        scopes: &code.scopes,
        organisation: code.organisation,
    };
    let Some((id, token)) = application_sessions::make(&mut tx, app, new, now).await? else {
        return Ok(Taken::Shut(Reason::UnknownSession));
    };
    if !store::use_up(&mut tx, code.id, id, now).await? {
        return Ok(Taken::Before);
    }
    let event = Event::by_owner(EventKind::ApplicationSignedIn, (code.account, code.session))
        .object(Object::Application, application.id.uuid())
        .detail(id.to_string());
    let event = within(event, code);
    security_log::record(&mut tx, event, now, &app.random).await?;
    let access_token = token.encode();
    let claims =
        IdToken::new(app, application, (&owner, granted), (code, id), access_token.reveal(), now);
    let id_token = signer.sign("JWT", &claims)?;
    tx.commit().await?;
    metrics::counter!("portcullis_application_sign_ins_total").increment(1);
    let expires_in = application.session_lifetime.duration().as_secs();
    let scopes = code.scopes.clone();
    Ok(Taken::Done(Box::new(Exchanged { access_token: token, expires_in, id_token, scopes })))
}

/// A code that comes twice was stolen, before the first time or after it: what it was
/// exchanged for ends (RFC 6749 §4.1.2).
async fn replayed(app: &App, held: Held, source: &Source, now: Timestamp) -> Result<()> {
    let code = held.code;
    let mut tx = app.db.begin().await?;
    // Shut or not: nothing else is done to it.
    account::lock_active(&mut tx, code.account).await?;
    if let Some(id) = held.application_session {
        application_sessions::end(&mut tx, code.account, id, Ended::CodeReplayed, now).await?;
    }
    let event = about(EventKind::AuthorizationCodeReplayed, &code).from(source);
    security_log::record(&mut tx, event, now, &app.random).await?;
    Ok(tx.commit().await?)
}

async fn refuse(app: &App, code: &Code, reason: Reason, source: &Source) -> Result<()> {
    let event = about(EventKind::ApplicationSignedIn, code).refused(reason).from(source);
    security_log::note(app, event).await
}

fn about(kind: EventKind, code: &Code) -> Event {
    let event = Event::new(kind)
        .on(code.account)
        .by(Actor::Anonymous)
        .in_session(code.session)
        .object(Object::Application, code.application.uuid());
    within(event, code)
}

/// In the log of the organisation, too, that it is for.
fn within(event: Event, code: &Code) -> Event {
    match code.organisation {
        Some(organisation) => event.within(organisation),
        None => event,
    }
}

/// Action: an application gives a session of its own up (RFC 7009). What is none of
/// its own stays, and it is not told which.
pub async fn revoke(
    app: &App,
    application: &Application,
    token: &str,
    source: &Source,
) -> Result<()> {
    let Some(token) = Token::parse(Kind::ApplicationSession, token) else { return Ok(()) };
    let id = ApplicationSessionId::from_uuid(token.id());
    let found = application_sessions::find(&mut &app.db, id).await?;
    let own = |held: &application_sessions::Held| {
        held.is_held_by(&token) && held.application == application.id
    };
    let Some(held) = found.filter(own) else { return Ok(()) };
    let now = app.clock.now();
    let account = held.account.id;
    let mut tx = app.db.begin().await?;
    account::lock_active(&mut tx, account).await?;
    if application_sessions::end(&mut tx, account, id, Ended::SignedOut, now).await? {
        let event = Event::new(EventKind::ApplicationSignedOut)
            .on(account)
            .in_session(held.parent.id)
            .object(Object::Application, application.id.uuid())
            .detail(id.to_string())
            .from(source);
        security_log::record(&mut tx, event, now, &app.random).await?;
    }
    Ok(tx.commit().await?)
}
