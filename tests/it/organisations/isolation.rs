//! TK-09: two organisations, and every id of the one used in the other.

use super::*;
use crate::both;
use crate::support::rounds;
use portcullis::random::Random;

const SLUGS: [&str; 2] = ["acme", "umbrella"];

struct Tenant {
    slug: &'static str,
    owner: Browser,
    member: Browser,
    members: Vec<String>,
    invitations: Vec<String>,
    events: Vec<String>,
}

async fn tenant(app: &TestApp, slug: &'static str) -> Tenant {
    let owner = format!("owner@{slug}.example");
    app.account(&owner).await;
    let made = organisation(app, slug, Plan::Enterprise, &owner).await;
    let email = format!("member@{slug}.example");
    let id = member(app, &made, &email, Role::Member).await;
    let mut own = signed_in(app, &owner).await;
    let path = format!("/organisations/{slug}");
    own.get(&path).await.is(200);
    let invited = format!("guest@{slug}.example");
    let fields = [("email", invited.as_str()), ("role", "member")];
    own.post(&format!("{path}/invitations"), &fields).await.leads_to(&path);
    let page = own.get(&path).await;
    let marker = format!("{path}/invitations/");
    let ids =
        page.body.split(&marker).skip(1).map(|rest| rest.split('/').next().unwrap().to_owned());
    let invitations = ids.collect();
    let log = own.get(&format!("{path}/log")).await;
    let marker = format!("{path}/log/");
    let events = log.body.split(&marker).skip(1);
    let events = events.map(|rest| rest.split('"').next().unwrap().to_owned());
    let events: Vec<String> = events.filter(|id| id != "export").collect();
    assert!(!events.is_empty());
    let member = signed_in(app, &email).await;
    Tenant { slug, owner: own, member, members: vec![id.to_string()], invitations, events }
}

/// What belongs to a tenant, as the database has it.
async fn state(app: &TestApp, slug: &str) -> Vec<i64> {
    let of = format!("organisation_id = (SELECT id FROM organisations WHERE slug = '{slug}')");
    let mut all = Vec::new();
    for sql in [
        format!("SELECT COUNT(*) FROM members WHERE {of}"),
        format!("SELECT COUNT(*) FROM members WHERE role = 'owner' AND {of}"),
        format!("SELECT COUNT(*) FROM members WHERE role = 'admin' AND {of}"),
        format!("SELECT COUNT(*) FROM organisation_invitations WHERE {of}"),
        format!(
            "SELECT COUNT(*) FROM organisation_invitations WHERE withdrawn_at IS NULL AND {of}"
        ),
        format!("SELECT COUNT(*) FROM allowlist_versions WHERE {of}"),
        format!("SELECT COUNT(*) FROM two_factor_requirements WHERE {of}"),
    ] {
        all.push(app.count(&sql).await);
    }
    all
}

both!(tk_09_no_id_of_one_opens_anything_in_the_other, async |app: TestApp| {
    let mut tenants = [tenant(&app, SLUGS[0]).await, tenant(&app, SLUGS[1]).await];
    let random = Random::seeded(9);
    let pick = |most: usize| usize::from(random.bytes::<1>()[0]) % most;
    let before = [state(&app, SLUGS[0]).await, state(&app, SLUGS[1]).await];
    for call in 0..rounds() * 100 {
        if call % 100 == 0 {
            app.wait(Duration::from_mins(1));
            for (index, slug) in SLUGS.iter().enumerate() {
                again(&mut tenants[index].owner, &format!("owner@{slug}.example")).await;
            }
        }
        let (one, other) = if pick(2) == 0 { (0, 1) } else { (1, 0) };
        let their_slug = tenants[other].slug;
        let (member, event) = (
            tenants[other].members[0].clone(),
            tenants[other].events[pick(tenants[other].events.len())].clone(),
        );
        let invitation = tenants[other].invitations[0].clone();
        // Their path with their ids, or our own path with their ids.
        let slug = if pick(2) == 0 { their_slug } else { tenants[one].slug };
        let own_path = slug == tenants[one].slug;
        let base = format!("/organisations/{slug}");
        let as_owner = pick(2) == 0;
        let browser = if as_owner { &mut tenants[one].owner } else { &mut tenants[one].member };
        let fields: &[(&str, &str)] = &[
            ("role", "admin"),
            ("email", EVE),
            ("act", "save"),
            ("seen", "0"),
            ("grace", "0"),
            ("required", "yes"),
        ];
        let (path, form) = match pick(if own_path { 4 } else { 12 }) {
            0 => (format!("{base}/members/{member}/role"), true),
            1 => (format!("{base}/members/{member}/remove"), true),
            2 => (format!("{base}/invitations/{invitation}/withdraw"), true),
            3 => (format!("{base}/log/{event}"), false),
            4 => (base.clone(), false),
            5 => (format!("{base}/invitations"), true),
            6 => (format!("{base}/security/allowlist"), true),
            7 => (format!("{base}/security/two-factor"), true),
            8 => (format!("{base}/log?result=refused"), false),
            9 => (format!("{base}/log/export"), true),
            10 => (format!("{base}/leave"), true),
            _ => (format!("{base}/security"), false),
        };
        let reply = if form {
            browser.get("/organisations").await;
            browser.post(&path, fields).await
        } else {
            browser.get(&path).await
        };
        assert_eq!(reply.status.as_u16(), 404, "call {call}: {path}");
        assert!(!reply.body.contains(&format!("{their_slug}.example")), "{path}");
    }
    assert_eq!([state(&app, SLUGS[0]).await, state(&app, SLUGS[1]).await], before);
});

both!(a_list_goes_on_only_in_itself, async |app: TestApp| {
    let mut one = tenant(&app, SLUGS[0]).await;
    let two = tenant(&app, SLUGS[1]).await;
    // A place of the other's list is a place in time, and nothing more.
    let after = format!("/organisations/acme?after=0.{}", two.members[0]);
    let page = one.owner.get(&after).await;
    page.is(200).lacks("umbrella.example");
    let before = format!("/organisations/acme/log?before=9000000000000.{}", two.events[0]);
    one.owner.get(&before).await.is(200).lacks("umbrella.example");
    for forged in ["x", "1", "1.", ".", "1.2", "99999999999999999999.x"] {
        one.owner.get(&format!("/organisations/acme?after={forged}")).await.is(404);
    }
});
