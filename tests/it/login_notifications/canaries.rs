//! SE-14, LG-01: what a stranger says of themselves is text in mail and on pages.

use super::*;
use crate::both;
use crate::guards::html::unescape;
use crate::support::mmdb::mmdb;
use serde_json::json;

const CANARY: &str = "<canary x='\"><script>alert(1)</script>{{7*7}}&lt;";

both!(se_14_canaries_are_text_in_notices, async |app: TestApp| {
    let city = "<canary y='\"><script>alert(2)</script>\u{202e}\r\nBcc: eve@example.com";
    let record = json!({ "city": city, "country_code": "DE", "region": city });
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.mmdb");
    std::fs::write(&path, mmdb(4, "city", &[("203.0.113.0/24", record)])).unwrap();
    let app = app.restart(&[("geoip_database", path.to_str().unwrap())]).await;
    app.places.refresh();
    at_home(&app).await;
    let mut stranger = browser(&app);
    stranger.address = at("203.0.113.9");
    stranger.user_agent = CANARY.into();
    stranger.header("sec-ch-ua", "\"<canary z=\\\"\";v=\"1\"");
    stranger.signs_in(MIRA, PASSWORD).await;
    let all = notices(&app).await;
    says(&all, 1, "with a new device, a new browser and a new location.");
    for raw in ["<canary", "<script"] {
        assert!(!all[0].html.contains(raw), "{}", all[0].html);
    }
    assert!(unescape(&all[0].html).contains("<canary y="), "it did not arrive");
    for part in [&all[0].text, &all[0].html, &all[0].subject] {
        assert!(!part.contains("\nBcc") && !part.contains('\u{202e}') && !part.contains('\r'));
    }
    let (me, not_me) = links_to(&app, MIRA).await;
    let mut reader = app.browser();
    for step in 0..3 {
        for page in [&me, &not_me] {
            let body = reader.get(page).await.body;
            for raw in ["<canary", "<script>"] {
                assert!(!body.contains(raw), "step {step}: {body}");
            }
            assert!(unescape(&body).contains("<canary y="), "step {step}: it did not arrive");
        }
        match step {
            0 => reader.post(&me, &[]).await.leads_to(&me).clone(),
            1 => reader.post(&not_me, &[]).await.leads_to(&not_me).clone(),
            _ => reader.get(&not_me).await,
        };
    }
});
