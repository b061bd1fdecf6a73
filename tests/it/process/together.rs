//! Many people behind one address, at the same moment and by a clock that runs.

use super::person::Person;
use super::program::Site;
use crate::support::{Backend, PASSWORD, rounds};

/// Nobody is told to wait because somebody else was a millisecond quicker.
#[test]
fn right_passwords_at_the_same_moment_all_open() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let site = Site::new(backend);
        let emails: Vec<String> =
            (0..8).map(|number| format!("p{}@example.com", number / 2)).collect();
        for email in emails.iter().step_by(2) {
            let args = ["account", "create", "--email", email, "--name", "P", "--password-stdin"];
            site.run_with(&args, PASSWORD).ended(0);
        }
        let server = site.start();
        for _ in 0..rounds() {
            std::thread::scope(|scope| {
                for email in &emails {
                    scope.spawn(|| {
                        Person::at(&server).sign_in(email, PASSWORD).leads_to("/settings/security");
                    });
                }
            });
        }
        server.stop().ended(0);
    }
}
