//! The document says what there is, and every answer is what it says.

use super::Program;
use super::program::Answer;
use crate::support::{Backend, TestApp};
use axum::http::Method;
use portcullis::features::access_tokens::rules::Permission;
use portcullis::http::api::{Code, api_routes, document};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

static DOCUMENT: LazyLock<Value> = LazyLock::new(document);

/// A validator of each schema, in which nothing may stand that is not described.
static VALIDATORS: LazyLock<BTreeMap<String, jsonschema::Validator>> = LazyLock::new(|| {
    let mut components = DOCUMENT["components"].clone();
    for schema in components["schemas"].as_object_mut().unwrap().values_mut() {
        schema["additionalProperties"] = json!(false);
    }
    let names = DOCUMENT["components"]["schemas"].as_object().unwrap().keys();
    let validators = names.map(|name| {
        let schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$ref": format!("#/components/schemas/{name}"),
            "components": components,
        });
        let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
        (name.clone(), validator)
    });
    validators.collect()
});

fn operation(method: &Method, path: &str) -> Option<&'static Value> {
    let path = path.split('?').next().unwrap();
    let parts: Vec<&str> = path.split('/').collect();
    let mut fitting: Vec<(&String, &Value)> = DOCUMENT["paths"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(own, _)| {
            let own: Vec<&str> = own.split('/').collect();
            own.len() == parts.len()
                && own.iter().zip(&parts).all(|(a, b)| a.starts_with('{') || a == b)
        })
        .collect();
    // A word comes before a placeholder.
    fitting.sort_by_key(|(own, _)| own.contains('{'));
    fitting.first()?.1.get(method.as_str().to_lowercase())
}

/// That an answer is one that the document names, and holds what it says.
#[track_caller]
pub fn check(method: &Method, path: &str, answer: &Answer) {
    assert_eq!(answer.header("x-request-id").len(), 36, "{method} {path}");
    let Some(operation) = operation(method, path) else {
        assert!(matches!(answer.status.as_u16(), 404 | 405), "{method} {path} {answer:?}");
        return;
    };
    let described = operation["responses"].get(answer.status.as_str());
    let described = described.unwrap_or_else(|| panic!("{method} {path}: {answer:?}"));
    let Some(content) = described.get("content") else {
        assert!(answer.body.is_empty(), "{method} {path}: {answer:?}");
        return;
    };
    let kind = answer.header("content-type").split(';').next().unwrap().to_owned();
    let schema = &content.get(&kind).unwrap_or_else(|| panic!("{method} {path}: {kind}"))["schema"];
    let Some(name) = schema.get("$ref").and_then(Value::as_str) else { return };
    let validator = &VALIDATORS[name.rsplit('/').next().unwrap()];
    let json = answer.json();
    let errors: Vec<String> = validator.iter_errors(&json).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{method} {path}: {errors:?} in {json}");
}

#[test]
fn every_route_is_in_the_document_and_nothing_else() {
    let table: BTreeSet<(String, String)> = api_routes()
        .iter()
        .map(|route| (route.path.to_owned(), route.method.as_str().to_lowercase()))
        .collect();
    let mut described = BTreeSet::new();
    for (path, operations) in DOCUMENT["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            described.insert((path.clone(), method.clone()));
        }
    }
    assert_eq!(table, described);
    assert_eq!(table.len(), api_routes().len(), "a route stands there twice");
}

#[test]
fn operations_have_names_of_their_own_and_say_what_they_need() {
    let mut names = BTreeSet::new();
    for route in api_routes() {
        let operation = operation(&route.method, route.path).unwrap();
        assert!(names.insert(operation["operationId"].as_str().unwrap()));
        assert!(!route.summary.is_empty());
        let needed = &operation["security"];
        match route.needs.permission() {
            None => assert_eq!(needed, &json!([])),
            Some(permission) => {
                assert_eq!(needed, &json!([{"token": [permission.tag()]}]));
                let about = operation["description"].as_str().unwrap();
                assert!(about.contains(&format!("`{}`", permission.tag())), "{about}");
            }
        }
    }
}

/// Whatever a `$ref` leads to is there.
#[test]
fn references_lead_somewhere() {
    fn walk(value: &Value, seen: &mut usize) {
        match value {
            Value::Object(object) => {
                if let Some(to) = object.get("$ref").and_then(Value::as_str) {
                    *seen += 1;
                    assert!(DOCUMENT.pointer(to.strip_prefix('#').unwrap()).is_some(), "{to}");
                }
                object.values().for_each(|value| walk(value, seen));
            }
            Value::Array(values) => values.iter().for_each(|value| walk(value, seen)),
            _ => {}
        }
    }
    let mut seen = 0;
    walk(&DOCUMENT, &mut seen);
    assert!(seen > 100);
}

/// It is OpenAPI, as its own schema says it.
#[test]
fn the_document_has_what_openapi_asks_for() {
    assert_eq!(DOCUMENT["openapi"], "3.1.0");
    for key in ["info", "paths", "components", "servers"] {
        assert!(DOCUMENT.get(key).is_some(), "{key}");
    }
    for (path, operations) in DOCUMENT["paths"].as_object().unwrap() {
        for operation in operations.as_object().unwrap().values() {
            let declared: BTreeSet<&str> = operation["parameters"]
                .as_array()
                .into_iter()
                .flatten()
                .filter(|param| param["in"] == "path")
                .map(|param| param["name"].as_str().unwrap())
                .collect();
            let used: BTreeSet<&str> = path
                .split('/')
                .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
                .collect();
            assert_eq!(declared, used, "{path}");
        }
    }
}

#[tokio::test]
async fn it_is_served_and_kept() {
    let app = TestApp::new(Backend::Sqlite).await;
    let program = Program::new(&app);
    let served = program.send_unchecked(Method::GET, "/api/openapi.json", None).await;
    served.is(200);
    assert_eq!(served.header("content-type"), "application/json");
    assert_eq!(served.json(), *DOCUMENT);
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/openapi.json");
    let kept = std::fs::read_to_string(file).unwrap_or_default();
    assert!(kept.trim_end() == served.body.trim_end(), "run: cargo xtask openapi");
    let (done, said) = app.cli(&["openapi"], "").await;
    assert!(done && said == served.body);
}

#[tokio::test]
async fn its_page_shows_all_of_it_and_loads_nothing_from_elsewhere() {
    let app = TestApp::new(Backend::Sqlite).await;
    let page = app.browser().get("/api").await;
    page.is(200);
    for route in api_routes() {
        page.shows(&format!("{} {}", route.method, route.path)).shows(route.summary);
    }
    for permission in Permission::ALL {
        page.shows(permission.tag());
    }
    for code in Code::ALL {
        assert!(page.body.contains(&format!("id=\"problem-{}\"", code.tag())), "{code:?}");
        page.shows(code.title());
    }
    for name in DOCUMENT["components"]["schemas"].as_object().unwrap().keys() {
        assert!(page.body.contains(&format!("id=\"schema-{name}\"")), "{name}");
    }
    let policy = page.headers.get("content-security-policy").unwrap().to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"));
    assert!(!page.body.contains("<script"), "it needs none");
    for attribute in ["src=\"", "href=\""] {
        for (position, found) in page.body.match_indices(attribute) {
            let to = page.body[position + found.len()..].split('"').next().unwrap();
            assert!(to.starts_with('/') && !to.starts_with("//") || to.starts_with('#'), "{to}");
        }
    }
    assert!(page.set_cookies().is_empty());
}
