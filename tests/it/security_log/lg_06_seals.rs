//! LG-06: whoever has the database, but not the key, changes the log.

use super::*;
use crate::both;
use crate::support::{Backend, OTHER_PASSWORD, rounds};
use portcullis::features::closing::erase_due;
use portcullis::features::log_seals::{self, Head, Progress, Trouble, go_on, seal};
use portcullis::features::security_log::{Kind, Mark, stored_between};
use portcullis::jobs::prune;
use sha2::{Digest, Sha256};
use std::time::Duration;

const EVE: &str = "eve@example.com";
const DAY: Duration = Duration::from_hours(24);

async fn verify(app: &TestApp, noted: &[&Head]) -> Progress {
    let mut progress = Progress::begin(noted.iter().map(|head| (*head).clone()).collect());
    while !progress.done {
        // On its way through a socket.
        let text = serde_json::to_string(&progress).unwrap();
        progress = go_on(app, serde_json::from_str(&text).unwrap()).await.unwrap();
    }
    progress
}

async fn troubles(app: &TestApp, noted: &[&Head]) -> Vec<(Option<i64>, Trouble)> {
    let problems = verify(app, noted).await.problems;
    problems.into_iter().map(|problem| (problem.seal, problem.trouble)).collect()
}

async fn holds(app: &TestApp) -> Progress {
    let progress = verify(app, &[]).await;
    assert_eq!((progress.found, &progress.problems), (0, &Vec::new()));
    progress
}

async fn head(app: &TestApp) -> Head {
    log_seals::head(&mut &app.db).await.unwrap().unwrap().0
}

/// Three seals: two accounts, and what happens at a sign-in.
async fn sealed(app: &TestApp) -> [Head; 3] {
    app.account(MIRA).await;
    app.account(EVE).await;
    app.seals().await;
    let first = head(app).await;
    app.browser().sign_in(MIRA, OTHER_PASSWORD).await.is(403);
    app.browser().sign_in("nobody@example.com", OTHER_PASSWORD).await.is(403);
    app.browser().signs_in(MIRA, PASSWORD).await;
    app.seals().await;
    let second = head(app).await;
    app.browser().signs_in(EVE, PASSWORD).await;
    app.browser().signs_in(MIRA, PASSWORD).await;
    app.seals().await;
    let third = head(app).await;
    assert_eq!([first.number, second.number, third.number], [1, 2, 3]);
    [first, second, third]
}

/// What can be put back: the table as it is.
async fn keep(app: &TestApp, table: &str) {
    app.tamper(&format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}")).await;
}

async fn put_back(app: &TestApp, table: &str) {
    app.tamper(&format!("DELETE FROM {table}")).await;
    app.tamper(&format!("INSERT INTO {table} SELECT * FROM kept_{table}")).await;
}

/// The ids of the events under all seals, in order, as SQL.
async fn ids(app: &TestApp) -> Vec<String> {
    let rows = stored_between(&mut &app.db, &Mark::start(), &Mark::end(), 1_000).await.unwrap();
    rows.iter().map(|row| bytes(app, &row.leaf.mark.id)).collect()
}

fn bytes(app: &TestApp, bytes: &[u8]) -> String {
    match app.backend {
        Backend::Sqlite => format!("x'{}'", hex::encode(bytes)),
        Backend::Postgres => format!("decode('{}', 'hex')", hex::encode(bytes)),
    }
}

both!(what_nobody_touched_holds, async |app: TestApp| {
    let begun = holds(&app).await;
    assert_eq!((begun.newest(), begun.sealed, begun.unsealed), (None, 0, 0));
    let heads = sealed(&app).await;
    let done = verify(&app, &heads.each_ref()).await;
    assert_eq!((done.found, done.newest().as_ref()), (0, Some(&heads[2])));
    assert_eq!((done.sealed, done.unsealed), (7, 0));
    // Nothing new makes no seal, and what is new is looked at before it is sealed.
    assert_eq!(seal(&app).await.unwrap(), 0);
    app.browser().signs_in(EVE, PASSWORD).await;
    let done = holds(&app).await;
    assert_eq!((done.sealed, done.unsealed, done.newest()), (7, 1, Some(heads[2].clone())));
    app.tamper(
        "UPDATE security_events SET detail = 'x' WHERE id = (SELECT id FROM security_events ORDER BY id DESC LIMIT 1)",
    )
    .await;
    assert_eq!(troubles(&app, &[]).await, [(None, Trouble::EventChanged)]);
});

both!(a_seal_holds_so_many_events_and_so_long, async |app: TestApp| {
    let account = app.account(MIRA).await;
    write(&app, (0..1_100).map(|_| Event::new(Kind::SignIn).on(account.id))).await;
    app.wait(2 * DAY);
    write(&app, [Event::new(Kind::SignIn).on(account.id)]).await;
    app.seals().await;
    let done = holds(&app).await;
    assert_eq!((done.seals, done.sealed), (4, 1_102));
});

both!(an_edit_of_any_column_is_found, async |app: TestApp| {
    sealed(&app).await;
    keep(&app, "security_events").await;
    // The wrong password: it has an address, a program and an e-mail address.
    let id = &ids(&app).await[2];
    let edits = [
        ("id", "leaf_hash"),
        ("occurred_at", "occurred_at + 1"),
        ("kind", "'sign-out'"),
        ("kind", "'no-such-kind'"),
        ("result", "'succeeded'"),
        ("reason", "NULL"),
        ("reason", "'suspended'"),
        ("account_id", "NULL"),
        ("account_id", "id"),
        ("actor_kind", "'operator'"),
        ("actor_id", "id"),
        ("session_id", "id"),
        ("object_kind", "'session'"),
        ("object_id", "id"),
        ("detail", "'x'"),
        ("address", "'192.0.2.1'"),
        ("address", "NULL"),
        ("address_salt", "id"),
        ("address_salt", "NULL"),
        ("address_commitment", "leaf_hash"),
        ("address_commitment", "NULL"),
        ("user_agent", "'x'"),
        ("user_agent_salt", "id"),
        ("user_agent_commitment", "leaf_hash"),
        ("email", "'eve@example.com'"),
        ("email_salt", "id"),
        ("email_commitment", "leaf_hash"),
        ("place", "'Paris'"),
        ("place_salt", "id"),
        ("place_commitment", "leaf_hash"),
        ("leaf_version", "2"),
        ("leaf_hash", "id"),
        ("area", "'account'"),
        ("commit_number", "commit_number + 1"),
        ("commit_number", "commit_number - 1000000"),
    ];
    for (column, value) in edits {
        let sql = format!("UPDATE security_events SET {column} = {value} WHERE id = {id}");
        assert_eq!(app.tamper(&sql).await, 1, "{sql}");
        let done = verify(&app, &[]).await;
        let told = done.problems.iter().any(|problem| problem.seal == Some(2));
        assert!(done.found > 0 && told, "{sql}: {done:?}");
        put_back(&app, "security_events").await;
        holds(&app).await;
    }
    // As if it were erased, which its account is not.
    let sql = format!(
        "UPDATE security_events SET address = NULL, address_salt = NULL, user_agent = NULL, \
         user_agent_salt = NULL, email = NULL, email_salt = NULL WHERE id = {id}"
    );
    app.tamper(&sql).await;
    assert_eq!(troubles(&app, &[]).await, [(Some(2), Trouble::PersonalRemoved)]);
});

both!(an_edit_of_any_column_of_a_seal_is_found, async |app: TestApp| {
    sealed(&app).await;
    keep(&app, "log_seals").await;
    for (column, value) in [
        ("number", "12"),
        ("last_commit", "last_commit + 1"),
        ("last_event", "root"),
        ("events", "events + 1"),
        ("newest_at", "newest_at - 1"),
        ("root", "head"),
        ("sealed_at", "sealed_at + 1"),
        ("head", "root"),
        ("key_id", "'other'"),
        ("mac", "head"),
        ("pruned_at", "sealed_at + 1"),
    ] {
        for number in 1..=3 {
            let sql = format!("UPDATE log_seals SET {column} = {value} WHERE number = {number}");
            assert_eq!(app.tamper(&sql).await, 1, "{sql}");
            assert!(verify(&app, &[]).await.found > 0, "{sql}");
            put_back(&app, "log_seals").await;
            holds(&app).await;
        }
    }
    app.tamper("DELETE FROM log_seals WHERE number = 2").await;
    assert_eq!(troubles(&app, &[]).await[0], (Some(2), Trouble::SealMissing));
});

both!(an_event_removed_in_the_middle_is_found, async |app: TestApp| {
    sealed(&app).await;
    let id = &ids(&app).await[2];
    app.tamper(&format!("DELETE FROM security_events WHERE id = {id}")).await;
    assert_eq!(troubles(&app, &[]).await, [(Some(2), Trouble::SealCount)]);
});

both!(a_tail_cut_off_is_found_by_a_head_noted_elsewhere, async |app: TestApp| {
    let [_, second, third] = sealed(&app).await;
    for id in &ids(&app).await[5..] {
        app.tamper(&format!("DELETE FROM security_events WHERE id = {id}")).await;
    }
    app.tamper("DELETE FROM log_seals WHERE number = 3").await;
    assert!(troubles(&app, &[&second]).await.is_empty());
    assert_eq!(troubles(&app, &[&third]).await, [(Some(3), Trouble::HeadBeyond)]);
    // Also once the chain is as long again.
    app.browser().signs_in(MIRA, PASSWORD).await;
    app.seals().await;
    assert_eq!(head(&app).await.number, 3);
    assert_eq!(troubles(&app, &[&second, &third]).await, [(Some(3), Trouble::HeadDiffers)]);
});

both!(another_order_is_found, async |app: TestApp| {
    sealed(&app).await;
    keep(&app, "security_events").await;
    let all = ids(&app).await;
    let (one, other) = (&all[2], &all[3]);
    // Each stands at the other's place in the order of commits.
    let number =
        |id: &str| format!("(SELECT commit_number FROM kept_security_events WHERE id = {id})");
    for (id, from) in [(one, other), (other, one)] {
        let from = number(from);
        app.tamper(&format!("UPDATE security_events SET commit_number = {from} WHERE id = {id}"))
            .await;
    }
    assert_eq!(troubles(&app, &[]).await, [(Some(2), Trouble::SealRoot)]);
    put_back(&app, "security_events").await;
    // Each holds what the other held, with its leaf.
    for (id, from) in [(one, other), (other, one)] {
        for column in ["kind", "result", "reason", "detail", "leaf_hash"] {
            app.tamper(&format!(
                "UPDATE security_events SET {column} = (SELECT {column} FROM kept_security_events \
                 WHERE id = {from}) WHERE id = {id}"
            ))
            .await;
        }
    }
    let found = troubles(&app, &[]).await;
    assert!(found.contains(&(Some(2), Trouble::EventChanged)), "{found:?}");
    assert!(found.contains(&(Some(2), Trouble::SealRoot)), "{found:?}");
});

both!(a_foreign_event_is_found, async |app: TestApp| {
    sealed(&app).await;
    let earlier = ids(&app).await[2].clone();
    // One whose leaf is right in every respect.
    app.browser().signs_in(EVE, PASSWORD).await;
    let foreign = ids(&app).await.pop().unwrap();
    app.tamper(&format!(
        "UPDATE security_events SET commit_number = (SELECT commit_number FROM security_events \
         WHERE id = {earlier}) WHERE id = {foreign}"
    ))
    .await;
    assert_eq!(troubles(&app, &[]).await, [(Some(2), Trouble::SealCount)]);
});

fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    Sha256::digest(parts.concat()).into()
}

/// RFC 6962 §2.1, by its words.
fn tree(hashes: &[[u8; 32]]) -> [u8; 32] {
    match hashes {
        [one] => *one,
        _ => {
            let (left, right) = hashes.split_at(hashes.len().next_power_of_two() / 2);
            sha256(&[&[1], &tree(left), &tree(right)])
        }
    }
}

both!(a_chain_made_anew_without_the_key_is_found, async |app: TestApp| {
    let [_, second, third] = sealed(&app).await;
    let all = stored_between(&mut &app.db, &Mark::start(), &Mark::end(), 1_000).await.unwrap();
    // First the seal as it is, so that what follows is known to be right.
    for kept in [&all[5..], &all[6..]] {
        let hashes = kept.iter().map(|row| {
            let number = row.leaf.mark.number.to_be_bytes();
            sha256(&[&[0], b"portcullis/log-seal/v1/entry", &number, &row.leaf.hash])
        });
        let root = tree(&hashes.collect::<Vec<_>>());
        let last = &kept.last().unwrap().leaf.mark;
        let at = app.clock.now().millis().to_be_bytes();
        let mut parts = b"portcullis/log-seal/v1/head".to_vec();
        for part in [
            hex::decode(&second.hash).unwrap().as_slice(),
            &3_i64.to_be_bytes(),
            &last.number.to_be_bytes(),
            &last.id,
            &(kept.len() as i64).to_be_bytes(),
            &at,
            &root,
            &at,
        ] {
            parts.extend((part.len() as u64).to_be_bytes());
            parts.extend(part);
        }
        let head = sha256(&[&parts]);
        if kept.len() == 2 {
            assert_eq!(hex::encode(head), third.hash);
            continue;
        }
        app.tamper(&format!(
            "DELETE FROM security_events WHERE id = {}",
            bytes(&app, &all[5].leaf.mark.id)
        ))
        .await;
        let (root, head) = (bytes(&app, &root), bytes(&app, &head));
        app.tamper(&format!(
            "UPDATE log_seals SET events = 1, root = {root}, head = {head} WHERE number = 3"
        ))
        .await;
    }
    assert_eq!(troubles(&app, &[]).await, [(Some(3), Trouble::SealUnproved)]);
});

both!(an_erased_account_leaves_a_log_that_holds, async |app: TestApp| {
    let heads = sealed(&app).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    crate::account::closing::close(&mut browser).await;
    app.seals().await;
    assert_eq!(holds(&app).await.erased, 0);
    app.wait(14 * DAY);
    assert_eq!(erase_due(&app).await.unwrap(), 1);
    app.seals().await;
    let done = verify(&app, &heads.each_ref()).await;
    assert_eq!((done.found, done.erased >= 3), (0, true), "{done:?}");
});

both!(a_log_whose_old_events_are_gone_holds, async |app: TestApp| {
    let heads = sealed(&app).await;
    app.wait(200 * DAY);
    app.browser().signs_in(EVE, PASSWORD).await;
    app.seals().await;
    app.wait(201 * DAY);
    app.browser().signs_in(EVE, PASSWORD).await;
    prune(&app).await.unwrap();
    let done = verify(&app, &heads.each_ref()).await;
    assert_eq!((done.found, done.pruned, done.sealed, done.unsealed), (0, 7, 1, 1), "{done:?}");
    // What stands where it was removed is none of ours.
    app.tamper("UPDATE security_events SET commit_number = 0 WHERE id = (SELECT id FROM security_events ORDER BY id LIMIT 1)")
        .await;
    let found = troubles(&app, &[]).await;
    assert!(found.contains(&(Some(1), Trouble::PrunedNotEmpty)), "{found:?}");
});

both!(what_is_not_sealed_stays, async |app: TestApp| {
    app.account(MIRA).await;
    app.wait(500 * DAY);
    prune(&app).await.unwrap();
    assert_eq!(holds(&app).await.unsealed, 1);
});

both!(a_seal_that_others_have_emptied_is_found, async |app: TestApp| {
    sealed(&app).await;
    let all = ids(&app).await;
    for id in &all[..2] {
        app.tamper(&format!("DELETE FROM security_events WHERE id = {id}")).await;
    }
    app.tamper("UPDATE log_seals SET pruned_at = sealed_at + 1, pruned_key_id = key_id, pruned_mac = mac WHERE number = 1")
        .await;
    assert_eq!(troubles(&app, &[]).await, [(Some(1), Trouble::PrunedUnproved)]);
});

both!(the_server_is_not_talked_into_removing_what_is_young, async |app: TestApp| {
    sealed(&app).await;
    app.tamper("UPDATE log_seals SET newest_at = 0").await;
    assert!(log_seals::prune(&app, app.clock.now()).await.is_err());
    assert_eq!(app.count("SELECT COUNT(*) FROM security_events").await, 7);
});

both!(two_that_seal_at_once_make_one_chain, async |app: TestApp| {
    let account = app.account(MIRA).await;
    let other = match app.backend {
        Backend::Sqlite => None,
        Backend::Postgres => Some(app.second_node().await),
    };
    let node = other.as_ref().unwrap_or(&app);
    for _ in 0..rounds() {
        write(&app, (0..700).map(|_| Event::new(Kind::SignIn).on(account.id))).await;
        let (one, two, three) = tokio::join!(seal(&app), seal(node), seal(node));
        one.and(two).and(three).unwrap();
    }
    app.seals().await;
    let done = holds(&app).await;
    assert_eq!((done.sealed, done.unsealed), (700 * rounds() as u64 + 1, 0));
});
