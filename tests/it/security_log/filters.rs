//! Filters, alone and together, against a model: what the log holds, filtered by
//! hand. Many events are of one moment.

use super::{ADA, LOG, MIRA, listed, owner, pages, write};
use crate::both;
use crate::support::{Browser, PASSWORD, TestApp};
use portcullis::features::account::Account;
use portcullis::features::security_log::{
    Area, Entry, Event, Kind, Outcome, Reason, Scope, Verdict, newest,
};
use portcullis::http::Source;
use portcullis::ids::AccountId;
use portcullis::places::Place;
use portcullis::time::Timestamp;
use std::time::Duration;

const HOME: &str = "203.0.113.24";
const OFFICE: &str = "2001:db8::7";

fn event(number: usize, account: AccountId) -> Event {
    let kinds = [Kind::SignIn, Kind::PasswordChanged, Kind::StepUp, Kind::EmailChangeAsked];
    let address = if number.is_multiple_of(3) { HOME } else { OFFICE };
    let source = Source {
        address: address.parse().ok(),
        user_agent: "Firefox".into(),
        place: Place::Unknown,
    };
    let event = Event::new(kinds[number / 2 % 4]).on(account).from(&source);
    if number.is_multiple_of(2) { event } else { event.refused(Reason::WrongPassword) }
}

/// Two days, each with many events of one moment, of two accounts.
async fn filled(app: &TestApp) -> (Account, Account) {
    let (mira, bob) = (app.account(MIRA).await, app.account("bob@example.com").await);
    for _ in 0..2 {
        app.wait(Duration::from_hours(24));
        write(app, (0..110).map(|number| event(number, mira.id))).await;
        write(app, (0..40).map(|number| event(number, bob.id))).await;
    }
    (mira, bob)
}

struct Wanted {
    area: Option<Area>,
    verdict: Option<Verdict>,
    address: Option<&'static str>,
    /// From the second day on.
    late: bool,
}

impl Wanted {
    fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for area in [None, Some(Area::SignIns), Some(Area::Passwords), Some(Area::TwoFactor)] {
            for verdict in [None, Some(Verdict::Succeeded), Some(Verdict::Refused)] {
                for address in [None, Some(HOME)] {
                    for late in [false, true] {
                        all.push(Self { area, verdict, address, late });
                    }
                }
            }
        }
        all
    }

    fn query(&self) -> String {
        let from = if self.late { "2026-11-26" } else { "" };
        serde_urlencoded::to_string([
            ("kind", self.area.map_or("", Area::tag)),
            ("result", self.verdict.map_or("", Verdict::tag)),
            ("from", from),
            ("until", if self.late { "2026-11-26" } else { "" }),
            ("address", self.address.unwrap_or("")),
        ])
        .unwrap()
    }

    fn fits(&self, entry: &Entry) -> bool {
        let verdict = match entry.outcome {
            Outcome::Succeeded => Verdict::Succeeded,
            Outcome::Refused(_) => Verdict::Refused,
        };
        // The 26th of November 2026 begins, in UTC.
        let day = Timestamp::from_millis(1_795_651_200_000);
        self.area.is_none_or(|area| area == entry.kind.area())
            && self.verdict.is_none_or(|own| own == verdict)
            && self.address.is_none_or(|address| entry.address.as_deref() == Some(address))
            && (!self.late || entry.occurred_at >= day)
    }
}

async fn each_is_found(browser: &mut Browser, log: &str, all: &[Entry]) {
    for wanted in Wanted::all() {
        let expected: Vec<String> = all
            .iter()
            .filter(|entry| wanted.fits(entry))
            .map(|entry| entry.id.to_string())
            .collect();
        let pages = pages(browser, &format!("{log}?{}", wanted.query())).await;
        let sizes: Vec<usize> = pages.iter().map(Vec::len).collect();
        let found: Vec<String> = pages.into_iter().flatten().collect();
        assert_eq!(found, expected, "{}: {sizes:?}", wanted.query());
        let full = expected.len().div_ceil(50).max(1);
        assert_eq!(sizes.len(), full, "{}: {sizes:?}", wanted.query());
    }
}

both!(an_owner_finds_what_is_theirs_by_any_filters_together, async |app: TestApp| {
    let (mira, _) = filled(&app).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    let all = newest(&mut &app.db, Scope::Account(mira.id), 1000).await.unwrap();
    assert_eq!(all.len(), 222);
    let mut places = all.iter().map(|entry| (entry.occurred_at, entry.id));
    assert!(places.by_ref().is_sorted_by(|one, next| one > next), "newest first");
    each_is_found(&mut browser, LOG, &all).await;
    let (before, rows) = (app.events().await.len(), app.dump().await);
    browser.get(LOG).await.is(200);
    assert_eq!((app.events().await.len(), app.dump().await), (before, rows));
});

both!(an_administrator_finds_an_account_s_and_everybody_s, async |app: TestApp| {
    let (mira, _) = filled(&app).await;
    app.administrator(ADA).await;
    let mut ada = app.browser();
    ada.signs_in(ADA, PASSWORD).await;
    // What reading writes is later than everything that is looked for.
    let until = app.clock.now();
    app.wait(Duration::from_hours(48));
    let log = format!("/admin/accounts/{}/log", mira.id);
    for wanted in Wanted::all().into_iter().filter(|wanted| wanted.late) {
        let expected: Vec<String> = newest(&mut &app.db, Scope::Account(mira.id), 1000)
            .await
            .unwrap()
            .iter()
            .filter(|entry| wanted.fits(entry) && entry.occurred_at <= until)
            .map(|entry| entry.id.to_string())
            .collect();
        let found = pages(&mut ada, &format!("{log}?{}", wanted.query())).await;
        assert_eq!(found.concat(), expected, "{}", wanted.query());
        let everybody: Vec<String> = newest(&mut &app.db, Scope::Installation, 1000)
            .await
            .unwrap()
            .iter()
            .filter(|entry| wanted.fits(entry) && entry.occurred_at <= until)
            .map(|entry| entry.id.to_string())
            .collect();
        let found = pages(&mut ada, &format!("/admin/log?{}", wanted.query())).await;
        assert_eq!(found.concat(), everybody, "{}", wanted.query());
    }
});

// An address is looked for among so many rows a page, and the page says so.
both!(a_page_stops_looking_and_can_be_gone_on_from, async |app: TestApp| {
    let (mut browser, mira) = owner(&app, MIRA).await;
    write(&app, [event(0, mira.id)]).await;
    app.wait(Duration::from_secs(1));
    write(&app, (0..2050).map(|_| event(2, mira.id).from(&office()))).await;
    let query = format!("{LOG}?address={HOME}");
    let first = browser.get(&query).await;
    first.is(200).shows("So far for this address.");
    let found = pages(&mut browser, &query).await;
    assert_eq!(found.iter().map(Vec::len).collect::<Vec<_>>(), [0, 1]);
    // The same address in other people's logs makes no difference to hers.
    let bob = app.account("bob@example.com").await;
    write(&app, (0..2050).map(|_| event(0, bob.id))).await;
    let reply = browser.get(&format!("{LOG}?address=198.51.100.1&from=2026-11-25")).await;
    reply.is(200).shows("Nothing fits these filters").lacks("So far for this address");
    app.administrator(ADA).await;
    let mut ada = app.browser();
    ada.signs_in(ADA, PASSWORD).await;
    let query = format!("/admin/log?address={HOME}&kind=passwords");
    ada.get(&query).await.is(200).shows("So far for this address.");
    let found = pages(&mut ada, &query).await;
    assert_eq!(found.iter().map(Vec::len).collect::<Vec<_>>(), [0, 0]);
});

fn office() -> Source {
    Source { address: OFFICE.parse().ok(), user_agent: "Firefox".into(), place: Place::Unknown }
}

// Days are the reader's own, and both ends belong to them.
both!(a_day_is_the_reader_s, async |app: TestApp| {
    let (mut browser, mira) = owner(&app, MIRA).await;
    app.tamper("UPDATE accounts SET time_zone = 'Pacific/Auckland'").await;
    app.tamper("UPDATE security_events SET occurred_at = 1795510800000").await;
    // 24 November, 09:00 UTC is 22:00 there; three hours later it is the 25th.
    app.wait(Duration::from_hours(3));
    write(&app, [event(0, mira.id)]).await;
    let mut count = async |query: &str| {
        listed(&browser.get(&format!("{LOG}?{query}")).await.is(200).body).len()
    };
    assert_eq!(count("from=2026-11-25").await, 1);
    assert_eq!(count("until=2026-11-24").await, 2);
    assert_eq!(count("from=2026-11-24&until=2026-11-25").await, 3);
    assert_eq!(count("until=2026-11-23").await, 0);
    let page = browser.get(LOG).await;
    page.shows("Today").shows("Yesterday").shows("01:00").shows("22:00");
});

// What an administrator did to an account is in its log; where they were is not,
// and can't be asked for.
both!(where_an_administrator_was_is_not_the_owner_s, async |app: TestApp| {
    let (mut browser, mira) = owner(&app, MIRA).await;
    let ada = app.administrator(ADA).await;
    let mut administrator = app.browser();
    administrator.user_agent = "Ada's own browser".into();
    administrator.signs_in(ADA, PASSWORD).await;
    administrator.get(&format!("/admin/accounts/{}/log", mira.id)).await.is(200);
    let page = browser.get(LOG).await;
    page.is(200).shows("Security log read").shows("By an administrator");
    let address = administrator.address.to_string();
    for secret in [address.as_str(), "Ada's own browser", "Ada&#39;s", ADA, &ada.id.to_string()] {
        page.lacks(secret);
    }
    browser.get("/settings/security").await.is(200).lacks(&address);
    let found = listed(&browser.get(&format!("{LOG}?address={address}")).await.body);
    assert_eq!(found, [] as [String; 0]);
    let id = &listed(&page.body)[0];
    let detail = browser.get(&format!("{LOG}/{id}")).await;
    detail.is(200).shows("By an administrator").lacks(&address).lacks(ADA);
    detail.lacks(&ada.id.to_string()).lacks("Ada&#39;s");
});
