//! The Security Log in its states, and the days that it tells of.

use super::person::Person;
use super::site::Site;
use super::states::EMAIL;
use crate::support::PASSWORD;
use std::time::Duration;

const LOG: &str = "/settings/security/log";
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// Browsers of one person, and of somebody who should not be there.
pub const PHONE: (&str, [u8; 4]) = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1",
    [203, 0, 113, 77],
);
const LAPTOP: (&str, [u8; 4]) = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Safari/605.1.15",
    [192, 0, 2, 41],
);
pub const OFFICE: (&str, [u8; 4]) = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
    [192, 0, 2, 8],
);
const STRANGER: (&str, [u8; 4]) = ("python-requests/2.32.5", [198, 51, 100, 23]);

/// A program whose name is as long as names get, from an address that is.
const LONG: (&str, [u8; 16]) = (
    "A-Program-Whose-Name-Is-Sixty-Characters-Long-For-The-Test-X/12.4 (+https://example.com/about)",
    [
        0x20, 0x01, 0x0d, 0xb8, 0xff, 0xff, 0xaa, 0xaa, 0xbb, 0xbb, 0xcc, 0xcc, 0xdd, 0xdd, 0xee,
        0xee,
    ],
);

/// Four days: the owner signs in from here and there, a stranger tries.
pub async fn lately(site: &Site) {
    let come = |(agent, address): (&str, [u8; 4])| {
        let mut browser = site.browser();
        agent.clone_into(&mut browser.user_agent);
        browser.address = address.into();
        browser
    };
    site.wait(5 * HOUR);
    come(PHONE).signs_in(EMAIL, PASSWORD).await;
    site.wait(DAY + HOUR);
    come(OFFICE).signs_in(EMAIL, PASSWORD).await;
    site.wait(DAY);
    let mut stranger = come(STRANGER);
    for guess in ["Mira-1987 portcullis", "mira.okafor1", "Summer-2026 holiday"] {
        stranger.sign_in(EMAIL, guess).await.is(403);
        site.wait(Duration::from_mins(2));
    }
    site.wait(3 * HOUR);
    come(LAPTOP).signs_in(EMAIL, PASSWORD).await;
    site.wait(DAY);
}

/// The owner's pages: filled, filtered, wrong, of one event, and empty.
pub async fn security_log(site: &Site, person: &Person<'_>, look: &mut impl AsyncFnMut(&str)) {
    let mut program = site.browser();
    LONG.0.clone_into(&mut program.user_agent);
    program.address = LONG.1.into();
    person.open(LOG).await;
    person.sees("Activity History").await;
    look("log").await;
    person.press("Show as a table").await;
    look("log-table").await;
    person.press("Filter").await;
    look("log-filter").await;
    person.fill("IP address", "203.0.113").await;
    person.press("Apply").await;
    person.sees("Enter a whole address").await;
    look("log-filter-wrong").await;
    person.fill("IP address", "203.0.113.99").await;
    person.press("Apply").await;
    person.sees("Nothing fits these filters").await;
    look("log-filter-nothing").await;
    person.press("Clear filters").await;
    person.arrives(LOG).await;
    person.press("Sign-in refused: wrong password").await;
    person.sees("What is known").await;
    look("log-event").await;
    site.tamper("CREATE TABLE put_aside AS SELECT * FROM security_events").await;
    program.sign_in(EMAIL, "Summer-2026 holiday").await.is(403);
    for _ in 0..50 {
        site.tamper("DELETE FROM failure_counters").await;
        program.sign_in(EMAIL, "Summer-2026 holiday").await.is(403);
    }
    person.open(LOG).await;
    person.press("Older").await;
    person.sees("Newest").await;
    look("log-older").await;
    person.open(LOG).await;
    look("log-long").await;
    for table in ["security_events", "sign_in_hours", "sign_in_countries"] {
        site.tamper(&format!("DELETE FROM {table}")).await;
    }
    person.open(LOG).await;
    person.sees("Nothing has happened yet").await;
    look("log-empty").await;
    site.tamper("INSERT INTO security_events SELECT * FROM put_aside").await;
    site.tamper("DROP TABLE put_aside").await;
    site.tamper("DELETE FROM failure_counters").await;
}

/// What an auditor sees of the administrator's pages.
pub async fn read_only(site: &Site, person: &Person<'_>, look: &mut impl AsyncFnMut(&str)) {
    let role = format!("WHERE email_canonical = '{EMAIL}'");
    let swap = |administrator: &str, auditor: &str| {
        format!(
            "UPDATE accounts SET administrator_since = {administrator}, auditor_since = {auditor} {role}"
        )
    };
    site.tamper(&swap("NULL", "created_at")).await;
    person.open("/admin/accounts").await;
    person.misses("Invite someone").await;
    look("auditor-accounts").await;
    person.press("amara.nwosu@example.com").await;
    person.sees("What happened to amara.nwosu@example.com.").await;
    look("auditor-account-log").await;
    site.tamper(&swap("created_at", "NULL")).await;
}
