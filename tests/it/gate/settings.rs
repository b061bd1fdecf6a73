//! Who says who gets in: administrators on their page, the operator by the command line.

use super::site::{EMAIL, application};
use crate::both;
use crate::platform::headers::check;
use crate::support::{PASSWORD, TestApp};
use portcullis::features::applications;

const ORIGIN: &str = "https://toy.example.com";

both!(an_administrator_says_who_gets_in, async |app: TestApp| {
    app.administrator(EMAIL).await;
    let id = application(&app, ORIGIN, "/ signed-in").await;
    let path = format!("/admin/applications/{id}/gate");
    let mut admin = app.browser();
    admin.signs_in(EMAIL, PASSWORD).await;
    let revision = async || {
        let found = applications::by_id(&mut &app.app.db, id).await.unwrap().unwrap();
        found.revision.to_string()
    };
    admin.get(&path).await.is(200).shows(ORIGIN).shows("/ signed-in").shows("toy:admin");
    let wrong = "public\n/a everybody\n/b permissions other:x\n/c public\n/C signed-in\n/gate public\n/d signed-in in nowhere\n/e public in nowhere";
    let now = revision().await;
    let fields = |rules: &'static str, revision: String| {
        vec![
            ("revision".to_owned(), revision),
            ("rules-0-origin".to_owned(), ORIGIN.to_owned()),
            ("rules-0".to_owned(), rules.to_owned()),
        ]
    };
    let form = fields(wrong, now.clone());
    let sent: Vec<(&str, &str)> = form.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let reply = admin.post(&path, &sent).await;
    reply.is(422).shows("/a everybody");
    for line in [
        "Line 1: this is no path",
        "Line 2: after the path",
        "Line 3: the application does not declare other:x",
        "Line 5: another line",
        "Line 6: what lies under /gate",
        "Line 7: there is no organisation with the short name nowhere",
        "Line 8: what is open to anybody",
    ] {
        reply.shows(line);
    }
    assert!(reply.body.contains("aria-invalid=\"true\""));
    let form =
        fields("/ second-factor\r\n/public public\r\n/admin permissions toy:admin", now.clone());
    let sent: Vec<(&str, &str)> = form.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    admin.get(&path).await;
    admin.post(&path, &sent).await.leads_to(&path);
    admin.get(&path).await.shows("The rules count from now on.").shows("/public public");
    assert_eq!(app.events().await.last().unwrap(), "gate-rules-changed succeeded");
    // Of two who looked at the same, the second finds out, and loses nothing.
    let late = fields("/late signed-in", now.clone());
    let sent: Vec<(&str, &str)> = late.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let reply = admin.post(&path, &sent).await;
    reply.is(409).shows("Somebody else has changed the application");
    reply.shows("/late signed-in").shows("What counts now").shows("/public public");
    assert_eq!(app.events().await.last().unwrap(), "gate-rules-changed refused/changed-meanwhile");
    // Everything may be closed, and then it says so.
    let form = fields("", revision().await);
    let sent: Vec<(&str, &str)> = form.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    admin.get(&path).await;
    admin.post(&path, &sent).await.leads_to(&path);
    admin.get(&path).await.shows("Closed to everybody");
    // Another origin than its own.
    let mut form = fields("/ public", revision().await);
    form[1].1 = "https://other.example.com".to_owned();
    let sent: Vec<(&str, &str)> = form.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    admin.get(&path).await;
    admin.post(&path, &sent).await.is(409);
    assert_eq!(app.count("SELECT COUNT(*) FROM gate_rules").await, 0);
    admin.get("/admin/applications/01900000-0000-7000-8000-000000000000/gate").await.is(404);
    // Nobody else knows of it.
    app.account("ben@example.com").await;
    let mut ben = app.browser();
    ben.signs_in("ben@example.com", PASSWORD).await;
    ben.get(&path).await.is(404);
});

both!(the_operator_says_who_gets_in, async |app: TestApp| {
    let id = application(&app, ORIGIN, "/ signed-in").await.to_string();
    let gate = |more: &[&'static str]| {
        let mut all = vec!["--json", "application", "gate", id.as_str()];
        all.extend_from_slice(more);
        all.into_iter().map(str::to_owned).collect::<Vec<String>>()
    };
    let run = async |arguments: Vec<String>| {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        app.cli(&arguments, "").await
    };
    let (done, said) = run(gate(&[])).await;
    assert!(done && said.contains("/ signed-in") && said.contains(ORIGIN), "{said}");
    let (done, said) = run(gate(&[
        "--origin",
        ORIGIN,
        "--rule",
        "/ public",
        "--rule",
        "/x permissions toy:read toy:admin",
    ]))
    .await;
    assert!(done && said.contains("/x permissions toy:admin toy:read"), "{said}");
    for (wrong, why) in [
        (&["--rule", "/ public"][..], "--origin"),
        (&["--origin", ORIGIN][..], "--rule"),
        (&["--origin", "https://other.example.com", "--rule", "/ public"][..], "no address"),
        (&["--origin", ORIGIN, "--rule", "/ everybody"][..], "says none of"),
        (&["--origin", ORIGIN, "--rule", "/ permissions other:x"][..], "does not declare"),
        (&["--origin", ORIGIN, "--rule", "/a/../b public"][..], "no path"),
    ] {
        let (done, said) = run(gate(wrong)).await;
        assert!(!done && said.contains(why), "{wrong:?}: {said}");
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM gate_rules").await, 2);
    let (done, said) = run(gate(&["--origin", ORIGIN, "--rule", ""])).await;
    assert!(done && app.count("SELECT COUNT(*) FROM gate_rules").await == 0, "{said}");
    let (done, _) =
        app.cli(&["application", "gate", "01900000-0000-7000-8000-000000000000"], "").await;
    assert!(!done);
});

both!(se_20_what_the_gate_answers_has_the_baseline, async |app: TestApp| {
    let app = app.restart(&[("trusted_proxies", "10.9.9.9")]).await;
    application(&app, ORIGIN, "/ public").await;
    let asked = async |from: &str, path: &str| {
        let mut proxy = app.browser();
        proxy.address = from.parse().unwrap();
        for (name, value) in [
            ("x-forwarded-proto", "https"),
            ("x-forwarded-host", "toy.example.com"),
            ("x-forwarded-uri", path),
            ("x-forwarded-method", "GET"),
        ] {
            proxy.header(name, value);
        }
        proxy.get("/gate/forward-auth").await
    };
    // First read, then remembered; what can't be read; and one that is not believed.
    for (from, path, status) in [
        ("10.9.9.9", "/x", 204),
        ("10.9.9.9", "/x", 204),
        ("10.9.9.9", "/a/../x", 403),
        ("10.9.9.8", "/x", 403),
    ] {
        let reply = asked(from, path).await;
        reply.is(status);
        check(&format!("{from} {path}"), &reply, false);
        if status == 204 {
            for name in ["user", "email", "name", "permissions", "organisation"] {
                assert_eq!(reply.headers[&format!("remote-{name}")], "");
            }
        }
    }
});

both!(the_gate_answers_no_proxy_that_is_not_trusted, async |app: TestApp| {
    let app = app.restart(&[("trusted_proxies", "10.9.9.9")]).await;
    application(&app, ORIGIN, "/ public").await;
    let told = [
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "toy.example.com"),
        ("x-forwarded-uri", "/"),
        ("x-forwarded-method", "GET"),
    ];
    let asked = async |from: &str, told: &[(&'static str, &str)]| {
        let mut proxy = app.browser();
        proxy.address = from.parse().unwrap();
        for (name, value) in told {
            proxy.header(name, value);
        }
        let answer = proxy.get("/gate/forward-auth").await.status.as_u16();
        (answer, proxy.get("/gate/sign-in").await.status.as_u16())
    };
    assert_eq!(asked("10.9.9.9", &told).await, (204, 303));
    assert_eq!(asked("10.9.9.8", &told).await, (403, 404));
    assert_eq!(asked("::ffff:10.9.9.9", &told).await, (204, 303));
    for missing in 0..told.len() {
        let mut less = told.to_vec();
        let (name, value) = less.remove(missing);
        assert_eq!(asked("10.9.9.9", &less).await.0, 403, "without {name}");
        let mut twice = told.to_vec();
        twice.push((name, value));
        assert_eq!(asked("10.9.9.9", &twice).await.0, 403, "{name} twice");
        for odd in ["", "x, y", "\u{fc}", "/ä", "//", "evil@toy.example.com"] {
            let mut other = told.to_vec();
            other[missing].1 = odd;
            assert_eq!(asked("10.9.9.9", &other).await.0, 403, "{name}: {odd:?}");
        }
    }
});
