//! What a browser writes when something on a page is broken.

use super::person::Person;
use serde_json::Value;

impl Person<'_> {
    /// No error or warning in the console, no breach of the content policy, and
    /// no request to anywhere but the site.
    pub async fn found_nothing_broken(&self) {
        let console = self.log("browser").await;
        let broken: Vec<String> =
            console.iter().filter(|entry| self.is_broken(entry)).map(Value::to_string).collect();
        assert!(broken.is_empty(), "the console says {broken:#?}");
        let mut requests = 0;
        for entry in self.log("performance").await {
            let message: Value = serde_json::from_str(entry["message"].as_str().unwrap()).unwrap();
            let message = &message["message"];
            if message["method"] == "Network.requestWillBeSent" {
                let url = message["params"]["request"]["url"].as_str().unwrap();
                let ours = url.starts_with(&format!("{}/", self.origin))
                    // A message that the test has put there.
                    || url.ends_with("/letter.html")
                    || ["chrome:", "data:", "about:", "blob:"]
                        .iter()
                        .any(|own| url.starts_with(own));
                assert!(ours, "the page asks for {url}");
                requests += 1;
            }
        }
        assert!(requests > 0, "no request was seen, so nothing is proven");
    }

    /// A page that comes with a refusal is logged too, and is for its reader to see;
    /// what a page is made of must be there.
    fn is_broken(&self, entry: &Value) -> bool {
        let message = entry["message"].as_str().unwrap_or_default();
        let refused_page = entry["source"] == "network"
            && message.starts_with(&self.origin)
            && !message.contains("/assets/")
            && message.contains("the server responded with a status of");
        entry["level"] != "INFO" && entry["level"] != "DEBUG" && !refused_page
    }
}
