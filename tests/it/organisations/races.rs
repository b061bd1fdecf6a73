//! PAR: what several do at once, on one node and on two.

use super::*;
use crate::both;
use crate::support::rounds;

both!(two_owners_who_take_each_others_role_leave_one, async |app: TestApp| {
    let acme = acme(&app).await;
    let eve = member(&app, &acme, EVE, Role::Owner).await;
    let in_charge = organisations::in_charge(&mut &app.db, acme.id, 9).await.unwrap();
    let olga = in_charge.iter().find(|one| one.email == OLGA).unwrap().account;
    let node = other_node(&app).await;
    let owners = "SELECT COUNT(*) FROM members WHERE role = 'owner'";
    for round in 0..rounds() {
        app.tamper("UPDATE members SET role = 'owner' WHERE role = 'owner' OR joined_at = 1").await;
        for id in [olga, eve] {
            let mut tx = app.db.begin().await.unwrap();
            organisations::lock(&mut tx, acme.id).await.unwrap();
            let _ = organisations::add(&mut tx, acme.id, id, Role::Owner, app.clock.now()).await;
            tx.commit().await.unwrap();
        }
        app.tamper(&format!(
            "UPDATE members SET role = 'owner' WHERE role <> 'admin' AND account_id IN \
            (SELECT id FROM accounts WHERE email IN ('{OLGA}', '{EVE}'))"
        ))
        .await;
        let mut one = signed_in(&app, OLGA).await;
        let mut two = signed_in(&app, EVE).await;
        one.get(ACME).await.is(200);
        two.get(ACME).await.is(200);
        if let Some(node) = &node {
            two = two.at(node);
        }
        let (first, second) = match round % 3 {
            0 => (format!("{ACME}/members/{eve}/remove"), format!("{ACME}/members/{olga}/remove")),
            1 => (format!("{ACME}/leave"), format!("{ACME}/leave")),
            _ => (format!("{ACME}/leave"), format!("{ACME}/members/{olga}/role")),
        };
        tokio::join!(
            one.post(&first, &[("role", "member")]),
            two.post(&second, &[("role", "member")])
        );
        assert!(app.count(owners).await >= 1, "round {round}: nobody owns it");
    }
});

both!(an_invitation_is_accepted_once, async |app: TestApp| {
    acme(&app).await;
    let node = other_node(&app).await;
    let mut olga = signed_in(&app, OLGA).await;
    for round in 0..rounds() {
        let email = format!("new{round}@example.com");
        again(&mut olga, OLGA).await;
        olga.get(ACME).await;
        olga.post(&format!("{ACME}/invitations"), &[("email", &email), ("role", "member")]).await;
        let link = app.link(&email, "organisation").await;
        let (mut one, mut two) = (app.browser(), app.browser());
        one.get(&link).await.is(200);
        two.get(&link).await.is(200);
        if let Some(node) = &node {
            two = two.at(node);
        }
        let fields =
            [("name", "Nia"), ("new_password", PASSWORD), ("confirm_new_password", PASSWORD)];
        let path = format!("{link}/sign-up");
        let (first, second) = tokio::join!(one.post(&path, &fields), two.post(&path, &fields));
        let joined = [&first, &second].iter().filter(|reply| reply.location() == ACME).count();
        assert_eq!(joined, 1, "round {round}: {} {}", first.status, second.status);
    }
    let accounts = app.count("SELECT COUNT(*) FROM accounts WHERE email LIKE 'new%'").await;
    assert_eq!(usize::try_from(accounts).unwrap(), rounds());
});

// IP-08: two admins save at once: one is told what the other has saved.
both!(ip_08_of_two_saves_none_is_lost, async |app: TestApp| {
    acme(&app).await;
    let node = other_node(&app).await;
    let (mut olga, mut adam) = (signed_in(&app, OLGA).await, signed_in(&app, ADAM).await);
    let both = format!("{}\n{}", olga.address, adam.address);
    enables(&mut olga, &both).await;
    if let Some(node) = &node {
        adam = adam.at(node);
    }
    for round in 0..rounds() {
        again(&mut olga, OLGA).await;
        again(&mut adam, ADAM).await;
        let (page, other) = (olga.get(SECURITY).await, adam.get(SECURITY).await);
        let (seen, same) = (seen(&page), seen(&other));
        assert_eq!(seen, same);
        let (mine, theirs) =
            (format!("{both}\n192.0.2.{round}"), format!("{both}\n198.51.100.{round}"));
        let path = format!("{SECURITY}/allowlist");
        let form = |entries: &str| {
            vec![
                ("seen", seen.clone()),
                ("entries", entries.to_owned()),
                ("enabled", "yes".into()),
                ("act", "save".into()),
            ]
        };
        let (mine, theirs) = (form(&mine), form(&theirs));
        let as_fields = |form: &Vec<(&'static str, String)>| {
            form.iter().map(|(name, value)| (*name, value.clone())).collect::<Vec<_>>()
        };
        let (mine, theirs) = (as_fields(&mine), as_fields(&theirs));
        let mine: Vec<(&str, &str)> = mine.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let theirs: Vec<(&str, &str)> = theirs.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let (first, second) = tokio::join!(olga.post(&path, &mine), adam.post(&path, &theirs));
        let statuses = [first.status.as_u16(), second.status.as_u16()];
        let told = if statuses[0] == 422 { &first } else { &second };
        assert!(statuses.contains(&303) && statuses.contains(&422), "round {round}: {statuses:?}");
        told.shows("Somebody else has saved the list meanwhile").shows("Only in theirs");
        // What was typed is still there, and what the other has saved is beside it.
        assert!(told.body.contains(&format!("192.0.2.{round}")), "{}", told.text());
        assert!(told.body.contains(&format!("198.51.100.{round}")));
        olga.get(SECURITY).await.is(200);
    }
});
