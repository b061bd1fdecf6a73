//! What one account goes through, and how its owner does each act by HTTP.

use super::letter_box::LetterBox;
use crate::process::person::Person;
use crate::process::program::{let_run, wait_for};
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

pub const ADMINISTRATOR: &str = "ada@example.com";
pub const ADMINISTRATORS_PASSWORD: &str = "Correct-horse 0 battery";

/// One transaction's worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    Invite,
    Accept,
    /// Asks for an address at which nobody reads the mail.
    AskInVain,
    Ask,
    Confirm,
    Undo,
    Forget,
    Reset,
    Close,
    Keep,
}

use Act::{Accept, Ask, AskInVain, Close, Confirm, Forget, Invite, Keep, Reset, Undo};

/// Each order puts a link or a closed account between other acts.
const LIVES: [&[Act]; 4] = [
    &[Invite, Accept, Ask, Confirm, Undo, Forget, Reset, Close, Keep],
    &[Invite, Accept, Forget, Reset, AskInVain, Close, Keep, Ask, Confirm, Undo],
    &[Invite, Accept, Close, Keep, Ask, Confirm, Forget, Reset, Undo],
    &[Invite, Accept, AskInVain, Ask, Confirm, Close, Keep, Undo, Forget, Reset],
];

impl Act {
    /// What the security log calls it.
    pub const fn kind(self) -> &'static str {
        match self {
            Invite => "account-invited",
            Accept => "invitation-accepted",
            AskInVain | Ask => "email-change-asked",
            Confirm => "email-changed",
            Undo => "email-change-undone",
            Forget => "password-reset-asked",
            Reset => "password-reset",
            Close => "account-closing",
            Keep => "account-kept",
        }
    }
}

/// An account from its invitation on.
#[derive(Debug, Clone)]
pub struct Life {
    number: usize,
    pub plan: &'static [Act],
    /// So many acts of the plan were acknowledged.
    pub done: usize,
}

/// Who goes through it, at which server.
pub struct Here<'a> {
    pub port: u16,
    pub letter_box: &'a LetterBox,
    /// Set before the server is killed.
    pub over: &'a AtomicBool,
}

impl Life {
    pub fn new(number: usize) -> Self {
        Self { number, plan: LIVES[number % LIVES.len()], done: 0 }
    }

    pub fn is_finished(&self) -> bool {
        self.done == self.plan.len()
    }

    pub fn first_email(&self) -> String {
        format!("life{}@example.com", self.number)
    }

    pub fn second_email(&self) -> String {
        format!("life{}.new@example.com", self.number)
    }

    fn has_done(&self, act: Act) -> bool {
        self.plan[..self.done].contains(&act)
    }

    pub fn email(&self) -> String {
        let is_changed = self.has_done(Confirm) && !self.has_done(Undo);
        if is_changed { self.second_email() } else { self.first_email() }
    }

    /// None before the invitation is accepted.
    pub fn password(&self) -> Option<String> {
        let chosen = usize::from(self.has_done(Accept)) + usize::from(self.has_done(Reset));
        (chosen > 0).then(|| password(chosen))
    }

    pub fn is_closed(&self) -> bool {
        self.has_done(Close) && !self.has_done(Keep)
    }

    /// Goes on until the server is gone.
    pub fn go_on(&mut self, here: &Here) {
        while !self.is_finished() && !here.over.load(Ordering::SeqCst) {
            match self.act(here) {
                Ok(true) => self.done += 1,
                Ok(false) => {}
                // Not there yet, or no longer.
                Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                    let_run(Duration::from_millis(2));
                }
                Err(error) => {
                    assert!(here.over.load(Ordering::SeqCst), "{error}: {self:?}");
                    return;
                }
            }
        }
    }

    /// The next act; false when the mail that it waits for did not come.
    fn act(&self, here: &Here) -> io::Result<bool> {
        let mut browser = Person::at_port(here.port);
        let mail = match self.plan[self.done] {
            Invite => {
                sign_in(&mut browser, ADMINISTRATOR, ADMINISTRATORS_PASSWORD)?;
                browser.try_get("/admin/accounts/new")?.is(200);
                let fields = [("name", "Mira Okafor"), ("email", &self.first_email())];
                browser.try_post("/admin/accounts/new", &fields)?.is(303);
                return Ok(true);
            }
            act @ (AskInVain | Ask) => {
                self.sign_in(&mut browser)?;
                let new = match act {
                    Ask => self.second_email(),
                    _ => format!("life{}.vain@example.com", self.number),
                };
                browser.try_get("/settings/profile/email")?.is(200);
                browser.try_post("/settings/profile/email", &[("new_email", &new)])?.is(303);
                return Ok(true);
            }
            Forget => {
                browser.try_get("/forgot-password")?.is(200);
                browser.try_post("/forgot-password", &[("email", &self.email())])?.is(200);
                return Ok(true);
            }
            Close => {
                self.sign_in(&mut browser)?;
                browser.try_get("/settings/profile/close")?.is(200);
                browser.try_post("/settings/profile/close", &[])?.leads_to("/sign-in");
                return Ok(true);
            }
            Keep => {
                self.sign_in(&mut browser)?;
                return Ok(true);
            }
            Accept => (self.first_email(), "invitation"),
            Confirm => (self.second_email(), "email-change"),
            Undo => (self.first_email(), "email-undo"),
            Reset => (self.email(), "password-reset"),
        };
        let Some(path) = here.link(mail)? else { return Ok(false) };
        let chosen = password(if self.has_done(Accept) { 2 } else { 1 });
        let fields = [("new_password", &*chosen), ("confirm_new_password", &*chosen)];
        let asks_for_one = matches!(self.plan[self.done], Accept | Reset);
        browser.try_get(&path)?.is(200);
        browser.try_post(&path, if asks_for_one { &fields } else { &[] })?.is(303);
        Ok(true)
    }

    fn sign_in(&self, browser: &mut Person) -> io::Result<()> {
        sign_in(browser, &self.email(), &self.password().unwrap())
    }
}

impl Here<'_> {
    /// The link of a mail, or none where that did not come before the end.
    fn link(&self, (to, purpose): (String, &str)) -> io::Result<Option<String>> {
        if let Some(link) = self.letter_box.link(&to, purpose) {
            return Ok(Some(link));
        }
        // Any form rings for the mail that a dead server has left; else the next
        // one looks for it after some seconds, and nobody here lives so long.
        let mut browser = Person::at_port(self.port);
        browser.try_get("/sign-in")?.is(200);
        browser.try_post("/sign-in", &[])?.is(400);
        Ok(wait_for("a mail, or the end", || {
            let link = self.letter_box.link(&to, purpose);
            (link.is_some() || self.over.load(Ordering::SeqCst)).then_some(link)
        }))
    }
}

fn sign_in(browser: &mut Person, email: &str, password: &str) -> io::Result<()> {
    browser.try_sign_in(email, password)?.leads_to("/settings/security");
    Ok(())
}

fn password(number: usize) -> String {
    format!("Correct-horse {number} battery")
}
