//! The page that shows the document: from the same table, and with nothing that
//! it would have to load from elsewhere. The API speaks English, and so does this.

use super::document::text;
use super::problem::Code;
use super::routes::{ApiRoute, api_routes};
use crate::app::App;
use crate::features::access_tokens::rules::Permission;
use crate::http::assets;
use askama::Template;
use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Response, StatusCode};
use serde_json::Value;

#[derive(Template)]
#[template(path = "http/api/page.html")]
struct ApiPage {
    css: String,
    own_css: String,
    icon: String,
    about: Vec<Vec<Run>>,
    routes: Vec<Shown>,
    schemas: Vec<ShownSchema>,
    permissions: Vec<(&'static str, String)>,
    problems: Vec<ShownProblem>,
}

/// A piece of text, perhaps as code.
struct Run {
    code: bool,
    text: String,
}

struct ShownProblem {
    code: Code,
    about: Vec<Run>,
}

struct Shown {
    route: ApiRoute,
    anchor: String,
    about: Vec<Run>,
    answer: Option<String>,
    takes: Option<String>,
    curl: String,
    problems: Vec<&'static str>,
    caption: String,
    params: Vec<ShownField>,
}

struct ShownSchema {
    name: String,
    fields: Vec<ShownField>,
}

struct ShownField {
    name: String,
    kind: String,
    about: Vec<Run>,
}

pub(super) fn page(app: &App) -> Response<Body> {
    let document: Value = serde_json::from_str(text()).unwrap_or_default();
    let about = document.pointer("/info/description").and_then(Value::as_str).unwrap_or_default();
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
    let words = app.text(None, app.clock.now());
    let permissions = Permission::ALL.iter();
    let problems = Code::ALL.iter();
    let problems = problems.map(|code| ShownProblem { code: *code, about: runs(code.meaning()) });
    let page = ApiPage {
        css: assets::address("portcullis.css"),
        own_css: assets::address("api.css"),
        icon: assets::address("favicon.svg"),
        about: about.split("\n\n").map(runs).collect(),
        routes: api_routes().into_iter().map(|route| shown(route, &document)).collect(),
        schemas: schemas.into_iter().flatten().map(|(name, one)| schema(name, one)).collect(),
        permissions: permissions.map(|own| (own.tag(), own.say(&words).to_string())).collect(),
        problems: problems.collect(),
    };
    let Ok(html) = page.render() else {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        return response;
    };
    let mut response = Response::new(Body::from(html));
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

fn shown(route: ApiRoute, document: &Value) -> Shown {
    let method = route.method.as_str().to_lowercase();
    let at = |pointer: &str| {
        let path = route.path.replace('/', "~1");
        document.pointer(&format!("/paths/{path}/{method}{pointer}"))
    };
    let name = |schema: Option<&Value>| {
        let named = schema.and_then(|schema| schema.pointer("/content/application~1json/schema"));
        let named = named.and_then(|schema| schema.get("$ref")).and_then(Value::as_str);
        named.and_then(|name| name.rsplit('/').next()).map(str::to_owned)
    };
    let answer = name(at(&format!("/responses/{}", route.success.as_u16())));
    let takes = name(at("/requestBody"));
    let about = at("/description").and_then(Value::as_str).unwrap_or_default();
    let params = at("/parameters").and_then(Value::as_array).into_iter().flatten();
    let params = params.map(|param| field(param.get("name"), param, param.get("schema")));
    Shown {
        anchor: route.operation(),
        about: runs(about),
        answer,
        takes,
        curl: curl(&route),
        problems: route.problems().iter().map(|code| code.tag()).collect(),
        caption: format!("Parameters: {}", route.summary),
        params: params.collect(),
        route,
    }
}

fn curl(route: &ApiRoute) -> String {
    let method = match route.method.as_str() {
        "GET" => String::new(),
        method => format!(" -X {method}"),
    };
    let token = match route.needs.permission() {
        Some(_) => " -H \"Authorization: Bearer $TOKEN\"",
        None => "",
    };
    let body = if route.takes_body() { " --json '{\"token\": \"…\"}'" } else { "" };
    format!("curl{method}{token}{body} $PORTCULLIS{}", route.path.replace("{id}", "$ID"))
}

fn schema(name: &str, schema: &Value) -> ShownSchema {
    let fields = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    let fields = fields.map(|(name, one)| field(Some(&Value::from(name.as_str())), one, Some(one)));
    ShownSchema { name: name.to_owned(), fields: fields.collect() }
}

fn field(name: Option<&Value>, described: &Value, schema: Option<&Value>) -> ShownField {
    let about = described.get("description").and_then(Value::as_str).unwrap_or_default();
    ShownField {
        name: name.and_then(Value::as_str).unwrap_or_default().to_owned(),
        kind: schema.map(kind).unwrap_or_default(),
        about: runs(about),
    }
}

/// A schema in a few words.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
        return name.rsplit('/').next().unwrap_or_default().to_owned();
    }
    if let Some(tags) = schema.get("enum").and_then(Value::as_array) {
        return tags.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" | ");
    }
    if let Some(one) = schema.get("oneOf").or(schema.get("anyOf")).and_then(Value::as_array) {
        return one.iter().map(kind).collect::<Vec<_>>().join(" or ");
    }
    let types = match schema.get("type") {
        Some(Value::Array(types)) => {
            types.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or ")
        }
        Some(Value::String(one)) => one.clone(),
        _ => String::new(),
    };
    match (types.as_str(), schema.get("items"), schema.get("format").and_then(Value::as_str)) {
        ("array", Some(items), _) => format!("list of {}", kind(items)),
        ("", _, Some(format)) => format.to_owned(),
        (_, _, Some(format)) => format!("{types} ({format})"),
        _ => types,
    }
}

/// Splits a text at its back-ticks.
fn runs(text: &str) -> Vec<Run> {
    let parts = text.split('`').enumerate();
    parts.map(|(index, text)| Run { code: index % 2 == 1, text: text.to_owned() }).collect()
}
