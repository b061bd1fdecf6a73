use url::form_urlencoded;

/// A registered address with the answer's parameters behind it. What stood in its
/// query stays as it is (RFC 6749 §4.1.2).
pub fn with_parameters(address: &str, parameters: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    let joint = match address.split_once('?') {
        _ if query.is_empty() => "",
        None => "?",
        Some((_, before)) if before.is_empty() || before.ends_with('&') => "",
        Some(_) => "&",
    };
    format!("{address}{joint}{query}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use url::Url;

    #[test]
    fn parameters_stand_behind_those_of_the_address() {
        let answer = [("code", "a b"), ("state", "ä&x=1")];
        for (address, expected) in [
            ("https://a.example/cb", "https://a.example/cb?code=a+b&state=%C3%A4%26x%3D1"),
            ("https://a.example/cb?t=1", "https://a.example/cb?t=1&code=a+b&state=%C3%A4%26x%3D1"),
            ("https://a.example/cb?", "https://a.example/cb?code=a+b&state=%C3%A4%26x%3D1"),
            ("com.example.app:/cb", "com.example.app:/cb?code=a+b&state=%C3%A4%26x%3D1"),
        ] {
            assert_eq!(with_parameters(address, &answer), expected);
        }
        assert_eq!(with_parameters("https://a.example/", &[]), "https://a.example/");
    }

    proptest! {
        /// Whatever an application sends as its state comes back to it exactly, and
        /// never moves the answer to another place.
        #[test]
        fn a_state_comes_back_and_moves_nothing(state in "\\PC{0,40}") {
            let answer = with_parameters("https://a.example/cb?t=1", &[("state", &state)]);
            let url = Url::parse(&answer).unwrap();
            prop_assert_eq!(url.origin(), Url::parse("https://a.example").unwrap().origin());
            prop_assert_eq!(url.path(), "/cb");
            let back = url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
            prop_assert_eq!(back, state);
        }
    }
}
