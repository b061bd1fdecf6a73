//! What the database holds after a kill, and whether it is all or nothing: the
//! security log says which acts there were, and everything else must be what
//! exactly these acts leave behind.

use super::life::{Act, Life};
use crate::process::program::{PATIENCE, Site, block_on, now};
use crate::support::Backend;
use portcullis_db::{Db, testing};
use std::collections::BTreeSet;
use std::time::Duration;

pub async fn open(site: &Site) -> Db {
    Db::connect(&site.database_url().parse().unwrap()).await.unwrap()
}

/// Waits until whatever a killed server had begun is committed or gone, which
/// PostgreSQL decides for itself.
pub fn settle(site: &Site) {
    const OTHERS: &str = "SELECT COUNT(*) FROM pg_stat_activity \
                          WHERE datname = current_database() AND backend_start < \
                          (SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid())";
    if site.backend == Backend::Postgres {
        block_on(async {
            let db = open(site).await;
            let began = now();
            while testing::count(&db, OTHERS).await.unwrap() > 0 {
                assert!(now() - began < PATIENCE, "a dead server's connections stay");
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            db.close().await;
        });
    }
}

/// Everything that the accounts of some lives left, and all mail that was sent
/// at a moment or later or not at all: one statement, so one moment.
pub struct Books {
    rows: Vec<Vec<String>>,
}

type Times = Vec<(String, i64)>;

impl Books {
    pub async fn read(db: &Db, lives: &[&Life], sent_since: i64) -> Self {
        let emails: Vec<String> = lives
            .iter()
            .flat_map(|life| [life.first_email(), life.second_email()])
            .map(|email| format!("'{email}'"))
            .collect();
        let whose = format!(
            "IN (SELECT id FROM accounts WHERE email_canonical IN ({}))",
            emails.join(", ")
        );
        let hex = |column: &str| match db {
            Db::Sqlite { .. } => format!("lower(hex({column}))"),
            Db::Postgres { .. } => format!("encode({column}, 'hex')"),
        };
        let (id, account) = (hex("id"), hex("account_id"));
        let parts = [
            format!(
                "SELECT 'account ' || {id} || ' ' || email || ' ' || COALESCE(closes_at, 0) AS line FROM accounts WHERE id {whose}"
            ),
            format!(
                "SELECT 'password ' || {account} || ' ' || changed_at FROM passwords WHERE account_id {whose}"
            ),
            format!(
                "SELECT 'event ' || {account} || ' ' || occurred_at || ' ' || {id} || ' ' || kind FROM security_events WHERE result = 'succeeded' AND account_id {whose}"
            ),
            format!(
                "SELECT 'mail ' || {account} || ' ' || created_at || ' ' || purpose FROM outbox WHERE account_id {whose}"
            ),
            format!(
                "SELECT 'link ' || {account} || ' ' || created_at || ' ' || purpose || ' ' || COALESCE(used_at, 0) || ' ' || COALESCE(voided_at, 0) FROM mailed_links WHERE account_id {whose}"
            ),
            format!(
                "SELECT 'session ' || {account} || ' ' || created_at || ' ' || COALESCE(ended_at, 0) FROM sessions WHERE account_id {whose}"
            ),
            format!(
                "SELECT 'outbox ' || {id} || ' ' || COALESCE(sent_at, 0) || ' ' || COALESCE(dead_at, 0) FROM outbox WHERE sent_at IS NULL OR sent_at >= {sent_since}"
            ),
            "SELECT 'request' FROM mail_requests".to_owned(),
            "SELECT 'orphan' FROM outbox WHERE account_id NOT IN (SELECT id FROM accounts)"
                .to_owned(),
        ];
        let sql =
            format!("SELECT line FROM ({}) AS parts ORDER BY line", parts.join(" UNION ALL "));
        let lines = testing::texts(db, &sql).await.unwrap();
        let words = |line: &String| line.split(' ').map(str::to_owned).collect();
        Self { rows: lines.iter().map(words).collect() }
    }

    fn of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [String]> + 'a {
        self.rows.iter().filter(move |row| row[0] == name).map(|row| &row[1..])
    }

    /// Messages of the outbox: their ids, and when each was sent.
    pub fn outbox(&self) -> Vec<(String, i64)> {
        let row = |row: &[String]| {
            assert_eq!(row[2], "0", "given up: {row:?}");
            (row[0].clone(), row[1].parse().unwrap())
        };
        self.of("outbox").map(row).collect()
    }

    /// Sees that each life's account is whole, and takes over what was committed
    /// and not acknowledged.
    #[track_caller]
    pub fn check(&self, lives: &mut [Life]) {
        assert_eq!(self.of("orphan").count(), 0, "mail about an account that is not there");
        let mut asked = 0;
        for life in lives {
            let account: Vec<_> = self
                .of("account")
                .filter(|row| [life.first_email(), life.second_email()].contains(&row[1]))
                .collect();
            let [account] = account[..] else {
                assert!(account.is_empty() && life.done == 0, "{account:?}: {life:?}");
                continue;
            };
            let own = Own { books: self, id: &account[0] };
            let acts = own.check(life);
            assert!([life.done, life.done + 1].contains(&acts), "{acts} acts, {life:?}");
            life.done = acts;
            let closes = account[2] != "0";
            assert_eq!((&account[1], closes), (&life.email(), life.is_closed()), "{life:?}");
            asked += own.unanswered();
        }
        assert_eq!(self.of("request").count(), asked, "requests that are not answered");
    }
}

/// What one account left.
struct Own<'a> {
    books: &'a Books,
    id: &'a str,
}

impl Own<'_> {
    fn of(&self, name: &'static str) -> Vec<&[String]> {
        self.books.of(name).filter(|row| row[0] == self.id).map(|row| &row[1..]).collect()
    }

    /// In order.
    fn events(&self) -> Times {
        let read = |row: &[String]| (row[2].clone(), row[0].parse().unwrap());
        self.of("event").into_iter().map(read).collect()
    }

    fn unanswered(&self) -> usize {
        let asked = self.events().iter().filter(|(kind, _)| *kind == Act::Forget.kind()).count();
        asked - self.of("link").iter().filter(|row| row[1] == "password-reset").count()
    }

    /// How many acts of its plan there were.
    #[track_caller]
    fn check(&self, life: &Life) -> usize {
        let events = self.events();
        let is_act = |kind: &str| life.plan.iter().any(|act| act.kind() == kind);
        let acts: Vec<&str> =
            events.iter().map(|(kind, _)| &**kind).filter(|kind| is_act(kind)).collect();
        let plan: Vec<&str> = life.plan.iter().map(|act| act.kind()).collect();
        assert!(plan.starts_with(&acts), "{acts:?}, {life:?}");
        let whole = format!("{life:?}: {events:?}");
        let (notices, mails): (Times, Times) =
            self.mails().into_iter().partition(|(purpose, _)| purpose == "new-sign-in");
        assert_eq!(mails, self.mails_by(&events), "mails, {whole}");
        // Whose browser never had the answer by which it is known is told of the next sign-in.
        let is_told = |(_, at): &(String, i64)| events.contains(&("sign-in".to_owned(), *at));
        assert!(notices.iter().all(is_told), "{notices:?}, {whole}");
        self.check_links(&events, &whole);
        self.check_sessions(&events, &whole);
        let chosen = ["invitation-accepted", "password-reset"];
        let last = events.iter().rev().find(|(kind, _)| chosen.contains(&&**kind));
        let password: Vec<i64> =
            self.of("password").iter().map(|row| row[0].parse().unwrap()).collect();
        assert_eq!(password, Vec::from_iter(last.map(|(_, at)| *at)), "password, {whole}");
        acts.len()
    }

    fn mails(&self) -> Times {
        let read = |row: &[String]| (row[1].clone(), row[0].parse().unwrap());
        sorted(self.of("mail").into_iter().map(read))
    }

    /// The mail that the acts told of. What was asked for by address is written
    /// afterwards, together with its link.
    fn mails_by(&self, events: &Times) -> Times {
        let mut told = Times::new();
        // Then the address before hears, too.
        let mut changed = false;
        for (kind, at) in events {
            let twice =
                changed && ["password-reset", "account-closing", "account-kept"].contains(&&**kind);
            changed = (changed || kind == "email-changed") && kind != "email-change-undone";
            let purposes: &[&str] = match &**kind {
                "account-invited" => &["invitation"],
                "email-change-asked" => &["email-change"],
                "email-changed" => &["email-changed"; 2],
                "email-change-undone" => &["email-change-undone"; 2],
                "password-reset" => &["password-changed"],
                "account-closing" => &["account-closing"],
                "account-kept" => &["account-kept"],
                _ => &[],
            };
            let told_by = purposes.iter().map(|purpose| ((*purpose).to_owned(), *at));
            for _ in 0..=usize::from(twice) {
                told.extend(told_by.clone());
            }
        }
        let links = self.of("link").into_iter().filter(|row| row[1] == "password-reset");
        sorted(told.into_iter().chain(links.map(|row| (row[1].clone(), row[0].parse().unwrap()))))
    }

    #[track_caller]
    fn check_links(&self, events: &Times, whole: &str) {
        let by = |pairs: &[(&str, &str)]| {
            let made = events.iter().filter_map(|(kind, at)| {
                let (_, purpose) = pairs.iter().find(|(own, _)| own == kind)?;
                Some(((*purpose).to_owned(), *at))
            });
            sorted(made)
        };
        let links = self.of("link");
        let time = |row: &[String], at: usize| -> i64 { row[at].parse().unwrap() };
        let made = links.iter().filter(|row| row[1] != "password-reset");
        let made = sorted(made.map(|row| (row[1].clone(), time(row, 0))));
        let wanted = by(&[
            ("account-invited", "invitation"),
            ("email-change-asked", "email-change"),
            ("email-changed", "email-undo"),
        ]);
        assert_eq!(made, wanted, "links, {whole}");
        let used = links.iter().filter(|row| row[2] != "0");
        let used = sorted(used.map(|row| (row[1].clone(), time(row, 2))));
        let wanted = by(&[
            ("invitation-accepted", "invitation"),
            ("email-changed", "email-change"),
            ("email-change-undone", "email-undo"),
            ("password-reset", "password-reset"),
        ]);
        assert_eq!(used, wanted, "used links, {whole}");
        let ends_links = [
            "invitation-accepted",
            "email-changed",
            "email-change-undone",
            "password-reset",
            "account-closing",
        ];
        for (_, at) in events.iter().filter(|(kind, _)| ends_links.contains(&&**kind)) {
            for row in links.iter().filter(|row| row[1] != "email-undo" && time(row, 0) < *at) {
                let ended = time(row, 2).max(time(row, 3));
                assert!((1..=*at).contains(&ended), "a link outlived an act: {row:?}, {whole}");
            }
        }
    }

    #[track_caller]
    fn check_sessions(&self, events: &Times, whole: &str) {
        let opens = ["sign-in", "invitation-accepted"];
        let opened: BTreeSet<i64> =
            events.iter().filter(|(kind, _)| opens.contains(&&**kind)).map(|(_, at)| *at).collect();
        let time = |text: &String| -> i64 { text.parse().unwrap() };
        let sessions: Vec<(i64, i64)> =
            self.of("session").iter().map(|row| (time(&row[0]), time(&row[1]))).collect();
        let made: BTreeSet<i64> = sessions.iter().map(|(at, _)| *at).collect();
        assert_eq!((made.len(), &made), (sessions.len(), &opened), "sessions, {whole}");
        let shuts = ["email-change-undone", "password-reset", "account-closing"];
        for (_, at) in events.iter().filter(|(kind, _)| shuts.contains(&&**kind)) {
            for (made, ended) in sessions.iter().filter(|(made, _)| made < at) {
                assert!((1..=*at).contains(ended), "a session of {made} outlived {at}, {whole}");
            }
        }
    }
}

fn sorted(all: impl Iterator<Item = (String, i64)>) -> Times {
    let mut all: Times = all.collect();
    all.sort();
    all
}
