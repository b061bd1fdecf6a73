//! The check: who is this, and may they? One action answers every door at which an
//! application asks: introspection, the gate. It looks at what this process remembers, as
//! far as that may be relied upon at this moment, and otherwise reads the database once, by
//! primary key. What was revoked before a check began is refused, on every node
//! (`docs/revocation.md`).

pub mod api;
mod headers;
mod look_up;
mod memory;
mod row;
pub mod rules;
mod store;

use crate::app::App;
use crate::error::Result;
use crate::features::applications::Claim;
use crate::features::{access_tokens, application_sessions, organisation_access};
use crate::http::Source;
use crate::ids::{ApplicationId, ApplicationSessionId, TokenId};
use crate::time::Timestamp;
use memory::{Key, Kind, Known};
use portcullis_db::{Statement, View};
use row::{Held, Row};
use rules::{Presented, Question, Verdict};
use std::sync::Arc;
use store::{Asking, Found};
use uuid::Uuid;

pub use look_up::LookUps;
pub use memory::Memory;
pub use row::{Answer, Credential};

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

/// What [`check`] says of something that is active, where this process remembers all that it
/// takes and nothing is to be noted or asked besides: none where it is not so. The view was taken
/// once it was known what is asked. Whoever uses it says so by [`count_remembered`]; else the
/// usual way is gone, and counts.
pub fn remembered(
    app: &App,
    view: &View<'_>,
    application: ApplicationId,
    question: &Question<'_>,
    now: Timestamp,
) -> Option<Answer> {
    recall(app, view, application, None, question, now)
}

/// The same of [`introspect`], for an application that proves itself.
pub fn introspect_remembered(
    app: &App,
    claim: &Claim,
    question: &Question<'_>,
    now: Timestamp,
) -> Option<Answer> {
    recall(app, &app.memory.view(&app.db)?, claim.id, Some(claim), question, now)
}

/// Counts a check that was answered by what is remembered.
pub fn count_remembered(app: &App) {
    app.memory.remembered.increment(1);
}

/// One check, in the words of the rules.
struct Asked<'a> {
    application: ApplicationId,
    claim: Option<&'a Claim>,
    presented: Option<Presented>,
    question: &'a Question<'a>,
    now: Timestamp,
}

/// What a check comes to: none where the application does not prove itself.
type Outcome = Option<Option<Arc<Row>>>;

async fn ask(
    app: &App,
    application: ApplicationId,
    claim: Option<&Claim>,
    question: &Question<'_>,
    now: Timestamp,
) -> Result<Option<Verdict>> {
    let asked = Asked::new(application, claim, question, now);
    // The question is here; then whether memory may answer, and only then memory.
    let view = app.memory.view(&app.db);
    let outcome = match view.as_ref().and_then(|view| asked.remembered(app, view)) {
        Some(outcome) => {
            count_remembered(app);
            outcome
        }
        None => match asked.looked_up(app, view.as_ref()).await {
            Ok(outcome) => {
                app.memory.asked.increment(1);
                outcome
            }
            Err(error) => {
                app.memory.refused.increment(1);
                return Err(error);
            }
        },
    };
    match outcome {
        None => Ok(None),
        Some(None) => Ok(Some(Verdict::Inactive)),
        Some(Some(row)) => {
            if row.takes_note(now, app.config.session_idle) {
                note_use(app, &row, question, now).await;
            }
            within(app, Answer::of(row), question, now).await.map(Some)
        }
    }
}

/// As [`ask`] goes about it, as far as it goes without waiting.
fn recall(
    app: &App,
    view: &View<'_>,
    application: ApplicationId,
    claim: Option<&Claim>,
    question: &Question<'_>,
    now: Timestamp,
) -> Option<Answer> {
    let asked = Asked::new(application, claim, question, now);
    let row = asked.remembered(app, view)???;
    if row.is_note_due(now, app.config.session_idle) {
        return None;
    }
    let answer = Answer::of(row);
    answer.about(question.organisation).is_none().then_some(answer)
}

impl<'a> Asked<'a> {
    fn new(
        application: ApplicationId,
        claim: Option<&'a Claim>,
        question: &'a Question<'a>,
        now: Timestamp,
    ) -> Self {
        let presented = Presented::parse(question.presented);
        Self { application, claim, presented, question, now }
    }

    fn secret_key(&self) -> Option<Key> {
        self.claim.map(|claim| Key::secret(self.application, claim.secret_id()))
    }

    fn row_key(&self) -> Option<Key> {
        let (kind, id) = match self.presented.as_ref()? {
            Presented::AccessToken(token) => (Kind::AccessToken, token.id()),
            Presented::ApplicationSession(token) => (Kind::ApplicationSession, token.id()),
        };
        Some(Key { application: self.application, kind, id })
    }

    /// From memory; none where that does not say enough.
    fn remembered(&self, app: &App, view: &View<'_>) -> Option<Outcome> {
        if let Some(key) = self.secret_key() {
            let secret = match app.memory.secret(view, &key, self.now) {
                Known::Is(secret) => Some(secret),
                Known::Nobody => None,
                Known::Unknown => return None,
            };
            if !rules::is_proved(self.claim, secret.as_deref(), self.now) {
                return Some(None);
            }
        }
        let Some(key) = self.row_key() else { return Some(Some(None)) };
        match app.memory.row(view, &key, self.now) {
            Known::Unknown => None,
            Known::Is(row) if self.is_opened_by(app, &row) => Some(Some(Some(row))),
            // It may have been in use since.
            Known::Is(row) if self.is_only_idle(app, &row) => None,
            Known::Is(_) | Known::Nobody => Some(Some(None)),
        }
    }

    /// From the database, in one look-up that begins after this.
    async fn looked_up(&self, app: &App, view: Option<&View<'_>>) -> Result<Outcome> {
        let asking = Asking { id: self.application, secret: self.claim.map(Claim::secret_id) };
        let Found { secret, held: row } = match &self.presented {
            Some(Presented::AccessToken(token)) => {
                app.look_ups.token(asking, TokenId::from_uuid(token.id())).await?
            }
            Some(Presented::ApplicationSession(token)) => {
                let id = ApplicationSessionId::from_uuid(token.id());
                app.look_ups.session(asking, id).await?
            }
            // As much work as for something that is nobody's.
            None => {
                let nobody = ApplicationSessionId::from_uuid(Uuid::nil());
                app.look_ups.session(asking, nobody).await?
            }
        };
        let is_proved = rules::is_proved(self.claim, secret.as_ref(), self.now);
        if let Some(view) = view {
            if let Some(key) = self.secret_key() {
                app.memory.put_secret(view, key, secret, self.now);
            }
            // Nobody fills the memory who has not proved to be an application.
            if let Some(key) = self.row_key().filter(|_| is_proved) {
                app.memory.put_row(view, key, row.as_ref(), self.now);
            }
        }
        if !is_proved {
            return Ok(None);
        }
        Ok(Some(row.filter(|row| self.is_opened_by(app, row))))
    }

    fn is_only_idle(&self, app: &App, row: &Row) -> bool {
        match row.held() {
            Held::Token(..) => false,
            Held::Session(held) => rules::is_only_idle(held, self.now, app.config.session_idle),
        }
    }

    fn is_opened_by(&self, app: &App, row: &Row) -> bool {
        match (row.held(), &self.presented) {
            (Held::Token(held, _), Some(Presented::AccessToken(token))) => {
                rules::token_opens(held, token, self.question, self.now)
            }
            (Held::Session(held), Some(Presented::ApplicationSession(token))) => {
                let when = (self.now, app.config.session_idle);
                rules::session_opens(held, self.application, token, self.question, when)
            }
            _ => false,
        }
    }
}

async fn note_use(app: &App, row: &Row, question: &Question<'_>, now: Timestamp) {
    match row.held() {
        Held::Token(held, _) => {
            let program = question.program.name();
            let source = Source::new(question.end_user, program, &app.places);
            access_tokens::note_use(app, held, &source, now).await;
        }
        Held::Session(held) => {
            application_sessions::note_use(app, held, question.end_user, now).await;
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
        return Ok(Verdict::Active(answer));
    };
    let source = Source::new(question.end_user, question.program.name(), &app.places);
    let (proof, session) = answer.came();
    let asked = organisation_access::Question {
        account: answer.account(),
        session,
        proof,
        limits: answer.limits(),
        source: &source,
        organisation,
    };
    Ok(match organisation_access::ask(app, &asked, now).await? {
        organisation_access::Verdict::Granted(granted) => Verdict::Active(answer.inside(granted)),
        organisation_access::Verdict::Refused(refusal) => Verdict::Refused(refusal),
        organisation_access::Verdict::Stranger => Verdict::Stranger,
    })
}
