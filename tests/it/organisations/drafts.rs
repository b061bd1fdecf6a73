//! A long list that is typed while a proof grows old is there again after a fresh one.

use super::*;
use crate::both;

fn long() -> String {
    let line = |number: u32| format!("10.{}.{}.0/24 Branch {number}", number / 256, number % 256);
    (0..2_000).map(line).collect::<Vec<_>>().join("\n")
}

async fn proves(olga: &mut Browser, asked: &Reply) {
    let path = asked.is(303).location().to_owned();
    olga.get(&path).await.is(200);
    let (_, back) = path.split_once("return_to=").unwrap();
    let back = percent_encoding::percent_decode_str(back).decode_utf8().unwrap().into_owned();
    let fields = [("password", PASSWORD), ("return_to", back.as_str())];
    olga.post("/step-up", &fields).await.leads_to(&back);
}

both!(a_long_list_outlives_its_proof, async |app: TestApp| {
    acme(&app).await;
    let mut olga = signed_in(&app, OLGA).await;
    let short = ("192.0.2.0/24 Short".to_owned(), "192.0.2.0/24 Short");
    for (entries, last) in [short, (long(), "10.7.207.0/24 Branch 1999")] {
        app.wait(Duration::from_mins(1));
        again(&mut olga, OLGA).await;
        let page = olga.get(SECURITY).await;
        let number = seen(page.is(200));
        app.wait(Duration::from_mins(5));
        let fields = [
            ("seen", number.as_str()),
            ("entries", entries.as_str()),
            ("enabled", "yes"),
            ("act", "save"),
        ];
        let asked = olga.post(&format!("{SECURITY}/allowlist"), &fields).await;
        proves(&mut olga, &asked).await;
        let shown = olga.get(SECURITY).await;
        shown.is(200).shows(last);
        assert!(shown.body.contains("name=\"enabled\" type=\"checkbox\" value=\"yes\" checked"));
        // It is shown once, and nothing was saved.
        olga.get(SECURITY).await.is(200).lacks(last);
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM allowlist_versions").await, 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM drafts").await, 1);
});

both!(a_draft_is_of_one_session_and_does_not_last, async |app: TestApp| {
    acme(&app).await;
    let mut olga = signed_in(&app, OLGA).await;
    let page = olga.get(SECURITY).await;
    let number = seen(page.is(200));
    app.wait(Duration::from_mins(5));
    let entries = long();
    let fields = [
        ("seen", number.as_str()),
        ("entries", entries.as_str()),
        ("enabled", "yes"),
        ("act", "save"),
    ];
    let asked = olga.post(&format!("{SECURITY}/allowlist"), &fields).await;
    asked.is(303);
    // Nothing of it can be read where it lies.
    let kept = "SELECT COUNT(*) FROM drafts WHERE key_id LIKE '%Branch%'";
    assert_eq!(app.count(kept).await, 0);
    let cookies = olga.cookies.clone();
    again(&mut olga, OLGA).await;
    for (name, value) in cookies.iter().filter(|(name, _)| name.contains("kept")) {
        olga.cookies.insert(name.clone(), value.clone());
    }
    olga.get(SECURITY).await.is(200).lacks("Branch");
    app.wait(Duration::from_mins(11));
    portcullis::jobs::prune(&app).await.unwrap();
    assert_eq!(app.count("SELECT COUNT(*) FROM drafts").await, 0);
});
