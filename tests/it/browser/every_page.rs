//! What every page promises in every state: nobody is kept out, everything is reached
//! without a mouse, and nothing has to be scrolled sideways. To come to all of them takes
//! longer than to look, so what looks in the same way of running does so in one walk.

use super::axe::barriers;
use super::driver::{Scripts, Theme};
use super::keyboard::lost_on_the_way;
use super::letters::every_letter;
use super::person::Person;
use super::states::every_state;
use super::walked_site::site_to_walk;
use std::cell::RefCell;

/// Names each thing that was found by where it was, and ends the test with all of them.
#[derive(Default)]
struct Found(RefCell<Vec<String>>);

impl Found {
    fn add(&self, place: &str, wrong: Vec<String>) {
        let wrong = wrong.into_iter().map(|one| format!("{place}, {one}"));
        self.0.borrow_mut().extend(wrong);
    }

    fn end_the_test(self) {
        let found = self.0.into_inner();
        assert!(found.is_empty(), "{}", found.join("\n"));
    }
}

/// At 320 px and where the layout changes.
async fn too_wide(person: &Person<'_>) -> Vec<String> {
    let mut wide = Vec::new();
    for width in [320, 601, 801] {
        person.show(Theme::Light, width, 800).await;
        let script = "return document.documentElement.scrollWidth - innerWidth";
        let over = person.run(script, &[]).await.as_i64().unwrap();
        if over > 0 {
            wide.push(format!("at {width} px {over} px too wide"));
        }
    }
    wide
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_keeps_anybody_out_or_is_too_wide() {
    site_to_walk(async |site| {
        site.meet(Scripts::On, async |person| {
            let found = Found::default();
            let mut turn = 0;
            every_state(site, person, async |name| {
                turn += 1;
                found.add(name, barriers(person, turn).await);
                found.add(name, lost_on_the_way(person, turn).await);
                found.add(name, too_wide(person).await);
            })
            .await;
            every_letter(site, person, async |name| {
                turn += 1;
                found.add(name, barriers(person, turn).await);
                found.add(name, too_wide(person).await);
            })
            .await;
            found.end_the_test();
        })
        .await;
    })
    .await;
}

/// Where scripts are off, other things are shown.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "minutes: for the long lane"]
async fn long_every_page_fits_into_320_px_without_scripts() {
    site_to_walk(async |site| {
        site.meet(Scripts::Off, async |person| {
            let found = Found::default();
            let look = async |name: &str| found.add(name, too_wide(person).await);
            every_state(site, person, look).await;
            every_letter(site, person, look).await;
            found.end_the_test();
        })
        .await;
    })
    .await;
}
