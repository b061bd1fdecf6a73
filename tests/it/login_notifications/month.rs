//! A month of ordinary life: one person, a laptop and a phone, addresses that change
//! day by day, one journey. How often are they told, and is each time worth it?

use super::*;
use crate::both;

/// What a person does on a day, at an hour.
struct Step {
    day: u64,
    hour: u64,
    phone: bool,
    address: &'static str,
    /// What they are told, if anything.
    told: Option<&'static str>,
}

const fn step(
    day: u64,
    hour: u64,
    phone: bool,
    address: &'static str,
    told: Option<&'static str>,
) -> Step {
    Step { day, hour, phone, address, told }
}

/// Home and office are in the Netherlands, and so is the phone's network, which gives
/// another address each time. From the 14th to the 20th day: the United States.
const MONTH: &[Step] = &[
    step(0, 8, false, "193.0.6.139", None),
    // The first time on the phone.
    step(0, 20, true, "193.0.10.20", Some("a new device and a new browser")),
    step(1, 8, false, "193.0.6.139", None),
    step(1, 9, false, "193.0.19.7", None),
    step(2, 13, true, "193.0.11.3", None),
    step(3, 9, false, "2001:67c:2e8:22::c100:68b", None),
    step(4, 18, true, "193.0.0.9", None),
    step(6, 22, true, "192.168.1.20", None),
    step(7, 8, false, "193.0.6.140", None),
    step(9, 12, true, "193.0.12.200", None),
    step(11, 9, false, "193.0.19.8", None),
    step(13, 6, true, "193.0.1.1", None),
    // The journey: told at the first sign-in abroad, and not at the others.
    step(14, 18, true, "8.8.8.8", Some("a new location")),
    step(14, 23, false, "8.8.4.4", None),
    step(16, 15, false, "8.8.8.8", None),
    step(19, 20, true, "8.8.8.4", None),
    // Home again.
    step(21, 9, false, "193.0.6.139", None),
    step(21, 19, true, "193.0.13.77", None),
    // The laptop's browser has a new version; the phone's, too.
    step(23, 9, false, "193.0.6.139", None),
    step(24, 19, true, "193.0.14.2", None),
    // Cookies were cleared on the laptop.
    step(26, 9, false, "193.0.6.139", Some("a new device")),
    step(27, 9, false, "193.0.6.139", None),
    step(29, 21, true, "193.0.15.15", None),
];

const NEWER_FIREFOX: &str =
    "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0";

both!(a_month_of_ordinary_life_brings_three_notices, async |app: TestApp| {
    app.account(MIRA).await;
    let start = app.clock.now();
    let (mut laptop, mut phone) = (app.browser(), app.browser());
    phone.user_agent = SAFARI.into();
    let mut expected: Vec<String> = Vec::new();
    for step in MONTH {
        let at_hour = start.plus(DAY * step.day as u32 + Duration::from_hours(step.hour));
        app.wait(at_hour.since(app.clock.now()));
        portcullis::jobs::prune(&app).await.unwrap();
        let browser = if step.phone { &mut phone } else { &mut laptop };
        browser.address = at(step.address);
        match (step.day, step.phone) {
            (23, false) => browser.user_agent = NEWER_FIREFOX.into(),
            (26, false) => browser.cookies.clear(),
            _ => {}
        }
        again(browser).await;
        if let Some(told) = step.told {
            expected.push(format!("Somebody signed in to your account at Portcullis with {told}."));
        }
        // A message is taken out of the list of the unsent after four days.
        let told = app.count("SELECT COUNT(*) FROM sign_in_notices").await;
        let case = format!("day {} at {}", step.day, step.hour);
        assert_eq!(told, i64::try_from(expected.len()).unwrap(), "{case}");
        if step.told.is_some() {
            let mail = notices(&app).await.pop().unwrap();
            assert!(mail.text.contains(expected.last().unwrap()), "{case}: {}", mail.text);
            assert!(mail.text.contains(step.address), "{case}: {}", mail.text);
        }
    }
    assert_eq!(expected.len(), 3);
    // And a stranger among it all is told of, with all that is new.
    let mut stranger = app.browser();
    stranger.user_agent = CHROME.into();
    stranger.address = at("62.210.0.1");
    stranger.signs_in(MIRA, PASSWORD).await;
    let mail = notices(&app).await.pop().unwrap();
    assert!(mail.text.contains("a new device, a new browser and a new location"), "{}", mail.text);
    assert!(mail.text.contains("France · 62.210.0.1"), "{}", mail.text);
});
