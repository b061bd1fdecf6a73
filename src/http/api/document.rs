//! The API in its own words: `OpenAPI` 3.1, made from the table of routes and the
//! types of its handlers.

use super::problem::{Code, Sent};
use super::routes::{ApiRoute, api_routes};
use crate::features::access_tokens::rules::Permission;
use crate::http::Logs;
use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Response};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::LazyLock;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

const ABOUT: &str = "\
What the pages of Portcullis do, for programs. A call carries a personal access token in the header \
`Authorization: Bearer …`, and nowhere else: cookies are ignored. What proves who one is (password, second factors, \
tokens themselves) can’t be made or changed with a token.\n\n\
Times are RFC 3339 in UTC. Lists are read page by page: `next` is given back as `cursor`, until it is null. Fields may \
be added to answers, and kinds and reasons to events; a program should pass over what it does not know. An unknown \
parameter is refused.\n\n\
Every answer has an `X-Request-Id`. What is refused is a problem (RFC 9457); programs decide by its `code`.";

/// Schemas by their names, as answers and bodies refer to them.
#[derive(Debug, Default)]
pub struct Schemas(BTreeMap<String, Value>);

impl Schemas {
    /// Adds a type and what it is made of; how to refer to it.
    pub(super) fn add<T: ToSchema>(&mut self) -> Value {
        self.put::<T>(true)
    }

    /// The same of a body, in which what may be left out is not needed.
    pub(super) fn add_body<T: ToSchema>(&mut self) -> Value {
        self.put::<T>(false)
    }

    fn put<T: ToSchema>(&mut self, whole: bool) -> Value {
        let mut all: Vec<(String, RefOr<Schema>)> = Vec::new();
        T::schemas(&mut all);
        all.push((T::name().into_owned(), <T as PartialSchema>::schema()));
        for (name, schema) in all {
            let mut schema = serde_json::to_value(schema).unwrap_or_default();
            if whole {
                // Answers are always whole: what is absent stands there as null.
                let names: Option<Vec<String>> = schema
                    .get("properties")
                    .and_then(Value::as_object)
                    .map(|properties| properties.keys().cloned().collect());
                if let (Some(names), Some(object)) = (names, schema.as_object_mut()) {
                    object.insert("required".into(), json!(names));
                }
            }
            self.0.insert(name, schema);
        }
        json!({"$ref": format!("#/components/schemas/{}", T::name())})
    }
}

impl ApiRoute {
    /// What can come of a call beside what was asked for.
    pub fn problems(&self) -> Vec<Code> {
        let mut codes = vec![Code::InvalidRequest];
        if self.needs.permission().is_some() {
            codes.push(Code::InvalidToken);
            codes.push(Code::MissingPermission);
            let needs = self.needs;
            if !matches!(needs, super::Needs::Permission(_) | super::Needs::Member(_)) {
                codes.push(Code::MissingRight);
            }
            if needs.is_of_organisation() {
                codes.extend([Code::OrganisationAddress, Code::OrganisationSecondFactor]);
            } else {
                codes.push(Code::LimitedToken);
            }
            codes.extend(self.more);
        }
        if self.names_one() {
            codes.push(Code::NotFound);
        }
        if self.logs != Logs::Nothing && self.needs.permission().is_some() {
            codes.push(Code::Conflict);
        }
        if self.takes_body() {
            codes.extend([Code::MalformedJson, Code::TooLarge, Code::UnsupportedMediaType]);
        }
        codes.extend([Code::TooManyRequests, Code::Fault, Code::Busy]);
        codes
    }

    /// Its name in programs.
    pub fn operation(&self) -> String {
        let path = self.path.trim_start_matches("/api/v1/");
        let words = path.split('/').map(|part| match part.strip_prefix('{') {
            Some(name) => format!("by_{}", name.trim_end_matches('}')),
            None => part.replace('-', "_"),
        });
        let words: Vec<String> = words.collect();
        format!("{}_{}", self.method.as_str().to_lowercase(), words.join("_"))
    }

    /// The group that it stands in.
    pub fn tag(&self) -> &'static str {
        self.path.trim_start_matches("/api/v1/").split('/').next().unwrap_or_default()
    }

    fn parameters(&self) -> Vec<Value> {
        let id = self.names_one().then(|| {
            json!({
                "name": "id", "in": "path", "required": true, "description": "Its id.",
                "schema": {"type": "string", "format": "uuid"}
            })
        });
        let query = self.query.iter().map(|param| {
            json!({
                "name": param.name(), "in": "query", "required": false,
                "description": param.about(), "schema": param.schema()
            })
        });
        id.into_iter().chain(query).collect()
    }

    fn describe(&self) -> String {
        let needs = match self.needs.permission() {
            None => "Needs no token.".to_owned(),
            Some(permission) => format!("Needs `{}`.", permission.tag()),
        };
        let logs = match self.logs {
            Logs::Nothing => String::new(),
            Logs::Event(kinds) => {
                let kinds: Vec<String> =
                    kinds.iter().map(|kind| format!("`{}`", kind.tag())).collect();
                format!("In the security log: {}.", kinds.join(", "))
            }
        };
        let parts = [self.about, &needs, &logs];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }

    fn responses(&self, schemas: &mut Schemas) -> Value {
        let request_id = json!({"X-Request-Id": {"$ref": "#/components/headers/X-Request-Id"}});
        let mut success = json!({"description": self.success_about, "headers": request_id});
        let content = (self.content)(schemas);
        if let (false, Some(success)) = (content.is_null(), success.as_object_mut()) {
            success.insert("content".into(), content);
        }
        let mut all = Map::new();
        all.insert(self.success.as_u16().to_string(), success);
        let mut by_status: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
        for code in self.problems() {
            by_status.entry(code.status().as_u16()).or_default().push(code);
        }
        for (status, codes) in by_status {
            let titles: Vec<String> =
                codes.iter().map(|code| format!("`{}`: {}.", code.tag(), code.title())).collect();
            let mut headers = request_id.clone();
            let more: &[&str] = match status {
                401 => &["WWW-Authenticate"],
                429 | 503 => &["Retry-After"],
                _ => &[],
            };
            if let Some(headers) = headers.as_object_mut() {
                for name in more {
                    let header = json!({"$ref": format!("#/components/headers/{name}")});
                    headers.insert((*name).to_owned(), header);
                }
            }
            let answer = json!({
                "description": titles.join(" "),
                "headers": headers,
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
            });
            all.insert(status.to_string(), answer);
        }
        Value::Object(all)
    }

    fn operation_object(&self, schemas: &mut Schemas) -> Value {
        let mut operation = json!({
            "operationId": self.operation(),
            "tags": [self.tag()],
            "summary": self.summary,
            "description": self.describe(),
            "responses": self.responses(schemas),
            "security": match self.needs.permission() {
                None => json!([]),
                Some(permission) => json!([{"token": [permission.tag()]}]),
            },
        });
        if let Some(object) = operation.as_object_mut() {
            let parameters = self.parameters();
            if !parameters.is_empty() {
                object.insert("parameters".into(), json!(parameters));
            }
            if let Some(body) = self.body {
                let schema = body(schemas);
                let content = json!({"application/json": {"schema": schema}});
                object.insert("requestBody".into(), json!({"required": true, "content": content}));
            }
        }
        operation
    }
}

/// The document.
pub fn document() -> Value {
    let mut schemas = Schemas::default();
    schemas.put::<Sent>(false);
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    let mut tags = Vec::new();
    for route in api_routes() {
        let operation = route.operation_object(&mut schemas);
        let method = route.method.as_str().to_lowercase();
        paths.entry(route.path).or_default().insert(method, operation);
        if !tags.contains(&route.tag()) {
            tags.push(route.tag());
        }
    }
    let permissions = Permission::ALL.iter().map(|permission| format!("`{}`", permission.tag()));
    let permissions = permissions.collect::<Vec<_>>().join(", ");
    let about_token = format!(
        "A personal access token, with permissions out of: {permissions}. An operation names the \
         one that it needs."
    );
    let header = |about: &str, schema: Value| json!({"description": about, "schema": schema});
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Portcullis",
            "version": "1",
            "description": ABOUT,
        },
        "servers": [{"url": "/"}],
        "tags": tags.iter().map(|tag| json!({"name": tag})).collect::<Vec<_>>(),
        "paths": paths,
        "components": {
            "schemas": schemas.0,
            "headers": {
                "X-Request-Id": header(
                    "The request’s id, to be named to whoever runs the server.",
                    json!({"type": "string", "format": "uuid"})
                ),
                "Retry-After": header(
                    "Seconds after which to try again.",
                    json!({"type": "integer", "minimum": 1})
                ),
                "WWW-Authenticate": header(
                    "How to say who one is.",
                    json!({"type": "string", "const": "Bearer"})
                ),
            },
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": about_token},
            },
        },
    })
}

static TEXT: LazyLock<String> = LazyLock::new(|| {
    let mut text = serde_json::to_string_pretty(&document()).unwrap_or_default();
    text.push('\n');
    text
});

/// The document as text, the same each time.
pub fn text() -> &'static str {
    &TEXT
}

pub(super) fn served() -> Response<Body> {
    let mut response = Response::new(Body::from(text()));
    let kind = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}
