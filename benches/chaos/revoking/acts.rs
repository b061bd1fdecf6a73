//! Kinds of revocation: by programs, on pages and by the command line.

use crate::Run;
use crate::dice::Dice;
use crate::doors::Door;
use crate::people::{OWNER, One, PASSWORD};
use crate::wire::{Reply, Wire, header, headers};
use portcullis_db::seed_checks::origin;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    RevokeToken,
    RevokeAllTokens,
    EndSession,
    EndAllSessions,
    GiveUpApplicationSession,
    SignOut,
    Lock,
    Suspend,
    RevokeTokensByCommand,
    EndSessionsByCommand,
    CloseAccount,
    RemoveApplication,
    TakePermission,
    RevokeSecret,
    CloseGate,
    LeaveOrganisation,
    RemoveMember,
    EnableAllowlist,
    RequireSecondFactor,
    RemoveOrganisation,
}

use Act::{
    CloseAccount, CloseGate, EnableAllowlist, EndAllSessions, EndSession, EndSessionsByCommand,
    GiveUpApplicationSession, LeaveOrganisation, Lock, RemoveApplication, RemoveMember,
    RemoveOrganisation, RequireSecondFactor, RevokeAllTokens, RevokeSecret, RevokeToken,
    RevokeTokensByCommand, SignOut, Suspend, TakePermission,
};

/// Of whole applications and organisations.
pub const WIDE: [Act; 8] = [
    RemoveApplication,
    RemoveMember,
    TakePermission,
    EnableAllowlist,
    RevokeSecret,
    RequireSecondFactor,
    CloseGate,
    RemoveOrganisation,
];
const BY_COMMAND: [Act; 4] = [Suspend, RevokeTokensByCommand, EndSessionsByCommand, CloseAccount];
const QUICK: [Act; 8] = [
    RevokeToken,
    RevokeAllTokens,
    EndSession,
    EndAllSessions,
    GiveUpApplicationSession,
    SignOut,
    Lock,
    LeaveOrganisation,
];
pub const KINDS: usize = WIDE.len() + BY_COMMAND.len() + QUICK.len();

/// The one of an account for a revocation of that number; a process of its own for each would be
/// too slow for most.
pub fn of_account(number: usize, dice: &mut Dice) -> Act {
    if number % 20 == 10 { BY_COMMAND[number / 20 % BY_COMMAND.len()] } else { *dice.pick(&QUICK) }
}

/// What whoever revokes is told.
#[derive(Debug)]
pub enum Answer {
    Acknowledged,
    /// With what was said.
    Refused(String),
    Failed,
}

/// The one address from which an organisation's allowlist lets anybody in; nobody is there.
const ALLOWED: &str = "10.251.0.1";

const TOKEN: &[Door] = &[Door::IntrospectToken, Door::GateToken, Door::Api, Door::IntrospectWithin];
const SESSION: &[Door] =
    &[Door::IntrospectSession, Door::GateSession, Door::GateWithin, Door::Page, Door::PageWithin];
const APPLICATION_SESSION: &[Door] =
    &[Door::IntrospectSession, Door::GateSession, Door::GateWithin];
const APPLICATION: &[Door] = &[
    Door::IntrospectToken,
    Door::IntrospectSession,
    Door::IntrospectWithin,
    Door::GateToken,
    Door::GateSession,
    Door::GateWithin,
];
const INTROSPECTION: &[Door] =
    &[Door::IntrospectToken, Door::IntrospectSession, Door::IntrospectWithin];
const GATE: &[Door] = &[Door::GateToken, Door::GateSession, Door::GateWithin];
const ORGANISATION: &[Door] = &[Door::IntrospectWithin, Door::GateWithin, Door::PageWithin];

impl Act {
    /// What must be refused after it.
    pub const fn covers(self) -> &'static [Door] {
        match self {
            RevokeToken | RevokeAllTokens | RevokeTokensByCommand => TOKEN,
            EndSession | EndAllSessions | SignOut | EndSessionsByCommand => SESSION,
            GiveUpApplicationSession => APPLICATION_SESSION,
            Lock | Suspend | CloseAccount => &crate::doors::ALL,
            RemoveApplication => APPLICATION,
            TakePermission | RevokeSecret => INTROSPECTION,
            CloseGate => GATE,
            LeaveOrganisation | RemoveMember | EnableAllowlist | RequireSecondFactor
            | RemoveOrganisation => ORGANISATION,
        }
    }

    pub const fn name(self) -> &'static str {
        match self {
            RevokeToken => "token revoked",
            RevokeAllTokens => "all tokens revoked",
            EndSession => "session ended",
            EndAllSessions => "all sessions ended",
            GiveUpApplicationSession => "application session given up",
            SignOut => "signed out",
            Lock => "account locked",
            Suspend => "account suspended",
            RevokeTokensByCommand => "tokens revoked by command",
            EndSessionsByCommand => "sessions ended by command",
            CloseAccount => "account closed",
            RemoveApplication => "application removed",
            TakePermission => "permission taken back",
            RevokeSecret => "application's secret revoked",
            CloseGate => "gate closed",
            LeaveOrganisation => "organisation left",
            RemoveMember => "member removed",
            EnableAllowlist => "allowlist switched on",
            RequireSecondFactor => "second factor required",
            RemoveOrganisation => "organisation removed",
        }
    }

    /// It is no process of its own, whose start would be measured, too.
    pub fn is_quick(self) -> bool {
        QUICK.contains(&self)
    }

    pub async fn carry_out(self, run: &Run, one: One, node: usize, dice: &mut Dice) -> Answer {
        let mut wire = Wire::new(run.site.nodes[node].port);
        let from = format!("10.{}.{}.9", dice.below(250), dice.below(250));
        let id = one.client_id().to_string();
        let email = one.email();
        let session = format!("portcullis-session={}", one.session().encode().reveal());
        match self {
            RevokeToken => {
                let path = format!("/api/v1/tokens/{}", one.token().id());
                api(&mut wire, "DELETE", &path, one, &from).await
            }
            RevokeAllTokens => api(&mut wire, "DELETE", "/api/v1/tokens", one, &from).await,
            EndSession => {
                let path = format!("/api/v1/sessions/{}", one.session().id());
                api(&mut wire, "DELETE", &path, one, &from).await
            }
            EndAllSessions => api(&mut wire, "POST", "/api/v1/sessions/end-all", one, &from).await,
            GiveUpApplicationSession => give_up(&mut wire, one, &from).await,
            SignOut => {
                let form = Form { page: "/sign-out", path: "/sign-out", to: "/sign-in" };
                send(run, &mut wire, form, &session, &from).await
            }
            Lock => {
                let path = "/settings/security/lock";
                let form = Form { page: path, path, to: "/account-locked" };
                send(run, &mut wire, form, &session, &from).await
            }
            LeaveOrganisation => {
                let path = format!("/organisations/{}/leave", one.slug());
                let form = Form { page: &path, path: &path, to: "/organisations" };
                send(run, &mut wire, form, &session, &from).await
            }
            RemoveMember => {
                let page = format!("/organisations/{}", one.slug());
                let path = format!("{page}/members/{}/remove", one.account());
                let form = Form { page: &page, path: &path, to: &page };
                let Some(session) = sign_in(run, &mut wire, &from).await else {
                    return Answer::Failed;
                };
                send(run, &mut wire, form, &session, &from).await
            }
            EnableAllowlist => {
                let path = format!("/api/v1/organisations/{}/allowlist", one.organisation());
                let entry = format!("{{\"range\":\"{ALLOWED}\"}}");
                let body = format!("{{\"enabled\":true,\"version\":0,\"entries\":[{entry}]}}");
                put(&mut wire, &path, &body, run.people.other_owner()).await
            }
            RequireSecondFactor => {
                let path = format!("/api/v1/organisations/{}/two-factor", one.organisation());
                let body = "{\"required\":true,\"grace_days\":0}";
                put(&mut wire, &path, body, run.people.other_owner()).await
            }
            RemoveOrganisation => command(run, &["organisation", "remove", &one.slug()]).await,
            Suspend => command(run, &["account", "suspend", &email]).await,
            RevokeTokensByCommand => {
                command(run, &["token", "revoke", "--account", &email, "--all"]).await
            }
            EndSessionsByCommand => {
                command(run, &["account", "end-sessions", "--email", &email]).await
            }
            CloseAccount => command(run, &["account", "close", "--email", &email]).await,
            RemoveApplication => command(run, &["application", "remove", &id]).await,
            TakePermission => {
                command(run, &["application", "change", &id, "--permission", ""]).await
            }
            RevokeSecret => {
                let secret = one.client_secret().id().to_string();
                command(run, &["application", "revoke-secret", &id, &secret]).await
            }
            CloseGate => {
                let origin = origin(one.application);
                let rule = "/other signed-in";
                command(run, &["application", "gate", &id, "--origin", &origin, "--rule", rule])
                    .await
            }
        }
    }
}

fn answer(reply: std::io::Result<Reply>, done: impl Fn(&Reply) -> bool) -> Answer {
    match reply {
        Ok(reply) if done(&reply) => Answer::Acknowledged,
        Ok(Reply { status: status @ 300..=499, head, .. }) => {
            Answer::Refused(format!("{status} {}", header(&head, "location").unwrap_or_default()))
        }
        Ok(_) | Err(_) => Answer::Failed,
    }
}

async fn api(wire: &mut Wire, method: &str, path: &str, one: One, from: &str) -> Answer {
    call(wire, method, path, "", one, from).await
}

/// From where an allowlist that is about to be switched on lets them in.
async fn put(wire: &mut Wire, path: &str, body: &str, one: One) -> Answer {
    call(wire, "PUT", path, body, one, ALLOWED).await
}

async fn call(
    wire: &mut Wire,
    method: &str,
    path: &str,
    body: &str,
    one: One,
    from: &str,
) -> Answer {
    let bearer = one.second_token().encode();
    let question = format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\nx-forwarded-for: {from}\r\n\
         authorization: Bearer {}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        bearer.reveal(),
        body.len()
    );
    answer(wire.ask(&question).await, |reply| matches!(reply.status, 200 | 204))
}

async fn give_up(wire: &mut Wire, one: One, from: &str) -> Answer {
    let body = format!("token={}", one.application_session().encode().reveal());
    let question = format!(
        "POST /oauth/revoke HTTP/1.1\r\nhost: localhost\r\nx-forwarded-for: {from}\r\n\
         authorization: Basic {}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {}\r\n\r\n{body}",
        one.basic(),
        body.len()
    );
    answer(wire.ask(&question).await, |reply| reply.status == 200)
}

/// A form on a page, and where whoever has sent it is led.
#[derive(Clone, Copy)]
struct Form<'a> {
    page: &'a str,
    path: &'a str,
    to: &'a str,
}

/// Opens a page and sends its form, as a browser does that has these cookies.
async fn send(run: &Run, wire: &mut Wire, form: Form<'_>, cookie: &str, from: &str) -> Answer {
    let leads =
        |reply: &Reply| header(&reply.head, "location").is_some_and(|at| at.starts_with(form.to));
    match fill(run, wire, form, cookie, from, "").await {
        Ok(reply) => answer(reply, |reply| reply.status == 303 && leads(reply)),
        // Whoever is led elsewhere before they have sent anything is told nothing.
        Err(shown) => answer(shown, |_| false),
    }
}

/// The same; what is told in the end, or else what was shown instead of the page.
async fn fill(
    run: &Run,
    wire: &mut Wire,
    form: Form<'_>,
    cookie: &str,
    from: &str,
    fields: &str,
) -> Result<std::io::Result<Reply>, std::io::Result<Reply>> {
    let head = format!("host: localhost\r\nx-forwarded-for: {from}\r\n");
    let question = format!("GET {} HTTP/1.1\r\n{head}cookie: {cookie}\r\n\r\n", form.page);
    let shown = match wire.ask(&question).await {
        Ok(shown) if shown.status == 200 => shown,
        other => return Err(other),
    };
    let marked =
        shown.body.split_once("name=\"csrf\" value=\"").and_then(|(_, rest)| rest.split_once('"'));
    let Some((csrf, _)) = marked else { return Err(Ok(shown)) };
    let body = format!("csrf={csrf}{fields}");
    // Whoever has none yet is given one.
    let cookie = cookies(&shown).next().unwrap_or(cookie);
    let question = format!(
        "POST {} HTTP/1.1\r\n{head}cookie: {cookie}\r\norigin: {}\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        form.path,
        run.site.public_url(),
        body.len()
    );
    Ok(wire.ask(&question).await)
}

/// The cookies that an answer sets, as they are sent back.
fn cookies(reply: &Reply) -> impl Iterator<Item = &str> {
    headers(&reply.head, "set-cookie").filter_map(|set| set.split(';').next())
}

/// The owner signs in; with which cookie they go on.
async fn sign_in(run: &Run, wire: &mut Wire, from: &str) -> Option<String> {
    let form = Form { page: "/sign-in", path: "/sign-in", to: "" };
    let fields = serde_urlencoded::to_string([("email", OWNER), ("password", PASSWORD)]).unwrap();
    let reply = fill(run, wire, form, "", from, &format!("&{fields}")).await.ok()?.ok()?;
    let mut all = cookies(&reply);
    all.find(|cookie| cookie.starts_with("portcullis-session=")).map(str::to_owned)
}

async fn command(run: &Run, arguments: &[&str]) -> Answer {
    match run.site.cli(arguments).await {
        Ok(_) => Answer::Acknowledged,
        // Told so, it counts: they are told that it is over.
        Err(said) if said.contains("already") => Answer::Acknowledged,
        Err(said) => {
            run.revocations.done.lock().unwrap().failed = said;
            Answer::Failed
        }
    }
}
