//! Generate Token: the form, and the only page that ever shows the token.

use crate::app::App;
use crate::error::{Refused, Result};
use crate::features::access_tokens::letters::PAGE;
use crate::features::access_tokens::rules::{
    self, Group, MOST, NotAnExpiry, NotSources, Permission, Sources,
};
use crate::features::access_tokens::{Made, Wanted, make, organisations_of};
use crate::features::account::web::read_name;
use crate::features::applications::{Offered, catalogue};
use crate::features::organisations::Organisation;
use crate::features::organisations::rules::{Limits, MOST_LIMITS};
use crate::features::sessions::Current;
use crate::http::{Answer, Choice, Field, Page, SteppedUp, Visit};
use crate::ids::{OrganisationId, new_uuid};
use crate::secret::{SecretText, Token};
use crate::text::days::typed_day;
use crate::time::Timestamp;
use askama::Template;
use axum::http::StatusCode;
use std::collections::BTreeSet;
use uuid::Uuid;

const DATE: &str = "date";
const NEVER: &str = "never";

#[derive(Template)]
#[template(path = "features/access_tokens/generate.html")]
struct GeneratePage {
    page: Page,
    form: String,
    name: Field,
    expirations: Vec<Choice>,
    expiration_error: Option<String>,
    expiration_hint: String,
    date: Field,
    groups: Vec<GroupBox>,
    permissions_error: Option<String>,
    organisations: Vec<OrganisationBox>,
    organisations_error: Option<String>,
    sources: Field,
    problem: Option<String>,
}

/// An organisation that the token can be limited to.
struct OrganisationBox {
    id: String,
    name: String,
    ticked: bool,
}

/// Permissions that stand together.
struct GroupBox {
    label: String,
    /// Whether they are an application's, which has chosen its own words.
    is_application: bool,
    permissions: Vec<PermissionBox>,
}

struct PermissionBox {
    id: String,
    name: String,
    says: String,
    ticked: bool,
}

#[derive(Template)]
#[template(path = "features/access_tokens/made.html")]
struct MadePage {
    page: Page,
    name: String,
    token: SecretText,
    profile: String,
    reads_profile: bool,
}

/// What was typed into the form.
#[derive(Default)]
struct Typed {
    name: String,
    expiration: String,
    date: String,
    permissions: BTreeSet<String>,
    organisations: BTreeSet<String>,
    sources: String,
    form: String,
}

/// What is wrong with it, field by field.
#[derive(Default)]
struct Wrong {
    name: Option<String>,
    expiration: Option<String>,
    date: Option<String>,
    permissions: Option<String>,
    organisations: Option<String>,
    sources: Option<String>,
}

/// What the form offers beside Portcullis's own.
struct Offers {
    catalogue: Vec<Offered>,
    organisations: Vec<Organisation>,
}

impl Offers {
    async fn load(app: &App, current: &Current) -> Result<Self> {
        let organisations = organisations_of(app, current.account.id).await?;
        Ok(Self { catalogue: catalogue(app).await?, organisations })
    }
}

impl Typed {
    fn read(fields: &[(String, String)]) -> Self {
        let text = |name: &str| {
            let found = fields.iter().find(|(own, _)| own == name);
            found.map_or_else(String::new, |(_, value)| value.clone())
        };
        let ticked = |name: &str| {
            let own = fields.iter().filter(|(own, _)| own == name);
            own.map(|(_, value)| value.clone()).collect()
        };
        Self {
            name: text("name"),
            expiration: text("expiration"),
            date: text("date"),
            permissions: ticked("permission"),
            organisations: ticked("organisation"),
            sources: text("sources"),
            form: text("form"),
        }
    }

    /// What it asks for, or what is wrong.
    fn wanted(
        &self,
        visit: &Visit,
        form: Uuid,
        offers: &Offers,
    ) -> std::result::Result<Wanted, Box<Wrong>> {
        let mut wrong = Wrong::default();
        let (name, field) = read_name(visit, &self.name);
        wrong.name = field.error;
        let expires_at = self.expires_at(visit, &mut wrong);
        let declared = |name: &str| {
            let mut all = offers.catalogue.iter().flat_map(|own| &own.permissions);
            all.any(|permission| permission.name == name)
        };
        let is_known = |name: &String| Permission::from_tag(name).is_some() || declared(name);
        wrong.permissions = if !self.permissions.iter().all(is_known) {
            Some(visit.text.say("token-permissions-unknown").to_string())
        } else if self.permissions.is_empty() {
            Some(visit.text.say("token-permissions-none").to_string())
        } else {
            None
        };
        let sources = Sources::parse(&self.sources);
        wrong.sources = sources.as_ref().err().map(|wrong| said_of_sources(visit, wrong));
        let limits = self.limits(visit, offers, &mut wrong);
        match (name, expires_at, sources, limits) {
            (Some(name), Some(expires_at), Ok(sources), Some(limits))
                if wrong.permissions.is_none() =>
            {
                let permissions = self.permissions.iter().cloned().collect();
                Ok(Wanted { name, expires_at, permissions, sources, limits, form })
            }
            _ => Err(Box::new(wrong)),
        }
    }

    /// The organisations that are ticked: nobody limits a token to others than their own.
    fn limits(&self, visit: &Visit, offers: &Offers, wrong: &mut Wrong) -> Option<Limits> {
        let own = |id: &String| {
            offers.organisations.iter().find(|one| one.id.to_string() == *id).map(|one| one.id)
        };
        let ids: Option<Vec<OrganisationId>> = self.organisations.iter().map(own).collect();
        let ids = ids.filter(|ids| ids.len() <= MOST_LIMITS);
        if ids.is_none() {
            wrong.organisations = Some(visit.text.say("token-organisations-wrong").to_string());
        }
        ids.map(Limits::to)
    }

    #[expect(
        clippy::option_option,
        reason = "nothing that can be read, and no end, are two things"
    )]
    fn expires_at(&self, visit: &Visit, wrong: &mut Wrong) -> Option<Option<Timestamp>> {
        let longest = visit.app.config.token_max_lifetime;
        let (offered, _) = rules::lifetimes(longest);
        let days = offered.into_iter().find(|days| days.to_string() == self.expiration);
        match self.expiration.as_str() {
            NEVER if longest.is_none() => Some(None),
            DATE => {
                let end = end_of_day(visit, self.date.trim());
                let judged = end.map(|end| rules::judge(visit.now, end, longest));
                wrong.date = match judged {
                    Some(Ok(at)) => return Some(Some(at)),
                    None => Some(visit.text.say("token-date-wrong").to_string()),
                    Some(Err(NotAnExpiry::Past)) => {
                        Some(visit.text.say("token-date-past").to_string())
                    }
                    Some(Err(NotAnExpiry::TooLate)) => {
                        let day = last_day(visit).unwrap_or_default();
                        Some(visit.text.say("token-date-late").with("day", day).to_string())
                    }
                };
                None
            }
            _ => {
                if days.is_none() {
                    wrong.expiration = Some(visit.text.say("token-expiration-wrong").to_string());
                }
                days.map(|days| Some(rules::in_days(visit.now, days)))
            }
        }
    }
}

/// The first moment after a day, where the reader is.
fn end_of_day(visit: &Visit, typed: &str) -> Option<Timestamp> {
    visit.text.start_of(typed_day(typed)?.tomorrow().ok()?)
}

/// The last day that is over soon enough.
fn last_day(visit: &Visit) -> Option<String> {
    let latest = visit.now.plus(visit.app.config.token_max_lifetime?);
    let day = visit.text.day_of(latest).yesterday().ok()?;
    Some(day.to_string())
}

fn said_of_sources(visit: &Visit, wrong: &[NotSources]) -> String {
    let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let say = |wrong: &NotSources| match wrong {
        NotSources::Unreadable { line } => {
            visit.text.say("token-source-unreadable").number("line", number(*line)).to_string()
        }
        NotSources::Beyond { line, network } => {
            let (line, network) = (number(*line), network.to_string());
            let text = &visit.text;
            text.say("token-source-beyond")
                .number("line", line)
                .with("network", network)
                .to_string()
        }
        NotSources::TooMany { most } => {
            visit.text.say("token-sources-many").number("most", number(*most)).to_string()
        }
    };
    wrong.iter().map(say).collect::<Vec<_>>().join(" ")
}

fn view(
    visit: &Visit,
    offers: &Offers,
    typed: Typed,
    wrong: Wrong,
    problem: Option<String>,
) -> GeneratePage {
    let longest = visit.app.config.token_max_lifetime;
    let (offered, _) = rules::lifetimes(longest);
    let choice = |value: String, label: String| {
        let selected = value == typed.expiration;
        Choice { value, label, selected }
    };
    let mut expirations: Vec<Choice> = offered
        .into_iter()
        .map(|days| {
            let label = visit.text.say("token-expiration-days").number("count", days);
            choice(days.to_string(), label.to_string())
        })
        .collect();
    expirations.push(choice(DATE.to_owned(), visit.text.say("token-expiration-date").to_string()));
    let expiration_hint = match longest {
        None => {
            let never = visit.text.say("token-expiration-never").to_string();
            expirations.push(choice(NEVER.to_owned(), never));
            visit.text.say("token-expiration-hint").to_string()
        }
        Some(longest) => {
            let days = i64::try_from(longest.as_secs() / 86_400).unwrap_or(i64::MAX);
            visit.text.say("token-expiration-hint-longest").number("count", days).to_string()
        }
    };
    let groups = Group::ALL.iter().map(|group| GroupBox {
        label: group.say(&visit.text).to_string(),
        is_application: false,
        permissions: boxes(visit, *group, &typed.permissions),
    });
    let applications = offers.catalogue.iter().map(|offered| boxes_of(offered, &typed.permissions));
    let groups = groups.filter(|group: &GroupBox| !group.permissions.is_empty());
    let groups = groups.chain(applications).collect();
    GeneratePage {
        page: visit.page("title-generate-token", "tokens"),
        form: typed.form,
        name: Field { value: typed.name, error: wrong.name },
        expirations,
        expiration_error: wrong.expiration,
        expiration_hint,
        date: Field { value: typed.date, error: wrong.date },
        groups,
        permissions_error: wrong.permissions,
        organisations: offers
            .organisations
            .iter()
            .map(|one| OrganisationBox {
                id: one.id.to_string(),
                name: one.name.clone(),
                ticked: typed.organisations.contains(&one.id.to_string()),
            })
            .collect(),
        organisations_error: wrong.organisations,
        sources: Field { value: typed.sources, error: wrong.sources },
        problem,
    }
}

fn boxes(visit: &Visit, group: Group, ticked: &BTreeSet<String>) -> Vec<PermissionBox> {
    // What is everybody's is offered to those who may read it; whether they still may
    // is asked at each call.
    let current = visit.current.as_ref();
    let audits = current.is_some_and(|current| current.account.may_audit());
    let offered = group != Group::Administration || audits;
    let own = Permission::ALL.iter().filter(|one| offered && one.group() == group);
    own.map(|permission| PermissionBox {
        id: format!("permission-{}", permission.tag().replace(':', "-")),
        name: permission.tag().to_owned(),
        says: permission.say(&visit.text).to_string(),
        ticked: ticked.contains(permission.tag()),
    })
    .collect()
}

/// What an application declares, in its own words.
fn boxes_of(offered: &Offered, ticked: &BTreeSet<String>) -> GroupBox {
    let own = offered.permissions.iter().map(|permission| PermissionBox {
        id: format!("permission-of-application-{}", permission.name.replace(':', "-at-")),
        name: permission.name.clone(),
        says: permission.about.clone(),
        ticked: ticked.contains(&permission.name),
    });
    GroupBox {
        label: offered.application.clone(),
        is_application: true,
        permissions: own.collect(),
    }
}

/// The form, empty or with what was typed before a fresh proof was asked for.
pub async fn new_page(visit: Visit, SteppedUp(current): SteppedUp) -> Result<Answer> {
    let mut typed = Typed::read(visit.kept_fields());
    if typed.form.is_empty() {
        typed.form = new_uuid(visit.now, &visit.app.random).to_string();
        let (_, usual) = rules::lifetimes(visit.app.config.token_max_lifetime);
        typed.expiration = usual.to_string();
    }
    let offers = Offers::load(&visit.app, &current).await?;
    Answer::page(&view(&visit, &offers, typed, Wrong::default(), None))
}

/// Makes the token, and shows it: this answer is the only place where it stands.
pub async fn make_token(visit: Visit, SteppedUp(current): SteppedUp) -> Result<Answer> {
    let typed = Typed::read(&visit.form::<Vec<(String, String)>>()?);
    let form = typed.form.parse().map_err(|_| Refused::Unreadable)?;
    let offers = Offers::load(&visit.app, &current).await?;
    let wanted = match typed.wanted(&visit, form, &offers) {
        Ok(wanted) => wanted,
        Err(wrong) => {
            let again = view(&visit, &offers, typed, *wrong, None);
            return Ok(Answer::page(&again)?.status(StatusCode::BAD_REQUEST));
        }
    };
    let reads_profile = wanted.permissions.allow(Permission::ProfileRead);
    match make(&visit.app, &current, wanted, &visit.source).await? {
        Made::Token(token, listed) => show(&visit, listed.name, &token, reads_profile),
        Made::Already => Ok(Answer::redirect(PAGE).flash(&visit.app, "flash-refused-token-made")),
        Made::TooMany => {
            let said = visit.text.say("tokens-too-many").number("most", MOST).to_string();
            let again = view(&visit, &offers, typed, Wrong::default(), Some(said));
            Ok(Answer::page(&again)?.status(StatusCode::UNPROCESSABLE_ENTITY))
        }
        Made::Withdrawn => {
            let said = visit.text.say("token-permissions-unknown").to_string();
            let wrong = Wrong { permissions: Some(said), ..Wrong::default() };
            let again = view(&visit, &offers, typed, wrong, None);
            Ok(Answer::page(&again)?.status(StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}

fn show(visit: &Visit, name: String, token: &Token, reads_profile: bool) -> Result<Answer> {
    Answer::page(&MadePage {
        page: visit.page("title-token-made", "tokens"),
        name,
        token: token.encode(),
        profile: visit.app.config.public_url.link("/api/v1/profile"),
        reads_profile,
    })
}
