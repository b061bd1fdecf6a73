//! What a handler answers; its type says what the document says of it.

use super::document::Schemas;
use crate::error::{Fault, Result};
use axum::body::Body;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderValue, Response, StatusCode};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// An answer that has done what was asked.
pub trait Reply: Sized + Send + 'static {
    /// Its status.
    const STATUS: StatusCode;
    /// What it says, for the document.
    const ABOUT: &'static str;

    /// What is sent.
    fn into_response(self) -> Result<Response<Body>>;

    /// Its content in the document; null for none.
    fn content(schemas: &mut Schemas) -> Value;
}

/// An object.
#[derive(Debug)]
pub struct Shown<T>(pub T);

impl<T: Serialize + ToSchema + Send + 'static> Reply for Shown<T> {
    const STATUS: StatusCode = StatusCode::OK;
    const ABOUT: &'static str = "What was asked for.";

    fn into_response(self) -> Result<Response<Body>> {
        let body = serde_json::to_vec(&self.0)
            .map_err(|error| Fault::new(format!("an answer of the API: {error}")))?;
        let mut response = Response::new(Body::from(body));
        let kind = HeaderValue::from_static("application/json");
        response.headers_mut().insert(CONTENT_TYPE, kind);
        Ok(response)
    }

    fn content(schemas: &mut Schemas) -> Value {
        json!({"application/json": {"schema": schemas.add::<T>()}})
    }
}

/// Something that was made.
#[derive(Debug)]
pub struct Made<T>(pub T);

impl<T: Serialize + ToSchema + Send + 'static> Reply for Made<T> {
    const STATUS: StatusCode = StatusCode::CREATED;
    const ABOUT: &'static str = "It was made.";

    fn into_response(self) -> Result<Response<Body>> {
        let mut response = Shown(self.0).into_response()?;
        *response.status_mut() = Self::STATUS;
        Ok(response)
    }

    fn content(schemas: &mut Schemas) -> Value {
        Shown::<T>::content(schemas)
    }
}

/// It is done, and there is nothing to say.
#[derive(Debug)]
pub struct Done;

impl Reply for Done {
    const STATUS: StatusCode = StatusCode::NO_CONTENT;
    const ABOUT: &'static str = "It is done.";

    fn into_response(self) -> Result<Response<Body>> {
        Ok(empty(Self::STATUS))
    }

    fn content(_: &mut Schemas) -> Value {
        Value::Null
    }
}

/// It was taken; what becomes of it is not said.
#[derive(Debug)]
pub struct Taken;

impl Reply for Taken {
    const STATUS: StatusCode = StatusCode::ACCEPTED;
    const ABOUT: &'static str = "It was taken. The same for whatever was sent.";

    fn into_response(self) -> Result<Response<Body>> {
        Ok(empty(Self::STATUS))
    }

    fn content(_: &mut Schemas) -> Value {
        Value::Null
    }
}

fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// A file, which may be longer than memory.
#[derive(Debug)]
pub struct File {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: &'static str,
    /// What is in it.
    pub body: Body,
}

impl Reply for File {
    const STATUS: StatusCode = StatusCode::OK;
    const ABOUT: &'static str =
        "The file, sent while it is read. One that is cut short ends its connection.";

    fn into_response(self) -> Result<Response<Body>> {
        let mut response = Response::new(self.body);
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.media_type));
        let kept = format!("attachment; filename=\"{}\"", self.name);
        if let Ok(kept) = HeaderValue::from_str(&kept) {
            headers.insert(CONTENT_DISPOSITION, kept);
        }
        Ok(response)
    }

    fn content(_: &mut Schemas) -> Value {
        let of = |format: crate::features::security_log::export::Format| {
            let bare = format.media_type().split(';').next().unwrap_or_default();
            (bare.to_owned(), json!({"schema": {"type": "string"}}))
        };
        Value::Object(crate::features::security_log::export::FORMATS.map(of).into_iter().collect())
    }
}
