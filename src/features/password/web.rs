//! The page that changes the password, and what other pages with a new password share.

use super::rules::{MAX_BYTES, Password, Policy, Rule};
use super::{ChangeOutcome, ChangePassword, change};
use crate::error::Result;
use crate::http::{Answer, Field, Page, SignedInAnyhow, Visit};
use askama::Template;
use axum::http::StatusCode;
use serde::Deserialize;

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
    email: String,
    current_password: Field,
    new_password: Field,
    confirm_new_password: Field,
    requirements: Vec<Requirement>,
    sign_out_others: bool,
    /// Nothing else is open to the account before.
    required: bool,
    problem: Option<String>,
}

#[derive(Deserialize)]
struct Form {
    #[serde(default)]
    current_password: String,
    #[serde(default)]
    new_password: String,
    #[serde(default)]
    confirm_new_password: String,
    sign_out_others: Option<String>,
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
    Answer::page(&ChangePasswordPage {
        page: visit.page("title-change-password", "security"),
        email: current.account.email,
        current_password: Field::default(),
        new_password: Field::default(),
        confirm_new_password: Field::default(),
        requirements: requirements(&visit, None),
        sign_out_others: true,
        required: current.account.password_change_required_at.is_some(),
        problem: None,
    })
}

/// What was typed there.
pub async fn submit(visit: Visit, SignedInAnyhow(current): SignedInAnyhow) -> Result<Answer> {
    let form: Form = visit.form()?;
    let sign_out_others = form.sign_out_others.as_deref() == Some("yes");
    let new = NewPassword::read(&visit, &form.new_password, &form.confirm_new_password);
    let wrong = |key| Field::default().wrong(visit.text.say(key));
    let mut shown = ChangePasswordPage {
        page: visit.page("title-change-password", "security"),
        email: current.account.email.clone(),
        current_password: Field::default(),
        new_password: new.first,
        confirm_new_password: new.confirmed,
        requirements: requirements(&visit, None),
        sign_out_others,
        required: current.account.password_change_required_at.is_some(),
        problem: None,
    };
    if form.current_password.is_empty() {
        shown.current_password = wrong("field-required");
    }
    let typed = Password::parse(&form.current_password);
    if typed.is_err() {
        shown.current_password = wrong("current-password-wrong");
    }
    let (Ok(typed), Some(new), None) = (typed, new.password, &shown.current_password.error) else {
        return Ok(Answer::page(&shown)?.status(StatusCode::BAD_REQUEST));
    };
    let asked = ChangePassword { current: typed, new, sign_out_others };
    let device = visit.device();
    match change(&visit.app, &current, device.as_ref(), &visit.source, asked).await? {
        ChangeOutcome::Changed { session, .. } => {
            let flash = if sign_out_others {
                "flash-password-changed-others-ended"
            } else {
                "flash-password-changed"
            };
            let answer = Answer::redirect("/settings/security");
            Ok(answer.session(&visit.app, &session).flash(&visit.app, flash))
        }
        ChangeOutcome::WrongCurrent => {
            shown.current_password = wrong("current-password-wrong");
            Ok(Answer::page(&shown)?.status(StatusCode::FORBIDDEN))
        }
        ChangeOutcome::Broken(rules) => {
            shown.new_password = NewPassword::broken(&visit, &rules);
            shown.requirements = requirements(&visit, Some(&rules));
            Ok(Answer::page(&shown)?.status(StatusCode::UNPROCESSABLE_ENTITY))
        }
        ChangeOutcome::Same => {
            shown.new_password = wrong("password-rule-same-as-current");
            Ok(Answer::page(&shown)?.status(StatusCode::UNPROCESSABLE_ENTITY))
        }
        ChangeOutcome::Wait(wait) => {
            shown.problem = Some(visit.wait(wait));
            let answer = Answer::page(&shown)?;
            Ok(answer.wait(wait))
        }
    }
}
