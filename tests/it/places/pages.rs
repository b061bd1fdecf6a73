//! Pages and mail name the place, and who knows it.

use crate::both;
use crate::export::files::table;
use crate::export::{EXPORT, everything};
use crate::guards::html::unescape;
use crate::support::mmdb::mmdb;
use crate::support::{Browser, OTHER_PASSWORD, PASSWORD, TestApp};
use serde_json::json;

const MIRA: &str = "mira@example.com";
const PAGES: &[&str] = &[
    "/settings/security",
    "/settings/security/sessions",
    "/settings/security/devices",
    "/admin/log",
];
const CANARY: &str = "<canary x='\"><script>alert(1)</script>";

async fn signed_in(app: &TestApp, address: &str) -> Browser {
    let mut browser = app.browser();
    browser.address = address.parse().unwrap();
    browser.signs_in(MIRA, PASSWORD).await;
    browser
}

both!(a_fresh_install_names_the_country, async |app: TestApp| {
    app.account(MIRA).await;
    app.tamper("UPDATE accounts SET administrator_since = 1").await;
    let mut browser = signed_in(&app, "193.0.6.139").await;
    for page in PAGES {
        let page = browser.get(page).await;
        page.is(200).shows("Netherlands · 193.0.6.139").shows("Firefox 143 on Linux");
        assert!(page.body.contains("href=\"https://db-ip.com\""), "{}", page.body);
        assert!(page.body.contains("title=\"Mozilla/5.0 (X11;"), "the user agent is not at hand");
    }
    for (address, place) in [
        ("127.0.0.1", "This machine"),
        ("192.168.7.7", "Private network"),
        ("fd00::7", "Private network"),
        ("203.0.113.7", "Unknown place"),
        ("2001:67c:2e8:22::c100:68b", "Netherlands"),
    ] {
        let mut browser = signed_in(&app, address).await;
        browser.get(PAGES[0]).await.shows(&format!("{place} · {address} · active just now"));
        app.wait(std::time::Duration::from_mins(2));
    }
});

both!(a_file_names_the_city_in_pages_and_mail, async |app: TestApp| {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.mmdb");
    let of = |city: &str| {
        let record = json!({ "city": city, "country_code": "DE" });
        mmdb(4, "city", &[("203.0.113.0/24", record)])
    };
    std::fs::write(&path, of("Berlin")).unwrap();
    let app = app.restart(&[("geoip_database", path.to_str().unwrap())]).await;
    app.places.refresh();
    app.account(MIRA).await;
    app.tamper("UPDATE accounts SET administrator_since = 1").await;
    let mut browser = signed_in(&app, "203.0.113.7").await;
    for page in PAGES {
        browser.get(page).await.is(200).shows("Berlin, Germany · 203.0.113.7");
    }
    browser.change_password(PASSWORD, OTHER_PASSWORD).await;
    let mail = &app.mail().await[0];
    for part in [&mail.text, &mail.html] {
        assert!(part.contains("Berlin, Germany · 203.0.113.7"), "{part}");
        assert!(part.contains("Firefox 143 on Linux"), "{part}");
    }
    // SE-14: a file is a stranger's too; and it is taken up while the server runs.
    let canary = format!("{CANARY}\u{1b}[2J\n{}", "y".repeat(5000));
    std::fs::write(&path, of(&canary)).unwrap();
    app.places.refresh();
    for page in PAGES {
        let body = browser.get(page).await.body;
        assert!(!body.contains("<canary") && !body.contains('\u{1b}'), "{body}");
        assert!(!body.contains(&"y".repeat(60)));
        assert!(unescape(&body).contains(CANARY), "it did not arrive");
    }
});

both!(the_log_keeps_the_place_of_its_moment, async |app: TestApp| {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.mmdb");
    let of = |city: &str| {
        let record = json!({ "city": city, "country_code": "DE" });
        mmdb(4, "city", &[("203.0.113.0/24", record)])
    };
    std::fs::write(&path, of("=1+1")).unwrap();
    let app = app.restart(&[("geoip_database", path.to_str().unwrap())]).await;
    app.places.refresh();
    app.account(MIRA).await;
    let mut browser = signed_in(&app, "203.0.113.7").await;
    std::fs::write(&path, of("Hamburg")).unwrap();
    app.places.refresh();
    app.wait(std::time::Duration::from_secs(1));
    browser.get(EXPORT).await.is(200);
    let reply = browser.post(EXPORT, &everything("csv")).await;
    let rows = table(reply.is(200));
    assert_eq!((rows[1]["kind"].as_str(), rows[1]["place"].as_str()), ("sign-in", "'=1+1, DE"));
    browser.get("/settings/security/log").await.shows("Germany").shows("1 succeeded · 0 refused");
});
