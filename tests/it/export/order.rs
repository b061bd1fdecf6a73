//! Who follows the log by a cursor misses no event and gets none twice.

use crate::both;
use crate::support::{Backend, TestApp, rounds};
use portcullis::features::security_log::export::{
    Cursor, Wanted, Whose, in_commit_order, is_of_this_log,
};
use portcullis::features::security_log::{Area, Event, Kind, record};
use portcullis::time::Timestamp;
use portcullis_db::Tx;

fn everything() -> Wanted {
    let until = Timestamp::from_millis(i64::MAX);
    Wanted { whose: Whose::Installation, from: None, until, areas: Area::ALL.to_vec() }
}

/// A log shipper: it remembers its cursor and what it was given.
struct Shipper {
    cursor: Cursor,
    seen: Vec<String>,
}

impl Shipper {
    fn new() -> Self {
        Self { cursor: Cursor::start(), seen: Vec::new() }
    }

    /// Takes what is there, a few rows at a time; how many.
    async fn poll(&mut self, app: &TestApp) -> usize {
        let before = self.seen.len();
        loop {
            let wanted = everything();
            let (batch, reached) =
                in_commit_order(&mut &app.db, &wanted, self.cursor, 3).await.unwrap();
            for record in &batch.records {
                assert!(self.cursor < record.cursor(), "the order goes back");
                self.cursor = record.cursor();
                // A cursor goes out as text and comes back.
                self.cursor = self.cursor.to_string().parse().unwrap();
                self.seen.push(record.cursor().id.to_string());
            }
            assert_eq!(self.cursor, reached);
            if batch.next.is_none() {
                return self.seen.len() - before;
            }
        }
    }

    /// Polls until it has so many: other databases of the same cluster may hold
    /// transactions open for a moment.
    async fn waits_for(&mut self, app: &TestApp, count: usize) {
        for _ in 0..1_000_000 {
            self.poll(app).await;
            if self.seen.len() >= count {
                break;
            }
            tokio::task::yield_now().await;
        }
        assert_eq!(self.seen.len(), count);
    }

    async fn has_everything(&self, app: &TestApp) {
        let all = app.count("SELECT COUNT(*) FROM security_events").await;
        let mut unique = self.seen.clone();
        unique.sort();
        unique.dedup();
        assert_eq!((unique.len(), self.seen.len()), (all as usize, all as usize));
    }
}

async fn write(tx: &mut Tx, app: &TestApp) {
    record(tx, Event::new(Kind::SignIn), app.clock.now(), &app.random).await.unwrap();
}

both!(each_event_comes_once_in_the_order_of_commits, async |app: TestApp| {
    let mut shipper = Shipper::new();
    for number in 0..7 {
        let mut tx = app.db.begin().await.unwrap();
        for _ in 0..=number {
            write(&mut tx, &app).await;
        }
        tx.commit().await.unwrap();
        let mut undone = app.db.begin().await.unwrap();
        write(&mut undone, &app).await;
        drop(undone);
        if number % 3 == 0 {
            shipper.waits_for(&app, (number + 1) * (number + 2) / 2).await;
        }
    }
    shipper.waits_for(&app, 28).await;
    shipper.has_everything(&app).await;
    let ordered: Vec<String> = {
        let mut ordered = shipper.seen.clone();
        ordered.sort();
        ordered
    };
    assert_eq!(shipper.seen, ordered, "one writer’s events keep its order");
});

both!(numbers_go_on_when_everything_was_removed, async |app: TestApp| {
    let mut shipper = Shipper::new();
    let mut tx = app.db.begin().await.unwrap();
    write(&mut tx, &app).await;
    write(&mut tx, &app).await;
    tx.commit().await.unwrap();
    shipper.waits_for(&app, 2).await;
    app.seals().await;
    app.wait(std::time::Duration::from_hours(24 * 401));
    portcullis::jobs::prune(&app).await.unwrap();
    assert_eq!(app.count("SELECT COUNT(*) FROM security_events").await, 0);
    let app = app.restart(&[]).await;
    let mut tx = app.db.begin().await.unwrap();
    write(&mut tx, &app).await;
    tx.commit().await.unwrap();
    shipper.waits_for(&app, 3).await;
});

both!(events_of_before_there_were_numbers_come_first, async |app: TestApp| {
    let mut tx = app.db.begin().await.unwrap();
    for _ in 0..5 {
        write(&mut tx, &app).await;
    }
    tx.commit().await.unwrap();
    app.tamper("UPDATE security_events SET commit_number = 0").await;
    let mut shipper = Shipper::new();
    shipper.waits_for(&app, 5).await;
    let mut tx = app.db.begin().await.unwrap();
    write(&mut tx, &app).await;
    tx.commit().await.unwrap();
    shipper.waits_for(&app, 6).await;
    shipper.has_everything(&app).await;
});

both!(a_cursor_from_ahead_of_the_log_is_known, async |app: TestApp| {
    let mut tx = app.db.begin().await.unwrap();
    write(&mut tx, &app).await;
    tx.commit().await.unwrap();
    let mut shipper = Shipper::new();
    shipper.waits_for(&app, 1).await;
    assert!(is_of_this_log(&mut &app.db, shipper.cursor).await.unwrap());
    // As after a backup from before was put back.
    let ahead = Cursor { number: shipper.cursor.number + 1_000_000_000, ..shipper.cursor };
    assert!(!is_of_this_log(&mut &app.db, ahead).await.unwrap());
});

// Who follows one account does not look through what happened to others again and
// again, and misses nothing of the account.
both!(a_quiet_account_is_followed_past_what_happens_to_others, async |app: TestApp| {
    let mira = app.account("mira@example.com").await;
    let wanted = Wanted { whose: Whose::Account(mira.id), ..everything() };
    let (mut cursor, mut found) = (Cursor::start(), 0);
    let mut newest = Cursor::start();
    for round in 1..=3 {
        crate::export::events(&app, mira.id, round).await;
        let mut others = app.db.begin().await.unwrap();
        for _ in 0..20 {
            write(&mut others, &app).await;
        }
        others.commit().await.unwrap();
        // The installation's own follower says where the log ends, once all is settled.
        let mut all = Shipper { cursor: newest, seen: Vec::new() };
        let more = 20 + round + usize::from(round == 1);
        all.waits_for(&app, more).await;
        newest = all.cursor;
        loop {
            let (batch, reached) = in_commit_order(&mut &app.db, &wanted, cursor, 3).await.unwrap();
            found += batch.records.len();
            assert!(batch.records.iter().all(|record| cursor < record.cursor()));
            cursor = reached;
            if batch.next.is_none() {
                break;
            }
        }
        // Its making is one more.
        assert_eq!(found, 1 + round * (round + 1) / 2);
        assert_eq!(cursor, newest, "round {round}");
        assert!(is_of_this_log(&mut &app.db, cursor).await.unwrap());
    }
});

/// On PostgreSQL alone: SQLite has one writer, and one transaction at a time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_commits_late_is_waited_for_on_two_nodes() {
    let first = TestApp::new(Backend::Postgres).await;
    let second = first.second_node().await;
    let mut shipper = Shipper::new();
    let mut early = first.db.begin().await.unwrap();
    write(&mut early, &first).await;
    let mut late = second.db.begin().await.unwrap();
    write(&mut late, &second).await;
    late.commit().await.unwrap();
    // The later one is committed, and is not shown: the earlier has yet to come.
    for node in [&first, &second] {
        assert_eq!(shipper.poll(node).await, 0);
    }
    early.commit().await.unwrap();
    shipper.waits_for(&second, 2).await;
    shipper.has_everything(&first).await;
    // And one that is rolled back holds nothing up.
    let mut undone = first.db.begin().await.unwrap();
    write(&mut undone, &first).await;
    let mut after = second.db.begin().await.unwrap();
    write(&mut after, &second).await;
    after.commit().await.unwrap();
    assert_eq!(shipper.poll(&first).await, 0);
    drop(undone);
    shipper.waits_for(&first, 3).await;
}

/// Transactions of two nodes begin, write, commit and roll back in every order,
/// and a shipper polls in between, at either node.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commits_out_of_order_are_neither_missed_nor_repeated() {
    let nodes = [TestApp::new(Backend::Postgres).await];
    let nodes = [nodes[0].second_node().await, nodes.into_iter().next().unwrap()];
    let mut shipper = Shipper::new();
    let mut written = 0;
    for round in 0..rounds() {
        let mut open: Vec<(Tx, usize)> = Vec::new();
        for step in 0..120 {
            let [choice, which, more] = nodes[0].random.bytes();
            let node = &nodes[usize::from(which % 2)];
            match choice % 5 {
                0 | 1 if open.len() < 8 => {
                    let mut tx = node.db.begin().await.unwrap();
                    write(&mut tx, node).await;
                    open.push((tx, 1));
                }
                2 if !open.is_empty() => {
                    let at = usize::from(more) % open.len();
                    write(&mut open[at].0, node).await;
                    open[at].1 += 1;
                }
                3 if !open.is_empty() => {
                    let (tx, count) = open.swap_remove(usize::from(more) % open.len());
                    if more % 4 == 0 {
                        drop(tx);
                    } else {
                        tx.commit().await.unwrap();
                        written += count;
                    }
                }
                _ => {
                    shipper.poll(node).await;
                    assert!(shipper.seen.len() <= written, "round {round}, step {step}");
                }
            }
        }
        for (tx, count) in open {
            tx.commit().await.unwrap();
            written += count;
        }
        shipper.waits_for(&nodes[0], written).await;
    }
    assert!(written > 50);
    shipper.has_everything(&nodes[1]).await;
}

/// While writers of two nodes do not wait for each other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shipper_beside_many_writers_gets_every_event_once() {
    let first = TestApp::new(Backend::Postgres).await;
    let second = first.second_node().await;
    let mut writers = Vec::new();
    for number in 0..8 {
        let app = if number % 2 == 0 { first.app.clone() } else { second.app.clone() };
        writers.push(tokio::spawn(async move {
            for index in 0..40 {
                let mut tx = app.db.begin().await.unwrap();
                for _ in 0..=index % 3 {
                    let event = Event::new(Kind::SignIn);
                    record(&mut tx, event, app.clock.now(), &app.random).await.unwrap();
                }
                // In between others begin and commit.
                for _ in 0..number {
                    tokio::task::yield_now().await;
                }
                tx.commit().await.unwrap();
            }
        }));
    }
    let mut shipper = Shipper::new();
    while writers.iter().any(|writer| !writer.is_finished()) {
        shipper.poll(&second).await;
    }
    for writer in writers {
        writer.await.unwrap();
    }
    let all = first.count("SELECT COUNT(*) FROM security_events").await;
    shipper.waits_for(&first, all as usize).await;
    shipper.has_everything(&first).await;
}

/// A database that was dumped in one cluster and restored in another: there
/// transaction ids are lower than those that events were numbered by.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_go_on_in_another_cluster() {
    let app = TestApp::new(Backend::Postgres).await;
    let mut tx = app.db.begin().await.unwrap();
    write(&mut tx, &app).await;
    tx.commit().await.unwrap();
    let far = 1_000_000_000_000_i64;
    app.tamper(&format!("UPDATE security_events SET commit_number = commit_number + {far}")).await;
    let app = app.restart(&[]).await;
    let mut shipper = Shipper::new();
    shipper.waits_for(&app, 1).await;
    let mut tx = app.db.begin().await.unwrap();
    write(&mut tx, &app).await;
    tx.commit().await.unwrap();
    shipper.waits_for(&app, 2).await;
    // A start where nothing is to be raised leaves the base as it is.
    let base = "SELECT base FROM commit_numbers";
    let before = app.count(base).await;
    let app = app.restart(&[]).await;
    assert_eq!(app.count(base).await, before);
    assert!(before > far / 2);
}
