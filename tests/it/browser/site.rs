//! The application behind its real server, at an address that a browser can
//! open.

use super::driver::{Chrome, Scripts};
use super::person::Person;
use crate::support::{Backend, TestApp};
use portcullis::http::{Server, ServerLimits};
use std::ops::Deref;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A served application.
pub struct Site {
    pub app: TestApp,
    pub origin: String,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Deref for Site {
    type Target = TestApp;

    fn deref(&self) -> &TestApp {
        &self.app
    }
}

impl Site {
    /// Serves until the scene is over.
    pub async fn with(backend: Backend, settings: &[(&str, &str)], scene: impl AsyncFnOnce(&Self)) {
        // The socket first: links and Origin checks need its port.
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let mut all = settings.to_vec();
        all.push(("public_url", &origin));
        let app = TestApp::with(backend, &all).await;
        let (stop, stopped) = oneshot::channel();
        let server = Server::new(listener, app.router.clone(), ServerLimits::default());
        let task = tokio::spawn(server.run(async {
            let _ = stopped.await;
        }));
        let site = Self { app, origin, stop, task };
        scene(&site).await;
        // A browser may keep an idle connection, which nobody need wait for.
        let _ = site.stop.send(());
        site.task.abort();
    }

    /// Somebody with a browser of their own, who finds nothing broken in it.
    pub async fn meet(&self, scripts: Scripts, scene: impl AsyncFnOnce(&Person)) {
        Chrome::with(scripts, async |chrome| {
            let person = Person::new(&self.origin, chrome);
            scene(&person).await;
            person.found_nothing_broken().await;
        })
        .await;
    }
}

/// A site and somebody who visits it.
pub async fn visit(backend: Backend, scripts: Scripts, scene: impl AsyncFnOnce(&Site, &Person)) {
    Site::with(backend, &[], async |site| {
        site.meet(scripts, async |person| scene(site, person).await).await;
    })
    .await;
}
