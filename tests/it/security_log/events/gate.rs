//! What is done about the gate.

use super::{By, Watch};
use crate::gate::site::application;
use portcullis::features::administration;
use portcullis::features::applications;
use portcullis::features::gate::rules::Rules;
use portcullis::features::gate::save_rules;
use portcullis::features::security_log::{Kind, Reason};
use portcullis::ids::ApplicationId;

const ORIGIN: &str = "https://toy.example.com";

pub async fn gate(watch: &mut Watch<'_>) {
    let app = watch.app;
    let by = administration::By::Operator;
    let id = application(app, ORIGIN, "/ signed-in").await;
    watch.one(Kind::GateRulesChanged, None, None, By::Operator).await;
    let wanted = [(ORIGIN.to_owned(), Rules::default())];
    let found = applications::by_id(&mut &app.app.db, id).await.unwrap().unwrap();
    save_rules(app, by, id, found.revision - 1, &wanted).await.unwrap();
    watch.one(Kind::GateRulesChanged, Some(Reason::ChangedMeanwhile), None, By::Operator).await;
    let nobody = ApplicationId::new(app.clock.now(), &app.random);
    for (id, revision, origin) in
        [(nobody, 0, ORIGIN), (id, found.revision, "https://other.example.com")]
    {
        let wanted = [(origin.to_owned(), Rules::default())];
        save_rules(app, by, id, revision, &wanted).await.unwrap();
        let refused = Some(Reason::UnknownApplication);
        watch.one(Kind::GateRulesChanged, refused, None, By::Operator).await;
    }
}
