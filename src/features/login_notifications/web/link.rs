//! The pages of a notice's links: they show what the mail said, to whoever has it,
//! and only their forms act.

use crate::delivery::text_for;
use crate::error::Result;
use crate::features::login_notifications::letters::name_all;
use crate::features::login_notifications::rules::Standing;
use crate::features::login_notifications::{Answered, Locked, Seen, answer, lock_account, look};
use crate::features::mailed_links::Dead;
use crate::features::mailed_links::web::{DeadLink, dead_link};
use crate::features::suspicious_activity::Answer as Said;
use crate::http::{Answer, Page, Public, Visit};
use crate::seen;
use crate::text::Moment;
use askama::Template;

#[derive(Template)]
#[template(path = "features/login_notifications/me.html")]
struct MePage {
    page: Page,
    paths: Paths,
    answered: bool,
    sign_in: SignIn,
}

#[derive(Template)]
#[template(path = "features/login_notifications/not_me.html")]
struct NotMePage {
    page: Page,
    paths: Paths,
    standing: Standing,
    /// Whether this browser is signed in to that account.
    at_home: bool,
    second_factor: bool,
    sign_in: SignIn,
}

/// Where the forms and links of these pages lead.
struct Paths {
    me: String,
    not_me: String,
    lock: String,
}

impl Paths {
    fn of(visit: &Visit) -> Self {
        let path = |page| format!("/link/sign-in/{}/{page}", visit.param("link"));
        Self { me: path("me"), not_me: path("not-me"), lock: path("lock") }
    }
}

/// What the mail said.
struct SignIn {
    new: String,
    when: Moment,
    place: String,
    browser: Option<String>,
    entry: String,
}

impl SignIn {
    /// The time in the owner's zone, as in the mail.
    fn of(visit: &Visit, seen: &Seen) -> Self {
        let (text, sign_in) = (&visit.text, &seen.sign_in);
        let places = &visit.app.places;
        let from = seen::Seen::new(text, places, sign_in.address.as_deref(), &sign_in.user_agent);
        Self {
            new: name_all(text, sign_in.new),
            when: text_for(&visit.app, &seen.account, visit.now).moment(sign_in.at),
            place: from.place,
            browser: (!sign_in.user_agent.is_empty()).then_some(from.device),
            entry: text.say(format!("session-by-{}", sign_in.entry.tag())).to_string(),
        }
    }
}

/// "This was me".
pub async fn me_page(visit: Visit, _: Public) -> Result<Answer> {
    let seen = match look(&visit.app, visit.param("link")).await? {
        Ok(seen) => seen,
        Err(dead) => return dead_link(&visit, dead, said_of(&visit, dead)),
    };
    match seen.standing {
        Standing::NotMe | Standing::Locked => show_not_me(&visit, &seen),
        Standing::Open | Standing::Me => Answer::page(&MePage {
            page: visit.page("title-sign-in-me", ""),
            paths: Paths::of(&visit),
            answered: seen.standing == Standing::Me,
            sign_in: SignIn::of(&visit, &seen),
        }),
    }
}

/// "This wasn't me".
pub async fn not_me_page(visit: Visit, _: Public) -> Result<Answer> {
    match look(&visit.app, visit.param("link")).await? {
        Ok(seen) => show_not_me(&visit, &seen),
        Err(dead) => dead_link(&visit, dead, said_of(&visit, dead)),
    }
}

fn show_not_me(visit: &Visit, seen: &Seen) -> Result<Answer> {
    let title = match seen.standing {
        Standing::Open | Standing::Me => "title-sign-in-not-me",
        Standing::NotMe => "title-sign-in-what-next",
        Standing::Locked => "title-sign-in-locked",
    };
    let current = visit.current.as_ref();
    Answer::page(&NotMePage {
        page: visit.page(title, ""),
        paths: Paths::of(visit),
        standing: seen.standing,
        at_home: current.is_some_and(|current| current.account.id == seen.account.id),
        second_factor: seen.account.second_factors.any(),
        sign_in: SignIn::of(visit, seen),
    })
}

/// Notes that it was the owner.
pub async fn me(visit: Visit, _: Public) -> Result<Answer> {
    note(&visit, Said::Me, Paths::of(&visit).me).await
}

/// Notes that it was not.
pub async fn not_me(visit: Visit, _: Public) -> Result<Answer> {
    note(&visit, Said::NotMe, Paths::of(&visit).not_me).await
}

async fn note(visit: &Visit, said: Said, page: String) -> Result<Answer> {
    match answer(&visit.app, visit.param("link"), said, &visit.source).await? {
        // The page says how it stands now.
        Answered::Done | Answered::Already => Ok(Answer::redirect(page)),
        Answered::Dead(dead) => dead_link(visit, dead, said_of(visit, dead)),
    }
}

/// Locks the account.
pub async fn lock(visit: Visit, _: Public) -> Result<Answer> {
    match lock_account(&visit.app, visit.param("link"), &visit.source).await? {
        Locked::Done | Locked::Refused => Ok(Answer::redirect(Paths::of(&visit).not_me)),
        Locked::Dead(dead) => dead_link(&visit, dead, said_of(&visit, dead)),
    }
}

fn said_of(visit: &Visit, dead: Dead) -> DeadLink {
    let say = |key| visit.text.say(key).to_string();
    let (title, explanation) = match dead {
        Dead::Expired => (say("notice-expired-title"), say("notice-expired-text")),
        Dead::Void | Dead::Used => (say("notice-void-title"), say("notice-void-text")),
        Dead::Unknown => (say("link-unknown-title"), say("link-unknown-text")),
    };
    let action = say("action-sign-in");
    DeadLink { title, explanation, advice: None, action_href: "/sign-in", action }
}
