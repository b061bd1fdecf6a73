//! Introspection (RFC 7662): what an application is told of what was presented to it.

use super::rules::{Program, Question, Verdict};
use super::{Answer, Credential};
use crate::app::App;
use crate::features::applications::Claim;
use crate::features::applications::rules::Scopes;
use crate::features::organisation_access::{Membership, Which};
use crate::http::oauth::{self, AskingApplication, Call, Code, Failure, Form, Result};
use crate::ids::{ApplicationId, ApplicationSessionId, TokenId};
use crate::time::Timestamp;
use serde::{Serialize, Serializer};
use std::fmt::Display;
use std::net::IpAddr;
use std::time::Duration;

/// Every "no" leaves so long after it was asked for, so that its time says nothing of
/// what was presented. It is more than a look-up takes.
const INACTIVE_AFTER: Duration = Duration::from_millis(5);

/// Nothing else is said of what is not active.
const INACTIVE: &[u8] = b"{\"active\":false}";

/// `POST /oauth/introspect`
pub async fn introspect(call: Call, asking: AskingApplication) -> Result<oauth::Answer> {
    let later = tokio::time::sleep(INACTIVE_AFTER);
    let AskingApplication(claim) = asking;
    let question = question(&call.form)?;
    match super::introspect(&call.app, &claim, &question, call.now).await? {
        None => Err(Failure::new(Code::InvalidClient).into()),
        Some(Verdict::Inactive | Verdict::Refused(_) | Verdict::Stranger) => {
            later.await;
            Ok(oauth::Answer::bytes("application/json", INACTIVE.to_vec()))
        }
        Some(Verdict::Active(answer)) => described(&call.app, &claim, &answer),
    }
}

/// The same at once, where this process remembers that it is active; none where it has to be
/// gone about in the usual way.
pub fn introspect_remembered(
    app: &App,
    claim: &Claim,
    form: &Form,
    now: Timestamp,
) -> Option<oauth::Answer> {
    let answer = super::introspect_remembered(app, claim, &question(form).ok()?, now)?;
    let said = described(app, claim, &answer).ok()?;
    super::count_remembered(app);
    Some(said)
}

fn question(form: &Form) -> Result<Question<'_>> {
    Ok(Question {
        presented: form.need("token")?,
        end_user: end_user(form)?,
        program: Program::default(),
        required: form.get("permissions").unwrap_or(""),
        organisation: form.get("organisation").map(Which::named),
    })
}

fn described(app: &App, claim: &Claim, answer: &Answer) -> Result<oauth::Answer> {
    let issuer = app.config.public_url.origin();
    Ok(oauth::Answer::json(&Described::new(answer, claim.id, issuer))?)
}

/// Where the end user is, as the application says. What is no address is a mistake
/// there, and not nothing.
fn end_user(form: &Form) -> Result<Option<IpAddr>> {
    let Some(text) = form.get("end_user_address") else { return Ok(None) };
    let address: IpAddr = text.parse().map_err(|_| {
        Failure::with(Code::InvalidRequest, "end_user_address is no IPv4 or IPv6 address.")
    })?;
    Ok(Some(address.to_canonical()))
}

/// What is said of what is active.
#[derive(Serialize)]
struct Described<'a> {
    active: bool,
    #[serde(serialize_with = "shown")]
    sub: crate::ids::AccountId,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(serialize_with = "shown")]
    scope: &'a Scopes,
    #[serde(serialize_with = "shown")]
    client_id: ApplicationId,
    token_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
    iat: i64,
    iss: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<Membership<'a>>,
    #[serde(flatten)]
    credential: Told,
}

/// What is said of one kind alone.
#[derive(Serialize)]
#[serde(untagged)]
enum Told {
    AccessToken {
        #[serde(serialize_with = "shown")]
        jti: TokenId,
    },
    ApplicationSession {
        #[serde(serialize_with = "shown")]
        sid: ApplicationSessionId,
        auth_time: i64,
        amr: Vec<&'static str>,
        acr: &'static str,
    },
}

impl<'a> Described<'a> {
    fn new(answer: &'a Answer, client_id: ApplicationId, issuer: &'a str) -> Self {
        let (account, scopes) = (answer.account(), answer.scopes());
        let email = scopes.has("email").then_some(account.email.as_str());
        Self {
            active: true,
            sub: account.id,
            username: email,
            email,
            name: scopes.has("profile").then_some(account.name.as_str()),
            scope: scopes,
            client_id,
            token_type: "Bearer",
            exp: answer.expires_at().map(seconds),
            iat: seconds(answer.made_at()),
            iss: issuer,
            organisation: answer.organisation().map(Membership::of),
            credential: match answer.credential() {
                Credential::AccessToken(id) => Told::AccessToken { jti: id },
                Credential::ApplicationSession { id, proof, .. } => Told::ApplicationSession {
                    sid: id,
                    auth_time: seconds(proof.at()),
                    amr: proof.methods(),
                    acr: proof.acr().tag(),
                },
            },
        }
    }
}

/// As tokens count time: down to the second, so that nothing is said to last longer than
/// it does.
fn seconds(at: Timestamp) -> i64 {
    at.millis().div_euclid(1000)
}

fn shown<S: Serializer>(
    value: &impl Display,
    serializer: S,
) -> std::result::Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}
