//! A change that nobody confirms undoes itself, by the clock alone.

use super::*;
use crate::both;
use portcullis::features::ip_allowlist;

both!(the_clock_undoes_it_whether_or_not_a_job_runs, async |app: TestApp| {
    acme(&app).await;
    let node = other_node(&app).await;
    let mut mira = signed_in(&app, MIRA).await;
    let mut olga = signed_in(&app, OLGA).await;
    let own = olga.address.to_string();
    // Saved, and then the connection is gone: the page after it is never asked for.
    saves(&mut olga, &own).await.leads_to(SECURITY);
    mira.get(ACME).await.is(403);
    app.wait(14 * MINUTE + Duration::from_secs(59));
    mira.get(ACME).await.is(403);
    app.wait(Duration::from_secs(1));
    mira.get(ACME).await.is(200);
    if let Some(node) = &node {
        mira.at(node).get(ACME).await.is(200);
    }
    assert_eq!(logged(&app, "allowlist-rolled-back succeeded").await, 0);
    assert_eq!(ip_allowlist::roll_back_due(&app).await.unwrap(), 1);
    assert_eq!(ip_allowlist::roll_back_due(&app).await.unwrap(), 0);
    assert_eq!(logged(&app, "allowlist-rolled-back succeeded").await, 1);
    let mail = app.mail().await;
    let told = mail.iter().filter(|mail| mail.subject.contains("was undone")).count();
    assert_eq!(told, 2, "owner and admin");
    again(&mut olga, OLGA).await;
    let page = olga.get(SECURITY).await;
    page.is(200).shows("The last change was undone").shows("Show the list that was undone");
    assert!(page.body.contains(&own));
    // It can be saved again, and confirmed.
    enables(&mut olga, &own).await;
    mira.get(ACME).await.is(403);
});

both!(only_those_in_charge_confirm_and_only_from_where_they_may, async |app: TestApp| {
    acme(&app).await;
    let (mut olga, mut adam) = (signed_in(&app, OLGA).await, signed_in(&app, ADAM).await);
    let mut mira = signed_in(&app, MIRA).await;
    let list = format!("{}\n{}", olga.address, mira.address);
    saves(&mut olga, &list).await.leads_to(SECURITY);
    mira.get(ACME).await.is(200);
    adam.get(ACME).await.is(403);
    olga.get("/settings/security").await.is(200);
    assert_eq!(logged(&app, "allowlist-confirmed succeeded").await, 0);
    adam.address = mira.address;
    adam.get(ACME).await.is(200);
    assert_eq!(logged(&app, "allowlist-confirmed succeeded").await, 1);
    app.wait(20 * MINUTE);
    adam.address = [198, 51, 100, 9].into();
    adam.get(ACME).await.is(403);
    assert_eq!(ip_allowlist::roll_back_due(&app).await.unwrap(), 0);
});

both!(what_was_confirmed_before_comes_back, async |app: TestApp| {
    acme(&app).await;
    let mut olga = signed_in(&app, OLGA).await;
    let mut mira = signed_in(&app, MIRA).await;
    let (own, hers) = (olga.address.to_string(), mira.address.to_string());
    enables(&mut olga, &format!("{own}\n{hers}")).await;
    mira.get(ACME).await.is(200);
    saves(&mut olga, &own).await.leads_to(SECURITY);
    mira.get(ACME).await.is(403);
    app.wait(15 * MINUTE);
    // Who was let in by the list from before is let in again, and nobody else.
    mira.get(ACME).await.is(200);
    mira.address = [198, 51, 100, 9].into();
    mira.get(ACME).await.is(403);
    // Other labels keep nobody out, so nothing has to be confirmed.
    again(&mut olga, OLGA).await;
    let page = olga.get(SECURITY).await;
    page.is(200);
    saves(&mut olga, &format!("{own} Head office\n{hers}")).await.leads_to(SECURITY);
    assert_eq!(app.count("SELECT COUNT(*) FROM allowlists WHERE pending IS NOT NULL").await, 0);
});

both!(the_operator_breaks_the_glass, async |app: TestApp| {
    acme(&app).await;
    let mut olga = signed_in(&app, OLGA).await;
    let own = olga.address.to_string();
    enables(&mut olga, &own).await;
    olga.address = [198, 51, 100, 9].into();
    olga.get(SECURITY).await.is(403);
    let disable = ["organisation", "allowlist", "disable", "acme"];
    let (done, said) = app.cli(&disable, "").await;
    assert!(done && said.contains("is off"), "{said}");
    let page = olga.get(SECURITY).await;
    page.is(200);
    // The entries stay where they were.
    assert!(page.body.contains(&format!("{own}</textarea>")), "{}", page.body);
    assert!(!app.cli(&disable, "").await.0);
    assert!(!app.cli(&["organisation", "allowlist", "disable", "nobody"], "").await.0);
    assert_eq!(logged(&app, "allowlist-disabled succeeded").await, 1);
    olga.get(&format!("{ACME}/log")).await.shows("switched off from the command line");
});
