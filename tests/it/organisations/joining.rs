//! Invitations: for one address, for one use, and nothing happens before the button.

use super::*;
use crate::both;

async fn invites(olga: &mut Browser, app: &TestApp, email: &str, role: &str) -> String {
    olga.get(ACME).await.is(200);
    let sent = olga.post(&format!("{ACME}/invitations"), &[("email", email), ("role", role)]).await;
    sent.leads_to(ACME);
    app.link(email, "organisation").await
}

both!(whoever_is_signed_in_with_the_address_accepts, async |app: TestApp| {
    acme(&app).await;
    app.account(EVE).await;
    let mut olga = signed_in(&app, OLGA).await;
    let link = invites(&mut olga, &app, "Eve@Example.com", "admin").await;
    olga.get(ACME).await.shows("Eve@Example.com").shows("Expires in 7 days");
    // Scanners look, and look again.
    let mut scanner = app.browser();
    for _ in 0..3 {
        scanner.get(&link).await.is(200).shows("Sign in to that account to accept it.");
    }
    assert_eq!(logged(&app, "member-joined succeeded").await, 0);
    let mut mira = signed_in(&app, MIRA).await;
    mira.get(&link).await.is(200).shows("Sign out, and open the link once more.");
    mira.get("/forgot-password").await.is(200);
    mira.post(&link, &[]).await.leads_to(&link);
    assert_eq!(logged(&app, "member-joined refused/other-address").await, 1);
    let mut eve = signed_in(&app, EVE).await;
    eve.get(ACME).await.is(404);
    eve.get(&link).await.is(200).shows("You are invited to join acme & Sons as Admin.");
    eve.post(&link, &[]).await.leads_to(ACME);
    eve.get(ACME).await.is(200).shows("Invite somebody");
    eve.get(&link).await.is(410);
    eve.get("/forgot-password").await.is(200);
    eve.post(&link, &[]).await.is(410);
    assert_eq!(app.count("SELECT COUNT(*) FROM members").await, 4);
    olga.get(ACME).await;
    let again = [("email", EVE), ("role", "member")];
    olga.post(&format!("{ACME}/invitations"), &again).await.is(422).shows("a member already");
});

both!(whoever_has_no_account_makes_one, async |app: TestApp| {
    acme(&app).await;
    let mut olga = signed_in(&app, OLGA).await;
    let link = invites(&mut olga, &app, "new@example.com", "member").await;
    let mut new = app.browser();
    new.get(&link).await.is(200).shows("make an account with this address");
    let fields = |password: &'static str| {
        [("name", "Nia"), ("new_password", password), ("confirm_new_password", password)]
    };
    let sign_up = format!("{link}/sign-up");
    new.post(&sign_up, &[]).await.is(400).shows("Enter a name.");
    new.post(&sign_up, &fields("short")).await.is(422);
    new.post(&sign_up, &fields(PASSWORD)).await.leads_to(ACME);
    new.get(ACME).await.is(200).shows("Welcome. You are a member now.");
    let proved = "SELECT COUNT(*) FROM accounts WHERE email = 'new@example.com' \
                  AND email_verified_at IS NOT NULL";
    assert_eq!(app.count(proved).await, 1);
    let mut other = app.browser();
    other.get(&link).await.is(410);
    other.get("/sign-in").await;
    other.post(&sign_up, &fields(PASSWORD)).await.is(410);
});

both!(an_invitation_is_taken_back_replaced_and_runs_out, async |app: TestApp| {
    acme(&app).await;
    app.account(EVE).await;
    let mut olga = signed_in(&app, OLGA).await;
    let first = invites(&mut olga, &app, EVE, "owner").await;
    app.wait(MINUTE);
    let second = invites(&mut olga, &app, EVE, "member").await;
    let mut eve = signed_in(&app, EVE).await;
    eve.get(&first).await.is(410);
    eve.get(&second).await.is(200).shows("as Member");
    let page = olga.get(ACME).await;
    let (_, rest) = page.body.split_once(&format!("{ACME}/invitations/")).unwrap();
    let (_, rest) = rest.split_once(&format!("{ACME}/invitations/")).unwrap_or(("", rest));
    let id = rest.split_once('/').unwrap().0;
    let withdraw = format!("{ACME}/invitations/{id}/withdraw");
    olga.post(&withdraw, &[]).await.leads_to(ACME);
    olga.post(&withdraw, &[]).await.is(404);
    eve.get("/forgot-password").await;
    eve.post(&second, &[]).await.is(410);
    let third = invites(&mut olga, &app, EVE, "member").await;
    app.wait(Duration::from_hours(7 * 24));
    again(&mut eve, EVE).await;
    eve.get(&third).await.is(410);
    eve.get("/forgot-password").await;
    eve.post(&third, &[]).await.is(410);
    assert_eq!(app.count("SELECT COUNT(*) FROM members").await, 3);
    let cut = &third[..third.len() - 1];
    eve.get(cut).await.is(404);
});

both!(ip_03_nobody_joins_from_where_nobody_gets_in, async |app: TestApp| {
    acme(&app).await;
    app.account(EVE).await;
    let mut olga = signed_in(&app, OLGA).await;
    let here = olga.address.to_string();
    enables(&mut olga, &here).await;
    let known = invites(&mut olga, &app, EVE, "member").await;
    let unknown = invites(&mut olga, &app, "new@example.com", "member").await;
    let mut eve = signed_in(&app, EVE).await;
    // Who looks is told before they type anything, and nothing of it is told but that.
    eve.get(&known).await.is(403).shows(&eve.address.to_string()).lacks("as Member");
    eve.get("/forgot-password").await.is(200);
    eve.post(&known, &[]).await.is(403).shows(&eve.address.to_string());
    let mut new = app.browser();
    let fields = [("name", "Nia"), ("new_password", PASSWORD), ("confirm_new_password", PASSWORD)];
    new.get(&unknown).await.is(403).lacks("new@example.com");
    new.get("/forgot-password").await.is(200);
    new.post(&format!("{unknown}/sign-up"), &fields).await.is(403);
    assert_eq!(app.count("SELECT COUNT(*) FROM members").await, 3);
    assert_eq!(logged(&app, "member-joined refused/address-not-allowed").await, 2);
    eve.address = olga.address;
    eve.get(&known).await.is(200);
    eve.post(&known, &[]).await.leads_to(ACME);
});

both!(one_address_gets_five_a_day, async |app: TestApp| {
    acme(&app).await;
    let mut olga = signed_in(&app, OLGA).await;
    for _ in 0..5 {
        invites(&mut olga, &app, EVE, "member").await;
    }
    olga.get(ACME).await;
    let more =
        olga.post(&format!("{ACME}/invitations"), &[("email", EVE), ("role", "member")]).await;
    more.is(422).shows("Too many invitations");
});
