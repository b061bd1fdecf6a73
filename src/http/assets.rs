//! Files that pages load, embedded in the program. Their addresses carry a hash
//! of all of them, so that browsers keep them for ever and never mix releases.

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, Response, StatusCode};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

struct Asset {
    name: &'static str,
    kind: &'static str,
    content: &'static str,
}

const ASSETS: &[Asset] = &[
    Asset {
        name: "portcullis.css",
        kind: "text/css; charset=utf-8",
        content: concat!(
            include_str!("../../assets/portcullis.css"),
            include_str!("../../assets/access-tokens.css"),
            include_str!("../../assets/applications.css"),
            include_str!("../../assets/organisations.css")
        ),
    },
    Asset {
        name: "api.css",
        kind: "text/css; charset=utf-8",
        content: include_str!("../../assets/api.css"),
    },
    Asset {
        name: "portcullis.js",
        kind: "text/javascript; charset=utf-8",
        content: include_str!("../../assets/portcullis.js"),
    },
    Asset {
        name: "password-policy.js",
        kind: "text/javascript; charset=utf-8",
        content: include_str!("../../assets/password-policy.js"),
    },
    Asset {
        name: "favicon.svg",
        kind: "image/svg+xml",
        content: include_str!("../../assets/favicon.svg"),
    },
];

static RELEASE: LazyLock<String> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    for asset in ASSETS {
        hash.update(asset.content);
    }
    let mut text = hex::encode(hash.finalize());
    text.truncate(16);
    text
});

pub(super) fn address(name: &str) -> String {
    format!("/assets/{}/{name}", *RELEASE)
}

pub(super) fn serve(release: &str, name: &str) -> Response<Body> {
    let asset = ASSETS.iter().find(|asset| asset.name == name && release == *RELEASE);
    let Some(asset) = asset else {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NOT_FOUND;
        return response;
    };
    let mut response = Response::new(Body::from(asset.content));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(asset.kind));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    response
}
