//! RS-06: links open until they expire, to the millisecond.

use super::*;
use crate::both;

const MOMENT: Duration = Duration::from_millis(1);

both!(rs_06_a_change_can_be_confirmed_for_a_day, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browser = signed_in(&app, MIRA).await;
    let link = asked(&app, &mut browser, NEW).await;
    app.wait(DAY - MOMENT);
    let mut other = app.browser();
    other.get(&link).await.is(200);
    app.wait(MOMENT);
    let old = "It worked for 24 hours, and nothing was changed.";
    other.post(&link, &[]).await.is(410).shows(old);
    other.get(&link).await.is(410).shows(old);
    signed_in(&app, MIRA).await.get(PROFILE).await.lacks("Waiting for you");
    assert!(account(&app, NEW).await.is_none());
    let link = asked(&app, &mut signed_in(&app, MIRA).await, NEW).await;
    app.wait(DAY - MOMENT);
    follow(&mut other, &link).await.leads_to(&link);
});

both!(rs_06_a_change_can_be_undone_for_seven_days, async |app: TestApp| {
    app.account(MIRA).await;
    let mut browser = signed_in(&app, MIRA).await;
    change(&app, &mut browser, NEW).await;
    let link = app.link(MIRA, "email-undo").await;
    app.wait(7 * DAY - MOMENT);
    let mut other = app.browser();
    other.get(&link).await.is(200);
    app.account(EVE).await;
    let mut eve = signed_in(&app, EVE).await;
    ask(&mut eve, MIRA).await.leads_to(PROFILE);
    let known = "Somebody tried to use your address at Portcullis";
    assert_eq!(mail_to(&app, MIRA).await[0].subject, known);
    app.wait(MOMENT);
    other.post(&link, &[]).await.is(410).shows("It worked for 7 days.");
    // From then on the address is anybody's.
    change(&app, &mut eve, MIRA).await;
    assert!(account(&app, MIRA).await.is_some());
});
