//! The check: who is this, and may they? One action answers every door at which an
//! application asks: introspection, the gate. It reads the database once, by primary
//! key, at each check, and remembers nothing: what was revoked before a check began is
//! refused, on every node.

pub mod api;
pub mod rules;
mod store;

use crate::app::App;
use crate::error::Result;
use crate::features::applications::Claim;
use crate::features::{access_tokens, application_sessions, organisation_access};
use crate::http::Source;
use crate::ids::{ApplicationId, ApplicationSessionId, TokenId};
use crate::time::Timestamp;
use portcullis_db::Statement;
use rules::{Answer, Presented, Question, Verdict};
use store::{Asking, Found};
use uuid::Uuid;

pub(crate) const fn statements() -> &'static [Statement] {
    store::ALL
}

/// Action: the verdict for an application that is known to be the one. A use is noted
/// at most once a minute.
pub async fn check(
    app: &App,
    application: ApplicationId,
    question: &Question<'_>,
    now: Timestamp,
) -> Result<Verdict> {
    let asked = ask(app, application, None, question, now).await?;
    Ok(asked.unwrap_or(Verdict::Inactive))
}

/// Action: the same for an application that proves itself by the way, in the same
/// look-up; none where it does not.
pub async fn introspect(
    app: &App,
    claim: &Claim,
    question: &Question<'_>,
    now: Timestamp,
) -> Result<Option<Verdict>> {
    ask(app, claim.id, Some(claim), question, now).await
}

async fn ask(
    app: &App,
    application: ApplicationId,
    claim: Option<&Claim>,
    question: &Question<'_>,
    now: Timestamp,
) -> Result<Option<Verdict>> {
    let asking = Asking { id: application, secret: claim.map(Claim::secret_id) };
    match Presented::parse(question.presented) {
        Some(Presented::AccessToken(token)) => {
            let id = TokenId::from_uuid(token.id());
            let Found { secret, held } = store::token(&mut &app.db, asking, id).await?;
            if !rules::is_proved(claim, secret.as_ref(), now) {
                return Ok(None);
            }
            let opens =
                |held: &access_tokens::Held| rules::token_opens(held, &token, question, now);
            let Some(held) = held.filter(opens) else { return Ok(Some(Verdict::Inactive)) };
            if held.is_use_due(now) {
                let program = question.program.name();
                let source = Source::new(question.end_user, program, &app.places);
                access_tokens::note_use(app, &held, &source, now).await;
            }
            within(app, Answer::of_token(held), question, now).await.map(Some)
        }
        Some(Presented::ApplicationSession(token)) => {
            let id = ApplicationSessionId::from_uuid(token.id());
            let Found { secret, held } = store::session(&mut &app.db, asking, id).await?;
            if !rules::is_proved(claim, secret.as_ref(), now) {
                return Ok(None);
            }
            let when = (now, app.config.session_idle);
            let opens = |held: &application_sessions::Held| {
                rules::session_opens(held, application, &token, question, when)
            };
            let Some(held) = held.filter(opens) else { return Ok(Some(Verdict::Inactive)) };
            application_sessions::note_use(app, &held, question.end_user, now).await;
            within(app, Answer::of_session(held), question, now).await.map(Some)
        }
        None => {
            // As much work as for something that is nobody's.
            let nobody = ApplicationSessionId::from_uuid(Uuid::nil());
            let Found { secret, .. } = store::session(&mut &app.db, asking, nobody).await?;
            Ok(rules::is_proved(claim, secret.as_ref(), now).then_some(Verdict::Inactive))
        }
    }
}

/// The verdict, once the organisation is asked that it is about. Where it is about none, no
/// more is read.
async fn within(
    app: &App,
    answer: Answer,
    question: &Question<'_>,
    now: Timestamp,
) -> Result<Verdict> {
    let Some(organisation) = answer.about(question.organisation) else {
        return Ok(Verdict::Active(Box::new(answer)));
    };
    let source = Source::new(question.end_user, question.program.name(), &app.places);
    let (proof, session) = answer.came();
    let asked = organisation_access::Question {
        account: &answer.account,
        session,
        proof,
        limits: &answer.limits,
        source: &source,
        organisation,
    };
    Ok(match organisation_access::ask(app, &asked, now).await? {
        organisation_access::Verdict::Granted(granted) => {
            Verdict::Active(Box::new(Answer { organisation: Some(granted), ..answer }))
        }
        organisation_access::Verdict::Refused(refusal) => Verdict::Refused(refusal),
        organisation_access::Verdict::Stranger => Verdict::Stranger,
    })
}
