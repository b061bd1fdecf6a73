//! The site that the walk through every page is on.

use super::site::Site;
use crate::support::Backend;
use crate::support::mmdb::mmdb;
use serde_json::json;

/// Settings of a site that is walked: the browser says where it is.
const SETTINGS: &[(&str, &str)] =
    &[("trusted_proxies", "127.0.0.1"), ("sign_up", "open"), ("sms_countries", "GB, DE")];

/// A city and a region whose names are as long as names get, the one of a single word.
pub const CITY: &str = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogochia";
const REGION: &str = "The Region Whose Name Is Sixty Characters Long For This Test";

/// A site to be walked, which knows where some of those are who come to it.
pub async fn site_to_walk(scene: impl AsyncFnOnce(&Site)) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("places.mmdb");
    assert_eq!((CITY.len(), REGION.len()), (60, 60));
    let record = json!({ "city": CITY, "state1": REGION, "country_code": "NL" });
    std::fs::write(&file, mmdb(4, "city", &[("193.0.0.0/16", record)])).unwrap();
    let file = file.display().to_string();
    let settings = [SETTINGS, &[("geoip_database", &*file)]].concat();
    Site::with(Backend::Sqlite, &settings, async |site| {
        site.places.refresh();
        scene(site).await;
    })
    .await;
}
