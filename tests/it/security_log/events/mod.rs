//! LG-04: every act, with whatever result, writes exactly one right event.
//!
//! The test fails when there is a kind of event, a reason or a form that it has
//! never seen.

mod addresses;
mod administering;
mod applications;
mod entering;
mod gate;
mod locking;
mod notifying;
mod open_id;
mod organisations;
mod owning;
mod tokens;
mod watch;

pub use watch::{By, Watch, agent, session};

use crate::both;
use crate::second_factor::events::second_factors;
use crate::support::{PASSWORD, TestApp};
use addresses::{another_address, the_end};
use administering::{administering, operating, texting};
use applications::applications;
use entering::{recovering, set_up, signing_in, signing_up};
use gate::gate;
use locking::locking;
use notifying::notifying;
use open_id::open_id;
use organisations::organisations;
use owning::{foreign, proving, settings};
use portcullis::features::security_log::{Kind, Reason};
use portcullis::http::{Logs, routes};
use portcullis::ids::AccountId;
use tokens::tokens;

const ADA: &str = "ada@example.com";
const BOB: &str = "bob@example.com";
const NEW: &str = "Another-horse 3 paper";

async fn id_of(watch: &mut Watch<'_>, arguments: &[&str], input: &str) -> AccountId {
    let (done, said) = watch.app.cli(arguments, input).await;
    assert!(done, "{said}");
    let made: serde_json::Value = serde_json::from_str(&said).unwrap();
    made["id"].as_str().unwrap().parse().unwrap()
}

both!(lg_04_every_act_and_result_writes_one_right_event, async |app: TestApp| {
    let set = [("sign_up", "open"), ("sms_countries", "GB"), ("sms_daily_limit", "6")];
    let app = app.restart(&set).await;
    let mut watch = Watch::new(&app);
    let mut ada = agent(&app, "Ada");
    set_up(&mut watch, &mut ada).await;
    let create =
        ["--json", "account", "create", "--email", BOB, "--name", "Bob", "--password-stdin"];
    assert!(!app.cli(&create, "short").await.0);
    watch.one(Kind::AccountCreated, Some(Reason::Policy), None, By::Operator).await;
    let bob = id_of(&mut watch, &create, PASSWORD).await;
    watch.one(Kind::AccountCreated, None, Some(bob), By::Operator).await;
    assert!(!app.cli(&create, PASSWORD).await.0);
    watch.one(Kind::AccountCreated, Some(Reason::EmailTaken), None, By::Operator).await;
    signing_in(&mut watch, bob).await;
    let mut browser = agent(&app, "Bob");
    proving(&mut watch, bob, &mut browser).await;
    settings(&mut watch, bob, &mut browser).await;
    foreign(&mut watch, bob, &mut browser).await;
    recovering(&mut watch, bob).await;
    signing_up(&mut watch, bob).await;
    operating(&mut watch, bob).await;
    another_address(&mut watch, bob).await;
    the_end(&mut watch, bob).await;
    let dan = ["--json", "account", "create", "--email", "dan@example.com", "--name", "Dan"];
    let dan = id_of(&mut watch, &[&dan[..], &["--password-stdin"]].concat(), PASSWORD).await;
    watch.one(Kind::AccountCreated, None, Some(dan), By::Operator).await;
    administering(&mut watch, dan, &mut ada).await;
    locking(&mut watch, &mut ada).await;
    notifying(&mut watch).await;
    second_factors(&mut watch).await;
    texting(&mut watch, dan).await;
    tokens(&mut watch, &mut ada).await;
    gate(&mut watch).await;
    open_id(&mut watch).await;
    applications(&mut watch, &mut ada).await;
    organisations(&mut watch, &mut ada).await;

    for kind in Kind::ALL {
        assert!(watch.kinds.contains(kind), "no act of this test writes {kind:?}");
    }
    for reason in Reason::ALL {
        assert!(watch.reasons.contains(reason), "no act of this test is refused for {reason:?}");
    }
    for route in routes() {
        if let Logs::Event(kinds) = route.logs {
            assert!(!kinds.is_empty(), "{} logs nothing", route.path);
        }
    }
});
