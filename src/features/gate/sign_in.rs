//! Signing in on an application's own host: the code flow with PKCE, as any application
//! takes it, but that the code never leaves the server.

use super::rules::{Forwarded, Origin, RequestPath, Requirement, WayBack};
use super::state::{Binding, State};
use super::{Caller, Guarded, Judgement, Presented, judge, store};
use crate::app::App;
use crate::error::Result;
use crate::features::application_sessions::rules::Ended;
use crate::features::applications::rules::{GateOrigin, STANDARD_SCOPES};
use crate::features::applications::{Application, Declared};
use crate::features::check::rules::Program;
use crate::features::{account, application_sessions, applications, open_id};
use crate::http::Source;
use crate::ids::new_uuid;
use crate::secret::{Kind, SecretStr, Token};
use crate::time::Timestamp;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::time::Duration;

/// A browser is known again for so long.
pub const BROWSER_LIFETIME: Duration = Duration::from_hours(24);

/// A sign-in that has begun.
#[derive(Debug)]
pub struct Begun {
    /// Where the browser goes on: to Portcullis.
    pub location: String,
    /// What binds it to this browser.
    pub browser: Token,
}

/// What came back, and what became of it.
#[derive(Debug)]
pub enum Finished {
    /// The browser holds a session of this application from now on.
    Done {
        /// Its secret.
        session: Token,
        /// For so long at most.
        lifetime: Duration,
        /// Where it goes on.
        asked: Forwarded<'static>,
        /// Whether it passes there.
        judgement: Box<Judgement>,
    },
    /// It was not this browser's, too old, or used before: whoever wants in begins anew.
    Over,
}

/// Action: sends a browser to Portcullis; none where no application lives there. Writes
/// nothing: what it takes to go on is in the browser.
pub async fn start(
    app: &App,
    origin: &Origin,
    known: Option<Token>,
    back: WayBack,
    second_factor: bool,
    now: Timestamp,
) -> Result<Option<Begun>> {
    let Some(guarded) = store::guarded(&mut &app.db, origin.text()).await? else {
        return Ok(None);
    };
    let declared = applications::permissions(&mut &app.db, guarded.application).await?;
    let browser = known
        .unwrap_or_else(|| Token::new(Kind::GateBrowser, new_uuid(now, &app.random), &app.random));
    let binding = Binding::of(app, &browser, origin);
    let state = State::new(app, back, now);
    let mut parameters = vec![
        ("response_type", "code".to_owned()),
        ("client_id", guarded.application.to_string()),
        ("redirect_uri", origin.link(applications::GATE_CALLBACK)),
        ("scope", scopes(&guarded, &declared)),
        ("state", binding.write(&state)),
        ("code_challenge", binding.challenge(&state)),
        ("code_challenge_method", "S256".to_owned()),
    ];
    if second_factor {
        parameters.push(("acr_values", open_id::rules::Acr::TwoFactors.tag().to_owned()));
    }
    let query = serde_urlencoded::to_string(&parameters).unwrap_or_default();
    let location = app.config.public_url.link(&format!("/oauth/authorize?{query}"));
    Ok(Some(Begun { location, browser }))
}

/// Action: what came back becomes a session of the application, if it is this browser's
/// own sign-in. The session that the browser held there before ends.
pub async fn finish(
    app: &App,
    origin: &Origin,
    (browser, state): (&Token, &str),
    code: &str,
    old: Option<&Token>,
    source: &Source,
) -> Result<Finished> {
    let now = app.clock.now();
    let binding = Binding::of(app, browser, origin);
    let Some(state) = binding.read(state, now) else { return Ok(Finished::Over) };
    let gate = GateOrigin::parse(origin.text()).ok();
    let Some(gate) = gate else { return Ok(Finished::Over) };
    let Some(application) = applications::by_gate(&mut &app.db, &gate).await? else {
        return Ok(Finished::Over);
    };
    let presented = open_id::Presented {
        code,
        return_address: &origin.link(applications::GATE_CALLBACK),
        verifier: open_id::rules::Verifier::parse(&binding.verifier(&state)),
    };
    let Ok(exchanged) = open_id::exchange(app, &application, presented, source).await? else {
        return Ok(Finished::Over);
    };
    if let Some(old) = old {
        replace(app, &application, old, now).await?;
    }
    let session = exchanged.access_token;
    let asked = Forwarded {
        origin: Cow::Owned(origin.clone()),
        path: RequestPath::parse(state.back.text()).ok(),
        target: Cow::Owned(state.back.text().to_owned()),
        reads: true,
    };
    let judgement = Box::new(judged(app, &asked, &session, source, now).await?);
    let lifetime = Duration::from_secs(exchanged.expires_in);
    Ok(Finished::Done { session, lifetime, asked, judgement })
}

/// Nobody holds two in one browser.
async fn replace(app: &App, application: &Application, old: &Token, now: Timestamp) -> Result<()> {
    let held = application_sessions::authenticate(app, old, now).await?;
    let Some(held) = held.filter(|held| held.application == application.id) else {
        return Ok(());
    };
    let mut tx = app.db.begin().await?;
    account::lock_active(&mut tx, held.account.id).await?;
    application_sessions::end(&mut tx, held.account.id, held.id, Ended::SignedOut, now).await?;
    Ok(tx.commit().await?)
}

/// Whether the new session opens where the browser goes on.
async fn judged(
    app: &App,
    asked: &Forwarded<'_>,
    session: &Token,
    source: &Source,
    now: Timestamp,
) -> Result<Judgement> {
    let session = session.encode();
    let presented = Presented::Cookie(SecretStr::new(session.reveal()));
    let program = || source.user_agent.clone();
    let caller = Caller { presented, address: source.address, program: Program::new(&program) };
    judge(app, asked, caller, now).await
}

/// What is asked for: who it is, and every permission that a rule of this origin names, as
/// long as the application declares it.
fn scopes(guarded: &Guarded, declared: &[Declared]) -> String {
    let mut names: Vec<&str> = STANDARD_SCOPES.to_vec();
    let asked: BTreeSet<&str> = guarded
        .rules
        .all()
        .iter()
        .filter_map(|rule| match &rule.requirement {
            Requirement::Permissions(names) => Some(names.iter().map(String::as_str)),
            _ => None,
        })
        .flatten()
        .filter(|name| declared.iter().any(|own| own.name == *name))
        .collect();
    names.extend(asked);
    names.join(" ")
}
