//! The pages about the account itself.

use super::rules::{EmailAddress, MAX_NAME, Name, NotAName, TimeZoneName};
use super::{Profile, change_profile};
use crate::error::Result;
use crate::http::{Answer, Choice, Field, Page, Public, SignedIn, Visit};
use crate::text::Language;
use askama::Template;
use axum::http::StatusCode;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "features/account/profile.html")]
struct ProfilePage {
    page: Page,
    name: Field,
    email: String,
    languages: Vec<Choice>,
    language_error: Option<String>,
    time_zones: Vec<Choice>,
    time_zone_error: Option<String>,
    problem: Option<String>,
}

#[derive(Deserialize)]
struct Form {
    #[serde(default)]
    name: String,
    #[serde(default)]
    language: String,
    #[serde(default)]
    time_zone: String,
}

/// The address without a path.
pub async fn home(visit: Visit, _: Public) -> Result<Answer> {
    let to = if visit.current.is_some() { "/settings/security" } else { "/sign-in" };
    Ok(Answer::redirect(to))
}

/// A name that was typed, and the field that it came from.
pub fn read_name(visit: &Visit, typed: &str) -> (Option<Name>, Field) {
    let field = Field::new(typed);
    match Name::parse(typed) {
        Ok(name) => (Some(name), field),
        Err(NotAName::Empty) => (None, field.wrong(visit.text.say("name-required"))),
        Err(NotAName::TooLong) => {
            let most = i64::try_from(MAX_NAME).unwrap_or(i64::MAX);
            (None, field.wrong(visit.text.say("name-too-long").number("max", most)))
        }
    }
}

/// An address that was typed, and the field that it came from.
pub fn read_email(visit: &Visit, typed: &str) -> (Option<EmailAddress>, Field) {
    let field = Field::new(typed);
    if typed.trim().is_empty() {
        return (None, field.wrong(visit.text.say("field-required")));
    }
    match EmailAddress::parse(typed) {
        Ok(email) => (Some(email), field),
        Err(_) => (None, field.wrong(visit.text.say("email-invalid"))),
    }
}

/// Name, language and time zone.
pub async fn profile_page(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    let account = current.account;
    let name = Field::new(account.name.clone());
    let tag = account.language.tag();
    Answer::page(&profile(&visit, name, account.email, tag, &account.time_zone))
}

/// What was typed there.
pub async fn save_profile(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    let form: Form = visit.form()?;
    let (name, name_field) = read_name(&visit, &form.name);
    let language =
        Language::from_tag(&form.language).filter(|language| Language::OFFERED.contains(language));
    let time_zone = TimeZoneName::parse(&form.time_zone);
    let email = current.account.email.clone();
    let mut shown = profile(&visit, name_field, email, &form.language, &form.time_zone);
    let say = |key| visit.text.say(key).to_string();
    shown.language_error = language.is_none().then(|| say("language-unknown"));
    shown.time_zone_error = time_zone.is_none().then(|| say("time-zone-unknown"));
    let (Some(name), Some(language), Some(time_zone)) = (name, language, time_zone) else {
        return Ok(Answer::page(&shown)?.status(StatusCode::BAD_REQUEST));
    };
    let profile = Profile { name, language, time_zone };
    change_profile(&visit.app, current.owner(), &visit.source, &profile).await?;
    Ok(Answer::redirect("/settings/profile").flash(&visit.app, "flash-profile-saved"))
}

fn profile(
    visit: &Visit,
    name: Field,
    email: String,
    language: &str,
    time_zone: &str,
) -> ProfilePage {
    let languages = Language::OFFERED
        .into_iter()
        .map(|offered| Choice {
            value: offered.tag().to_owned(),
            label: offered.own_name().to_owned(),
            selected: offered.tag() == language,
        })
        .collect();
    let time_zones = TimeZoneName::all()
        .into_iter()
        .map(|name| Choice {
            selected: name == time_zone,
            label: name.replace('_', " "),
            value: name,
        })
        .collect();
    ProfilePage {
        page: visit.page("title-profile", "profile"),
        name,
        email,
        languages,
        language_error: None,
        time_zones,
        time_zone_error: None,
        problem: None,
    }
}
