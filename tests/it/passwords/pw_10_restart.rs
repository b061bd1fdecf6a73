//! PW-10: a counter is in the database; neither noise nor a restart loses it.

use super::{WAIT_30, counted, strangers_fail};
use crate::both;
use crate::support::{Backend, OTHER_PASSWORD, PASSWORD, TestApp};

both!(pw_10_the_counter_survives_noise_and_a_restart, async |app: TestApp| {
    app.account("mira@example.com").await;
    strangers_fail(&app, "mira@example.com", 3).await;
    for number in 0..40 {
        strangers_fail(&app, &format!("noise{number}@example.com"), 1).await;
    }
    strangers_fail(&app, "mira@example.com", 2).await;
    let app = app.restart(&[]).await;
    app.browser().sign_in("mira@example.com", PASSWORD).await.is(429).shows(WAIT_30);
    assert_eq!(counted(&app).await, 45);
});

both!(pw_10_cleaning_up_forgets_no_counter_that_counts, async |app: TestApp| {
    app.account("mira@example.com").await;
    strangers_fail(&app, "mira@example.com", 5).await;
    app.wait(std::time::Duration::from_hours(29 * 24));
    portcullis::jobs::prune(&app).await.unwrap();
    assert_eq!(counted(&app).await, 5);
    app.browser().sign_in("mira@example.com", OTHER_PASSWORD).await.is(403);
    let sentence = "Too many attempts. Try again in 60 seconds.";
    app.browser().sign_in("mira@example.com", PASSWORD).await.is(429).shows(sentence);
    app.wait(std::time::Duration::from_hours(31 * 24));
    portcullis::jobs::prune(&app).await.unwrap();
    assert_eq!(counted(&app).await, 0);
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pw_10_nodes_share_the_counter_postgres() {
    let one = TestApp::new(Backend::Postgres).await;
    let two = one.second_node().await;
    one.account("mira@example.com").await;
    for node in [&one, &two, &one, &two, &one] {
        strangers_fail(node, "mira@example.com", 1).await;
    }
    for node in [&one, &two] {
        node.browser().sign_in("mira@example.com", PASSWORD).await.is(429).shows(WAIT_30);
    }
}
