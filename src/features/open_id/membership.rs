//! What an organisation says of whoever signs in, or has signed in, to an application for it.

use super::store::Code;
use crate::app::App;
use crate::error::Result;
use crate::features::account;
use crate::features::application_sessions::Held;
use crate::features::organisation_access::{self, Proof, Question, Verdict, Which};
use crate::features::organisations::Granted;
use crate::features::organisations::rules::Limits;
use crate::features::security_log::Reason;
use crate::http::Source;
use crate::time::Timestamp;

/// By now, of whoever had a code given, and from where they were then; nothing of one that
/// is for no organisation.
pub(super) async fn standing(
    app: &App,
    code: &Code,
    now: Timestamp,
) -> Result<std::result::Result<Option<Granted>, Reason>> {
    let Some(organisation) = code.organisation else { return Ok(Ok(None)) };
    let Some(owner) = account::by_id(&mut &app.db, code.account).await? else {
        return Ok(Err(Reason::AuthorizationCode));
    };
    let address = code.end_user_address.as_deref().and_then(|text| text.parse().ok());
    let source = Source::new(address, String::new(), &app.places);
    let question = Question {
        account: &owner,
        session: Some(code.session),
        // It was proved when the code was given, in a session that has to live still.
        proof: Proof::Token,
        limits: Limits::NONE,
        source: &source,
        organisation: Which::Id(organisation),
    };
    Ok(match organisation_access::decide(app, &question, now).await? {
        Verdict::Granted(granted) => Ok(Some(*granted)),
        Verdict::Refused(refusal) => Err(refusal.why.reason()),
        Verdict::Stranger => Err(Reason::UnknownOrganisation),
    })
}

/// What is said of the organisation that a session of an application is for.
pub(super) enum Said {
    /// Nothing: it is for none, or this one wants to know where its person is, which is not
    /// known to whoever holds the session.
    Nothing,
    /// What they may do in it.
    Member(Box<Granted>),
    /// They don't belong to it any more, so the session opens nothing.
    Gone,
}

/// Of whoever holds a session.
pub(super) async fn membership(app: &App, held: &Held, now: Timestamp) -> Result<Said> {
    let Some(organisation) = held.organisation else { return Ok(Said::Nothing) };
    let source = Source::new(None, String::new(), &app.places);
    let question = Question {
        account: &held.account,
        session: Some(held.parent.id),
        proof: Proof::of(&held.parent.proof()),
        limits: Limits::NONE,
        source: &source,
        organisation: Which::Id(organisation),
    };
    Ok(match organisation_access::decide(app, &question, now).await? {
        Verdict::Granted(granted) => Said::Member(granted),
        Verdict::Refused(_) => Said::Nothing,
        Verdict::Stranger => Said::Gone,
    })
}
