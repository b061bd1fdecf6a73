//! Two sign-ins further apart than anybody travels.

use super::*;
use crate::both;
use crate::support::mmdb::mmdb;
use serde_json::json;

/// Whoever is at home in two countries, so that none is new.
async fn at_home_in_both(app: &TestApp) -> Browser {
    let mut mira = at_home(app).await;
    intruder(app).await;
    app.wait(Duration::from_hours(29 * 24));
    mira.signs_in(MIRA, PASSWORD).await;
    is_quiet(&mut mira).await;
    mira
}

both!(a_journey_too_fast_for_anybody_is_found, async |app: TestApp| {
    let mut mira = at_home_in_both(&app).await;
    app.wait(12 * HOUR);
    intruder(&app).await;
    is_quiet(&mut mira).await;
    app.wait(DAY);
    mira.forget("-session");
    mira.signs_in(MIRA, PASSWORD).await;
    app.wait(30 * MINUTE);
    intruder(&app).await;
    is_found(&mut mira, "Two sign-ins too far apart").await;
    let page = mira.get(REVIEW).await;
    page.shows("One came from Netherlands, the other 30 minutes later from United States.");
    // She comes back to where she was: that is no second one.
    mira.forget("-session");
    mira.signs_in(MIRA, PASSWORD).await;
    assert!(only_key(&mut mira).await.starts_with("journey-"));
});

both!(what_was_her_own_journey_is_not_asked_about_again, async |app: TestApp| {
    let mut mira = at_home_in_both(&app).await;
    let mut old = mira.clone();
    app.wait(MINUTE);
    let mut again = browser(&app, AT_HOME);
    again.signs_in(MIRA, PASSWORD).await;
    app.wait(10 * MINUTE);
    intruder(&app).await;
    let key = only_key(&mut old).await;
    says(&mut old, &key, "me").await.leads_to(REVIEW);
    app.wait(DAY);
    again.forget("-session");
    again.signs_in(MIRA, PASSWORD).await;
    app.wait(10 * MINUTE);
    intruder(&app).await;
    is_quiet(&mut mira).await;
});

both!(a_journey_from_a_new_country_is_one_finding, async |app: TestApp| {
    let mut mira = at_home(&app).await;
    let mut again = browser(&app, AT_HOME);
    again.signs_in(MIRA, PASSWORD).await;
    app.wait(HOUR);
    intruder(&app).await;
    assert!(only_key(&mut mira).await.starts_with("sign-in-"));
    let page = mira.get(REVIEW).await;
    page.shows("only 60 minutes after a sign-in from Netherlands: nobody travels that fast.");
});

both!(points_of_a_file_tell_neighbours_apart, async |app: TestApp| {
    let record = |code: &str, latitude: f64, longitude: f64| {
        json!({
            "country": { "iso_code": code },
            "location": { "latitude": latitude, "longitude": longitude },
        })
    };
    let entries = [
        ("203.0.113.0/28", record("ES", 36.72, -4.42)),
        ("203.0.113.16/28", record("FR", 48.86, 2.35)),
        ("203.0.113.32/28", record("FR", 43.3, -1.5)),
    ];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.mmdb");
    std::fs::write(&path, mmdb(4, "city", &entries)).unwrap();
    let app = app.restart(&[("geoip_database", path.to_str().unwrap())]).await;
    app.places.refresh();
    app.account(MIRA).await;
    let signs_in = async |address: &str| {
        let mut mira = browser(&app, address);
        mira.signs_in(MIRA, PASSWORD).await;
        app.wait(MINUTE);
        mira
    };
    let mut mira = signs_in("203.0.113.1").await;
    signs_in("203.0.113.20").await;
    signs_in("203.0.113.40").await;
    app.wait(Duration::from_hours(29 * 24));
    mira.signs_in(MIRA, PASSWORD).await;
    app.wait(5 * MINUTE);
    // Over the border, and then to Paris.
    signs_in("203.0.113.40").await;
    app.wait(DAY);
    mira.forget("-session");
    mira.signs_in(MIRA, PASSWORD).await;
    is_quiet(&mut mira).await;
    signs_in("203.0.113.20").await;
    is_found(&mut mira, "Two sign-ins too far apart").await;
});
