//! Who is let in by a token: SE-06, TK-07 and TK-10.

use super::*;
use crate::both;
use crate::support::{bearer, source_of, token_of};
use portcullis::features::access_tokens::authenticate;
use portcullis::features::access_tokens::rules::Permission;

both!(se_06_only_the_exact_text_is_a_token, async |app: TestApp| {
    let mut browser = mira(&app).await;
    let text = browser.makes_token("Deploy", READ, &[]).await.text;
    let held = bearer(&app, &text, HERE).await.unwrap();
    assert_eq!(held.account.email, MIRA);
    assert!(held.may(Permission::ProfileRead) && !held.may(Permission::LogRead));
    let shape = text.strip_prefix("pcl_pat_").unwrap();
    assert!(shape.len() == 72 && shape.chars().all(|c| c.is_ascii_alphanumeric()));
    let mut others = vec![
        format!("{text} "),
        format!(" {text}"),
        format!("{text}="),
        format!("{text}\n"),
        text.to_uppercase(),
        text.to_lowercase(),
        text.replace("pcl_pat_", "pcl_ses_"),
        text.replace("pcl_pat_", "PCL_PAT_"),
        text.replace("pcl_pat_", "pcl_pat_0"),
        text.replace("pcl_pat_", ""),
        format!("{text}{text}"),
    ];
    others.extend((0..text.len()).map(|length| text[..length].to_owned()));
    for position in 0..text.len() {
        let mut changed = text.clone().into_bytes();
        changed[position] = if changed[position] == b'0' { b'1' } else { b'0' };
        others.push(String::from_utf8(changed).unwrap());
        let mut flipped = text.clone().into_bytes();
        flipped[position] ^= 0x20;
        others.push(String::from_utf8_lossy(&flipped).into_owned());
    }
    for other in others {
        assert!(bearer(&app, &other, HERE).await.is_none(), "{other:?}");
    }
    // Somebody's own session is no token either.
    let session = browser.session().unwrap();
    assert!(bearer(&app, &session, HERE).await.is_none());
    assert!(bearer(&app, &session.replace("pcl_ses_", "pcl_pat_"), HERE).await.is_none());
});

both!(tk_10_a_dump_of_the_database_opens_nothing, async |app: TestApp| {
    let mut browser = mira(&app).await;
    let text = browser.makes_token("Deploy", READ, &[]).await.text;
    bearer(&app, &text, HERE).await.unwrap();
    let dump = app.dump().await.join("\n");
    assert!(dump.contains("Deploy"));
    for secret in [&text, &text[30..74], &text[8..74]] {
        assert!(!dump.contains(secret), "{secret} is in the database");
    }
});

both!(tk_07_what_is_dead_is_refused_at_once_on_each_node, async |app: TestApp| {
    let mut browser = mira(&app).await;
    let text = browser.makes_token("Deploy", READ, &[]).await.text;
    let other = other_node(&app).await;
    let nodes = [&app, other.as_ref().unwrap_or(&app)];
    let is_accepted = async || {
        let mut accepted = Vec::new();
        for node in nodes {
            accepted.push(bearer(node, &text, HERE).await.is_some());
        }
        assert_eq!(accepted[0], accepted[1]);
        accepted[0]
    };
    assert!(is_accepted().await);
    for (column, value) in [
        ("suspended_at", "1"),
        ("locked_at", "1"),
        ("closes_at", "9000000000000"),
        ("erased_at", "1"),
        ("password_change_required_at", "1"),
    ] {
        app.tamper(&format!("UPDATE accounts SET {column} = {value}")).await;
        assert!(!is_accepted().await, "{column}");
        app.tamper(&format!("UPDATE accounts SET {column} = NULL")).await;
        assert!(is_accepted().await, "not revoked by {column}");
    }
    // By the acts themselves, too.
    app.suspend(MIRA).await;
    assert!(!is_accepted().await);
    app.restore_account(MIRA).await;
    assert!(is_accepted().await);
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    let id = token_of(&text).id();
    browser.get(PAGE).await;
    browser.post(&format!("{PAGE}/{id}/revoke"), &[]).await.leads_to(PAGE);
    assert!(!is_accepted().await);
    let page = browser.get(PAGE).await;
    assert!(!page.shows("Revoked").body.contains(">Active</span>"));
});

both!(tk_07_it_expires_to_the_millisecond, async |app: TestApp| {
    let mut browser = mira(&app).await;
    let text = browser.makes_token("Deploy", READ, &[("expiration", "7")]).await.text;
    browser.get(PAGE).await.shows("Expires in 7 days");
    app.wait(DAY * 7 - MILLISECOND);
    assert!(bearer(&app, &text, HERE).await.is_some());
    app.wait(MILLISECOND);
    assert!(bearer(&app, &text, HERE).await.is_none());
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    browser.get(PAGE).await.shows("Expired");
    // One of a date lives through that day in its owner's zone.
    app.tamper("UPDATE accounts SET time_zone = 'Pacific/Auckland'").await;
    let date = [("expiration", "date"), ("date", "2026-12-24")];
    browser.makes_token("Date", READ, &date).await;
    let end = "SELECT COUNT(*) FROM access_tokens WHERE expires_at = 1798110000000";
    assert_eq!(app.count(end).await, 1);
});

both!(a_token_is_accepted_from_its_networks_only, async |app: TestApp| {
    let mut browser = mira(&app).await;
    let sources = [("sources", "192.0.2.7\r\n::ffff:198.51.100.0/120\r\n2001:db8:1::/48\r\n")];
    let text = browser.makes_token("Deploy", READ, &sources).await.text;
    for address in ["192.0.2.7", "::ffff:192.0.2.7", "198.51.100.200", "2001:db8:1:2::3"] {
        assert!(bearer(&app, &text, address).await.is_some(), "{address}");
    }
    for address in ["192.0.2.8", "::ffff:192.0.2.8", "2001:db8:2::1", "::192.0.2.7", "nowhere"] {
        assert!(bearer(&app, &text, address).await.is_none(), "{address}");
    }
    browser.get(PAGE).await.shows("Only from 192.0.2.7, 198.51.100.0/24, 2001:db8:1::/48");
    // What can't be read must not pass for no limit.
    app.tamper("UPDATE access_tokens SET sources = 'garbage'").await;
    let token = token_of(&text);
    let source = source_of(&app, "192.0.2.7");
    assert!(authenticate(&app, &token, &source, app.clock.now()).await.is_err());
});

both!(uses_are_noted_once_a_minute_and_told_once_a_network, async |app: TestApp| {
    let mut browser = mira(&app).await;
    let text = browser.makes_token("Deploy", READ, &[]).await.text;
    let used = "access-token-used-elsewhere succeeded";
    // Where it was made is no news.
    let own = browser.address.to_string();
    bearer(&app, &text, &own).await.unwrap();
    assert_eq!(logged(&app, used).await, 0);
    let noted = async |address: &str| {
        let sql =
            format!("SELECT COUNT(*) FROM access_tokens WHERE last_used_address = '{address}'");
        app.count(&sql).await == 1
    };
    assert!(noted(&own).await);
    app.wait(Duration::from_secs(60) - MILLISECOND);
    bearer(&app, &text, HERE).await.unwrap();
    assert!(noted(&own).await, "written twice in a minute");
    for (address, events) in [
        (HERE, 1),
        ("198.51.100.99", 1),
        ("::ffff:198.51.100.3", 1),
        ("198.51.101.1", 2),
        ("2001:db8:1::1", 3),
        ("2001:db8:1:ffff::1", 3),
        (HERE, 3),
        ("2001:db8:2::1", 4),
    ] {
        app.wait(Duration::from_secs(60));
        bearer(&app, &text, address).await.unwrap();
        assert_eq!(logged(&app, used).await, events, "{address}");
    }
    assert!(noted("2001:db8:2::1").await);
    browser.get(PAGE).await.shows("Last used");
    // Of several nodes one notes it.
    let other = other_node(&app).await;
    let node = other.as_ref().unwrap_or(&app);
    for last in 0..u8::try_from(crate::support::rounds()).unwrap() {
        app.wait(Duration::from_secs(60));
        let address = format!("203.0.{last}.7");
        let before = logged(&app, used).await;
        let (one, two) = tokio::join!(bearer(&app, &text, &address), bearer(node, &text, &address));
        assert!(one.is_some() && two.is_some());
        assert_eq!(logged(&app, used).await, before + 1);
    }
});

both!(a_token_s_networks_are_bounded, async |app: TestApp| {
    let mut browser = mira(&app).await;
    let text = browser.makes_token("Deploy", READ, &[]).await.text;
    let used = "access-token-used-elsewhere succeeded";
    // As if it had been in 199 more since.
    let rows: Vec<String> = (1..200)
        .map(|n| {
            let own = "(SELECT id FROM access_tokens)";
            format!("({own}, '203.0.{n}.0/24', {})", app.clock.now().millis() + n)
        })
        .collect();
    let insert = "INSERT INTO access_token_networks (token_id, network, noted_at) VALUES";
    app.tamper(&format!("{insert} {}", rows.join(", "))).await;
    let count = "SELECT COUNT(*) FROM access_token_networks";
    assert_eq!(app.count(count).await, 200);
    let own = browser.address.to_string();
    // The one that was noted first is forgotten, and so is new again.
    for (address, events) in [(HERE, 1), ("203.0.199.7", 1), (&own, 2), (HERE, 2), (&own, 2)] {
        app.wait(Duration::from_secs(60));
        bearer(&app, &text, address).await.unwrap();
        assert_eq!(logged(&app, used).await, events, "{address}");
        assert_eq!(app.count(count).await, 200);
    }
});

/// What docs/tokens.md says of a token's text is true, and no permission is missing there.
#[test]
fn the_guide_says_how_a_token_looks() {
    let guide = include_str!("../../../docs/tokens.md");
    for permission in Permission::ALL {
        assert!(guide.contains(&format!("| `{}` |", permission.tag())), "{permission:?}");
    }
    let shapes = guide.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let shown: Vec<&str> =
        shapes.filter(|word| word.starts_with("pcl_pat_") && word.len() == 80).collect();
    assert_eq!(shown.len(), 1);
    let parsed = portcullis::secret::Token::parse(portcullis::secret::Kind::AccessToken, shown[0]);
    assert!(parsed.is_none(), "the guide shows a token whose checksum is right");
}
