//! From a request to its answer.

use super::rules::{
    Addressed, CODE_LIFETIME, Decision, Entrance, ErrorCode, Person, Proof, Refusal, Request,
    Unaddressed, decide, with_parameters,
};
use super::store::{self, Code};
use crate::app::App;
use crate::error::{Refused, Result};
use crate::features::applications::rules::{AddressKind, ApplicationKind};
use crate::features::applications::{self, Application, Declared};
use crate::features::organisation_access::{self, Verdict, Which};
use crate::features::security_log::{self, Event, Kind as EventKind, Object, Reason};
use crate::features::sessions::{self, Current};
use crate::features::{consents, signing_keys};
use crate::http::Source;
use crate::ids::CodeId;
use crate::secret::{Kind, Token};
use crate::time::Timestamp;
use serde::Deserialize;

/// A request of an application that is known, for an address of its own.
#[derive(Debug)]
pub struct Asked {
    /// The application.
    pub application: Application,
    /// What it declares.
    pub declared: Vec<Declared>,
    /// Where the answer goes.
    pub addressed: Addressed,
    /// What is asked, or what is wrong with it.
    pub request: std::result::Result<Request, Refusal>,
}

/// Why nothing is sent anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unanswered {
    /// It does not say who asks, or where the answer is to go.
    Unaddressed(Unaddressed),
    /// There is no such application.
    UnknownApplication,
    /// The address is none of the application's.
    ForeignAddress,
}

/// Reads a request. As long as application and address are not known to belong
/// together, nobody is told but whoever is in front of the browser.
pub async fn read(
    app: &App,
    query: &str,
    now: Timestamp,
) -> Result<std::result::Result<Asked, Unanswered>> {
    let addressed = match Addressed::read(query) {
        Ok(addressed) => addressed,
        Err(why) => return Ok(Err(Unanswered::Unaddressed(why))),
    };
    let Some(application) = applications::by_id(&mut &app.db, addressed.application).await? else {
        return Ok(Err(Unanswered::UnknownApplication));
    };
    let db = &mut &app.db;
    let own = applications::return_addresses(db, &application, AddressKind::Return).await?;
    if !own.has(&addressed.return_address) {
        return Ok(Err(Unanswered::ForeignAddress));
    }
    let declared = applications::permissions(&mut &app.db, application.id).await?;
    let has = |name: &str| declared.iter().any(|own| own.name == name);
    let request = Request::read(&addressed, has, now);
    Ok(Ok(Asked { application, declared, addressed, request }))
}

impl Asked {
    /// Whether nothing but the application itself can hear the answer. Another program
    /// on the reader's device may take a loopback port or a scheme of its own.
    fn is_identified(&self) -> bool {
        self.application.kind == ApplicationKind::Confidential
            || self.addressed.return_address.starts_with("https://")
    }

    /// The address with an answer behind it, and who gives it (RFC 9207).
    fn answer(&self, app: &App, answer: &[(&str, &str)]) -> String {
        let mut all = answer.to_vec();
        if let Some(state) = self.addressed.state() {
            all.push(("state", state));
        }
        all.push(("iss", app.config.public_url.origin()));
        with_parameters(&self.addressed.return_address, &all)
    }

    /// Where the browser takes a refusal.
    pub fn refused(&self, app: &App, refusal: Refusal) -> String {
        let said = [("error", refusal.code.tag()), ("error_description", refusal.description)];
        self.answer(app, &said)
    }

    /// Where the browser takes a code.
    pub fn answered(&self, app: &App, code: &Token) -> String {
        self.answer(app, &[("code", code.encode().reveal())])
    }
}

#[derive(Clone, Deserialize)]
struct Hint {
    iss: String,
    sub: String,
}

/// What a request needs next.
#[derive(Debug)]
pub struct Next {
    /// What it is.
    pub decision: Decision,
    /// The code, where it is nothing.
    pub code: Option<Token>,
    /// What their organisation has said to whoever it does not let in.
    pub refusal: Option<Box<organisation_access::Refusal>>,
}

/// What a request needs next, and the code where it is nothing.
pub async fn next(
    app: &App,
    asked: &Asked,
    request: &Request,
    current: Option<&Current>,
    source: &Source,
    now: Timestamp,
) -> Result<Next> {
    let Some(current) = current else {
        let decision = decide(request, None, asked.is_identified(), now);
        return Ok(Next { decision, code: None, refusal: None });
    };
    let entered = enter(app, request, current, source, now).await?;
    let person = person(app, request, current, entered.as_ref()).await?;
    let decision = decide(request, Some(&person), asked.is_identified(), now);
    let code = match decision {
        Decision::Code => {
            Some(issue(app, request, current, (None, entered.as_ref(), source), now).await?)
        }
        _ => None,
    };
    let refusal = match entered {
        Some(Verdict::Refused(refusal)) => Some(refusal),
        _ => None,
    };
    Ok(Next { decision, code, refusal })
}

/// What the organisation says that they sign in for; nothing where it is none, or where
/// nothing is open to them before a new password.
async fn enter(
    app: &App,
    request: &Request,
    current: &Current,
    source: &Source,
    now: Timestamp,
) -> Result<Option<Verdict>> {
    match &request.organisation {
        Some(named) if current.account.password_change_required_at.is_none() => {
            let which = Which::named(named);
            organisation_access::enter(app, current, source, which, now).await.map(Some)
        }
        _ => Ok(None),
    }
}

async fn person(
    app: &App,
    request: &Request,
    current: &Current,
    entered: Option<&Verdict>,
) -> Result<Person> {
    let account = &current.account;
    let is_expected = match &request.hint {
        None => true,
        Some(hint) => signing_keys::verified::<Hint>(app, hint).await?.is_some_and(|hint| {
            hint.iss == app.config.public_url.origin() && hint.sub == account.id.to_string()
        }),
    };
    let consent = consents::find(&mut &app.db, account.id, request.application).await?;
    Ok(Person {
        proof: proof(current),
        has_second_factor: account.second_factors.any(),
        needs_password: account.password_change_required_at.is_some(),
        is_expected,
        consent: consent.map(|consent| consent.scopes),
        organisation: match entered {
            None | Some(Verdict::Granted(_)) => Entrance::Open,
            Some(Verdict::Stranger) => Entrance::Stranger,
            Some(Verdict::Refused(refusal)) => Entrance::Shut(refusal.why),
        },
    })
}

fn proof(current: &Current) -> Proof {
    let session = &current.session;
    Proof {
        began_at: session.created_at,
        password_at: session.password_at,
        totp_at: session.totp_at,
        sms_at: session.sms_at,
        backup_code_at: session.backup_code_at,
    }
}

/// Action: the application may, says the account's owner: notes it, and gives the code
/// where nothing else is needed.
pub async fn allow(
    app: &App,
    request: &Request,
    current: &Current,
    source: &Source,
) -> Result<(Decision, Option<Token>)> {
    let now = app.clock.now();
    let entered = enter(app, request, current, source, now).await?;
    let mut person = person(app, request, current, entered.as_ref()).await?;
    person.consent = Some(request.scopes.clone());
    let mut answered = request.clone();
    (answered.prompt.consent, answered.prompt.select_account) = (false, false);
    let decision = decide(&answered, Some(&person), true, now);
    let code = match decision {
        Decision::Code => {
            let allowed = (Some(source), entered.as_ref(), source);
            Some(issue(app, request, current, allowed, now).await?)
        }
        _ => None,
    };
    Ok((decision, code))
}

/// Action: the application may not, says the account's owner.
pub async fn deny(app: &App, asked: &Asked, current: &Current, source: &Source) -> Result<Refusal> {
    let event = Event::by_owner(EventKind::ApplicationAccessGranted, current.owner())
        .object(Object::Application, asked.application.id.uuid())
        .refused(Reason::Declined)
        .from(source);
    security_log::note(app, event).await?;
    Ok(Refusal::new(ErrorCode::AccessDenied, "the owner of the account has declined"))
}

/// In one transaction: session and account are still what they were, what the owner has
/// just allowed, and the code.
async fn issue(
    app: &App,
    request: &Request,
    current: &Current,
    (allowed, entered, source): (Option<&Source>, Option<&Verdict>, &Source),
    now: Timestamp,
) -> Result<Token> {
    let organisation = match entered {
        Some(Verdict::Granted(granted)) => Some(granted.organisation.id),
        _ => None,
    };
    let (account, application) = (current.account.id, request.application);
    let id = CodeId::new(now, &app.random);
    let token = Token::new(Kind::AuthorizationCode, id.uuid(), &app.random);
    let proof = proof(current);
    let mut tx = app.db.begin().await?;
    sessions::confirm(&mut tx, current).await?;
    let scopes = &request.scopes;
    if !applications::hold(&mut tx, Some(application), scopes.permissions()).await? {
        // A permission was taken back since it was asked for.
        return Err(Refused::OldForm.into());
    }
    if let Some(source) = allowed {
        consents::grant(&mut tx, account, application, scopes, now).await?;
        let event = Event::by_owner(EventKind::ApplicationAccessGranted, current.owner())
            .object(Object::Application, application.uuid())
            .from(source);
        security_log::record(&mut tx, event, now, &app.random).await?;
    }
    let code = Code {
        id,
        application,
        account,
        session: current.session.id,
        return_address: request.return_address.clone(),
        challenge: request.challenge.clone(),
        nonce: request.nonce.clone(),
        scopes: scopes.clone(),
        proved_at: proof.at(),
        acr: proof.acr().tag().to_owned(),
        methods: proof.methods().join(" "),
        expires_at: now.plus(CODE_LIFETIME),
        organisation,
        end_user_address: organisation.and_then(|_| source.address_text()),
    };
    store::insert(&mut tx, &code, &token.hash(), now).await?;
    tx.commit().await?;
    Ok(token)
}
