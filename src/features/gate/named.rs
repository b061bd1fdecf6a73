use super::rules::Origin;
use crate::app::App;
use crate::features::applications;
use crate::features::applications::rules::GateOrigin;

/// What people know the application by on whose host they are; the host itself where none
/// lives there, or where that can't be told: a page that says what went wrong is not kept
/// back by what goes wrong now.
pub async fn name_at(app: &App, origin: &Origin) -> String {
    if let Ok(gate) = GateOrigin::parse(origin.text())
        && let Ok(Some(application)) = applications::by_gate(&mut &app.db, &gate).await
    {
        return application.name;
    }
    origin.text().split_once("://").map_or_else(String::new, |(_, host)| host.to_owned())
}
