//! The page that exports a log.

use super::file::file;
use super::rules::{AT_ONCE, Typed, Wrong, field_of};
use super::{Asked, Asker, Order, ask};
use crate::error::{Refused, Result};
use crate::features::account::Account;
use crate::features::organisations::Organisation;
use crate::features::security_log::Area;
use crate::features::security_log::export::{FORMATS, Format, Whose};
use crate::http::api::File;
use crate::http::{Answer, Choice, Field, Page, SteppedUp, Visit};
use askama::Template;
use axum::http::StatusCode;

#[derive(Template)]
#[template(path = "features/log_export/export.html")]
struct ExportPage {
    page: Page,
    whose: Shown,
    path: String,
    formats: Vec<Choice>,
    format_error: Option<String>,
    from: Field,
    until: Field,
    areas: Vec<AreaBox>,
    areas_error: Option<String>,
    problem: Option<String>,
}

struct AreaBox {
    name: String,
    label: String,
    ticked: bool,
}

/// Whose log a page is about, as it says it.
#[derive(Clone)]
pub enum Shown {
    /// The reader's.
    Own,
    /// Of the account of this id and address.
    Of(String, String),
    /// Of the organisation whose pages are there, by its name.
    OfOrganisation(String, String),
    /// Everybody's.
    Everybodys,
}

impl Shown {
    /// An account that is not the reader's.
    pub fn of(account: &Account) -> Self {
        Self::Of(account.id.to_string(), account.email.clone())
    }

    /// An organisation's.
    pub fn of_organisation(organisation: &Organisation) -> Self {
        Self::OfOrganisation(organisation.path(""), organisation.name.clone())
    }

    fn section(&self) -> &'static str {
        match self {
            Self::Own => "log",
            Self::Of(..) => "admin-accounts",
            Self::OfOrganisation(..) => "organisations",
            Self::Everybodys => "admin-log",
        }
    }
}

/// Asks for format, period and kinds.
pub async fn page(visit: Visit, _: SteppedUp) -> Result<Answer> {
    form_for(&visit, Shown::Own)
}

/// The file.
pub async fn submit(visit: Visit, SteppedUp(current): SteppedUp) -> Result<Answer> {
    let whose = Whose::Account(current.account.id);
    send(&visit, Asker::Owner(&current, &visit.source), whose, Shown::Own).await
}

/// The page, empty or with what was typed before a fresh proof was asked for.
pub fn form_for(visit: &Visit, shown: Shown) -> Result<Answer> {
    let typed = match visit.kept("format") {
        "" => Typed::default(),
        _ => Typed::read(visit.kept_fields()),
    };
    Answer::page(&view(visit, &typed, shown, None))
}

/// Answers the form: with the file, or with the form again.
pub async fn send(visit: &Visit, asker: Asker<'_>, whose: Whose, shown: Shown) -> Result<Answer> {
    let typed = Typed::read(&visit.form::<Vec<(String, String)>>()?);
    let (wanted, format) = match typed.wanted(whose, |day| visit.text.start_of(day), visit.now) {
        Ok(understood) => understood,
        Err(wrong) => {
            let again = view(visit, &typed, shown, Some(wrong));
            return Ok(Answer::page(&again)?.status(StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    match ask(&visit.app, asker, wanted, format, Order::Time).await? {
        Asked::Granted(export) => {
            let File { name, media_type, body } = file(*export, format, visit.now).await?;
            Ok(Answer::download(name, media_type, body))
        }
        Asked::WrongCursor => Err(Refused::NotFound.into()),
        Asked::Wait(wait) => {
            let mut again = view(visit, &typed, shown, None);
            let minutes = i64::try_from(wait.as_secs().div_ceil(60)).unwrap_or(i64::MAX);
            let most = i64::from(AT_ONCE);
            let said =
                visit.text.say("export-wait").number("count", most).number("minutes", minutes);
            again.problem = Some(said.to_string());
            Ok(Answer::page(&again)?.retry_after(wait))
        }
    }
}

fn view(visit: &Visit, typed: &Typed, whose: Shown, wrong: Option<Wrong>) -> ExportPage {
    let say = |key: &'static str| visit.text.say(key).to_string();
    let when = |is: fn(&Wrong) -> bool| wrong.as_ref().is_some_and(is);
    let mut from = Field::new(typed.from.clone());
    if when(|wrong| wrong.from) {
        from = from.wrong(visit.text.say("export-no-date"));
    }
    let mut until = Field::new(typed.until.clone());
    if when(|wrong| wrong.until) {
        until = until.wrong(visit.text.say("export-no-date"));
    } else if when(|wrong| wrong.backwards) {
        until = until.wrong(visit.text.say("export-backwards"));
    }
    let formats = FORMATS.into_iter().map(|format| Choice {
        value: format.tag().to_owned(),
        label: match format {
            Format::Csv => visit.text.say("export-format-csv").to_string(),
            Format::JsonLines => visit.text.say("export-format-jsonl").to_string(),
        },
        selected: typed.format == format.tag(),
    });
    let areas = Area::ALL.iter().map(|area| AreaBox {
        name: field_of(*area),
        label: area.say(&visit.text).to_string(),
        ticked: typed.areas.contains(area),
    });
    ExportPage {
        page: visit.page("title-log-export", whose.section()),
        path: visit.path.clone(),
        formats: formats.collect(),
        format_error: when(|wrong| wrong.format).then(|| say("export-no-format")),
        from,
        until,
        areas: areas.collect(),
        areas_error: when(|wrong| wrong.areas)
            .then(|| visit.text.say("export-no-area").to_string()),
        problem: None,
        whose,
    }
}
