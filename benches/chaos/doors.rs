//! Where it is asked, and what counts as a yes.

use crate::dice::Dice;
use crate::people::One;
use crate::wire::Reply;
use portcullis::secret::Token;
use portcullis_db::seed_checks::{origin, permission};

pub const DOORS: usize = 9;
/// Of those, the last are pages.
const PAGES: usize = 2;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    IntrospectToken,
    IntrospectSession,
    GateToken,
    GateSession,
    Api,
    /// With the organisation named, of which they are a member.
    IntrospectWithin,
    /// A path that is the organisation's.
    GateWithin,
    Page,
    PageWithin,
}

pub const ALL: [Door; DOORS] = [
    Door::IntrospectToken,
    Door::IntrospectSession,
    Door::GateToken,
    Door::GateSession,
    Door::Api,
    Door::IntrospectWithin,
    Door::GateWithin,
    Door::Page,
    Door::PageWithin,
];

/// What the answer to a check says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Yes,
    No,
    /// Neither: the node could not, or was gone.
    None,
}

impl Door {
    /// Chosen as applications ask: pages rarely.
    pub fn any(dice: &mut Dice) -> Self {
        let (others, pages) = ALL.split_at(DOORS - PAGES);
        let is_page = dice.below(20) == 0;
        *dice.pick(if is_page { pages } else { others })
    }

    /// The bytes of a question.
    pub fn question(self, one: One, dice: &mut Dice) -> String {
        let from = format!("10.{}.{}.{}", dice.below(250), dice.below(250), dice.below(250) + 1);
        let text = |token: Token| token.encode().reveal().to_owned();
        match self {
            Self::IntrospectToken => introspect(one, &from, &text(one.token()), ""),
            Self::IntrospectSession => introspect(one, &from, &text(one.application_session()), ""),
            Self::IntrospectWithin => {
                let within = format!("&organisation={}&end_user_address={from}", one.slug());
                introspect(one, &from, &text(one.token()), &within)
            }
            Self::GateToken => {
                gate(one, "/page", &from, &format!("authorization: Bearer {}", text(one.token())))
            }
            Self::GateSession | Self::GateWithin => {
                let session = text(one.application_session());
                let path = if self == Self::GateWithin { "/team/page" } else { "/page" };
                gate(one, path, &from, &format!("cookie: __Host-portcullis-gate={session}"))
            }
            Self::Api => format!(
                "GET /api/v1/profile HTTP/1.1\r\nhost: localhost\r\nx-forwarded-for: {from}\r\n\
                 authorization: Bearer {}\r\n\r\n",
                text(one.token())
            ),
            Self::Page | Self::PageWithin => {
                let path = match self {
                    Self::PageWithin => format!("/organisations/{}/leave", one.slug()),
                    _ => "/settings/security".to_owned(),
                };
                format!(
                    "GET {path} HTTP/1.1\r\nhost: localhost\r\nx-forwarded-for: {from}\r\n\
                     cookie: portcullis-session={}\r\n\r\n",
                    text(one.session())
                )
            }
        }
    }

    pub fn verdict(self, reply: &Reply) -> Verdict {
        let yes = match self {
            Self::IntrospectToken | Self::IntrospectSession | Self::IntrospectWithin => {
                reply.status == 200 && reply.body.contains("\"active\":true")
            }
            Self::GateToken | Self::GateSession | Self::GateWithin => reply.status == 204,
            Self::Api | Self::Page | Self::PageWithin => reply.status == 200,
        };
        match reply.status {
            _ if yes => Verdict::Yes,
            200..=499 if reply.status != 429 => Verdict::No,
            _ => Verdict::None,
        }
    }
}

fn introspect(one: One, from: &str, presented: &str, within: &str) -> String {
    let body = format!("token={presented}&permissions={}{within}", permission(one.application));
    format!(
        "POST /oauth/introspect HTTP/1.1\r\nhost: localhost\r\nx-forwarded-for: {from}\r\n\
         authorization: Basic {}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {}\r\n\r\n{body}",
        one.basic(),
        body.len()
    )
}

fn gate(one: One, path: &str, from: &str, carries: &str) -> String {
    let host = origin(one.application);
    let host = host.trim_start_matches("https://");
    format!(
        "GET /gate/forward-auth HTTP/1.1\r\nhost: localhost\r\nx-forwarded-proto: https\r\n\
         x-forwarded-host: {host}\r\nx-forwarded-uri: {path}?x=1\r\nx-forwarded-method: GET\r\n\
         x-forwarded-for: {from}\r\n{carries}\r\n\r\n"
    )
}
