//! Whose credentials are checked: made of a number each, so that their texts need not
//! be kept anywhere.

use portcullis::random::Random;
use portcullis::secret::{Kind, Token};
use portcullis_db::Db;
use portcullis_db::seed_checks::{Asker, Person, Stored, fill, permission};
use std::time::{SystemTime, UNIX_EPOCH};
use uuid::Uuid;

pub const CLIENT: &str = "0193e5d8-7c1a-7b90-a4f2-5d1f6c0e8a11";

/// What is presented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presented {
    Token,
    Session,
}

fn uuid(what: u8, number: u64) -> Uuid {
    let mut random = [what, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    random[2..].copy_from_slice(&number.to_be_bytes());
    uuid::Builder::from_unix_timestamp_millis(1_764_000_000_000 + number, &random).into_uuid()
}

fn secret(kind: Kind, what: u8, number: u64) -> Token {
    Token::new(kind, uuid(what, number), &Random::seeded(number * 8 + u64::from(what)))
}

pub fn credential(presented: Presented, number: u64) -> Token {
    match presented {
        Presented::Token => secret(Kind::AccessToken, 1, number),
        Presented::Session => secret(Kind::ApplicationSession, 2, number),
    }
}

fn client() -> Token {
    secret(Kind::ApplicationSecret, 3, 0)
}

/// The application's secret, as its client presents it.
pub fn client_secret() -> String {
    client().encode().reveal().to_owned()
}

fn stored(token: &Token) -> Stored {
    Stored { id: token.id().into_bytes(), hash: *token.hash().bytes() }
}

/// Fills a database with so many.
pub fn seed(database: &str, many: u64) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as i64;
    let people = (0..many).map(|number| Person {
        number,
        account: uuid(4, number).into_bytes(),
        session: stored(&secret(Kind::Session, 5, number)),
        application_session: stored(&credential(Presented::Session, number)),
        tokens: vec![(stored(&credential(Presented::Token, number)), vec![permission(0)])],
        organisation: None,
    });
    let id: Uuid = CLIENT.parse().unwrap();
    let asker = Asker { id: id.into_bytes(), secret: stored(&client()), number: 0 };
    crate::runtime().block_on(async {
        let db = Db::connect(&database.parse().unwrap()).await.unwrap();
        fill(&db, asker, people, now).await.unwrap();
        db.close().await;
    });
}
