use super::{Acr, Challenge, ErrorCode, NotParameters, Parameters, Refusal};
use crate::features::applications::rules::{STANDARD_SCOPES, Scopes};
use crate::ids::ApplicationId;
use crate::time::Timestamp;
use serde::Deserialize;
use std::time::Duration;

/// Longer values are not kept for anybody.
const MAX_STATE: usize = 2048;
const MAX_NONCE: usize = 512;
const MAX_ORGANISATION: usize = 64;
/// A query in our own spelling: it has to come back from signing in.
const MAX_QUERY: usize = 8000;
/// Ours, in a request that somebody comes back to after proving themselves for it.
const SINCE: &str = "portcullis_since";
/// So old a proof that was given for a request no longer stands for it.
const RETURN_WITHIN: Duration = Duration::from_mins(30);

/// Which application asks, and where the answer is to go: as long as these two have
/// not been judged, nothing is sent anywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addressed {
    /// The application.
    pub application: ApplicationId,
    /// Where the answer goes, if that is registered.
    pub return_address: String,
    parameters: Parameters,
    wrong: Option<NotParameters>,
}

/// Why nobody can be told what is wrong but the person in front of the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unaddressed {
    /// It does not say which application asks.
    NoApplication,
    /// It does not say where the answer is to go.
    NoAddress,
    /// It says one of them twice, or can't be read.
    Ambiguous,
}

impl Addressed {
    /// Reads the query of a request.
    pub fn read(query: &str) -> Result<Self, Unaddressed> {
        let (parameters, wrong) = Parameters::parse(query);
        match &wrong {
            Some(NotParameters::Encoding) => return Err(Unaddressed::Ambiguous),
            Some(NotParameters::Repeated(name))
                if matches!(name.as_str(), "client_id" | "redirect_uri") =>
            {
                return Err(Unaddressed::Ambiguous);
            }
            _ => {}
        }
        let application = parameters.get("client_id").ok_or(Unaddressed::NoApplication)?;
        let application = application.parse().map_err(|_| Unaddressed::NoApplication)?;
        let return_address = parameters.get("redirect_uri").ok_or(Unaddressed::NoAddress)?;
        let return_address = return_address.to_owned();
        Ok(Self { application, return_address, parameters, wrong })
    }

    /// What goes back with the answer, whatever that is.
    pub fn state(&self) -> Option<&str> {
        self.parameters.get("state").filter(|state| state.len() <= MAX_STATE)
    }
}

/// What may be shown and asked.
#[expect(clippy::struct_excessive_bools, reason = "each stands for itself")]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Prompt {
    /// Nothing.
    pub none: bool,
    /// Who they are, once more.
    pub login: bool,
    /// Whether the application may, once more.
    pub consent: bool,
    /// As whom.
    pub select_account: bool,
}

impl Prompt {
    fn parse(text: &str) -> Option<Self> {
        let mut prompt = Self::default();
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            match word {
                "none" => prompt.none = true,
                "login" => prompt.login = true,
                "consent" => prompt.consent = true,
                "select_account" => prompt.select_account = true,
                _ => return None,
            }
        }
        let others = prompt.login || prompt.consent || prompt.select_account;
        (!(prompt.none && others)).then_some(prompt)
    }
}

/// A request that can be answered, now or once somebody has done what it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The application.
    pub application: ApplicationId,
    /// Where the answer goes.
    pub return_address: String,
    /// What goes back with the answer.
    pub state: Option<String>,
    /// What stands in the ID token.
    pub nonce: Option<String>,
    /// What the code is bound to.
    pub challenge: Challenge,
    /// What is asked for, as far as this application can get it.
    pub scopes: Scopes,
    /// What may be shown and asked.
    pub prompt: Prompt,
    /// How long ago somebody may have proved who they are.
    pub max_age: Option<Duration>,
    /// How sure it has to be who they are.
    pub acr: Acr,
    /// Whom the application expects, as a token of ours.
    pub hint: Option<String>,
    /// The organisation that they sign in for, by its id or short name.
    pub organisation: Option<String>,
    /// From when on a proof was given for this very request.
    pub since: Option<Timestamp>,
    parameters: Parameters,
}

const fn invalid(description: &'static str) -> Refusal {
    Refusal::new(ErrorCode::InvalidRequest, description)
}

impl Request {
    /// Reads the rest of a request whose application and address are known to belong
    /// together; `declares` says whether the application has such a permission.
    pub fn read(
        addressed: &Addressed,
        declares: impl Fn(&str) -> bool,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let Addressed { application, return_address, parameters, wrong } = addressed;
        let get = |name| parameters.get(name);
        if wrong.is_some() {
            return Err(invalid("a parameter is there more than once"));
        }
        if parameters.query().len() > MAX_QUERY {
            return Err(invalid("the request is longer than 8000 bytes"));
        }
        refuse_unsupported(parameters)?;
        let too_long = |value: Option<&str>, most: usize| value.is_some_and(|it| it.len() > most);
        if too_long(get("state"), MAX_STATE) || too_long(get("nonce"), MAX_NONCE) {
            return Err(invalid("state is at most 2048 bytes long, nonce at most 512"));
        }
        if too_long(get("organisation"), MAX_ORGANISATION) {
            return Err(invalid("organisation is an id or a short name"));
        }
        let challenge = challenge(parameters)?;
        let scopes = scopes(get("scope").unwrap_or_default(), declares)?;
        let prompt = get("prompt").map_or(Some(Prompt::default()), Prompt::parse);
        let prompt = prompt
            .ok_or(invalid("prompt is none, or some of login, consent and select_account"))?;
        let max_age = match get("max_age") {
            None => None,
            Some(text) => Some(seconds(text).ok_or(invalid("max_age is a number of seconds"))?),
        };
        let since = get(SINCE).and_then(|text| text.parse().ok()).map(Timestamp::from_millis);
        Ok(Self {
            application: *application,
            return_address: return_address.clone(),
            state: get("state").map(str::to_owned),
            nonce: get("nonce").map(str::to_owned),
            challenge,
            scopes,
            prompt,
            max_age,
            acr: acr(parameters)?,
            hint: get("id_token_hint").map(str::to_owned),
            organisation: get("organisation").map(str::to_owned),
            since: since.filter(|at| *at <= now && now < at.plus(RETURN_WITHIN)),
            parameters: parameters.clone(),
        })
    }

    /// The request in our spelling.
    pub fn query(&self) -> String {
        self.parameters.query()
    }

    /// The same, to come back to once somebody has proved who they are: a proof from
    /// now on is what it asks for.
    pub fn after_proof(&self, now: Timestamp) -> String {
        let since = self.since.unwrap_or(now).millis().to_string();
        self.parameters.clone().with(SINCE, Some(since.into())).query()
    }
}

fn refuse_unsupported(parameters: &Parameters) -> Result<(), Refusal> {
    use ErrorCode::{
        RegistrationNotSupported, RequestNotSupported, RequestUriNotSupported,
        UnsupportedResponseType,
    };
    for (name, code) in [
        ("request", RequestNotSupported),
        ("request_uri", RequestUriNotSupported),
        ("registration", RegistrationNotSupported),
    ] {
        if parameters.get(name).is_some() {
            return Err(Refusal::new(code, "parameters stand in the query, by themselves"));
        }
    }
    match parameters.get("response_type") {
        None => return Err(invalid("response_type is missing: it is code")),
        Some("code") => {}
        Some(_) => return Err(Refusal::new(UnsupportedResponseType, "response_type is code")),
    }
    match parameters.get("response_mode") {
        None | Some("query") => Ok(()),
        Some(_) => Err(invalid("response_mode is query")),
    }
}

/// S256 is asked of everybody: without it a stolen code could be used, and a method
/// that is not named is `plain` (RFC 7636 §4.3).
fn challenge(parameters: &Parameters) -> Result<Challenge, Refusal> {
    let text = parameters.get("code_challenge");
    let text = text.ok_or(invalid("code_challenge is missing: PKCE is asked of everybody"))?;
    if parameters.get("code_challenge_method") != Some("S256") {
        return Err(invalid("code_challenge_method is S256"));
    }
    Challenge::parse(text).ok_or(invalid("code_challenge is a SHA-256 in base64url"))
}

fn scopes(text: &str, declares: impl Fn(&str) -> bool) -> Result<Scopes, Refusal> {
    let asked = Scopes::parse(text);
    if !asked.has("openid") {
        return Err(Refusal::new(ErrorCode::InvalidScope, "scope has openid in it"));
    }
    // A permission that is misspelt should be found by its developer; other names are
    // those of other providers, which do no harm.
    if asked.names().any(|name| name.contains(':') && !declares(name)) {
        let said = "scope names a permission that the application does not declare";
        return Err(Refusal::new(ErrorCode::InvalidScope, said));
    }
    let known = |name: &&str| STANDARD_SCOPES.contains(name) || declares(name);
    Ok(asked.names().filter(known).map(str::to_owned).collect())
}

fn seconds(text: &str) -> Option<Duration> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit()) && text.len() <= 9;
    digits.then(|| text.parse().ok()).flatten().map(Duration::from_secs)
}

#[derive(Default, Deserialize)]
struct Claims {
    #[serde(default)]
    id_token: Option<IdToken>,
}

#[derive(Default, Deserialize)]
struct IdToken {
    #[serde(default)]
    acr: Option<AcrClaim>,
}

#[derive(Default, Deserialize)]
struct AcrClaim {
    #[serde(default)]
    essential: bool,
    #[serde(default)]
    value: Option<String>,
    #[serde(default)]
    values: Vec<String>,
}

/// How sure it has to be: the least of what the application is content with. Names
/// that are not ours are passed over, unless nothing else would do.
fn acr(parameters: &Parameters) -> Result<Acr, Refusal> {
    let claims: Claims = match parameters.get("claims") {
        None => Claims::default(),
        Some(text) => serde_json::from_str(text)
            .map_err(|_| invalid("claims is no JSON of OpenID Connect"))?,
    };
    let asked = parameters.get("acr_values").unwrap_or_default();
    let mut least = asked.split(' ').filter_map(Acr::from_tag).min();
    if let Some(claim) = claims.id_token.and_then(|token| token.acr) {
        let named: Vec<&String> = claim.value.iter().chain(&claim.values).collect();
        let known = named.iter().filter_map(|name| Acr::from_tag(name)).min();
        if known.is_none() && claim.essential && !named.is_empty() {
            let said = "no acr that is asked for is given here";
            return Err(Refusal::new(ErrorCode::UnmetAuthenticationRequirements, said));
        }
        least = least.max(known);
    }
    Ok(least.unwrap_or(Acr::OneFactor))
}

#[cfg(test)]
#[path = "request_tests.rs"]
mod tests;
