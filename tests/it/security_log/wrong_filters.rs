//! What can't be a filter is said beside its field, and nothing is read.

use super::{ADA, LOG, MIRA, link, listed, owner};
use crate::both;
use crate::support::{OTHER_PASSWORD, PASSWORD, TestApp};

const WRONG: &[(&str, &str, &str)] = &[
    ("kind", "nonsense", "Choose one from the list."),
    ("kind", "SIGN-INS", "Choose one from the list."),
    ("kind", "' OR 1=1 --", "Choose one from the list."),
    ("result", "maybe", "Choose one from the list."),
    ("from", "yesterday", "Enter a day, such as 2026-11-24."),
    ("from", "2026-02-30", "Enter a day, such as 2026-11-24."),
    ("from", "2026-11-24T00:00", "Enter a day, such as 2026-11-24."),
    ("until", "24.11.2026", "Enter a day, such as 2026-11-24."),
    ("until", "9999-12-31", "Enter a day, such as 2026-11-24."),
    ("address", "203.0.113", "Enter a whole address,"),
    ("address", "203.0.113.0/24", "Enter a whole address,"),
    ("address", "\u{202e}<b>", "Enter a whole address,"),
    ("address", "\0", "Enter a whole address,"),
];

both!(what_is_wrong_is_said_beside_its_field_and_kept, async |app: TestApp| {
    let (mut browser, _) = owner(&app, MIRA).await;
    for (field, value, error) in WRONG {
        let query = serde_urlencoded::to_string([(field, value)]).unwrap();
        let page = browser.get(&format!("{LOG}?{query}")).await;
        page.is(400).shows(error).shows("Please check what is marked below.").lacks("<b>");
        assert_eq!(listed(&page.body), [] as [String; 0], "{field}={value}");
        assert!(page.body.contains(&format!("aria-describedby=\"{field}-error")), "{field}");
        if *field == "from" || *field == "address" && value.starts_with('2') {
            assert!(page.body.contains(&format!("value=\"{value}\"")), "{field}={value} is lost");
        }
    }
    let both = "from=2026-11-24&until=2026-11-23&kind=sign-ins";
    let page = browser.get(&format!("{LOG}?{both}")).await;
    page.is(400).shows("Choose a day that is not before the first.");
    assert!(page.body.contains("<option value=\"sign-ins\" selected>"));
    for broken in ["kind=a&kind=b", "before=1.2&before=1.2"] {
        browser.get(&format!("{LOG}?{broken}")).await.is(400);
    }
    for place in ["x", "1", "1.x", "x.01900000-0000-7000-8000-000000000000", "%00", ""] {
        browser.get(&format!("{LOG}?before={place}")).await.is(404);
    }
});

both!(nothing_is_read_by_administrators_whose_filters_are_wrong, async |app: TestApp| {
    let (_, mira) = owner(&app, MIRA).await;
    app.administrator(ADA).await;
    let mut ada = app.browser();
    ada.signs_in(ADA, PASSWORD).await;
    let before = app.events().await;
    for log in ["/admin/log".to_owned(), format!("/admin/accounts/{}/log", mira.id)] {
        let page = ada.get(&format!("{log}?from=x")).await;
        page.is(400).shows("Enter a day,");
        assert_eq!(listed(&page.body), [] as [String; 0]);
    }
    let nobody = "/admin/accounts/01900000-0000-7000-8000-000000000000/log?from=x";
    ada.get(nobody).await.is(404);
    assert_eq!(app.events().await, before);
});

both!(empty_and_exhausted_lists_say_what_to_do, async |app: TestApp| {
    let (mut browser, _) = owner(&app, MIRA).await;
    let page = browser.get(&format!("{LOG}?kind=email")).await;
    page.is(200).shows("Nothing fits these filters").shows("Clear filters");
    assert_eq!(link(&page.body, "Clear filters").unwrap(), LOG);
    // Empty fields are no filters.
    let page = browser.get(&format!("{LOG}?kind=&result=&from=&until=&address=")).await;
    assert_eq!(listed(&page.is(200).body).len(), 2);
    page.lacks("Clear filters");
    for table in ["security_events", "sign_in_hours", "sign_in_countries"] {
        app.tamper(&format!("DELETE FROM {table}")).await;
    }
    let page = browser.get(LOG).await;
    page.is(200).shows("Nothing has happened yet").shows("Nobody signed in, none was refused.");
    page.lacks("Older").lacks("Newest</a>").lacks("<svg class=\"chart");
});

both!(the_chart_counts_the_reader_s_days, async |app: TestApp| {
    let (mut browser, _) = owner(&app, MIRA).await;
    for _ in 0..3 {
        app.browser().sign_in(MIRA, OTHER_PASSWORD).await.is(403);
    }
    let page = browser.get(LOG).await;
    page.shows("1 sign-in succeeded, 3 were refused.");
    page.shows("24 Nov: 1 succeeded, 3 refused").shows("28 Oct: 0 succeeded, 0 refused");
    page.lacks("27 Oct:").lacks("Only the newest");
    assert_eq!(page.body.matches("class=\"chart-bar").count(), 2);
    app.wait(std::time::Duration::from_hours(27 * 24));
    browser.signs_in(MIRA, PASSWORD).await;
    browser.get(LOG).await.shows("24 Nov: 1 succeeded, 3 refused");
    app.wait(std::time::Duration::from_hours(24));
    browser.get(LOG).await.shows("1 sign-in succeeded, none was refused.").lacks("24 Nov:");
    app.tamper("UPDATE security_events SET occurred_at = occurred_at + 2400000000").await;
});
