//! SE-14: what a stranger or a file says is text on these pages.

use super::*;
use crate::both;
use crate::guards::html::unescape;
use crate::support::mmdb::mmdb;
use serde_json::json;

const CANARY: &str = "<canary x='\"><script>alert(1)</script>{{7*7}}&lt;";

both!(se_14_canaries_are_text_in_the_review, async |app: TestApp| {
    let city = "<canary y='\"><script>alert(2)</script>";
    let record = json!({ "city": city, "country_code": "DE", "region": city });
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.mmdb");
    std::fs::write(&path, mmdb(4, "city", &[("203.0.113.0/24", record)])).unwrap();
    let app = app.restart(&[("geoip_database", path.to_str().unwrap())]).await;
    app.places.refresh();
    let mut mira = at_home(&app).await;
    let mut stranger = browser(&app, "203.0.113.9");
    stranger.user_agent = CANARY.into();
    fails(&mut stranger, 5).await;
    app.wait(2 * HOUR);
    stranger.user_agent = format!("{CANARY} too");
    stranger.signs_in(MIRA, PASSWORD).await;
    app.tamper("UPDATE accounts SET email_verified_at = created_at").await;
    stranger.get("/settings/security/log/export").await.is(200);
    let fields = [("format", "csv"), ("area-sign-ins", "yes")];
    stranger.post("/settings/security/log/export", &fields).await.is(200);
    app.wait(MINUTE);
    for step in 0..2 {
        for page in [REVIEW, SECURE, OVERVIEW] {
            let body = mira.get(page).await.is(200).body.clone();
            for raw in ["<canary", "<script>"] {
                assert!(!body.contains(raw), "{page}, step {step}: {body}");
            }
            assert!(unescape(&body).contains("<canary"), "{page}, step {step}: it did not arrive");
        }
        for key in keys(&mira.get(REVIEW).await) {
            says(&mut mira, &key, "me").await.leads_to(REVIEW);
        }
    }
});
