//! IP Allowlist (Enterprise): who gets in, what is said about a list, and that its admin
//! stays in.

use super::*;
use crate::both;

const ELSEWHERE: [u8; 4] = [198, 51, 100, 200];

both!(a_good_list_cuts_off_a_live_session_at_the_next_request, async |app: TestApp| {
    acme(&app).await;
    let node = other_node(&app).await;
    let mut mira = signed_in(&app, MIRA).await;
    mira.get(ACME).await.is(200);
    let mut olga = signed_in(&app, OLGA).await;
    // Olga's own address is on it, Mira's is not.
    let here = format!("{} Head office", olga.address);
    enables(&mut olga, &here).await;
    let refused = mira.get(ACME).await;
    refused.is(403).shows("acme & Sons can’t be opened from here");
    refused.shows(&mira.address.to_string()).shows(OLGA).shows(ADAM);
    if let Some(node) = &node {
        mira.at(node).get(ACME).await.is(403);
    }
    mira.get("/organisations").await.is(200).shows("Not from this address");
    // From the allowed address the same session gets in; nothing was ended.
    let away = mira.address;
    mira.address = olga.address;
    mira.get(ACME).await.is(200);
    mira.address = away;
    mira.get("/settings/security").await.is(200);
    for _ in 0..5 {
        mira.get(ACME).await.is(403);
    }
    let event = "organisation-access refused/address-not-allowed";
    assert_eq!(logged(&app, event).await, 1, "a poller fills the log");
    app.wait(10 * MINUTE);
    mira.get(ACME).await.is(403);
    assert_eq!(logged(&app, event).await, 2);
    mira.get("/settings/security/log").await.shows("the address is not on the IP allowlist");
    again(&mut olga, OLGA).await;
    olga.get(&format!("{ACME}/log")).await.shows("the address is not on the IP allowlist");
    let mail = app.mail().await.remove(0);
    assert!(mail.subject.contains("IP allowlist of acme & Sons was changed"), "{}", mail.subject);
    assert!(mail.text.contains(&olga.address.to_string()), "{}", mail.text);
});

both!(nobody_locks_themselves_out, async |app: TestApp| {
    acme(&app).await;
    let mut olga = signed_in(&app, OLGA).await;
    let own = olga.address.to_string();
    let refused = saves(&mut olga, "192.0.2.0/24").await;
    refused.is(422).shows("This would lock you out").shows(&own).shows("Add it");
    assert!(refused.body.contains("192.0.2.0/24</textarea>"), "{}", refused.body);
    let empty = saves(&mut olga, "").await;
    empty.is(422).shows("This would lock you out");
    let ends = saves(&mut olga, &format!("{own} until 2027-01-31")).await;
    ends.is(422).shows("This would lock everybody out");
    assert_eq!(logged(&app, "allowlist-changed refused/locks-out").await, 3);
    assert_eq!(app.count("SELECT COUNT(*) FROM allowlists").await, 0);
    // The button puts it there, and nothing is saved by it.
    let more = [("enabled", "yes"), ("act", "add")];
    let added = sends(&mut olga, "192.0.2.0/24", &more).await;
    added.is(200).shows("On the list");
    assert!(added.body.contains(&format!("192.0.2.0/24\n{own}</textarea>")), "{}", added.body);
    assert_eq!(app.count("SELECT COUNT(*) FROM allowlists").await, 0);
    enables(&mut olga, &format!("192.0.2.0/24\n{own}")).await;
    // Nor by taking it off again.
    saves(&mut olga, "192.0.2.0/24").await.is(422).shows("This would lock you out");
    let off = sends(&mut olga, &own, &[("act", "save")]).await;
    off.leads_to(SECURITY);
    olga.get(SECURITY).await.shows("The IP allowlist is off.");
    let same = sends(&mut olga, &own, &[("act", "save")]).await;
    same.leads_to(SECURITY);
    olga.get(SECURITY).await.shows("Nothing was changed");
});

both!(each_line_is_judged_and_nothing_typed_is_lost, async |app: TestApp| {
    acme(&app).await;
    let mut olga = signed_in(&app, OLGA).await;
    let own = olga.address.to_string();
    let text = format!(
        "{own}\n203.0.113.5/24\n010.0.0.1\n1.2.3\n{own}/32\n192.0.2.9-192.0.2.1\n\
                        192.0.2.7 until 2020-01-01"
    );
    let wrong = saves(&mut olga, &text).await;
    wrong
        .is(422)
        .shows("Line 2 203.0.113.5/24 names more than its network. 203.0.113.0/24 was meant?");
    wrong.shows("Line 3 010.0.0.1 is no address").shows("Line 4 1.2.3 is no address");
    wrong
        .shows("says the same as line 1")
        .shows("ends before it begins")
        .shows("a day that is over");
    assert!(wrong.body.contains("\n010.0.0.1\n1.2.3\n"), "{}", wrong.body);
    let mended = sends(&mut olga, &text, &[("enabled", "yes"), ("act", "mend")]).await;
    mended.lacks("names more than its network").lacks("says the same");
    assert!(mended.body.contains("203.0.113.0/24\n010.0.0.1"), "{}", mended.body);
    let all = format!("{own}\n0.0.0.0/0");
    let warned = saves(&mut olga, &all).await;
    warned.is(422).shows("Line 2 lets in every address").shows("Let in every address");
    let meant = [("enabled", "yes"), ("everything", "yes"), ("act", "save")];
    sends(&mut olga, &all, &meant).await.leads_to(SECURITY);
    let overlap = sends(&mut olga, &format!("{own}\n0.0.0.0/1"), &[("act", "preview")]).await;
    overlap.is(200).shows("Line 1 is part of line 2.");
    assert_eq!(logged(&app, "allowlist-changed succeeded").await, 1);
});

both!(ten_thousand_entries_are_pasted_at_once, async |app: TestApp| {
    acme(&app).await;
    let mut olga = signed_in(&app, OLGA).await;
    let own = olga.address.to_string();
    let line =
        |number: usize| format!("172.16.{}.{} Branch number {number}", number / 250, number % 250);
    let mut lines: Vec<String> = (0..9_999).map(line).collect();
    lines.push(own);
    enables(&mut olga, &lines.join("\n")).await;
    olga.get(SECURITY).await.shows("entries, saved by");
    lines.push("192.0.2.1".into());
    saves(&mut olga, &lines.join("\n")).await.is(422).shows("at most 10,000 entries");
    let mut mira = signed_in(&app, MIRA).await;
    mira.get(ACME).await.is(403);
    mira.address = [172, 16, 39, 248].into();
    mira.get(ACME).await.is(200);
});

both!(every_spelling_of_an_address_is_that_address, async |app: TestApp| {
    acme(&app).await;
    let mut olga = signed_in(&app, OLGA).await;
    let own = olga.address;
    let mapped = match own {
        std::net::IpAddr::V4(own) => own.to_ipv6_mapped(),
        std::net::IpAddr::V6(own) => own,
    };
    enables(&mut olga, &format!("::ffff:{own}\n2001:db8::/32\n198.51.100.0-198.51.100.99")).await;
    let mut mira = signed_in(&app, MIRA).await;
    for (address, status) in [
        (std::net::IpAddr::V6(mapped), 200),
        ("2001:db8:1::5".parse().unwrap(), 200),
        ("2001:db9::5".parse().unwrap(), 403),
        ("::ffff:198.51.100.99".parse().unwrap(), 200),
        ("198.51.100.100".parse().unwrap(), 403),
    ] {
        mira.address = address;
        mira.get(ACME).await.is(status);
    }
});

// IP-02: what a client says of itself counts for nothing.
both!(ip_02_no_header_opens_the_list, async |app: TestApp| {
    acme(&app).await;
    let mut olga = signed_in(&app, OLGA).await;
    let here = olga.address.to_string();
    enables(&mut olga, &here).await;
    let own = olga.address.to_string();
    for name in [
        "x-forwarded-for",
        "forwarded",
        "x-real-ip",
        "x-client-ip",
        "true-client-ip",
        "cf-connecting-ip",
        "x-cluster-client-ip",
        "x-originating-ip",
    ] {
        let mut mira = signed_in(&app, MIRA).await;
        let value = if name == "forwarded" { format!("for={own}") } else { own.clone() };
        mira.header(name, &value);
        mira.get(ACME).await.is(403);
    }
    // And the proxy's own word is the end user's address, not the proxy's.
    let app = app.restart(&[("trusted_proxies", &own)]).await;
    let mut mira = app.browser();
    again(&mut mira, MIRA).await;
    mira.address = own.parse().unwrap();
    // A proxy that does not say for whom it asks: nobody knows, so nobody gets in.
    mira.get(ACME).await.is(403).shows("address unknown");
    for (told, status) in [
        (own.as_str(), 200),
        ("198.51.100.7", 403),
        ("not an address", 403),
        ("198.51.100.7, not an address", 403),
        (&format!("{own}, 198.51.100.7"), 403),
    ] {
        mira.headers.clear();
        mira.header("x-forwarded-for", told);
        mira.get(ACME).await.is(status);
    }
});

both!(an_entry_counts_until_the_end_of_its_last_day, async |app: TestApp| {
    acme(&app).await;
    let mut olga = signed_in(&app, OLGA).await;
    let auditors = ELSEWHERE.into();
    let list = format!("{}\n198.51.100.200 Auditors until 2026-11-25", olga.address);
    enables(&mut olga, &list).await;
    let page = olga.get(SECURITY).await;
    assert!(page.body.contains("198.51.100.200 Auditors until 2026-11-25</textarea>"));
    let mut mira = signed_in(&app, MIRA).await;
    mira.address = auditors;
    // It is the morning of the 24th.
    app.wait(Duration::from_hours(38) + 59 * MINUTE);
    again(&mut mira, MIRA).await;
    mira.get(ACME).await.is(200);
    app.wait(MINUTE);
    mira.get(ACME).await.is(403);
});

both!(a_preview_tells_whom_it_would_keep_out, async |app: TestApp| {
    acme(&app).await;
    let mut mira = signed_in(&app, MIRA).await;
    let made = mira.makes_token("Deploy", &["profile:read"], &[]).await;
    let away = crate::support::bearer(&app, &made.text, "198.51.100.7").await;
    assert!(away.is_some());
    // Somebody who tries her password is not her.
    let mut stranger = app.browser();
    stranger.sign_in(MIRA, crate::support::OTHER_PASSWORD).await;
    app.wait(MINUTE);
    let mut olga = signed_in(&app, OLGA).await;
    let preview = [("enabled", "yes"), ("act", "preview")];
    let own = olga.address.to_string();
    let page = sends(&mut olga, &own, &preview).await;
    page.is(200).shows("These members would have been refused").shows(MIRA);
    page.shows(&mira.address.to_string()).shows("1 session in use").shows("Access tokens: Deploy");
    assert!(page.text().contains("198.51.100.7"), "{}", page.text());
    assert!(!page.body.contains(&stranger.address.to_string()), "{}", page.text());
    let wide = sends(&mut olga, "10.0.0.0/8\n198.51.100.0/24", &preview).await;
    wide.shows("Nobody would have been refused, of 3 members.");
    assert_eq!(app.count("SELECT COUNT(*) FROM allowlists").await, 0);
    assert_eq!(logged(&app, "allowlist-changed succeeded").await, 0);
    app.wait(Duration::from_hours(31 * 24));
    again(&mut olga, OLGA).await;
    sends(&mut olga, &own, &preview).await.lacks(MIRA);
});

both!(the_plan_has_it_or_not_and_a_bill_opens_nothing, async |app: TestApp| {
    acme(&app).await;
    let mut olga = signed_in(&app, OLGA).await;
    let own = olga.address.to_string();
    enables(&mut olga, &own).await;
    let (done, _) = app.cli(&["organisation", "change", "acme", "--plan", "free"], "").await;
    assert!(done);
    let mut mira = signed_in(&app, MIRA).await;
    mira.get(ACME).await.is(403);
    let more = format!("{own}\n192.0.2.1");
    saves(&mut olga, &more).await.is(422).shows("Not part of the Free plan");
    sends(&mut olga, &own, &[("act", "save")]).await.leads_to(SECURITY);
    mira.get(ACME).await.is(200);
    olga.get(SECURITY).await.lacks("Enable IP allowlist");
});
