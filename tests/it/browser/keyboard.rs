//! Without a mouse: everything is reached, in the order in which it is read,
//! and one always sees where one is. `every_page` does it everywhere.

use super::driver::{Scripts, Theme};
use super::person::Person;
use super::site::visit;
use crate::support::{Backend, OTHER_PASSWORD, PASSWORD, is_full};
use fantoccini::key::Key;
use serde_json::Value;

/// Numbers what can be reached, and notes each that the focus comes to.
const LISTEN: &str = r"
    // A group of radio buttons is one stop, at the chosen one: arrows lead to the others.
    const isPassed = (thing) => thing.type === 'radio' && !thing.checked
        && [...document.querySelectorAll('input[type=radio]:checked')]
            .some((chosen) => chosen.name === thing.name && chosen.form === thing.form);
    const reached = [...document.querySelectorAll(
        'a[href], button, input, select, summary, textarea, [tabindex]:not([tabindex^=\'-\'])')]
        .filter((thing) => thing.checkVisibility({ visibilityProperty: true })
            && !thing.disabled && thing.type !== 'hidden' && thing.tabIndex >= 0
            && !isPassed(thing));
    globalThis.seen = [];
    globalThis.listening?.abort();
    globalThis.listening = new AbortController();
    addEventListener('focusin', ({ target }) => {
        const style = getComputedStyle(target);
        const ring = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2)
            || style.boxShadow !== 'none';
        const box = target.getBoundingClientRect();
        const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0;
        const name = target.id || target.textContent.trim() || target.ariaLabel;
        seen.push([reached.indexOf(target), ring && inside, name]);
    }, { signal: listening.signal });
    reached[0].focus();
    seen.length = 0;
    // Day, month, year and calendar of one field.
    const within = 3 * reached.filter((thing) => thing.type === 'date').length;
    return [reached.length, within]";

/// What is wrong with the way through the page.
async fn way_through(person: &Person<'_>) -> Option<String> {
    let counts = person.run(LISTEN, &[]).await;
    let (count, within): (usize, usize) = serde_json::from_value(counts).unwrap();
    person.keys(std::iter::repeat_n(char::from(Key::Tab), count - 1 + within)).await;
    let seen = person.run("return seen", &[]).await;
    let seen = seen.as_array().unwrap();
    let expected = 1..count;
    let in_order =
        seen.iter().map(|stop| stop[0].as_i64()).eq(expected.map(|n| i64::try_from(n).ok()));
    let shown = seen.iter().all(|stop| stop[1] == Value::Bool(true));
    (!in_order || !shown).then(|| format!("of {count}: {}", Value::from(seen.clone())))
}

/// Wide and narrow, in the usual lane in turns: what is not reached in the order of the
/// page, or not seen.
pub async fn lost_on_the_way(person: &Person<'_>, turn: usize) -> Vec<String> {
    let widths: &[u32] = match turn % 2 {
        _ if is_full() => &[1120, 360],
        0 => &[360],
        _ => &[1120],
    };
    let mut wrong = Vec::new();
    for &width in widths {
        person.show(Theme::Light, width, 640).await;
        if let Some(way) = way_through(person).await {
            wrong.push(format!("{width} px, by keyboard, {way}"));
        }
    }
    wrong
}

/// Tabs until something has the focus.
async fn tab_to(person: &Person<'_>, name: &str) {
    for _ in 0..40 {
        if person.focus().await == name {
            return;
        }
        person.key(Key::Tab).await;
    }
    panic!("{name} is not reached");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_is_changed_without_a_mouse() {
    visit(Backend::Sqlite, Scripts::On, async |site, person| {
        site.account("mira@example.com").await;
        person.open("/sign-in").await;
        assert_eq!(person.focus().await, "email");
        person.keys("mira@example.com".chars()).await;
        tab_to(person, "password").await;
        person.keys(PASSWORD.chars()).await;
        person.key(Key::Enter).await;
        person.sees("Where you are signed in").await;

        // The skip link is the first stop, can be seen, and leads past the navigation.
        person.key(Key::Tab).await;
        assert_eq!(person.focus().await, "Skip to content");
        let top = "return document.activeElement.getBoundingClientRect().top >= 0";
        assert_eq!(person.run(top, &[]).await, true);
        person.key(Key::Enter).await;
        assert_eq!(person.focus().await, "main");
        person.key(Key::Tab).await;
        assert_eq!(person.focus().await, "Change Password");
        person.key(Key::Enter).await;
        person.arrives("/settings/security/password").await;

        tab_to(person, "current_password").await;
        person.keys(PASSWORD.chars()).await;
        tab_to(person, "new_password").await;
        person.keys(OTHER_PASSWORD.chars()).await;
        tab_to(person, "confirm_new_password").await;
        person.keys(OTHER_PASSWORD.chars()).await;
        tab_to(person, "sign_out_others").await;
        person.keys([' ']).await;
        tab_to(person, "Update Password").await;
        person.key(Key::Enter).await;
        person.sees("Your password is changed.").await;
    })
    .await;
}
