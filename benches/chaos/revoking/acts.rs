//! Kinds of revocation: by programs, on pages and by the command line.

use crate::Run;
use crate::dice::Dice;
use crate::doors::Door;
use crate::people::One;
use crate::wire::{Reply, Wire, header};
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
}

use Act::{
    CloseAccount, CloseGate, EndAllSessions, EndSession, EndSessionsByCommand,
    GiveUpApplicationSession, Lock, RemoveApplication, RevokeAllTokens, RevokeSecret, RevokeToken,
    RevokeTokensByCommand, SignOut, Suspend, TakePermission,
};

/// Of whole applications.
pub const WIDE: [Act; 4] = [RemoveApplication, TakePermission, RevokeSecret, CloseGate];
const BY_COMMAND: [Act; 4] = [Suspend, RevokeTokensByCommand, EndSessionsByCommand, CloseAccount];
const QUICK: [Act; 7] = [
    RevokeToken,
    RevokeAllTokens,
    EndSession,
    EndAllSessions,
    GiveUpApplicationSession,
    SignOut,
    Lock,
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
    Refused,
    Failed,
}

const TOKEN: &[Door] = &[Door::IntrospectToken, Door::GateToken, Door::Api];
const SESSION: &[Door] = &[Door::IntrospectSession, Door::GateSession, Door::Page];
const APPLICATION_SESSION: &[Door] = &[Door::IntrospectSession, Door::GateSession];
const APPLICATION: &[Door] =
    &[Door::IntrospectToken, Door::IntrospectSession, Door::GateToken, Door::GateSession];

impl Act {
    /// What must be refused after it.
    pub const fn covers(self) -> &'static [Door] {
        match self {
            RevokeToken | RevokeAllTokens | RevokeTokensByCommand => TOKEN,
            EndSession | EndAllSessions | SignOut | EndSessionsByCommand => SESSION,
            GiveUpApplicationSession => APPLICATION_SESSION,
            Lock | Suspend | CloseAccount => &crate::doors::ALL,
            RemoveApplication => APPLICATION,
            TakePermission | RevokeSecret => &[Door::IntrospectToken, Door::IntrospectSession],
            CloseGate => &[Door::GateToken, Door::GateSession],
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
            SignOut => page(run, &mut wire, "/sign-out", "/sign-in", one, &from).await,
            Lock => {
                let path = "/settings/security/lock";
                page(run, &mut wire, path, "/account-locked", one, &from).await
            }
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
        Ok(Reply { status: 300..=499, .. }) => Answer::Refused,
        Ok(_) | Err(_) => Answer::Failed,
    }
}

async fn api(wire: &mut Wire, method: &str, path: &str, one: One, from: &str) -> Answer {
    let bearer = one.second_token().encode();
    let question = format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\nx-forwarded-for: {from}\r\n\
         authorization: Bearer {}\r\ncontent-length: 0\r\n\r\n",
        bearer.reveal()
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

/// Opens a page and sends its form, as a browser does.
async fn page(run: &Run, wire: &mut Wire, path: &str, to: &str, one: One, from: &str) -> Answer {
    let session = one.session().encode();
    let head = format!(
        "host: localhost\r\nx-forwarded-for: {from}\r\ncookie: portcullis-session={}\r\n",
        session.reveal()
    );
    let shown = wire.ask(&format!("GET {path} HTTP/1.1\r\n{head}\r\n")).await;
    let shown = match shown {
        Ok(reply) if reply.status == 200 => reply.body,
        other => return answer(other, |_| false),
    };
    let marked =
        shown.split_once("name=\"csrf\" value=\"").and_then(|(_, rest)| rest.split_once('"'));
    let Some((csrf, _)) = marked else { return Answer::Failed };
    let body = format!("csrf={csrf}");
    let question = format!(
        "POST {path} HTTP/1.1\r\n{head}origin: {}\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        run.site.public_url(),
        body.len()
    );
    let leads =
        |reply: &Reply| header(&reply.head, "location").is_some_and(|at| at.starts_with(to));
    answer(wire.ask(&question).await, |reply| reply.status == 303 && leads(reply))
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
