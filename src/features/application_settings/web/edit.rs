//! The form of an application, new or as it is.

use super::{PAGE, SECTION, algorithms, find, lifetimes, secrets};
use crate::error::{Refused, Result};
use crate::features::account::rules::NotAName;
use crate::features::account::web::read_name;
use crate::features::administration::By;
use crate::features::application_settings::rules::{NotDeclared, Typed, Wanted, Wrong, WrongLine};
use crate::features::application_settings::{Changed, Created, Taken, change, create};
use crate::features::applications::rules::{AddressKind, NotAPermission, NotAnAddress};
use crate::http::{AdministratorSteppedUp, Answer, Choice, Field, Page, Visit};
use crate::ids::ApplicationId;
use askama::Template;
use axum::http::StatusCode;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "features/application_settings/edit.html")]
struct EditPage {
    page: Page,
    action: String,
    back: String,
    new: bool,
    /// The id that a new one gets, or the revision that was looked at.
    id: String,
    revision: String,
    name: Field,
    public: bool,
    kind_error: Option<String>,
    lifetimes: Vec<Choice>,
    lifetime_error: Option<String>,
    algorithms: Vec<Choice>,
    algorithm_error: Option<String>,
    return_addresses: Field,
    after_sign_out_addresses: Field,
    gate_origins: Field,
    identity_assertion: bool,
    permissions: Field,
    logout_url: Field,
    problem: Option<String>,
}

/// What was sent. A name that is not there is as one that is empty.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Form {
    id: String,
    revision: String,
    name: String,
    kind: String,
    session_lifetime: String,
    id_token_algorithm: String,
    return_addresses: String,
    after_sign_out_addresses: String,
    gate_origins: String,
    identity_assertion: String,
    permissions: String,
    back_channel_logout_url: String,
}

impl Form {
    fn typed(&self) -> Typed {
        Typed {
            name: self.name.clone(),
            kind: self.kind.clone(),
            session_lifetime: self.session_lifetime.clone(),
            id_token_algorithm: self.id_token_algorithm.clone(),
            return_addresses: self.return_addresses.clone(),
            after_sign_out_addresses: self.after_sign_out_addresses.clone(),
            gate_origins: self.gate_origins.clone(),
            permissions: self.permissions.clone(),
            back_channel_logout_url: self.back_channel_logout_url.clone(),
            identity_assertion: self.identity_assertion == "yes",
        }
    }
}

/// What the form is for.
enum Of {
    New(ApplicationId),
    One(ApplicationId, i64),
}

fn lines<T>(
    visit: &Visit,
    wrong: &[WrongLine<T>],
    say: impl Fn(&Visit, &T) -> String,
) -> Option<String> {
    let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let say = |wrong: &WrongLine<T>| match wrong {
        WrongLine::Line(line, why) => visit
            .text
            .say("application-line-wrong")
            .number("line", number(*line))
            .with("why", say(visit, why))
            .to_string(),
        WrongLine::TooMany(most) => {
            visit.text.say("application-lines-many").number("most", number(*most)).to_string()
        }
    };
    (!wrong.is_empty()).then(|| wrong.iter().map(say).collect::<Vec<_>>().join(" "))
}

fn say_address(visit: &Visit, why: &NotAnAddress) -> String {
    let say = &visit.text;
    match why {
        NotAnAddress::Unreadable => say.say("application-address-unreadable"),
        NotAnAddress::TooLong => say.say("application-address-long"),
        NotAnAddress::Spelling(usual) => {
            return say.say("application-address-spelling").with("usual", usual).to_string();
        }
        NotAnAddress::Insecure => say.say("application-address-insecure"),
        NotAnAddress::Scheme => say.say("application-address-scheme"),
        NotAnAddress::Fragment => say.say("application-address-fragment"),
        NotAnAddress::User => say.say("application-address-user"),
        NotAnAddress::Wildcard => say.say("application-address-wildcard"),
        NotAnAddress::Path => say.say("application-address-path"),
        NotAnAddress::Network => say.say("application-address-network"),
    }
    .to_string()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "called as what says other faults is")]
fn say_declared(visit: &Visit, why: &NotDeclared) -> String {
    match why {
        NotDeclared::Name(NotAPermission::Form) => visit.text.say("application-permission-form"),
        NotDeclared::Name(NotAPermission::TooLong) => visit.text.say("application-permission-long"),
        NotDeclared::Name(NotAPermission::Own) => visit.text.say("application-permission-own"),
        NotDeclared::About(NotAName::Empty) => visit.text.say("application-permission-about"),
        NotDeclared::About(NotAName::TooLong) => {
            visit.text.say("application-permission-about-long")
        }
        NotDeclared::Twice => visit.text.say("application-permission-twice"),
    }
    .to_string()
}

fn view(visit: &Visit, of: &Of, typed: Typed, wrong: &Wrong) -> EditPage {
    let address = |kind, value: String| Field {
        value,
        error: wrong.addresses.get(&kind).and_then(|lines_of| lines(visit, lines_of, say_address)),
    };
    let said = |is_wrong: bool| is_wrong.then(|| visit.text.say("application-choose").to_string());
    let (title, id, revision, place) = match of {
        Of::New(id) => ("title-admin-application-new", id, String::new(), format!("{PAGE}/new")),
        Of::One(id, revision) => (
            "title-admin-application-change",
            id,
            revision.to_string(),
            format!("{PAGE}/{id}/change"),
        ),
    };
    let new = matches!(of, Of::New(_));
    let name = match wrong.name {
        Some(_) => read_name(visit, &typed.name).1,
        None => Field::new(typed.name),
    };
    EditPage {
        page: visit.page(title, SECTION),
        action: place,
        back: if new { PAGE.to_owned() } else { format!("{PAGE}/{id}") },
        new,
        id: id.to_string(),
        revision,
        name,
        public: typed.kind == "public",
        kind_error: said(wrong.kind),
        lifetimes: lifetimes(visit, &typed.session_lifetime),
        lifetime_error: said(wrong.session_lifetime),
        algorithms: algorithms(visit, &typed.id_token_algorithm),
        algorithm_error: said(wrong.id_token_algorithm),
        return_addresses: address(AddressKind::Return, typed.return_addresses),
        after_sign_out_addresses: address(
            AddressKind::AfterSignOut,
            typed.after_sign_out_addresses,
        ),
        gate_origins: address(AddressKind::Gate, typed.gate_origins),
        identity_assertion: typed.identity_assertion,
        permissions: Field {
            value: typed.permissions,
            error: lines(visit, &wrong.permissions, say_declared),
        },
        logout_url: Field {
            value: typed.back_channel_logout_url,
            error: wrong.back_channel_logout_url.as_ref().map(|why| say_address(visit, why)),
        },
        problem: None,
    }
}

/// With what another application has.
fn taken(visit: &Visit, mut page: EditPage, taken: Taken) -> Result<Answer> {
    match taken {
        Taken::Permission(name) => {
            let said = visit.text.say("application-permission-taken").with("name", name);
            page.permissions = page.permissions.wrong(said);
        }
        Taken::Origin(origin) => {
            let said = visit.text.say("application-origin-taken").with("origin", origin);
            page.gate_origins = page.gate_origins.wrong(said);
        }
    }
    Ok(Answer::page(&page)?.status(StatusCode::UNPROCESSABLE_ENTITY))
}

fn wrong_page(page: &EditPage) -> Result<Answer> {
    Ok(Answer::page(page)?.status(StatusCode::BAD_REQUEST))
}

/// The form of a new application.
pub async fn new_page(visit: Visit, _: AdministratorSteppedUp) -> Result<Answer> {
    let of = Of::New(ApplicationId::new(visit.now, &visit.app.random));
    Answer::page(&view(&visit, &of, Typed::new(), &Wrong::default()))
}

/// Makes it, and shows its secret.
pub async fn make(
    visit: Visit,
    AdministratorSteppedUp(current): AdministratorSteppedUp,
) -> Result<Answer> {
    let form: Form = visit.form()?;
    let id = form.id.parse().map_err(|_| Refused::Unreadable)?;
    let (of, typed) = (Of::New(id), form.typed());
    let wanted = match Wanted::read(&typed, &visit.app.config.outward) {
        Ok(wanted) => wanted,
        Err(wrong) => return wrong_page(&view(&visit, &of, typed, &wrong)),
    };
    let by = By::Administrator(&current, &visit.source);
    let one = Answer::redirect(format!("{PAGE}/{id}"));
    match create(&visit.app, by, id, &wanted).await? {
        Created::Done(Some(secret)) => {
            let name = wanted.properties().name.clone();
            secrets::show(&visit, "title-admin-application-made", id, name, secret.text)
        }
        Created::Done(None) => Ok(one.flash(&visit.app, "flash-admin-application-made")),
        Created::Already => Ok(one.flash(&visit.app, "flash-refused-application-made")),
        Created::Taken(what) => taken(&visit, view(&visit, &of, typed, &Wrong::default()), what),
    }
}

/// The form of an application as it is.
pub async fn change_page(visit: Visit, _: AdministratorSteppedUp) -> Result<Answer> {
    let details = find(&visit).await?;
    let of = Of::One(details.application.id, details.application.revision);
    Answer::page(&view(&visit, &of, Typed::of(&details), &Wrong::default()))
}

/// Changes it.
pub async fn submit_change(
    visit: Visit,
    AdministratorSteppedUp(current): AdministratorSteppedUp,
) -> Result<Answer> {
    let form: Form = visit.form()?;
    let details = find(&visit).await?;
    let id = details.application.id;
    let revision = form.revision.parse().map_err(|_| Refused::Unreadable)?;
    // Its kind is no field of the form.
    let kind = details.application.kind.tag().to_owned();
    let (of, typed) = (Of::One(id, revision), Typed { kind, ..form.typed() });
    let wanted = match Wanted::read(&typed, &visit.app.config.outward) {
        Ok(wanted) => wanted,
        Err(wrong) => return wrong_page(&view(&visit, &of, typed, &wrong)),
    };
    let by = By::Administrator(&current, &visit.source);
    match change(&visit.app, by, id, revision, &wanted).await? {
        Changed::Done => Ok(Answer::redirect(format!("{PAGE}/{id}"))
            .flash(&visit.app, "flash-admin-application-changed")),
        Changed::Unknown => Err(Refused::NotFound.into()),
        Changed::Meanwhile => {
            // What they typed stays; sent once more, it is on top of what is there now.
            let of = Of::One(id, details.application.revision);
            let mut page = view(&visit, &of, typed, &Wrong::default());
            page.problem = Some(visit.text.say("application-changed-meanwhile").to_string());
            Ok(Answer::page(&page)?.status(StatusCode::CONFLICT))
        }
        Changed::Taken(what) => taken(&visit, view(&visit, &of, typed, &Wrong::default()), what),
    }
}
