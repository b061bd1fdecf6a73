//! Which application calls (RFC 6749 §2.3): by its secret, in one place of two, or, where
//! a route lets public ones in, by its id alone.

use super::error::{Code, Failure, Result};
use super::form::Form;
use crate::app::App;
use crate::features::applications::rules::ApplicationKind;
use crate::features::applications::{self, Application, Claim};
use crate::time::Timestamp;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// What a call says of who it is.
struct Presented {
    id: String,
    secret: Option<Zeroizing<String>>,
}

impl Presented {
    fn new(id: &str, secret: Option<&str>) -> Self {
        let secret = secret.map(|secret| Zeroizing::new(secret.to_owned()));
        Self { id: id.to_owned(), secret }
    }
}

/// The application that calls; none where nothing that was presented is one.
pub(super) async fn authenticate(
    app: &App,
    headers: &HeaderMap,
    form: &Form,
    let_public_in: bool,
    now: Timestamp,
) -> Result<Option<Application>> {
    let presented = presented(headers, form, Presented::new)?;
    let Some(Presented { id, secret }) = presented else { return Ok(None) };
    let Ok(id) = id.parse() else { return Ok(None) };
    match secret {
        Some(secret) => Ok(applications::authenticate(app, id, &secret, now).await?),
        None if let_public_in => {
            let found = applications::by_id(&mut &app.db, id).await?;
            Ok(found.filter(|application| application.kind == ApplicationKind::Public))
        }
        None => Ok(None),
    }
}

/// What says that it is an application, not judged yet; none where it can be nobody's.
pub(super) fn claim(headers: &HeaderMap, form: &Form) -> Result<Option<Claim>, Failure> {
    Ok(presented(headers, form, |id, secret| Claim::parse(id, secret?))?.flatten())
}

/// Reads the id and the secret, where there is one.
fn presented<T>(
    headers: &HeaderMap,
    form: &Form,
    read: impl FnOnce(&str, Option<&str>) -> T,
) -> Result<Option<T>, Failure> {
    let twice = || {
        let why = "An application proves itself in one way, not in several.";
        Failure::with(Code::InvalidRequest, why)
    };
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (header, more) = (values.next(), values.next());
    if more.is_some() {
        return Err(twice());
    }
    let Some(header) = header else {
        return Ok(form.get("client_id").map(|id| read(id, form.get("client_secret"))));
    };
    if form.get("client_secret").is_some() {
        return Err(twice());
    }
    let Some(text) = header.to_str().ok().and_then(basic) else { return Ok(None) };
    let both = text.split_once(':').map(|(id, secret)| (decoded(id), decoded(secret)));
    let Some((Some(id), Some(secret))) = both else { return Ok(None) };
    let (id, secret) = (id.text(), secret.text());
    // The id may stand in the form, too, if it is the same one.
    if form.get("client_id").is_some_and(|own| own != id) {
        return Err(twice());
    }
    Ok(Some(read(id, Some(secret))))
}

/// Id and secret of HTTP Basic, each encoded as in a form before they were put together.
fn basic(value: &str) -> Option<Zeroizing<String>> {
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    Some(Zeroizing::new(String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?))
}

/// What was put together: most often nothing in it was encoded.
enum Decoded<'a> {
    AsItWas(&'a str),
    Otherwise(Zeroizing<String>),
}

impl Decoded<'_> {
    fn text(&self) -> &str {
        match self {
            Self::AsItWas(text) => text,
            Self::Otherwise(text) => text,
        }
    }
}

fn decoded(text: &str) -> Option<Decoded<'_>> {
    if !text.contains(['+', '%']) {
        return Some(Decoded::AsItWas(text));
    }
    let spaced = Zeroizing::new(text.replace('+', " "));
    let decoded = percent_encoding::percent_decode_str(&spaced).decode_utf8().ok()?;
    Some(Decoded::Otherwise(Zeroizing::new(decoded.into_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, value.parse().unwrap());
        }
        headers
    }

    fn presented(headers: &HeaderMap, form: &Form) -> Result<Option<Presented>, Failure> {
        super::presented(headers, form, Presented::new)
    }

    fn form(text: &str) -> Form {
        Form::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn one_place_of_two() {
        let basic = format!("Basic {}", STANDARD.encode("a%2Db:s+%21"));
        let read = presented(&headers(&[&basic]), &form("")).unwrap().unwrap();
        assert_eq!((read.id.as_str(), read.secret.unwrap().as_str()), ("a-b", "s !"));
        assert!(presented(&headers(&[&basic]), &form("client_id=a-b")).unwrap().is_some());
        for sent in ["client_id=other", "client_secret=x", "client_id=a-b&client_secret=s"] {
            let refused = presented(&headers(&[&basic]), &form(sent)).err().unwrap();
            assert_eq!(refused.code, Code::InvalidRequest, "{sent}");
        }
        assert!(presented(&headers(&[&basic, &basic]), &form("")).is_err());
        let posted = presented(&headers(&[]), &form("client_id=a&client_secret=b")).unwrap();
        assert_eq!(posted.unwrap().secret.unwrap().as_str(), "b");
        assert!(presented(&headers(&[]), &form("client_id=a")).unwrap().unwrap().secret.is_none());
        assert!(presented(&headers(&[]), &form("client_secret=a")).unwrap().is_none());
        for other in ["Bearer x", "Basic", "Basic !", "Basic YQ==", "Basic /w==", "basicYTpi"] {
            assert!(
                presented(&headers(&[other]), &form("client_id=a")).unwrap().is_none(),
                "{other}"
            );
        }
    }
}
