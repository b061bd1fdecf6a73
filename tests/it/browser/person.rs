//! Somebody in front of the screen: finds links, buttons and fields by the
//! words that stand on them.

use super::driver::{Chrome, until};
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::key::Key;
use serde_json::{Value, json};
use std::ops::Deref;

/// A visitor.
pub struct Person<'a> {
    pub origin: String,
    chrome: &'a Chrome,
}

impl Deref for Person<'_> {
    type Target = Chrome;

    fn deref(&self) -> &Chrome {
        self.chrome
    }
}

/// How the protocol names an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// What a person could click on: visible, enabled, and named so.
const NAMED: &str = r"
    const [words, near] = arguments;
    const plain = (text) => text.replace(/\s+/g, ' ').trim();
    const scopes = near === null ? [document] : [...document.querySelectorAll('li, section')]
        .filter((scope) => plain(scope.innerText).includes(near)).reverse();
    for (const scope of scopes) {
        for (const thing of scope.querySelectorAll('a[href], button, summary')) {
            const name = thing.getAttribute('aria-label') ?? thing.innerText;
            if (plain(name) !== words || !thing.checkVisibility() || thing.disabled) continue;
            const leaves = thing.type === 'submit' || thing.getAttribute('href')?.startsWith('/');
            if (leaves) document.documentElement.dataset.left = '';
            return thing;
        }
    }
    return null;
";

/// The field of a label.
const LABELLED: &str = r"
    for (const label of document.querySelectorAll('label')) {
        const field = label.control;
        if (label.innerText.trim() === arguments[0] && field?.checkVisibility() && !field.readOnly)
            return field;
    }
    return null;
";

impl<'a> Person<'a> {
    pub fn new(origin: &str, chrome: &'a Chrome) -> Self {
        Self { origin: origin.to_owned(), chrome }
    }

    /// Types an address.
    pub async fn open(&self, path: &str) {
        self.client.goto(&format!("{}{path}", self.origin)).await.unwrap();
    }

    /// The address shown, from the path on.
    pub async fn path(&self) -> String {
        let url = self.client.current_url().await.unwrap();
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        format!("{}{query}", url.path())
    }

    /// Waits to arrive.
    pub async fn arrives(&self, path: &str) {
        until(|| path.to_owned(), async || (self.path().await == path).then_some(())).await;
    }

    /// All that can be read on the page.
    pub async fn text(&self) -> String {
        let text = self.run("return document.body?.innerText ?? ''", &[]).await;
        text.as_str().unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Waits to read a sentence.
    pub async fn sees(&self, sentence: &str) {
        until(
            || format!("{sentence:?}"),
            async || self.text().await.contains(sentence).then_some(()),
        )
        .await;
    }

    /// Doesn't read it.
    pub async fn misses(&self, sentence: &str) {
        let text = self.text().await;
        assert!(!text.contains(sentence), "{sentence:?} is in {text:?}");
    }

    async fn find(&self, script: &str, arguments: &[Value]) -> Element {
        let what = || format!("{} on the page", arguments[0]);
        let element = until(what, async || {
            let found = self.client.execute(script, arguments.to_vec()).await.ok()?;
            found[ELEMENT].as_str().map(str::to_owned)
        })
        .await;
        Element::from_element_id(self.client.clone(), element.into())
    }

    /// The field under a label.
    pub async fn field(&self, label: &str) -> Element {
        self.find(LABELLED, &[json!(label)]).await
    }

    /// Clicks on the link or button of these words. Where that leads to another
    /// page, waits until this one is gone.
    pub async fn press(&self, words: &str) {
        self.press_in(words, &Value::Null).await;
    }

    /// The same, in the row or card in which something stands.
    pub async fn press_beside(&self, near: &str, words: &str) {
        self.press_in(words, &json!(near)).await;
    }

    /// Clicks on a button that gives a file: the page stays.
    pub async fn downloads(&self, words: &str) {
        self.find(NAMED, &[json!(words), Value::Null]).await.click().await.unwrap();
    }

    async fn press_in(&self, words: &str, near: &Value) {
        self.find(NAMED, &[json!(words), near.clone()]).await.click().await.unwrap();
        let script = "return 'left' in document.documentElement.dataset";
        until(
            || format!("what follows {words:?}"),
            async || (self.client.execute(script, Vec::new()).await.ok()? == false).then_some(()),
        )
        .await;
    }

    /// Types into a field, in place of what was there.
    pub async fn fill(&self, label: &str, text: &str) {
        let field = self.field(label).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Ticks a box, or takes the tick away.
    pub async fn tick(&self, label: &str) {
        self.field(label).await.send_keys(" ").await.unwrap();
    }

    /// What stands in a field.
    pub async fn reads(&self, label: &str) -> String {
        self.field(label).await.prop("value").await.unwrap().unwrap_or_default()
    }

    /// Presses keys, wherever the focus is.
    pub async fn keys(&self, keys: impl IntoIterator<Item = char>) {
        let mut actions = KeyActions::new("keyboard".into());
        for value in keys {
            actions = actions.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        }
        self.client.perform_actions(actions).await.unwrap();
    }

    /// Presses one key that is not a letter.
    pub async fn key(&self, key: Key) {
        self.keys([char::from(key)]).await;
    }

    /// Puts text in as a paste does, at once, wherever the focus is.
    pub async fn paste(&self, text: &str) {
        self.cdp("Input.insertText", json!({ "text": text })).await;
    }

    /// The words of all that a selector finds.
    pub async fn words(&self, selector: &str) -> Vec<String> {
        let script = "return [...document.querySelectorAll(arguments[0])].map(
            (found) => found.textContent.trim())";
        serde_json::from_value(self.run(script, &[json!(selector)]).await).unwrap()
    }

    /// What has the focus, by its id, else by its words.
    pub async fn focus(&self) -> String {
        let script = "const at = document.activeElement;
            if ('errorSummary' in at.dataset) return 'error summary';
            return at.id || at.getAttribute('aria-label') || at.innerText.trim()";
        self.run(script, &[]).await.as_str().unwrap().to_owned()
    }

    /// An attribute of the element of this id.
    pub async fn attribute(&self, id: &str, name: &str) -> Option<String> {
        let script = "return document.getElementById(arguments[0]).getAttribute(arguments[1])";
        self.run(script, &[json!(id), json!(name)]).await.as_str().map(str::to_owned)
    }

    /// Signs in by the page.
    pub async fn signs_in(&self, email: &str, password: &str) {
        self.open("/sign-in").await;
        self.fill("Email", email).await;
        self.fill("Password", password).await;
        self.press("Sign in").await;
        self.arrives("/settings/security").await;
    }
}
