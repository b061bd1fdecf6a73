//! The page of the profile.

use crate::error::Result;
use crate::features::account::rules::TimeZoneName;
use crate::features::account::web::read_name;
use crate::features::account::{Account, Profile, change_profile};
use crate::features::email_change;
use crate::http::{Answer, Choice, Field, Page, SignedIn, Visit};
use crate::text::{Language, Moment};
use askama::Template;
use axum::http::StatusCode;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "features/profile/profile.html")]
struct ProfilePage {
    page: Page,
    name: Field,
    email: String,
    email_verified: bool,
    pending: Option<PendingView>,
    languages: Vec<Choice>,
    language_error: Option<String>,
    time_zones: Vec<Choice>,
    time_zone_error: Option<String>,
    problem: Option<String>,
}

struct PendingView {
    email: String,
    until: Moment,
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

/// Name, language and time zone.
pub async fn profile_page(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    let account = &current.account;
    let name = Field::new(account.name.clone());
    let tag = account.language.tag();
    Answer::page(&profile(&visit, account, name, tag, &account.time_zone).await?)
}

/// What was typed there.
pub async fn save_profile(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    let form: Form = visit.form()?;
    let (name, name_field) = read_name(&visit, &form.name);
    let language =
        Language::from_tag(&form.language).filter(|language| Language::OFFERED.contains(language));
    let time_zone = TimeZoneName::parse(&form.time_zone);
    let account = &current.account;
    let mut shown = profile(&visit, account, name_field, &form.language, &form.time_zone).await?;
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

async fn profile(
    visit: &Visit,
    account: &Account,
    name: Field,
    language: &str,
    time_zone: &str,
) -> Result<ProfilePage> {
    let pending = email_change::pending(&visit.app, account.id, visit.now).await?;
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
    Ok(ProfilePage {
        page: visit.page("title-profile", "profile"),
        name,
        email: account.email.clone(),
        email_verified: account.email_verified_at.is_some(),
        pending: pending.map(|link| PendingView {
            until: visit.text.moment(link.expires_at),
            email: link.email,
        }),
        languages,
        language_error: None,
        time_zones,
        time_zone_error: None,
        problem: None,
    })
}
