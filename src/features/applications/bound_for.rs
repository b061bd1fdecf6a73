//! Which application somebody is on the way to, for the pages that they meet on it.

use crate::app::App;
use crate::error::Result;
use crate::http::ReturnPath;
use crate::ids::ApplicationId;
use url::form_urlencoded;

/// Where a request of an application stands in the query.
const REQUESTS: &[&str] = &["/oauth/authorize", "/oauth/consent"];

/// The name of the application whose request a path goes on with; none where it is no
/// such request, or one of nobody's.
pub async fn bound_for(app: &App, path: &ReturnPath) -> Result<Option<String>> {
    let Some(id) = asking(path.as_str()) else { return Ok(None) };
    Ok(super::by_id(&mut &app.db, id).await?.map(|application| application.name))
}

fn asking(path: &str) -> Option<ApplicationId> {
    let (path, query) = path.split_once('?')?;
    let mut ids = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == "client_id");
    match (REQUESTS.contains(&path), ids.next(), ids.next()) {
        (true, Some((_, id)), None) => id.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_names_one_application() {
        let id = "01900000-0000-7000-8000-000000000001";
        let of = |path: &str| asking(path).map(|id| id.to_string());
        assert_eq!(of(&format!("/oauth/authorize?a=b&client_id={id}")).as_deref(), Some(id));
        assert_eq!(of(&format!("/oauth/consent?client_id={id}&a=b")).as_deref(), Some(id));
        for none in [
            "/oauth/authorize".to_owned(),
            "/oauth/authorize?client_id=".to_owned(),
            "/oauth/authorize?client_id=Billing".to_owned(),
            format!("/oauth/authorize?client_id={id}&client_id={id}"),
            format!("/settings/security?client_id={id}"),
            format!("/oauth/authorize/more?client_id={id}"),
        ] {
            assert_eq!(of(&none), None, "{none}");
        }
    }
}
