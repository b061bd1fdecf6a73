//! The file, the environment, and which of them counts.

use super::program::Site;
use crate::support::Backend;

#[test]
fn an_unknown_key_comes_with_a_suggestion() {
    let mut site = Site::new(Backend::Sqlite);
    site.write("portcullis.toml", "log_level = \"info\"\nlisten_adress = \"127.0.0.1:1\"\n");
    site.run(&["doctor"])
        .ended(2)
        .says("portcullis.toml, line 2: there is no key `listen_adress`. Did you mean `listen`?");
    site.write("portcullis.toml", "frobnicate = 1\n");
    site.run(&["doctor"])
        .ended(2)
        .says("portcullis.toml, line 1: there is no key `frobnicate`. The keys are: listen, ");
    site.write("portcullis.toml", "");
    site.set("publc_url", "https://id.example.com");
    site.run(&["doctor"])
        .ended(2)
        .says("environment variable PORTCULLIS_PUBLC_URL: there is no key")
        .says("Did you mean `PORTCULLIS_PUBLIC_URL`?");
}

/// What all variables begin with makes none of them likely.
#[test]
fn an_unlikely_variable_comes_with_the_list() {
    let mut site = Site::new(Backend::Sqlite);
    site.set("frobnicate", "1");
    let ran = site.run(&["doctor"]).ended(2);
    ran.says("The keys are: PORTCULLIS_LISTEN, PORTCULLIS_PUBLIC_URL, ").lacks("Did you mean");
}

/// Kubernetes sets these beside a service that is called portcullis.
#[test]
fn variables_that_nobody_has_written_are_passed_over() {
    let mut site = Site::new(Backend::Sqlite);
    let links = [
        ("service_host", "10.0.0.1"),
        ("service_port", "8080"),
        ("service_port_http", "8080"),
        ("port", "tcp://10.0.0.1:8080"),
        ("port_8080_tcp", "tcp://10.0.0.1:8080"),
        ("port_8080_tcp_addr", "10.0.0.1"),
    ];
    for (name, value) in links {
        site.set(name, value);
    }
    site.run(&["account", "list"]).ended(0);
    site.set("port_http", "8080");
    site.run(&["account", "list"]).ended(2).says("there is no key `PORTCULLIS_PORT_HTTP`");
}

#[test]
fn the_environment_beats_the_file() {
    let mut site = Site::new(Backend::Sqlite);
    site.write("portcullis.toml", "data_dir = \"of-file\"\npublic_url = \"https://a.example\"\n");
    site.run(&["account", "list"]).ended(0);
    assert!(site.path("of-file/portcullis.db").exists());
    site.set("data_dir", "of-environment");
    site.run(&["account", "list"]).ended(0);
    assert!(site.path("of-environment/portcullis.db").exists());
    site.run(&["doctor"]).says("https://a.example").lacks("of-file");
}

#[test]
fn the_file_can_lie_elsewhere_and_must_then_be_there() {
    let mut site = Site::new(Backend::Sqlite);
    let file = site.write("other.toml", "public_url = \"https://b.example\"\n");
    let file = file.display().to_string();
    site.run(&["doctor", "--config", &file]).says("https://b.example");
    site.set("config", &file);
    site.run(&["doctor"]).says("https://b.example");
    site.set("config", "missing.toml");
    site.run(&["doctor"]).ended(2).says("missing.toml can't be read");
    let site = Site::new(Backend::Sqlite);
    site.write("broken.toml", "listen = \n");
    site.run(&["doctor", "--config", "broken.toml"])
        .ended(2)
        .says("broken.toml can't be read as TOML")
        .says("line 1");
    site.write("table.toml", "[listen]\nport = 1\n");
    site.run(&["doctor", "--config", "table.toml"])
        .ended(2)
        .says("`listen` can't be used: it is neither a text, a number");
}

#[test]
fn lists_and_numbers_are_written_as_toml_writes_them() {
    let site = Site::new(Backend::Sqlite);
    site.write(
        "portcullis.toml",
        "trusted_proxies = [\"10.0.0.0/8\", \"192.0.2.7\"]\npassword_pepper = true\n\
         session_limit = 5\n",
    );
    site.run(&["doctor"]).ended(0).says("10.0.0.0/8, 192.0.2.7/32");
}

#[test]
fn the_public_url_is_what_others_can_use() {
    let good = ["https://id.example.com", "https://id.example.com/", "https://id.example.com:8443"];
    let local =
        ["http://localhost:8080", "http://127.0.0.1:1", "http://[::1]:1", "http://a.localhost"];
    for url in good.into_iter().chain(local) {
        let mut site = Site::new(Backend::Sqlite);
        site.set("public_url", url);
        site.run(&["doctor"]).ended(0).says(url.trim_end_matches('/'));
    }
    let bad = [
        ("http://id.example.com", "http:// is accepted for localhost only"),
        ("http://10.0.0.1", "http:// is accepted for localhost only"),
        ("http://localhost.example.com", "http:// is accepted for localhost only"),
        ("https://id.example.com/auth", "it must end after the host and port"),
        ("https://id.example.com?x", "it must end after the host and port"),
        ("https://id.example.com/#x", "it must end after the host and port"),
        ("https://u:hunter2@id.example.com", "it must not carry a user name"),
        ("ftp://id.example.com", "neither https:// nor http://"),
    ];
    for (url, why) in bad {
        let mut site = Site::new(Backend::Sqlite);
        site.set("public_url", url);
        site.run(&["doctor"])
            .ended(2)
            .says("`public_url` can't be used")
            .says(why)
            .lacks("hunter2");
    }
}

#[test]
fn a_server_that_others_reach_needs_a_public_url() {
    for listen in ["0.0.0.0:0", "[::]:0", "192.0.2.1:80"] {
        let mut site = Site::new(Backend::Sqlite);
        site.set("listen", listen);
        site.run(&["serve"])
            .ended(2)
            .says("`public_url` is not set")
            .says("such as https://accounts.example.com");
        site.set("public_url", "https://id.example.com");
        site.run(&["doctor"]).ended(0);
    }
}

#[test]
fn a_secret_can_come_from_a_file() {
    let mut site = Site::new(Backend::Sqlite);
    let secret = site.write("url", "postgres://someone:hunter2@127.0.0.1:1/db?password=hunter3\n");
    site.set("database_url_file", &secret.display().to_string());
    let ran = site.run(&["doctor"]).ended(1);
    ran.says("postgres://someone:***@127.0.0.1:1/db: ").lacks("hunter2").lacks("hunter3");
    site.set("database_url", "sqlite:a.db");
    site.run(&["doctor"]).ended(2).says("it is set twice");

    let mut site = Site::new(Backend::Sqlite);
    site.set("database_url_file", "missing");
    site.run(&["doctor"])
        .ended(2)
        .says("environment variable PORTCULLIS_DATABASE_URL_FILE")
        .says("missing can't be read");
    site.set("database_url_file", &site.write("bad", "mysql://u:hunter2@x").display().to_string());
    site.run(&["doctor"]).ended(2).says("starts with sqlite: or postgres://").lacks("hunter2");
    // Only what is a secret.
    let mut site = Site::new(Backend::Sqlite);
    site.set("product_name_file", "x");
    site.run(&["doctor"]).ended(2).says("Did you mean `PORTCULLIS_PRODUCT_NAME`?");
}

#[test]
fn a_wrong_command_is_exit_code_2() {
    let site = Site::new(Backend::Sqlite);
    for args in [
        &["frobnicate"][..],
        &["account"],
        &["account", "create", "--email", "a@example.com"],
        &["account", "list", "--limit", "0"],
        &["account", "show", "not-an-address"],
        &["account", "list", "--after", "x"],
        &["log", "list", "--before", "1.x"],
        &["backup"],
    ] {
        site.run(args).ended(2);
    }
    site.run(&["--help"]).ended(0).says("Exit codes: 0 done; 1 refused");
    site.run(&["--version"]).ended(0).says(env!("CARGO_PKG_VERSION"));
}

/// It helps whoever has no configuration, or one that is refused.
#[test]
fn the_example_is_printed_without_a_configuration() {
    let mut site = Site::new(Backend::Sqlite);
    site.write("portcullis.toml", "frobnicate = 1\n");
    site.set("session_idle", "soon");
    let ran = site.run(&["config", "example"]).ended(0);
    ran.says("\n#listen = \"127.0.0.1:8080\"\n");
    assert!(!site.path("portcullis-data").exists());
    let json = site.run(&["config", "example", "--json"]).ended(0).json();
    assert_eq!(json["example"], portcullis::config::example());
    site.run(&["config"]).ended(2);
}
