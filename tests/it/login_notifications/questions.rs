//! Each question alone, and all together; and what is new for nobody.

use super::*;
use crate::both;
use crate::support::mmdb::mmdb;
use serde_json::json;

both!(a_known_laptop_in_its_country_is_no_news, async |app: TestApp| {
    let (account, mut browser) = at_home(&app).await;
    for address in [HOME_ADDRESS, OTHER_ADDRESS] {
        browser.address = at(address);
        again(&mut browser).await;
        app.wait(DAY);
    }
    says(&notices(&app).await, 0, "");
    assert!(kept(&app, account).await.is_empty());
    assert_eq!(app.texts().await.len(), 0);
});

both!(each_question_is_asked_for_itself, async |app: TestApp| {
    let (account, mut home) = at_home(&app).await;
    // No cookie of a known device.
    let mut other = browser(&app);
    other.signs_in(MIRA, PASSWORD).await;
    says(&notices(&app).await, 1, NEW_DEVICE);
    // Mail of one moment has no order.
    app.wait(MILLISECOND);
    // A known device whose browser calls itself something else.
    home.user_agent = CHROME.into();
    again(&mut home).await;
    says(&notices(&app).await, 2, NEW_BROWSER);
    app.wait(MILLISECOND);
    // A known device in another country.
    home.address = at(ABROAD);
    again(&mut home).await;
    says(&notices(&app).await, 3, NEW_LOCATION);
    again(&mut home).await;
    says(&notices(&app).await, 3, NEW_LOCATION);
    let new: Vec<_> = kept(&app, account).await.iter().rev().map(|own| own.new).collect();
    let told: Vec<_> = new.iter().map(|new| (new.device, new.browser, new.location)).collect();
    assert_eq!(told, [(true, false, false), (false, true, false), (false, false, true)]);
});

both!(one_notice_names_all_that_is_new, async |app: TestApp| {
    let (account, _) = at_home(&app).await;
    let mut stranger = browser(&app);
    stranger.address = at(ABROAD);
    stranger.user_agent = SAFARI.into();
    stranger.signs_in(MIRA, PASSWORD).await;
    let all = notices(&app).await;
    says(&all, 1, "with a new device, a new browser and a new location.");
    let mail = &all[0];
    for part in [&mail.text, &mail.html] {
        for said in ["United States · 8.8.8.8", "Safari 18 on iOS 18", "by password", "09:01"] {
            assert!(part.contains(said), "{said} is not in {part}");
        }
    }
    let own = &kept(&app, account).await[0];
    assert_eq!(own.country.map(|country| country.code().to_owned()).as_deref(), Some("US"));
    assert_eq!(own.address.as_deref(), Some(ABROAD));
    let session = stranger.session().unwrap();
    let session = portcullis::secret::Token::parse(portcullis::secret::Kind::Session, &session);
    assert_eq!(own.session.uuid(), session.unwrap().id());
    let event = "SELECT COUNT(*) FROM security_events e JOIN notable_sign_ins n ON n.event_id = e.id \
                 WHERE e.kind = 'sign-in' AND e.result = 'succeeded' AND n.session_id = e.session_id";
    assert_eq!(app.count(event).await, 1);
});

both!(an_own_machine_a_private_network_and_nowhere_are_no_location, async |app: TestApp| {
    let (_, mut home) = at_home(&app).await;
    for address in ["127.0.0.1", "::1", "192.168.1.7", "10.9.9.9", "fd00::1", "203.0.113.9"] {
        home.address = at(address);
        again(&mut home).await;
    }
    says(&notices(&app).await, 0, "");
    // And they open no country.
    home.address = at(ABROAD);
    again(&mut home).await;
    says(&notices(&app).await, 1, NEW_LOCATION);
});

both!(ninety_days_to_the_millisecond, async |app: TestApp| {
    let (_, mut home) = at_home(&app).await;
    again(&mut home).await;
    for (days, news) in [(DAY * 90 - MILLISECOND, 0), (DAY * 90, 1)] {
        app.wait(days);
        // Pruning takes nothing that is still remembered.
        portcullis::jobs::prune(&app).await.unwrap();
        again(&mut home).await;
        says(&notices(&app).await, news, "with a new browser and a new location.");
    }
});

both!(regions_tell_apart_where_they_are_known, async |app: TestApp| {
    let of = |region: &str| match region {
        "" => json!({ "country_code": "DE" }),
        region => json!({ "country_code": "DE", "region": region }),
    };
    let file = mmdb(
        4,
        "city",
        &[
            ("203.0.113.0/26", of("Bavaria")),
            ("203.0.113.64/26", of("Hesse")),
            ("203.0.113.128/26", of("")),
        ],
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.mmdb");
    std::fs::write(&path, file).unwrap();
    let app = app.restart(&[("geoip_database", path.to_str().unwrap())]).await;
    app.places.refresh();
    app.account(MIRA).await;
    let mut browser = app.browser();
    let steps = [
        ("203.0.113.1", 0),
        ("203.0.113.2", 0),
        ("203.0.113.65", 1),
        ("203.0.113.1", 1),
        // Only the country is known: it is the same one, then and afterwards.
        ("203.0.113.129", 1),
        ("203.0.113.66", 1),
    ];
    for (address, count) in steps {
        browser.address = at(address);
        again(&mut browser).await;
        says(&notices(&app).await, count, NEW_LOCATION);
    }
});

// Leaving out what one is hides nothing, and is no news for ever.
both!(lg_09_browsers_without_a_name_are_families_too, async |app: TestApp| {
    let (_, mut home) = at_home(&app).await;
    for (agent, count) in [
        ("curl/8.5.0", 1),
        ("python-requests/2.32.5", 1),
        ("", 1),
        ("Mozilla/5.0 (nobody knows)", 2),
        ("Mozilla/5.0 (nor this)", 2),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:200.0) Gecko/20100101 Firefox/200.0", 2),
    ] {
        home.user_agent = agent.into();
        again(&mut home).await;
        says(&notices(&app).await, count, NEW_BROWSER);
    }
});

// An account that is older than its history is not told of what it has known.
both!(what_is_known_already_is_learnt_from_devices, async |app: TestApp| {
    let (_, mut home) = at_home(&app).await;
    for table in ["sign_in_histories", "known_browsers", "known_locations"] {
        app.tamper(&format!("DELETE FROM {table}")).await;
    }
    again(&mut home).await;
    says(&notices(&app).await, 0, "");
    for table in ["sign_in_histories", "known_browsers", "known_locations"] {
        app.tamper(&format!("DELETE FROM {table}")).await;
    }
    let mut stranger = browser(&app);
    stranger.address = at(ABROAD);
    stranger.signs_in(MIRA, PASSWORD).await;
    says(&notices(&app).await, 1, "with a new device and a new location.");
});

// Another account's cookie, and one that was forgotten, are of no known device.
both!(a_device_is_known_to_its_account, async |app: TestApp| {
    let (_, mut home) = at_home(&app).await;
    app.account(EVE).await;
    let mut of_eve = browser(&app);
    of_eve.signs_in(EVE, PASSWORD).await;
    of_eve.forget("-session");
    of_eve.signs_in(MIRA, PASSWORD).await;
    says(&notices(&app).await, 1, NEW_DEVICE);
    assert!(notices_to(&app, EVE).await.is_empty());
    app.wait(MILLISECOND);
    step_up(&mut home).await;
    home.get("/settings/security/devices").await;
    home.post("/settings/security/devices/forget-others", &[]).await.is(303);
    again(&mut of_eve).await;
    says(&notices(&app).await, 2, NEW_DEVICE);
});

// Sign-up, invitation and set-up begin a history; a reset begins no session, and so
// hides nobody who signs in after it.
both!(other_doors_mark_what_is_seen, async |app: TestApp| {
    let (_, link) = app.invite(MIRA).await;
    let mut owner = browser(&app);
    owner.chooses(&link, PASSWORD).await.is(303);
    says(&notices(&app).await, 0, "");
    let mut other = browser(&app);
    other.signs_in(MIRA, PASSWORD).await;
    says(&notices(&app).await, 1, NEW_DEVICE);
    let mut thief = browser(&app);
    thief.address = at(ABROAD);
    thief.forgets(MIRA).await.is(200);
    app.post().await;
    let reset = app.link(MIRA, "password-reset").await;
    thief.chooses(&reset, crate::support::OTHER_PASSWORD).await.is(303);
    says(&notices(&app).await, 1, NEW_DEVICE);
    app.wait(MILLISECOND);
    thief.signs_in(MIRA, crate::support::OTHER_PASSWORD).await;
    says(&notices(&app).await, 2, "with a new device and a new location.");
});

// An account remembers so many, and what it was longest not in makes room.
both!(se_12_what_an_account_remembers_is_bounded, async |app: TestApp| {
    let (_, mut home) = at_home(&app).await;
    for number in 0..60 {
        app.wait(Duration::from_secs(1));
        home.header("sec-ch-ua", "");
        home.headers.clear();
        home.header("sec-ch-ua", &format!("\"Brand{number}\";v=\"1\""));
        again(&mut home).await;
    }
    assert_eq!(notices(&app).await.len(), 60);
    assert_eq!(app.count("SELECT COUNT(*) FROM known_browsers").await, 50);
    home.headers.clear();
    again(&mut home).await;
    assert_eq!(notices(&app).await.len(), 61, "the one longest not seen is new again");
});

// By a second factor the notice comes once all is proved, and says by what.
both!(with_a_second_factor_only_the_whole_is_told, async |app: TestApp| {
    let holder = app.enrolled(MIRA).await;
    let before = notices(&app).await.len();
    let mut other = app.browser();
    other.half_signs_in(MIRA).await;
    assert_eq!(notices(&app).await.len(), before, "half a sign-in is told");
    other.enters_code("000000").await;
    assert_eq!(notices(&app).await.len(), before, "a wrong code is told as a sign-in");
    other.enters_code(&holder.phone.code(app.clock.now())).await.leads_to(HOME);
    let all = notices(&app).await;
    says(&all, before + 1, NEW_DEVICE);
    assert!(all[before].text.contains("Signed in: by password and authenticator app"));
    app.wait(MILLISECOND);
    let mut third = app.browser();
    third.half_signs_in(MIRA).await;
    third.enters_backup_code(&holder.codes[0]).await.leads_to(HOME);
    let all = notices(&app).await;
    says(&all, before + 2, NEW_DEVICE);
    assert!(all[before + 1].text.contains("Signed in: by password and a backup code"));
});

// Nothing about who has an account, and nothing before the password is right.
both!(pw_13_wrong_passwords_are_no_sign_in, async |app: TestApp| {
    at_home(&app).await;
    for email in [MIRA, "nobody@example.com"] {
        let mut stranger = browser(&app);
        stranger.address = at(ABROAD);
        stranger.sign_in(email, crate::support::OTHER_PASSWORD).await.is(403);
    }
    says(&notices(&app).await, 0, "");
    assert!(app.all_mail().await.is_empty());
    let seen = "SELECT COUNT(*) FROM known_locations";
    assert_eq!(app.count(seen).await, 1);
});

// It goes with the account.
both!(what_was_seen_is_erased_with_its_account, async |app: TestApp| {
    let (_, mut home) = at_home(&app).await;
    let mut other = browser(&app);
    other.address = at(ABROAD);
    other.signs_in(MIRA, PASSWORD).await;
    switch_off(&mut home, "new-browser").await;
    step_up(&mut home).await;
    home.get("/settings/profile/close").await.is(200);
    home.post("/settings/profile/close", &[]).await.is(303);
    app.wait(DAY * 14);
    assert_eq!(portcullis::features::closing::erase_due(&app).await.unwrap(), 1);
    for table in [
        "sign_in_histories",
        "known_browsers",
        "known_locations",
        "notable_sign_ins",
        "login_notifications",
        "sign_in_notices",
    ] {
        assert_eq!(app.count(&format!("SELECT COUNT(*) FROM {table}")).await, 0, "{table}");
    }
});

// Nothing is kept for longer than it is of use.
both!(old_rows_go, async |app: TestApp| {
    let (_, _) = at_home(&app).await;
    let mut other = browser(&app);
    other.user_agent = CHROME.into();
    other.signs_in(MIRA, PASSWORD).await;
    let rows = async |table: &str| app.count(&format!("SELECT COUNT(*) FROM {table}")).await;
    app.wait(DAY * 35);
    portcullis::jobs::prune(&app).await.unwrap();
    assert_eq!((rows("notable_sign_ins").await, rows("sign_in_notices").await), (1, 1));
    app.wait(MILLISECOND);
    portcullis::jobs::prune(&app).await.unwrap();
    assert_eq!((rows("notable_sign_ins").await, rows("sign_in_notices").await), (0, 0));
    assert_eq!((rows("known_browsers").await, rows("known_locations").await), (2, 1));
    app.wait(DAY * 55);
    portcullis::jobs::prune(&app).await.unwrap();
    assert_eq!((rows("known_browsers").await, rows("known_locations").await), (0, 0));
});
