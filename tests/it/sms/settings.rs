//! The settings of text messages, and what is refused at the start.

use super::carrier::SECRET;
use portcullis::config::{Config, Environment};

fn load(settings: &[(&str, &str)]) -> Result<Config, String> {
    let environment: Environment = settings
        .iter()
        .map(|(key, value)| (format!("PORTCULLIS_{}", key.to_uppercase()), (*value).to_owned()))
        .collect();
    Config::load(None, &environment).map_err(|error| error.to_string())
}

fn with_url(url: &str) -> Result<Config, String> {
    load(&[("sms_url", url), ("sms_secret", SECRET)])
}

#[test]
fn urls() {
    for (url, shown, path) in [
        ("https://sms.example.com", "https://sms.example.com:443", "/"),
        ("https://SMS.example.com:8443/a/b?key=x", "https://sms.example.com:8443", "/a/b?key=x"),
        ("http://localhost:9/send", "http://localhost:9", "/send"),
        ("http://127.8.8.8", "http://127.8.8.8:80", "/"),
        ("http://[::1]:9", "http://[::1]:9", "/"),
        ("https://10.0.0.7/x", "https://10.0.0.7:443", "/x"),
    ] {
        let sms = with_url(url).unwrap().sms.unwrap();
        assert_eq!((sms.to_string().as_str(), sms.path.as_str()), (shown, path), "{url}");
    }
    let config = with_url("https://sms.example.com/hunter2?key=hunter2").unwrap();
    let printed = format!("{config:?} {}", config.sms.as_ref().unwrap());
    assert!(!printed.contains("hunter2") && !printed.contains("MfKQ9r8G"), "{printed}");
}

#[test]
fn pl_04_urls_that_are_refused() {
    let link_local = "link-local or metadata address";
    for (url, why) in [
        ("sms.example.com", "relative URL"),
        ("ftp://sms.example.com/hunter2", "neither https:// nor http://"),
        ("http://sms.example.com/hunter2", "for localhost only"),
        ("http://10.0.0.7/hunter2", "for localhost only"),
        ("http://localhost.example.com/hunter2", "for localhost only"),
        ("https://u:hunter2@sms.example.com", "must not carry a user name"),
        ("https://hunter2@sms.example.com", "must not carry a user name"),
        ("https://sms.example.com/#hunter2", "fragment"),
        ("https://sms.example.com:0/hunter2", "its port is 0"),
        ("https://", "empty host"),
        ("https://169.254.169.254/hunter2", link_local),
        ("https://2852039166", link_local),
        ("https://0xa9fea9fe", link_local),
        ("https://[fe80::1]", link_local),
        ("https://[::ffff:169.254.169.254]", link_local),
        ("https://[fd00:ec2::254]", link_local),
    ] {
        let error = with_url(url).expect_err(url);
        assert!(error.contains("`sms_url` can't be used: "), "{error}");
        assert!(error.contains(why), "{url}: {error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
}

#[test]
fn a_carrier_needs_a_key() {
    let error = load(&[("sms_url", "https://sms.example.com/hunter2")]).unwrap_err();
    assert!(error.starts_with("`sms_secret` is not set: `sms_url` is set"), "{error}");
    assert!(error.contains("openssl rand -base64 32") && !error.contains("hunter2"));
    for (secret, why) in [
        ("hunter2!", "not Base64"),
        ("whsec_aHVudGVyMg==", "too short"),
        ("whsec_", "too short"),
        (&"aHVudGVy".repeat(11), "too long"),
    ] {
        let error = load(&[("sms_secret", secret)]).unwrap_err();
        assert!(error.contains("`sms_secret` can't be used: "), "{error}");
        assert!(
            error.contains(why) && !error.contains(secret.trim_start_matches("whsec_"))
                || secret == "whsec_",
            "{error}"
        );
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    std::fs::write(&file, format!("{SECRET}\n")).unwrap();
    let config = load(&[("sms_secret_file", file.to_str().unwrap())]).unwrap();
    assert_eq!(config.sms_secret.unwrap().bytes().len(), 24);
}

#[test]
fn it_is_offered_with_a_carrier_and_countries() {
    let offered = |settings: &[(&str, &str)]| load(settings).unwrap().sms_offered();
    let (url, secret) = (("sms_url", "https://sms.example.com"), ("sms_secret", SECRET));
    let (countries, public) =
        (("sms_countries", "gb,DE, fr"), ("public_url", "https://accounts.example.com"));
    assert!(!offered(&[]) && !offered(&[url, secret]) && !offered(&[url, secret, public]));
    assert!(offered(&[url, secret, countries]) && offered(&[url, secret, countries, public]));
    // On the developer's own machine there is a page for it.
    assert!(offered(&[countries]));
    assert!(!offered(&[countries, public]));
    let config = load(&[countries]).unwrap();
    assert_eq!(config.sms_countries.to_string(), "DE, FR, GB");
    for (text, why) in [("XX", "no country"), ("Germany", "no country"), ("GB;DE", "no country")] {
        let error = load(&[("sms_countries", text)]).unwrap_err();
        assert!(error.contains(why) && error.contains("ISO 3166"), "{error}");
    }
}

/// What phones compare with the page that they fill a code into.
#[test]
fn the_host_of_the_last_line() {
    for (url, domain) in [
        ("https://accounts.example.com", Some("accounts.example.com")),
        ("https://accounts.example.com:8443", Some("accounts.example.com")),
        ("http://localhost:8080", Some("localhost")),
        ("https://xn--bcher-kva.example", Some("xn--bcher-kva.example")),
        ("http://127.0.0.1:8080", None),
        ("http://[::1]:8080", None),
        ("https://[2001:db8::ab]", None),
    ] {
        let config = load(&[("public_url", url)]).unwrap();
        assert_eq!(config.public_url.domain(), domain, "{url}");
    }
}
