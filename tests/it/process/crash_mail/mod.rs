//! Killed at any moment while people go through everything that mail is part of:
//! what a kill leaves is all of an act or nothing, every message that was
//! committed arrives, and no other.

mod books;
mod letter_box;
mod life;

use super::person::Person;
use super::program::{Server, Site, block_on, let_run, now, wait_for};
use crate::support::{Backend, rounds};
use books::Books;
use letter_box::LetterBox;
use life::{ADMINISTRATOR, ADMINISTRATORS_PASSWORD, Here, Life};
use portcullis_db::{Db, testing};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

const PEOPLE: usize = 4;

/// Random enough for moments (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

/// The test's own account of the installation.
struct World {
    site: Site,
    letter_box: LetterBox,
    lives: Vec<Vec<Life>>,
    next: AtomicUsize,
    /// Every message that was seen in the outbox, and when it was sent.
    outbox: HashMap<String, i64>,
    /// Acts of lives that are over.
    acts: usize,
}

impl World {
    fn new(backend: Backend) -> Self {
        let letter_box = LetterBox::new();
        let mut site = Site::new(backend);
        let url = format!("smtp://127.0.0.1:{}?starttls=never", letter_box.server.port);
        site.set("smtp_url", &url).set("mail_from", "security@example.com");
        let args = ["account", "create", "--admin", "--email", ADMINISTRATOR, "--name", "Ada"];
        site.run_with(&[&args[..], &["--password-stdin"]].concat(), ADMINISTRATORS_PASSWORD)
            .ended(0);
        let lives = (0..PEOPLE).map(|number| vec![Life::new(number)]).collect();
        let (next, outbox) = (AtomicUsize::new(PEOPLE), HashMap::new());
        Self { site, letter_box, lives, next, outbox, acts: 0 }
    }

    /// Everybody goes on until the server is killed.
    fn live(&mut self, mut server: Server, kill_after: Duration) {
        for lives in &mut self.lives {
            let over = lives.len() - 1;
            self.acts += lives.drain(..over).map(|life| life.done).sum::<usize>();
        }
        let over = AtomicBool::new(false);
        let here = Here { port: server.port, letter_box: &self.letter_box, over: &over };
        let (next, here) = (&self.next, &here);
        std::thread::scope(|scope| {
            for lives in &mut self.lives {
                scope.spawn(move || {
                    while !here.over.load(Ordering::SeqCst) {
                        if lives.last().unwrap().is_finished() {
                            lives.push(Life::new(next.fetch_add(1, Ordering::SeqCst)));
                        }
                        lives.last_mut().unwrap().go_on(here);
                    }
                });
            }
            let_run(kill_after);
            over.store(true, Ordering::SeqCst);
            if server.is_running() {
                server.kill();
            } else {
                panic!("the server ended before it was killed: {:#?}", server.end());
            }
        });
    }

    /// Sees that what is committed is whole, and that what arrived is of it.
    /// Then it is as if time had passed: what the dead server was sending may be
    /// sent by another, and nobody has asked for too much.
    fn check(&mut self) {
        let since = self.outbox.values().max().copied().unwrap_or(0).max(1);
        self.check_since(since);
    }

    fn check_since(&mut self, since: i64) {
        let before = self.letter_box.arrived();
        let mut lives: Vec<Life> = self.lives.concat();
        let books = block_on(async {
            let db = books::open(&self.site).await;
            let books = Books::read(&db, &lives.iter().collect::<Vec<_>>(), since).await;
            let lease = "UPDATE outbox SET next_attempt_at = created_at \
                         WHERE next_attempt_at IS NOT NULL";
            testing::tamper(&db, lease).await.unwrap();
            testing::tamper(&db, "DELETE FROM failure_counters").await.unwrap();
            db.close().await;
            books
        });
        books.check(&mut lives);
        for life in self.lives.iter_mut().flatten().rev() {
            *life = lives.pop().unwrap();
        }
        self.outbox.extend(books.outbox());
        let after = self.letter_box.arrived();
        for id in before.keys() {
            assert!(self.outbox.contains_key(id), "{id} arrived, and no act was committed");
        }
        for (id, sent) in &self.outbox {
            assert!(*sent == 0 || after.contains_key(id), "{id} is noted as sent, and was not");
        }
    }

    /// A server that is back and left alone sends all that is there, and nobody's
    /// password is another than the log says.
    fn come_to_rest(&mut self) {
        books::settle(&self.site);
        let server = self.site.start();
        self.check();
        for life in self.lives.iter().filter_map(|lives| lives.last()) {
            if let Some(password) = life.password().filter(|_| !life.is_closed()) {
                let mut browser = Person::at(&server);
                browser.sign_in(&life.email(), &password).leads_to("/settings/security");
            }
        }
        // Whoever posts a form rings for the mail.
        let mut browser = Person::at(&server);
        browser.get("/forgot-password").is(200);
        browser.post("/forgot-password", &[("email", "nobody@example.com")]).is(200);
        wait_for("an outbox at rest", || self.is_at_rest().then_some(()));
        server.stop().ended(0);
        self.check_since(0);
        self.site.run(&["doctor"]).ended(0);
    }

    fn is_at_rest(&self) -> bool {
        block_on(async {
            let db = Db::connect(&self.site.database_url().parse().unwrap()).await.unwrap();
            let waiting = "SELECT (SELECT COUNT(*) FROM outbox WHERE sent_at IS NULL) \
                           + (SELECT COUNT(*) FROM mail_requests)";
            let waiting = testing::count(&db, waiting).await.unwrap();
            db.close().await;
            waiting == 0
        })
    }
}

fn killed_again_and_again(backend: Backend) {
    let seed = std::env::var("PORTCULLIS_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| u64::from(std::process::id()));
    eprintln!("{backend:?}: PORTCULLIS_TEST_SEED={seed}");
    let mut dice = Dice(seed);
    let mut world = World::new(backend);
    let began = now();
    for round in 0..rounds() {
        books::settle(&world.site);
        let (server, micros) = if round % 2 == 0 {
            // Looked at as it was left, and killed while it starts, or later.
            world.check();
            let most = if dice.below(4) == 0 { 60_000 } else { 900_000 };
            (world.site.launch(&[]), dice.below(most))
        } else {
            // The server is the first to see what was left.
            let server = world.site.start();
            world.check();
            (server, dice.below(700_000))
        };
        world.live(server, Duration::from_micros(micros));
        if (round + 1) % 100 == 0 {
            eprintln!("{backend:?}: {} rounds, {:.0} s", round + 1, (now() - began).as_secs_f64());
        }
    }
    world.come_to_rest();
    let arrived = world.letter_box.arrived();
    assert_eq!(arrived.len(), world.outbox.len(), "messages that arrived, and that were committed");
    let acts = world.acts + world.lives.iter().flatten().map(|life| life.done).sum::<usize>();
    let twice = arrived.values().filter(|times| **times > 1).count();
    eprintln!(
        "{backend:?}: {} kills, {acts} acts, {} messages committed, {} arrived, {twice} of them \
         more than once, {:.0} s",
        rounds(),
        world.outbox.len(),
        arrived.len(),
        (now() - began).as_secs_f64()
    );
}

#[test]
fn sqlite_is_whole_and_all_mail_arrives() {
    killed_again_and_again(Backend::Sqlite);
}

#[test]
fn postgres_is_whole_and_all_mail_arrives() {
    killed_again_and_again(Backend::Postgres);
}
