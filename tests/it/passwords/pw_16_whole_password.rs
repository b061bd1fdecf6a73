//! PW-16 and PW-17: every byte of a password counts, and however its characters
//! are composed, it is the same password.

use super::{CHANGE, WRONG};
use crate::both;
use crate::support::{PASSWORD, TestApp};

fn with_char(text: &str, position: usize, new: char) -> String {
    text.chars().enumerate().map(|(at, c)| if at == position { new } else { c }).collect()
}

both!(pw_16_no_character_is_cut_off, async |app: TestApp| {
    let long = format!("Aa1-{}", "the quick brown fox jumps over ".repeat(7))[..200].to_owned();
    app.account_with("mira@example.com", &long).await;
    let mut others: Vec<String> =
        [72, 127, 199].into_iter().map(|position| with_char(&long, position, '#')).collect();
    others.push(long[..72].to_owned());
    others.push(format!("{long} "));
    for (number, other) in others.iter().enumerate() {
        let email = "mira@example.com";
        app.browser().sign_in(email, other).await.is(403).shows(WRONG);
        if number == 3 {
            app.browser().signs_in(email, &long).await;
        }
    }
    app.browser().signs_in("mira@example.com", &long).await;
});

both!(pw_16_a_nul_ends_nothing, async |app: TestApp| {
    let whole = "Correct-horse 1\0battery";
    app.account_with("mira@example.com", whole).await;
    for other in [
        "Correct-horse 1",
        "Correct-horse 1\0",
        "Correct-horse 1\0batterx",
        "Correct-horse 1battery",
    ] {
        app.browser().sign_in("mira@example.com", other).await.is(403).shows(WRONG);
    }
    app.browser().signs_in("mira@example.com", whole).await;
});

both!(pw_16_the_longest_password_counts_whole, async |app: TestApp| {
    let longest = format!("Aa1-{}", "x y".repeat(340));
    assert_eq!(longest.len(), 1024);
    app.account_with("mira@example.com", &longest).await;
    app.browser().sign_in("mira@example.com", &with_char(&longest, 1023, 'z')).await.is(403);
    // One byte more is nobody's, and is not even hashed.
    let counters = app.count("SELECT COUNT(*) FROM failure_counters").await;
    app.browser().sign_in("mira@example.com", &format!("{longest}y")).await.is(400).shows(WRONG);
    assert_eq!(app.count("SELECT COUNT(*) FROM failure_counters").await, counters);
    app.browser().signs_in("mira@example.com", &longest).await;
});

both!(pw_17_all_compositions_are_one_password, async |app: TestApp| {
    app.account("mira@example.com").await;
    let mut mira = app.browser();
    mira.signs_in("mira@example.com", PASSWORD).await;
    let composed = "P\u{e4}ssw\u{f6}rd fine \u{c5} 1-2";
    mira.change_password(PASSWORD, composed).await.leads_to("/settings/security");
    for spelling in [
        composed,
        "Pa\u{308}sswo\u{308}rd fine A\u{30a} 1-2",
        "P\u{e4}ssw\u{f6}rd \u{fb01}ne \u{212b} 1-2",
        "\u{ff30}\u{e4}ssw\u{f6}rd fine \u{c5} \u{ff11}\u{2010}2".replace('\u{2010}', "-").as_str(),
    ] {
        app.browser().signs_in("mira@example.com", spelling).await;
    }
    // What looks alike but is another text stays another password.
    for other in [
        "P\u{e4}ssw\u{f6}rd fine A 1-2",
        "Password fine A 1-2",
        "p\u{e4}ssw\u{f6}rd fine \u{c5} 1-2",
    ] {
        app.browser().sign_in("mira@example.com", other).await.is(403);
    }
    // The same password in another spelling is not a new one.
    let same = mira.change_password(composed, "Pa\u{308}sswo\u{308}rd fine A\u{30a} 1-2").await;
    same.is(422).shows("This is your current password. Choose a new one.");
});

both!(pw_17_length_is_counted_in_composed_characters, async |app: TestApp| {
    app.account("mira@example.com").await;
    let mut mira = app.browser();
    mira.signs_in("mira@example.com", PASSWORD).await;
    // Eleven characters however they are typed, though fourteen code points and
    // more bytes come in.
    let eleven = "A\u{308}a\u{308}o\u{308}-12 x\u{7cf}yz";
    assert_eq!(eleven.chars().count(), 14);
    mira.change_password(PASSWORD, eleven).await.is(422).shows("Use at least 12 characters.");
    mira.change_password(PASSWORD, &format!("{eleven}!")).await.leads_to("/settings/security");
    mira.get(CHANGE).await.is(200);
});
