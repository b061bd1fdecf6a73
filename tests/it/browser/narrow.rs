//! At 320 px nothing has to be scrolled sideways; nor where the layout changes.

use super::driver::{Scripts, Theme};
use super::letters::every_letter;
use super::site::Site;
use super::states::{SETTINGS, every_state};
use crate::support::Backend;
use std::cell::RefCell;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_fits_into_320_px() {
    Site::with(Backend::Sqlite, SETTINGS, async |site| {
        site.meet(Scripts::Off, async |person| {
            let wide = RefCell::new(Vec::new());
            let look = async |name: &str| {
                for width in [320, 601, 801] {
                    person.show(Theme::Light, width, 800).await;
                    let script = "return document.documentElement.scrollWidth - innerWidth";
                    let over = person.run(script, &[]).await.as_i64().unwrap();
                    if over > 0 {
                        wide.borrow_mut()
                            .push(format!("{name} at {width} px is {over} px too wide"));
                    }
                }
            };
            every_state(site, person, look).await;
            every_letter(site, person, look).await;
            let wide = wide.into_inner();
            assert!(wide.is_empty(), "{}", wide.join("\n"));
        })
        .await;
    })
    .await;
}
