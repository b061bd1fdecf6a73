//! axe-core: light and dark, wide and narrow. `every_page` takes it everywhere.

use super::driver::{Scripts, Theme};
use super::person::Person;
use super::site::Site;
use crate::support::{Backend, is_full};
use serde_json::json;

const RULES: [&str; 5] = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"];

/// The checker itself.
fn axe() -> String {
    let path = std::env::var("PORTCULLIS_TEST_AXE")
        .expect("PORTCULLIS_TEST_AXE is not set: run `cargo xtask test`");
    std::fs::read_to_string(path).unwrap()
}

/// Each state is looked at light and dark, wide and narrow; in the usual lane in two of the
/// four ways, which take turns from state to state.
const WAYS: [[(Theme, u32); 2]; 2] =
    [[(Theme::Light, 1120), (Theme::Dark, 360)], [(Theme::Light, 360), (Theme::Dark, 1120)]];

/// What is wrong with the page, however it is shown.
pub async fn barriers(person: &Person<'_>, turn: usize) -> Vec<String> {
    let axe = axe();
    let [this, other] = [WAYS[turn % 2], WAYS[(turn + 1) % 2]];
    let ways = if is_full() { [this, other].concat() } else { this.to_vec() };
    let mut found = Vec::new();
    for (theme, width) in ways {
        person.show(theme, width, 800).await;
        for violation in violations(person, &axe, theme).await {
            found.push(format!("{theme:?}, {width} px: {violation}"));
        }
    }
    found
}

/// What axe-core holds against the page as it is shown. The dark page differs
/// from the light one in its colours only.
async fn violations(person: &Person<'_>, axe: &str, theme: Theme) -> Vec<String> {
    if person.run("return typeof axe", &[]).await == "undefined" {
        person.run(axe, &[]).await;
    }
    let only = match theme {
        Theme::Light => json!({ "type": "tag", "values": RULES }),
        Theme::Dark => json!({ "type": "rule", "values": ["color-contrast"] }),
    };
    let script = "const [runOnly, done] = arguments;
        axe.run({ runOnly, resultTypes: ['violations'], preload: false }).then(
            ({ violations }) => done(violations.flatMap(({ id, nodes }) => nodes.map(
                ({ html, failureSummary }) => `${id}: ${html}\n    ${failureSummary}`))),
            (error) => done([`axe failed: ${error}`]));";
    let found = person.client.execute_async(script, vec![only]).await.unwrap();
    found.as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect()
}

/// The checker itself works here: it finds what is put there to be found.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_checker_finds_a_field_without_a_label() {
    let axe = axe();
    Site::with(Backend::Sqlite, &[], async |site| {
        site.meet(Scripts::On, async |person| {
            person.open("/sign-in").await;
            let script = "document.querySelector('label').remove();
                document.querySelector('h1').style.color = '#ccc'";
            person.run(script, &[]).await;
            let found = violations(person, &axe, Theme::Light).await.join("\n");
            assert!(found.contains("label: ") && found.contains("color-contrast: "), "{found}");
            let found = violations(person, &axe, Theme::Dark).await.join("\n");
            assert!(found.contains("color-contrast: "), "{found}");
        })
        .await;
    })
    .await;
}
