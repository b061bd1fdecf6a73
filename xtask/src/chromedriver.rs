//! The program that drives the browser, on a port of its own choosing.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::scratch::Scratch;

const PATIENCE: Duration = Duration::from_secs(30);

/// A running driver; ended when dropped, and its browsers by the run's keeper.
pub struct Chromedriver {
    /// Where it takes WebDriver commands.
    pub url: String,
    child: Child,
}

impl Chromedriver {
    /// Starts it and waits until it says which port it took.
    pub fn start(program: &Path, scratch: &Scratch) -> Result<Self, String> {
        let log = scratch.folder().join("chromedriver.log");
        let out = File::create(&log).map_err(|e| format!("{}: {e}", log.display()))?;
        let err = out.try_clone().map_err(|e| format!("{}: {e}", log.display()))?;
        let child = scratch
            .command(program)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(err)
            .spawn()
            .map_err(|e| format!("could not start {}: {e}", program.display()))?;
        let mut driver = Self { url: String::new(), child };
        let began = Instant::now();
        loop {
            let said = fs::read_to_string(&log).unwrap_or_default();
            if let Some(port) = port(&said) {
                driver.url = format!("http://127.0.0.1:{port}");
                return Ok(driver);
            }
            let ended = driver.child.try_wait().map_err(|e| format!("chromedriver: {e}"))?;
            if ended.is_some() || began.elapsed() > PATIENCE {
                return Err(format!("chromedriver did not start; it said:\n{said}"));
            }
            sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Chromedriver {
    fn drop(&mut self) {
        if let Err(e) = self.child.kill().and_then(|()| self.child.wait()) {
            eprintln!("xtask: could not end chromedriver: {e}");
        }
    }
}

/// The port in "`ChromeDriver` was started successfully on port 40123."
fn port(said: &str) -> Option<u16> {
    let (_, rest) = said.split_once("started successfully on port ")?;
    let (port, _) = rest.split_once('.')?;
    port.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::port;

    #[test]
    fn the_port_is_read_once_the_line_is_whole() {
        assert_eq!(
            port("Starting\nChromeDriver was started successfully on port 40123.\n"),
            Some(40123)
        );
        assert_eq!(port("ChromeDriver was started successfully on port 401"), None);
        assert_eq!(port(""), None);
    }
}
