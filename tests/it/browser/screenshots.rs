//! Pictures of every page in every state, for people to look at.

use super::driver::{Scripts, Theme};
use super::letters::every_letter;
use super::person::Person;
use super::states::every_state;
use super::walked_site::site_to_walk;
use std::path::{Path, PathBuf};

/// The whole page, however long.
async fn shoot(person: &Person<'_>, theme: Theme, width: u32, file: &Path) {
    person.show(theme, width, 700).await;
    person.run("scrollTo(0, 0)", &[]).await;
    let height = person.run("return document.documentElement.scrollHeight", &[]).await;
    let height = u32::try_from(height.as_u64().unwrap()).unwrap();
    person.show(theme, width, height.clamp(700, 6000)).await;
    std::fs::write(file, person.client.screenshot().await.unwrap()).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "for people: run `cargo xtask screenshots`"]
async fn shoot_every_page() {
    let folder = std::env::var("PORTCULLIS_SCREENSHOT_DIR")
        .expect("PORTCULLIS_SCREENSHOT_DIR is not set: run `cargo xtask screenshots`");
    let folder = PathBuf::from(folder);
    site_to_walk(async |site| {
        site.meet(Scripts::On, async |person| {
            let look = async |name: &str| {
                for (theme, width, kind) in [
                    (Theme::Light, 1120, "light"),
                    (Theme::Dark, 1120, "dark"),
                    (Theme::Light, 360, "360"),
                ] {
                    let file = folder.join(format!("{name}-{kind}.png"));
                    shoot(person, theme, width, &file).await;
                }
            };
            every_state(site, person, look).await;
            every_letter(site, person, look).await;
        })
        .await;
    })
    .await;
}
