//! PW-01 and PW-02: however its name is spelt, an account has one counter.

use super::{FREE, WAIT_30, WRONG, counted, minutes};
use crate::both;
use crate::support::{OTHER_PASSWORD, PASSWORD, TestApp};

/// Other ways to write mira@example.com that reach the account.
const SPELLINGS: [&str; 8] = [
    "mira@example.com",
    "MIRA@example.com",
    "  Mira@EXAMPLE.com\t",
    "\u{2003}mira@example.com\u{a0}",
    "mira@ｅｘａｍｐｌｅ.com",
    "mira@example。com",
    "mira@exa\u{ad}mple.com",
    "mira@exa\u{200b}mple.com",
];

both!(pw_01_all_spellings_share_one_counter, async |app: TestApp| {
    app.account("mira@example.com").await;
    for spelling in SPELLINGS.into_iter().cycle().take(FREE) {
        app.browser().sign_in(spelling, OTHER_PASSWORD).await.is(403).shows(WRONG);
    }
    for spelling in SPELLINGS {
        app.browser().sign_in(spelling, PASSWORD).await.is(429).shows(WAIT_30);
    }
    let counters = "SELECT COUNT(*) FROM failure_counters WHERE kind = 'password-account'";
    assert_eq!((app.count(counters).await, counted(&app).await), (1, 5));
});

both!(pw_01_a_success_with_one_spelling_gives_no_other_a_new_counter, async |app: TestApp| {
    app.account("mira@example.com").await;
    for spelling in SPELLINGS.into_iter().skip(3).take(3) {
        app.browser().sign_in(spelling, OTHER_PASSWORD).await.is(403);
    }
    app.browser().signs_in(SPELLINGS[2], PASSWORD).await;
    assert_eq!(counted(&app).await, 0);
    for spelling in SPELLINGS.into_iter().take(FREE) {
        app.browser().sign_in(spelling, OTHER_PASSWORD).await.is(403);
    }
    for spelling in SPELLINGS {
        app.browser().sign_in(spelling, PASSWORD).await.is(429);
    }
    app.wait(minutes(1));
    app.browser().signs_in(SPELLINGS[4], PASSWORD).await;
});

both!(pw_02_look_alikes_are_strangers_with_counters_of_their_own, async |app: TestApp| {
    app.account("mira@example.com").await;
    let look_alikes = [
        "m\u{131}ra@example.com",
        "mir\u{430}@example.com",
        "mira\u{301}@example.com",
        "mi\u{200b}ra@example.com",
        "ｍｉｒａ@example.com",
        "mira.@example.com",
        "mira@example.com.",
        "mira@example.c\u{3bf}m",
        "mira@ex\u{430}mple.com",
        "\"mira\"@example.com",
        "mira+x@example.com",
        "m.ira@example.com",
        "mira@example.com\0",
    ];
    for look_alike in look_alikes {
        let status = app.browser().sign_in(look_alike, PASSWORD).await.status.as_u16();
        assert!(matches!(status, 400 | 403), "{look_alike:?}: {status}");
    }
    // None of them was taken for Mira, or counted for her.
    let hers =
        "SELECT COUNT(*) FROM security_events WHERE kind = 'sign-in' AND account_id IS NOT NULL";
    assert_eq!(app.count(hers).await, 0);
    let counters = "SELECT COUNT(*) FROM failure_counters WHERE kind = 'password-account'";
    let before = app.count(counters).await;
    for spelling in SPELLINGS {
        app.browser().sign_in(spelling, OTHER_PASSWORD).await;
    }
    assert_eq!(app.count(counters).await, before + 1);
});
