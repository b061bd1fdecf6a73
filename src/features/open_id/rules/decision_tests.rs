use super::*;
use crate::features::open_id::rules::{Addressed, Prompt};
use crate::features::organisation_access::Why;
use proptest::prelude::*;

const NOW: Timestamp = Timestamp::from_millis(1_795_510_800_000);

fn request(more: &str) -> Request {
    let query = format!(
        "client_id=01900000-0000-7000-8000-000000000001&redirect_uri=https://app.example/cb\
         &response_type=code&scope=openid+email&code_challenge_method=S256\
         &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM{more}"
    );
    Request::read(&Addressed::read(&query).unwrap(), |_| false, NOW).unwrap()
}

/// Signed in a minute ago by the password, and asked before.
fn person() -> Person {
    let at = NOW.minus(Duration::from_mins(1));
    let proof = Proof {
        began_at: at,
        password_at: Some(at),
        totp_at: None,
        sms_at: None,
        backup_code_at: None,
    };
    Person {
        proof,
        has_second_factor: false,
        needs_password: false,
        is_expected: true,
        consent: Some(Scopes::parse("openid email")),
        organisation: Entrance::Open,
    }
}

fn with_two_factors() -> Person {
    let proof = Proof { totp_at: Some(NOW.minus(Duration::from_mins(1))), ..person().proof };
    Person { proof, has_second_factor: true, ..person() }
}

/// The matrix of `prompt`, `max_age` and `acr` × who is there.
#[test]
fn each_demand_meets_each_person() {
    use Decision::{Code, Consent, NewPassword, ProveAgain, SetUpSecondFactor, SignIn};
    let two = "&acr_values=urn:portcullis:acr:two-factors";
    let holds = Person { has_second_factor: true, ..person() };
    let stranger = Person { consent: None, ..person() };
    let narrow = Person { consent: Some(Scopes::parse("openid")), ..person() };
    let forced = Person { needs_password: true, ..person() };
    for (more, who, silent, expected) in [
        ("", None, "login_required", SignIn),
        ("", Some(person()), "", Code),
        ("", Some(stranger), "consent_required", Consent),
        ("", Some(narrow), "consent_required", Consent),
        ("", Some(forced), "interaction_required", NewPassword),
        ("&max_age=60", Some(person()), "", Code),
        ("&max_age=59", Some(person()), "login_required", ProveAgain),
        ("&max_age=0", Some(person()), "login_required", ProveAgain),
        (two, Some(person()), "unmet_authentication_requirements", SetUpSecondFactor),
        (two, Some(holds), "login_required", ProveAgain),
        (two, Some(with_two_factors()), "", Code),
    ] {
        let decided = decide(&request(more), who.as_ref(), true, NOW);
        assert_eq!(decided, expected, "{more} {who:?}");
        let decided = decide(&request(&format!("{more}&prompt=none")), who.as_ref(), true, NOW);
        match decided {
            Decision::Refuse(refusal) => assert_eq!(refusal.code.tag(), silent, "{more} {who:?}"),
            other => assert_eq!((other, silent), (Code, ""), "{more} {who:?}"),
        }
    }
    for (prompt, expected) in
        [("login", ProveAgain), ("consent", Consent), ("select_account", Consent)]
    {
        let decided = decide(&request(&format!("&prompt={prompt}")), Some(&person()), true, NOW);
        assert_eq!(decided, expected, "{prompt}");
    }
}

#[test]
fn max_age_is_exact_to_the_millisecond() {
    let at = person().proof.at();
    let demand = request("&max_age=60");
    let edge = at.plus(Duration::from_mins(1));
    assert_eq!(decide(&demand, Some(&person()), true, edge), Decision::Code);
    let late = edge.plus(Duration::from_millis(1));
    assert_eq!(decide(&demand, Some(&person()), true, late), Decision::ProveAgain);
}

#[test]
fn a_proof_for_this_request_is_enough_and_an_older_one_is_not() {
    let proved = person().proof.at().millis();
    for (since, expected) in [(proved, Decision::Code), (proved + 1, Decision::ProveAgain)] {
        for demand in ["prompt=login", "max_age=0"] {
            let demand = request(&format!("&{demand}&portcullis_since={since}"));
            assert_eq!(decide(&demand, Some(&person()), true, NOW), expected, "{since}");
        }
    }
}

#[test]
fn where_another_program_could_hear_the_answer_each_sign_in_is_asked() {
    assert_eq!(decide(&request(""), Some(&person()), false, NOW), Decision::Consent);
    let silent = decide(&request("&prompt=none"), Some(&person()), false, NOW);
    assert!(matches!(silent, Decision::Refuse(r) if r.code == ErrorCode::ConsentRequired));
}

#[test]
fn somebody_else_than_expected_gets_no_code() {
    let other = Person { is_expected: false, ..person() };
    for more in ["", "&prompt=none", "&prompt=login"] {
        let decided = decide(&request(more), Some(&other), true, NOW);
        assert!(matches!(decided, Decision::Refuse(r) if r.code == ErrorCode::LoginRequired));
    }
}

proptest! {
    /// However somebody stands, a code means that every demand is met; and with
    /// `prompt=none` nothing is ever shown.
    #[test]
    fn a_code_keeps_every_promise(
        ages in prop::collection::vec(prop::option::of(0_u64..100_000), 4),
        has_second_factor: bool, needs_password: bool, is_expected: bool, identified: bool,
        consent in prop::option::of(prop_oneof!["openid", "openid email", "email"]),
        prompt in prop_oneof!["", "none", "login", "consent", "select_account"],
        max_age in prop::option::of(0_u64..100),
        two: bool, signed_in: bool,
        organisation in prop_oneof![
            Just(Entrance::Open), Just(Entrance::Stranger), Just(Entrance::Shut(Why::Address)),
            Just(Entrance::Shut(Why::Enrol)), Just(Entrance::Shut(Why::Prove)),
        ],
    ) {
        let at = |index: usize| ages[index].map(|age| NOW.minus(Duration::from_millis(age)));
        let proof = Proof {
            began_at: NOW.minus(Duration::from_secs(100)),
            password_at: at(0), totp_at: at(1), sms_at: at(2), backup_code_at: at(3),
        };
        let consent = consent.map(|text| Scopes::parse(&text));
        let person = Person { proof, has_second_factor, needs_password, is_expected, consent, organisation };
        let mut all = Vec::new();
        if !prompt.is_empty() { all.push(format!("&prompt={prompt}")); }
        if let Some(age) = max_age { all.push(format!("&max_age={age}")); }
        if two { all.push("&acr_values=urn:portcullis:acr:two-factors".to_owned()); }
        let request = request(&all.concat());
        let decided = decide(&request, signed_in.then_some(&person), identified, NOW);
        if decided == Decision::Code {
            prop_assert!(signed_in && !needs_password && is_expected && identified);
            prop_assert!(person.consent.unwrap().contain(&request.scopes));
            prop_assert!(proof.acr() >= request.acr && organisation == Entrance::Open);
            let young = |most| most > 0 && NOW.since(proof.at()) <= Duration::from_secs(most);
            prop_assert!(max_age.is_none_or(young));
            let Prompt { login, consent, select_account, .. } = request.prompt;
            prop_assert!(!login && !consent && !select_account);
        }
        if request.prompt.none {
            prop_assert!(matches!(decided, Decision::Code | Decision::Refuse(_)));
        }
    }
}
