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

/// The application that calls; none where nothing that was presented is one.
pub(super) async fn authenticate(
    app: &App,
    headers: &HeaderMap,
    form: &Form,
    let_public_in: bool,
    now: Timestamp,
) -> Result<Option<Application>> {
    let Some(Presented { id, secret }) = presented(headers, form)? else { return Ok(None) };
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
    let presented = presented(headers, form)?;
    Ok(presented.and_then(|Presented { id, secret }| Claim::parse(&id, &secret?)))
}

fn presented(headers: &HeaderMap, form: &Form) -> Result<Option<Presented>, Failure> {
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
        let secret = form.get("client_secret").map(|text| Zeroizing::new(text.to_owned()));
        return Ok(form.get("client_id").map(|id| Presented { id: id.to_owned(), secret }));
    };
    if form.get("client_secret").is_some() {
        return Err(twice());
    }
    let Some((id, secret)) = header.to_str().ok().and_then(basic) else { return Ok(None) };
    // The id may stand in the form, too, if it is the same one.
    if form.get("client_id").is_some_and(|own| own != id) {
        return Err(twice());
    }
    Ok(Some(Presented { id, secret: Some(secret) }))
}

/// Id and secret of HTTP Basic, each encoded as in a form before they were put together.
fn basic(value: &str) -> Option<(String, Zeroizing<String>)> {
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = Zeroizing::new(String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?);
    let (id, secret) = text.split_once(':')?;
    Some((decoded(id)?, Zeroizing::new(decoded(secret)?)))
}

fn decoded(text: &str) -> Option<String> {
    if !text.contains(['+', '%']) {
        return Some(text.to_owned());
    }
    let spaced = text.replace('+', " ");
    let decoded = percent_encoding::percent_decode_str(&spaced).decode_utf8().ok()?;
    Some(decoded.into_owned())
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
