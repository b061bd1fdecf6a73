//! The page that says who asks for what, and as whom one goes on.

use super::{lead, unanswered};
use crate::error::{Refused, Result};
use crate::features::open_id::authorize::{Asked, allow, deny, read};
use crate::features::open_id::rules::{Decision, Request};
use crate::features::sessions::Current;
use crate::http::{Answer, Page, SignedIn, Visit, leave, onward};
use askama::Template;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "features/open_id/consent.html")]
struct ConsentPage {
    page: Page,
    application: String,
    email: String,
    /// Where it goes on, as a reader can check it.
    host: String,
    /// The request once more.
    query: String,
    /// What the application will see and be able to do.
    wishes: Vec<Wish>,
}

struct Wish {
    icon: &'static str,
    says: String,
    /// A permission's name.
    name: Option<String>,
}

#[derive(Deserialize)]
struct Form {
    decision: String,
}

/// Asks.
pub async fn page(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    let asked = match read(&visit.app, &visit.query, visit.now).await? {
        Ok(asked) => asked,
        Err(why) => return unanswered(&visit, why),
    };
    match &asked.request {
        Ok(request) => Answer::page(&shown(&visit, &asked, request, &current)),
        Err(refusal) => Ok(Answer::redirect(asked.refused(&visit.app, *refusal))),
    }
}

/// What was answered there. The way on is a page of ours, because the answer to a form
/// must not redirect to another site.
pub async fn submit(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    let form: Form = visit.form()?;
    let asked = match read(&visit.app, &visit.query, visit.now).await? {
        Ok(asked) => asked,
        Err(why) => return unanswered(&visit, why),
    };
    let name = asked.application.name.as_str();
    let request = match &asked.request {
        Ok(request) => request,
        Err(refusal) => return leave(&visit, &asked.refused(&visit.app, *refusal), name),
    };
    let (app, source) = (&visit.app, &visit.source);
    match form.decision.as_str() {
        "allow" => match allow(app, request, &current, source).await? {
            (_, Some(code)) => leave(&visit, &asked.answered(app, &code), name),
            (Decision::Consent | Decision::Code, None) => Err(Refused::OldForm.into()),
            (Decision::Refuse(refusal), None) => leave(&visit, &asked.refused(app, refusal), name),
            (Decision::SetUpSecondFactor, None) => {
                lead(&visit, &asked, request, Decision::SetUpSecondFactor)
            }
            (_, None) => onward(&visit, &format!("/oauth/authorize?{}", request.query())),
        },
        "deny" => {
            let refusal = deny(app, &asked, &current, source).await?;
            leave(&visit, &asked.refused(app, refusal), name)
        }
        _ => Err(Refused::Unreadable.into()),
    }
}

fn shown(visit: &Visit, asked: &Asked, request: &Request, current: &Current) -> ConsentPage {
    let say = |key| visit.text.say(key).to_string();
    let wish = |icon, says| Wish { icon, says, name: None };
    let mut wishes = vec![wish("user", say("consent-openid"))];
    if request.scopes.has("profile") {
        wishes.push(wish("list", say("consent-profile")));
    }
    if request.scopes.has("email") {
        wishes.push(wish("mail", say("consent-email")));
    }
    if let Some(organisation) = &request.organisation {
        let says = visit.text.say("consent-organisation").with("organisation", organisation);
        wishes.push(wish("users", says.to_string()));
    }
    let permissions = asked.declared.iter().filter(|own| request.scopes.has(&own.name));
    wishes.extend(permissions.map(|own| Wish {
        icon: "key",
        says: own.about.clone(),
        name: Some(own.name.clone()),
    }));
    ConsentPage {
        page: visit.page("title-consent", ""),
        application: asked.application.name.clone(),
        email: current.account.email.clone(),
        host: host(&request.return_address),
        query: request.query(),
        wishes,
    }
}

/// Host and port of an address, or a scheme of an application's own.
fn host(address: &str) -> String {
    let Ok(url) = url::Url::parse(address) else { return address.to_owned() };
    match (url.host_str(), url.port()) {
        (Some(host), Some(port)) if url.scheme().starts_with("http") => format!("{host}:{port}"),
        (Some(host), None) if url.scheme().starts_with("http") => host.to_owned(),
        _ => format!("{}:", url.scheme()),
    }
}
