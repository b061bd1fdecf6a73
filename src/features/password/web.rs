//! The page that changes the password, and what other pages with a new password share.

mod change_form;

use super::rules::{MAX_BYTES, Password, Policy, Rule};
use crate::error::Result;
use crate::http::{Answer, Field, Page, ReturnPath, SignedInAnyhow, Visit, onward};
use askama::Template;
use serde::Deserialize;

pub use change_form::{ChangeForm, Tried, try_to_change};

/// A rule as the page lists it.
pub struct Requirement {
    /// Its name, for the page's script.
    pub id: &'static str,
    /// Its message.
    pub key: &'static str,
    /// `unknown`, `met` or `unmet`.
    pub state: &'static str,
    /// The smallest length.
    pub min: i64,
}

#[derive(Template)]
#[template(path = "features/password/change.html")]
struct ChangePasswordPage {
    page: Page,
    form: ChangeForm,
    sign_out_others: bool,
    /// Nothing else is open to the account before.
    required: bool,
    /// What was wanted, where that had to wait for a new password.
    return_to: Option<String>,
}

#[derive(Deserialize)]
struct Ticked {
    sign_out_others: Option<String>,
    return_to: Option<String>,
}

#[derive(Deserialize)]
struct Asked {
    return_to: Option<String>,
}

fn checked(return_to: Option<&str>) -> Option<String> {
    return_to.and_then(ReturnPath::parse).map(|path| path.as_str().to_owned())
}

/// What is wrong with a new password and its repetition, before anything is
/// asked of the database.
pub struct NewPassword {
    /// The field.
    pub first: Field,
    /// The field that repeats it.
    pub confirmed: Field,
    /// The password, when both are filled in and alike.
    pub password: Option<Password>,
}

impl NewPassword {
    /// Reads the two fields.
    pub fn read(visit: &Visit, first: &str, confirmed: &str) -> Self {
        let wrong = |key| Field::default().wrong(visit.text.say(key));
        let mut read =
            Self { first: Field::default(), confirmed: Field::default(), password: None };
        if first.is_empty() {
            read.first = wrong("field-required");
        }
        if confirmed.is_empty() {
            read.confirmed = wrong("field-required");
        }
        if first.is_empty() || confirmed.is_empty() {
            return read;
        }
        match (Password::parse(first), Password::parse(confirmed)) {
            (Ok(password), Ok(repeated)) if password.reveal() == repeated.reveal() => {
                read.password = Some(password);
            }
            (Ok(_), _) => read.confirmed = wrong("passwords-differ"),
            (Err(_), _) => {
                let most = i64::try_from(MAX_BYTES).unwrap_or(i64::MAX);
                let text = visit.text.say("password-rule-too-long").number("max", most);
                read.first = Field::default().wrong(text);
            }
        }
        read
    }

    /// The field with the rules that the password broke.
    pub fn broken(visit: &Visit, rules: &[Rule]) -> Field {
        let minimum = minimum(visit);
        let sentences: Vec<String> = rules
            .iter()
            .map(|rule| visit.text.say(rule.broken_key()).number("min", minimum).to_string())
            .collect();
        Field::default().wrong(sentences.join(" "))
    }
}

fn minimum(visit: &Visit) -> i64 {
    let policy = Policy::of(visit.app.config.password_policy);
    i64::try_from(policy.minimum).unwrap_or(i64::MAX)
}

/// The rules beside a field for a new password. With `broken`, each is marked.
pub fn requirements(visit: &Visit, broken: Option<&[Rule]>) -> Vec<Requirement> {
    Policy::of(visit.app.config.password_policy)
        .rules()
        .into_iter()
        .map(|rule| Requirement {
            id: rule.id(),
            key: rule.requirement_key(),
            state: match broken {
                None => "unknown",
                Some(broken) if broken.contains(&rule) => "unmet",
                Some(_) => "met",
            },
            min: minimum(visit),
        })
        .collect()
}

/// The page.
pub async fn page(visit: Visit, SignedInAnyhow(current): SignedInAnyhow) -> Result<Answer> {
    let asked: Asked = visit.query()?;
    Answer::page(&ChangePasswordPage {
        page: visit.page("title-change-password", "security"),
        form: ChangeForm::empty(&visit, &current),
        sign_out_others: true,
        required: current.account.password_change_required_at.is_some(),
        return_to: checked(asked.return_to.as_deref()),
    })
}

/// What was typed there.
pub async fn submit(visit: Visit, SignedInAnyhow(current): SignedInAnyhow) -> Result<Answer> {
    let ticked: Ticked = visit.form()?;
    let sign_out_others = ticked.sign_out_others.as_deref() == Some("yes");
    let return_to = checked(ticked.return_to.as_deref());
    match try_to_change(&visit, &current, sign_out_others).await? {
        Tried::Changed(session) => {
            let flash = if sign_out_others {
                "flash-password-changed-others-ended"
            } else {
                "flash-password-changed"
            };
            let answer = onward(&visit, return_to.as_deref().unwrap_or("/settings/security"))?;
            Ok(answer.session(&visit.app, &session).flash(&visit.app, flash))
        }
        Tried::Refused(refused) => {
            let answer = Answer::page(&ChangePasswordPage {
                page: visit.page("title-change-password", "security"),
                sign_out_others,
                required: current.account.password_change_required_at.is_some(),
                return_to,
                form: refused.form,
            })?;
            Ok(refused.refusal.of(answer))
        }
    }
}
