//! MF-27: what is no code is a wrong one. MF-28: nothing secret is compared but
//! in constant time.

use super::{HOME, MIRA};
use crate::both;
use crate::guards::source::files;
use crate::support::phone::CHALLENGE;
use crate::support::{Holder, TestApp};

both!(mf_27_odd_codes_open_nothing, async |app: TestApp| {
    let Holder { phone, .. } = app.enrolled(MIRA).await;
    let mut browser = app.browser();
    browser.half_signs_in(MIRA).await;
    let token = browser.token.clone().unwrap();
    for body in [
        "",
        "code=",
        "code=null",
        "code=[]",
        "code[]=x",
        "code=%5B%22x%22%5D",
        "code=1e5",
        "code=-1",
        "code=1234567",
        "code=%00",
        "code=%FF",
        "code=123456&code=123456",
        "code=' OR 1=1 --",
        "code=000000&way=",
        "code=000000&way=trusted-browser",
        "code=000000&way=password",
        "code=000000&way=sms",
        "code=xxxx-xxxx-xxxx-xxxx&way=backup-code",
        "code=000000&way=backup-code",
        "way=authenticator",
    ] {
        let mut tried = browser.clone();
        app.tamper("DELETE FROM failure_counters").await;
        let reply = tried.send_form(CHALLENGE, format!("csrf={token}&{body}")).await;
        let status = reply.status.as_u16();
        assert!((400..500).contains(&status), "{body}: {status}");
        assert!(!tried.has_session(), "{body}");
    }
    browser.enters_code(&phone.code(app.clock.now())).await.leads_to(HOME);
});

#[test]
fn mf_28_no_secret_is_compared_by_the_equals_sign() {
    let modules =
        ["second_factor", "backup_codes", "enrolments", "pending_sign_ins", "known_devices"];
    let secrets = ["reveal()", "hash", "secret", "seed", "digest", "mac"];
    let mut compared = 0;
    for file in modules.iter().flat_map(|module| files(&format!("src/features/{module}"), ".rs")) {
        let code = file.bare_code();
        compared += code.matches("ct_eq").count() + code.matches(".matches(&").count();
        for line in code.lines().filter(|line| line.contains("==") || line.contains("!=")) {
            let named = secrets.iter().any(|secret| line.contains(secret));
            assert!(!named, "{}: {}", file.path, line.trim());
        }
    }
    assert!(compared >= 4, "where have the comparisons gone? {compared}");
}
