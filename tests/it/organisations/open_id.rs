//! OpenID Connect for an organisation: who gets a code, and what it says.

use super::*;
use crate::both;
use crate::open_id::client::{self, Answer, Client, Tokens, userinfo, verified};
use crate::support::enables_two_factor;
use serde_json::{Value, json};

const HERE: &str = "10.200.0.1";

both!(a_sign_in_for_an_organisation_says_what_one_is_in_it, async |app: TestApp| {
    let acme = acme(&app).await;
    let client = Client::new(&app).await;
    let mut adam = signed_in(&app, ADAM).await;
    let of = [("organisation", "acme")];
    let page = adam.get(&client.asks(&of)).await.is(303).location().to_owned();
    adam.get(&page).await.shows("What you are in the organisation acme");
    let reply = adam.post(&page, &[("decision", "allow")]).await;
    let answer = Answer::of(&client::onward(&reply));
    let tokens = Tokens::of(&client.exchanges(&app, &answer.code(), &[]).await);
    let expected =
        json!({"id": acme.id.to_string(), "slug": "acme", "name": "acme & Sons", "role": "admin"});
    assert_eq!(verified(&app, &tokens.id_token).await.unwrap()["organisation"], expected);
    let person: Value = serde_json::from_str(&userinfo(&app, &tokens.access).await.body).unwrap();
    assert_eq!(person["organisation"], expected);
    let asked = async |fields: &[(&str, &str)]| {
        let mut all = vec![("token", tokens.access.as_str())];
        all.extend_from_slice(fields);
        let reply = client.posts(&app, "/oauth/introspect", &all).await;
        serde_json::from_str::<Value>(&reply.is(200).body).unwrap()
    };
    assert_eq!(asked(&[]).await["organisation"], expected);

    // From the acknowledgement of a list on it counts for sessions that exist.
    enables_from(&app, &acme, OLGA, HERE).await;
    assert_eq!(asked(&[]).await, json!({"active": false}));
    assert_eq!(asked(&[("end_user_address", HERE)]).await["active"], true);
    let person: Value = serde_json::from_str(&userinfo(&app, &tokens.access).await.body).unwrap();
    assert!(person["organisation"].is_null() && !person["sub"].is_null());
    // Without one, nothing is said of it.
    let plain = client.sent(&mut adam, &[]).await;
    let plain = Tokens::of(&client.exchanges(&app, &plain.code(), &[]).await);
    assert!(verified(&app, &plain.id_token).await.unwrap()["organisation"].is_null());
    // Who is removed is refused at the next check, wherever they are; elsewhere nothing changes.
    app.tamper("DELETE FROM members WHERE role = 'admin'").await;
    assert_eq!(asked(&[("end_user_address", HERE)]).await, json!({"active": false}));
    userinfo(&app, &tokens.access).await.is(401);
    userinfo(&app, &plain.access).await.is(200);
});

both!(ip_03_no_code_is_given_to_whoever_does_not_get_in, async |app: TestApp| {
    let acme = acme(&app).await;
    let client = Client::new(&app).await;
    let mut mira = signed_in(&app, MIRA).await;
    let of = [("organisation", "acme")];
    client.allowed(&mut mira, &[]).await;
    client.sent(&mut mira, &of).await.code();
    for stranger in ["umbrella", "ACME", "01900000-0000-7000-8000-000000000000"] {
        let answer = client.sent(&mut mira, &[("organisation", stranger)]).await;
        assert_eq!(answer.get("error"), "access_denied", "{answer:?}");
    }
    let long = "a".repeat(65);
    let answer = client.sent(&mut mira, &[("organisation", &long)]).await;
    assert_eq!(answer.get("error"), "invalid_request");

    let before = client.sent(&mut mira, &of).await.code();
    enables_from(&app, &acme, OLGA, HERE).await;
    // They are told where they are, and whom to ask; and can go back without.
    let page = mira.get(&client.asks(&of)).await;
    page.is(403).shows(&mira.address.to_string()).shows(OLGA).shows("Back to Billing");
    assert!(page.body.contains("error=access_denied"));
    let silent = client.sent(&mut mira, &[("organisation", "acme"), ("prompt", "none")]).await;
    assert_eq!(silent.get("error"), "access_denied");
    // A code that was given before the list opens nothing after it.
    let reply = client.exchanges(&app, &before, &[]).await;
    reply.is(400).shows("invalid_grant");
    assert_eq!(logged(&app, "application-signed-in refused/address-not-allowed").await, 1);
    mira.address = HERE.parse().unwrap();
    let code = client.sent(&mut mira, &of).await.code();
    Tokens::of(&client.exchanges(&app, &code, &[]).await);
});

both!(mf_13_a_second_factor_is_asked_for_where_the_organisation_does, async |app: TestApp| {
    let acme = acme(&app).await;
    let client = Client::new(&app).await;
    let mut mira = signed_in(&app, MIRA).await;
    let of = [("organisation", "acme")];
    client.allowed(&mut mira, &of).await;
    super::two_factor::requires(&app, &acme, Duration::ZERO, false).await;
    mira.get(&client.asks(&of)).await.is(200).shows("second factor");
    let silent = client.sent(&mut mira, &[("organisation", "acme"), ("prompt", "none")]).await;
    assert_eq!(silent.get("error"), "unmet_authentication_requirements");
    enables_two_factor(&app, &mut mira).await;
    client.sent(&mut mira, &of).await.code();
});
