//! The gate's table: what acts is logged, and nothing else is there.

use portcullis::features::security_log::Kind;
use portcullis::http::Logs;
use portcullis::http::gate::gate_routes;

#[test]
fn the_gate_s_table_is_what_this_list_says() {
    let listed: &[(&str, &str, Logs)] = &[
        ("GET", "/gate/forward-auth", Logs::Nothing),
        ("GET", "/gate/refused", Logs::Nothing),
        ("GET", "/gate/sign-in", Logs::Nothing),
        // The code in its query is what the login action has led to.
        ("GET", "/gate/callback", Logs::Event(&[Kind::ApplicationSignedIn])),
        ("GET", "/gate/sign-out", Logs::Nothing),
        ("POST", "/gate/sign-out", Logs::Event(&[Kind::ApplicationSignedOut])),
    ];
    let table = gate_routes();
    assert_eq!(table.len(), listed.len());
    for (route, (method, path, logs)) in table.iter().zip(listed) {
        assert_eq!((route.method.as_str(), route.path, route.logs), (*method, *path, *logs));
    }
}
