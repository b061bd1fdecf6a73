use super::*;
use proptest::prelude::*;

const NOW: Timestamp = Timestamp::from_millis(1_795_510_800_000);
const CLIENT: &str = "01900000-0000-7000-8000-000000000001";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn good() -> Vec<(&'static str, String)> {
    [
        ("client_id", CLIENT),
        ("redirect_uri", "https://app.example/cb"),
        ("response_type", "code"),
        ("scope", "openid email billing:read"),
        ("state", "s t&ä"),
        ("nonce", "n"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .to_vec()
}

fn query(pairs: &[(&str, String)]) -> String {
    serde_urlencoded::to_string(pairs).unwrap()
}

fn read(query: &str) -> Result<Request, Refusal> {
    let addressed = Addressed::read(query).unwrap();
    Request::read(&addressed, |name| name == "billing:read", NOW)
}

/// The request with one parameter replaced, left out where it is empty.
fn changed(name: &'static str, value: &str) -> Result<Request, Refusal> {
    let mut pairs = good();
    pairs.retain(|(own, _)| *own != name);
    pairs.push((name, value.to_owned()));
    read(&query(&pairs))
}

#[test]
fn a_good_request_is_read() {
    let request = read(&query(&good())).unwrap();
    assert_eq!(request.application.to_string(), CLIENT);
    assert_eq!(request.return_address, "https://app.example/cb");
    assert_eq!(request.state.as_deref(), Some("s t&ä"));
    assert_eq!(request.nonce.as_deref(), Some("n"));
    assert_eq!(request.scopes.text(), "billing:read email openid");
    assert_eq!((request.acr, request.max_age, request.since), (Acr::OneFactor, None, None));
    assert_eq!(request.prompt, Prompt::default());
}

#[test]
fn without_application_or_address_there_is_nobody_to_answer() {
    for (name, value, why) in [
        ("client_id", "", Unaddressed::NoApplication),
        ("client_id", "billing", Unaddressed::NoApplication),
        ("client_id", "01900000-0000-7000-8000-00000000000A", Unaddressed::NoApplication),
        ("redirect_uri", "", Unaddressed::NoAddress),
    ] {
        let mut pairs = good();
        pairs.retain(|(own, _)| *own != name);
        pairs.push((name, value.to_owned()));
        assert_eq!(Addressed::read(&query(&pairs)).unwrap_err(), why, "{name}={value}");
    }
    for twice in ["client_id", "redirect_uri"] {
        let more = format!("{}&{twice}=https://evil.example", query(&good()));
        assert_eq!(Addressed::read(&more).unwrap_err(), Unaddressed::Ambiguous);
    }
    let bytes = format!("{}&state=%ff", query(&good()));
    assert_eq!(Addressed::read(&bytes).unwrap_err(), Unaddressed::Ambiguous);
}

/// Each parameter × what it may not be: the error that the standards give it.
#[test]
fn each_wrong_parameter_has_its_error() {
    use ErrorCode::*;
    let long = "x".repeat(2049);
    let one_too_long = "n".repeat(513);
    for (name, value, code) in [
        ("response_type", "", InvalidRequest),
        ("response_type", "token", UnsupportedResponseType),
        ("response_type", "id_token", UnsupportedResponseType),
        ("response_type", "code id_token", UnsupportedResponseType),
        ("response_type", "Code", UnsupportedResponseType),
        ("response_mode", "fragment", InvalidRequest),
        ("response_mode", "form_post", InvalidRequest),
        ("scope", "", InvalidScope),
        ("scope", "email", InvalidScope),
        ("scope", "openid billing:write", InvalidScope),
        ("scope", "openid admin:read", InvalidScope),
        ("code_challenge", "", InvalidRequest),
        ("code_challenge", "abc", InvalidRequest),
        ("code_challenge_method", "", InvalidRequest),
        ("code_challenge_method", "plain", InvalidRequest),
        ("code_challenge_method", "s256", InvalidRequest),
        ("prompt", "none login", InvalidRequest),
        ("prompt", "create", InvalidRequest),
        ("max_age", "-1", InvalidRequest),
        ("max_age", "1.5", InvalidRequest),
        ("max_age", "99999999999", InvalidRequest),
        ("claims", "{", InvalidRequest),
        (
            "claims",
            r#"{"id_token":{"acr":{"essential":true,"value":"gold"}}}"#,
            UnmetAuthenticationRequirements,
        ),
        ("request", "eyJ", RequestNotSupported),
        ("request_uri", "https://app.example/r", RequestUriNotSupported),
        ("registration", "{}", RegistrationNotSupported),
        ("state", &long, InvalidRequest),
        ("nonce", &one_too_long, InvalidRequest),
    ] {
        assert_eq!(changed(name, value).unwrap_err().code, code, "{name}={value}");
    }
    let most = "x".repeat(2048);
    assert_eq!(changed("state", &most).unwrap().state, Some(most));
}

#[test]
fn whatever_stands_there_twice_is_refused() {
    for (name, value) in good() {
        let more = format!("{}&{}", query(&good()), query(&[(name, value)]));
        match Addressed::read(&more) {
            Err(why) => assert_eq!(why, Unaddressed::Ambiguous),
            Ok(addressed) => {
                let refused = Request::read(&addressed, |_| true, NOW).unwrap_err();
                assert_eq!(refused.code, ErrorCode::InvalidRequest, "{name}");
            }
        }
    }
}

#[test]
fn what_is_asked_of_the_person_is_read() {
    let prompt = changed("prompt", "login consent").unwrap().prompt;
    assert!(prompt.login && prompt.consent && !prompt.none && !prompt.select_account);
    assert!(changed("prompt", "none").unwrap().prompt.none);
    assert_eq!(changed("max_age", "0").unwrap().max_age, Some(Duration::ZERO));
    assert_eq!(changed("max_age", "300").unwrap().max_age, Some(Duration::from_mins(5)));
    let two = Acr::TwoFactors.tag();
    let one = Acr::OneFactor.tag();
    for (name, value, acr) in [
        ("acr_values", two.to_owned(), Acr::TwoFactors),
        ("acr_values", format!("{two} {one}"), Acr::OneFactor),
        ("acr_values", format!("gold {two}"), Acr::TwoFactors),
        ("acr_values", "gold".to_owned(), Acr::OneFactor),
        (
            "claims",
            format!(r#"{{"id_token":{{"acr":{{"essential":true,"value":"{two}"}}}}}}"#),
            Acr::TwoFactors,
        ),
        (
            "claims",
            format!(r#"{{"id_token":{{"acr":{{"values":["{two}","gold"]}}}}}}"#),
            Acr::TwoFactors,
        ),
        (
            "claims",
            r#"{"id_token":{"acr":null,"auth_time":{"essential":true}},"userinfo":{"email":null}}"#
                .to_owned(),
            Acr::OneFactor,
        ),
    ] {
        assert_eq!(changed(name, &value).unwrap().acr, acr, "{name}={value}");
    }
}

#[test]
fn a_request_comes_back_with_the_moment_from_which_a_proof_is_for_it() {
    let request = changed("prompt", "login").unwrap();
    let back = request.after_proof(NOW);
    let again = Request::read(
        &Addressed::read(&back).unwrap(),
        |name| name == "billing:read",
        NOW.plus(Duration::from_mins(5)),
    )
    .unwrap();
    assert_eq!(again.since, Some(NOW));
    assert_eq!(again.state, request.state);
    assert_eq!(again.prompt, request.prompt);
    let late = NOW.plus(RETURN_WITHIN);
    let late = Request::read(&Addressed::read(&back).unwrap(), |_| true, late).unwrap();
    assert_eq!(late.since, None);
    let ahead = request.after_proof(NOW.plus(Duration::from_secs(1)));
    assert_eq!(read(&ahead).unwrap().since, None);
}

proptest! {
    /// Nothing that anybody can type is a fault, and what is read is read the same
    /// from its own spelling, which is a path that may be returned to.
    #[test]
    fn any_text_is_read_or_refused(
        changes in prop::collection::vec((0..12_usize, "\\PC{0,30}"), 0..4),
        noise in "[&=%a-z0-9+;]{0,12}",
    ) {
        let mut pairs = good();
        for (index, value) in changes {
            let names = ["prompt", "max_age", "acr_values", "claims", "scope", "state", "nonce",
                "response_type", "code_challenge", "id_token_hint", "redirect_uri", "client_id"];
            pairs.retain(|(own, _)| *own != names[index]);
            pairs.push((names[index], value));
        }
        let query = format!("{}&{noise}", query(&pairs));
        if let Ok(addressed) = Addressed::read(&query)
            && let Ok(request) = Request::read(&addressed, |_| true, NOW)
        {
            let again = request.query();
            prop_assert_eq!(read_any(&again), Some(request));
            let path = format!("/oauth/authorize?{again}");
            prop_assert!(crate::http::ReturnPath::parse(&path).is_some(), "{}", path);
        }
    }

    /// Without S256 there is no code, whatever else stands there.
    #[test]
    fn no_downgrade_of_pkce(method in "\\PC{0,8}", challenge in "[A-Za-z0-9_-]{0,50}") {
        let mut pairs = good();
        pairs.retain(|(own, _)| !own.starts_with("code_challenge"));
        pairs.push(("code_challenge_method", method.clone()));
        pairs.push(("code_challenge", challenge));
        if let Ok(request) = read(&query(&pairs)) {
            prop_assert_eq!(method, "S256");
            prop_assert_eq!(request.challenge.bytes().len(), 32);
        }
    }
}

fn read_any(query: &str) -> Option<Request> {
    Request::read(&Addressed::read(query).ok()?, |_| true, NOW).ok()
}
