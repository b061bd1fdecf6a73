//! Who is asked about: accounts with credentials that are made of a number each, so that their texts
//! need not be kept, and applications of their own for those on whom a whole application is tried.

use crate::plan::Plan;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use portcullis::random::Random;
use portcullis::secret::{Kind, Token};
use portcullis_db::Db;
use portcullis_db::seed_checks::{
    Asker, Person, Stored, Team, add_application, add_people, add_team, hold_second_factor,
    permission, slug,
};
use std::time::{SystemTime, UNIX_EPOCH};
use uuid::Uuid;

/// Of so many revocations, one is of a whole application or organisation.
pub const WIDE_EVERY: usize = 20;
/// Who owns every organisation, and acts on pages, where what they have proved is to be fresh.
pub const OWNER: &str = "owner@example.com";
pub const PASSWORD: &str = "Correct-horse 1 battery";

pub struct People {
    /// Of the one large application, and the organisation there.
    pub many: usize,
    /// Each of an application and an organisation of its own, numbered after the others.
    pub wide: usize,
}

/// One account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct One {
    pub number: usize,
    /// Which application.
    pub application: u64,
}

fn uuid(what: u8, number: u64) -> Uuid {
    let mut random = [what, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    random[2..].copy_from_slice(&number.to_be_bytes());
    uuid::Builder::from_unix_timestamp_millis(1_764_000_000_000 + number, &random).into_uuid()
}

fn secret(kind: Kind, what: u8, number: u64) -> Token {
    Token::new(kind, uuid(what, number), &Random::seeded(number * 16 + u64::from(what)))
}

fn stored(token: &Token) -> Stored {
    Stored { id: token.id().into_bytes(), hash: *token.hash().bytes() }
}

impl One {
    pub fn token(self) -> Token {
        secret(Kind::AccessToken, 1, self.number as u64)
    }

    /// Another token of the account, that may end the others.
    pub fn second_token(self) -> Token {
        secret(Kind::AccessToken, 2, self.number as u64)
    }

    pub fn application_session(self) -> Token {
        secret(Kind::ApplicationSession, 3, self.number as u64)
    }

    pub fn session(self) -> Token {
        secret(Kind::Session, 4, self.number as u64)
    }

    pub fn email(self) -> String {
        format!("check{}@example.com", self.number)
    }

    pub fn account(self) -> Uuid {
        uuid(5, self.number as u64)
    }

    /// The short name of the organisation that they are in.
    pub fn slug(self) -> String {
        slug(self.application)
    }

    pub fn client_id(self) -> Uuid {
        uuid(6, self.application)
    }

    pub fn client_secret(self) -> Token {
        secret(Kind::ApplicationSecret, 7, self.application)
    }

    /// What the application proves itself with.
    pub fn basic(self) -> String {
        let secret = self.client_secret().encode();
        STANDARD.encode(format!("{}:{}", self.client_id(), secret.reveal()))
    }

    fn asker(self) -> Asker {
        Asker {
            id: self.client_id().into_bytes(),
            secret: stored(&self.client_secret()),
            number: self.application,
        }
    }

    fn stored(self) -> Person {
        let asked = vec![permission(self.application), "profile:read".to_owned()];
        let ends = ["tokens:revoke", "sessions:end", "organisations:write"].map(str::to_owned);
        Person {
            number: self.number as u64,
            account: self.account().into_bytes(),
            session: stored(&self.session()),
            application_session: stored(&self.application_session()),
            tokens: vec![
                (stored(&self.token()), asked),
                (stored(&self.second_token()), ends.into()),
            ],
            organisation: Some(self.organisation().into_bytes()),
        }
    }

    pub fn organisation(self) -> Uuid {
        uuid(8, self.application)
    }
}

impl People {
    pub fn new(plan: &Plan) -> Self {
        let wide = plan.revocations.div_ceil(WIDE_EVERY) + 8;
        Self { many: plan.revocations + crate::asking::SLOTS + 8, wide }
    }

    pub fn count(&self) -> usize {
        self.many + self.wide
    }

    pub fn one(&self, number: usize) -> One {
        let application = number.checked_sub(self.many).map_or(0, |place| place as u64 + 1);
        One { number, application }
    }

    /// Another owner of each, who holds a second factor and acts by a program.
    pub fn other_owner(&self) -> One {
        One { number: self.count(), application: 0 }
    }

    /// Writes all of them beside [`OWNER`], who is there.
    pub async fn seed(&self, db: &Db) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as i64;
        let (first, other) = (self.one(0), self.other_owner());
        add_application(db, first.asker(), now).await.unwrap();
        let stored = Person { organisation: None, ..other.stored() };
        add_people(db, first.asker(), std::iter::once(stored), now).await.unwrap();
        hold_second_factor(db, other.account().into_bytes()).await.unwrap();
        let email = other.email();
        let team = |one: One| Team {
            id: one.organisation().into_bytes(),
            number: one.application,
            owners: [OWNER, &email],
        };
        add_team(db, first.asker(), team(first), now).await.unwrap();
        let many = (0..self.many).map(|number| self.one(number).stored());
        add_people(db, first.asker(), many, now).await.unwrap();
        for number in self.many..self.count() {
            let one = self.one(number);
            add_application(db, one.asker(), now).await.unwrap();
            add_team(db, one.asker(), team(one), now).await.unwrap();
            add_people(db, one.asker(), std::iter::once(one.stored()), now).await.unwrap();
        }
    }
}
