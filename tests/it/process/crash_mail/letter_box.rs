//! What has arrived, for all whom mail is sent to.

use crate::mail::{MailServer, Offer, header};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Mutex;

pub struct LetterBox {
    pub server: MailServer,
    sorted: Mutex<Sorted>,
}

#[derive(Default)]
struct Sorted {
    place: u64,
    /// How often each message arrived, by the hexadecimal digits of its id.
    arrived: HashMap<String, usize>,
    links: HashMap<(String, String), String>,
}

impl LetterBox {
    pub fn new() -> Self {
        let server = MailServer::open(Offer::Stripped, 0);
        Self { server, sorted: Mutex::default() }
    }

    /// The path of the link for somebody and something.
    pub fn link(&self, to: &str, purpose: &str) -> Option<String> {
        let mut sorted = self.sorted.lock().unwrap();
        sorted.take_in(&self.server);
        sorted.links.get(&(to.to_owned(), purpose.to_owned())).cloned()
    }

    /// How often each message arrived so far.
    pub fn arrived(&self) -> HashMap<String, usize> {
        let mut sorted = self.sorted.lock().unwrap();
        sorted.take_in(&self.server);
        sorted.arrived.clone()
    }
}

impl Sorted {
    fn take_in(&mut self, server: &MailServer) {
        for mail in server.mails_after(&mut self.place) {
            self.take(&mail);
        }
    }

    fn take(&mut self, mail: &Value) {
        let message_id = header(mail, "Message-ID");
        let id = message_id.strip_prefix('<').and_then(|id| id.strip_suffix("@example.com>"));
        *self.arrived.entry(id.unwrap().replace('-', "")).or_default() += 1;
        let text = mail["parts"][0][1].as_str().unwrap();
        let Some(at) = text.find("/link/") else { return };
        let path = text[at..].split_whitespace().next().unwrap().to_owned();
        let purpose = path.split('/').nth(2).unwrap().to_owned();
        if purpose == "sign-in" {
            // Of these there is one a sign-in.
            return;
        }
        let to = mail["to"][0].as_str().unwrap().to_owned();
        // Nobody here gets two of a purpose, but perhaps one of them twice.
        let before = self.links.insert((to, purpose), path.clone());
        assert!(before.is_none_or(|before| before == path), "not the same message twice: {path}");
    }
}
