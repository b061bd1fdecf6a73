//! The form that changes the password, on whichever page it stands.

use super::{NewPassword, Requirement, requirements};
use crate::error::Result;
use crate::features::failure_counters::rules::Wait;
use crate::features::password::rules::Password;
use crate::features::password::{ChangeOutcome, ChangePassword, change};
use crate::features::sessions::Current;
use crate::http::{Answer, Field, Visit};
use crate::secret::Token;
use axum::http::StatusCode;
use serde::Deserialize;

/// The form with what is wrong in it.
pub struct ChangeForm {
    /// Whose it is, for password managers.
    pub email: String,
    /// The password so far.
    pub current_password: Field,
    /// The new one.
    pub new_password: Field,
    /// The new one once more.
    pub confirm_new_password: Field,
    /// The rules for it.
    pub requirements: Vec<Requirement>,
    /// What is wrong with none of the fields.
    pub problem: Option<String>,
}

/// What came of it.
pub enum Tried {
    /// It is changed; the session has this new cookie.
    Changed(Token),
    /// It is not.
    Refused(Box<Refused>),
}

/// The form as it comes back.
pub struct Refused {
    /// The form.
    pub form: ChangeForm,
    /// How the page with it is answered.
    pub refusal: Refusal,
}

/// How a page with a refused form is answered.
pub enum Refusal {
    /// With a status.
    Status(StatusCode),
    /// That it is too early.
    Wait(Wait),
}

impl Refusal {
    /// The page with the form, so answered.
    pub fn of(&self, page: Answer) -> Answer {
        match self {
            Self::Status(status) => page.status(*status),
            Self::Wait(wait) => page.wait(*wait),
        }
    }
}

#[expect(clippy::struct_field_names, reason = "the names of the form's fields")]
#[derive(Deserialize)]
struct Form {
    #[serde(default)]
    current_password: String,
    #[serde(default)]
    new_password: String,
    #[serde(default)]
    confirm_new_password: String,
}

impl ChangeForm {
    /// With nothing typed.
    pub fn empty(visit: &Visit, current: &Current) -> Self {
        Self {
            email: current.account.email.clone(),
            current_password: Field::default(),
            new_password: Field::default(),
            confirm_new_password: Field::default(),
            requirements: requirements(visit, None),
            problem: None,
        }
    }

    fn refused(self, status: StatusCode) -> Tried {
        Tried::Refused(Box::new(Refused { form: self, refusal: Refusal::Status(status) }))
    }
}

/// Changes the password to what was typed, or says what is wrong with it.
pub async fn try_to_change(
    visit: &Visit,
    current: &Current,
    sign_out_others: bool,
) -> Result<Tried> {
    let form: Form = visit.form()?;
    let new = NewPassword::read(visit, &form.new_password, &form.confirm_new_password);
    let wrong = |key| Field::default().wrong(visit.text.say(key));
    let mut shown = ChangeForm {
        new_password: new.first,
        confirm_new_password: new.confirmed,
        ..ChangeForm::empty(visit, current)
    };
    if form.current_password.is_empty() {
        shown.current_password = wrong("field-required");
    }
    let typed = Password::parse(&form.current_password);
    if typed.is_err() {
        shown.current_password = wrong("current-password-wrong");
    }
    let (Ok(typed), Some(new), None) = (typed, new.password, &shown.current_password.error) else {
        return Ok(shown.refused(StatusCode::BAD_REQUEST));
    };
    let asked = ChangePassword { current: typed, new, sign_out_others };
    let device = visit.device();
    Ok(match change(&visit.app, current, device.as_ref(), &visit.source, asked).await? {
        ChangeOutcome::Changed { session, .. } => Tried::Changed(session),
        ChangeOutcome::WrongCurrent => {
            shown.current_password = wrong("current-password-wrong");
            shown.refused(StatusCode::FORBIDDEN)
        }
        ChangeOutcome::Broken(rules) => {
            shown.new_password = NewPassword::broken(visit, &rules);
            shown.requirements = requirements(visit, Some(&rules));
            shown.refused(StatusCode::UNPROCESSABLE_ENTITY)
        }
        ChangeOutcome::Same => {
            shown.new_password = wrong("password-rule-same-as-current");
            shown.refused(StatusCode::UNPROCESSABLE_ENTITY)
        }
        ChangeOutcome::Wait(wait) => {
            shown.problem = Some(visit.wait(wait));
            Tried::Refused(Box::new(Refused { form: shown, refusal: Refusal::Wait(wait) }))
        }
    })
}
