//! Remote links of an issue: to pages of Confluence and to the rest of the web.
//! Links between issues are a field of the issue.

use axum::extract::Path;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::view::View;
use crate::site::Site;
use crate::site::call::{Answer, Call};
use crate::store::jira::{Issue, RemoteLink, Target};

/// Application ids are made when the products are connected, so they are any UUID.
const CONFLUENCE_APP: &str = "3f2b6c1e-7d54-3a0e-9c11-5b8e0d9a7f42";

pub(super) fn routes(root: &str) -> Router<Site> {
    Router::new().route(
        &format!("{root}/issue/{{issue}}/remotelink"),
        get(remote_links),
    )
}

async fn remote_links(call: Call, Path(name): Path<String>) -> Answer {
    let params = call.params(&["globalId"])?;
    let store = call.site.shared.store();
    let view = View::of(&call, &store);
    let issue = view.issue(&name)?;
    let links = issue
        .remote_links
        .iter()
        .map(|link| shown(&view, issue, link));
    let wanted = params.text("globalId");
    let fits = |link: &Value| wanted.is_none_or(|id| link["globalId"] == id);
    Ok(Json(links.filter(fits).collect()))
}

fn shown(view: &View<'_>, issue: &Issue, link: &RemoteLink) -> Value {
    let mut shown = json!({
        "id": link.id,
        "self": view.link(&format!("issue/{}/remotelink/{}", issue.key, link.id)),
    });
    let url = match &link.target {
        Target::ConfluencePage(page) => {
            shown["globalId"] = json!(format!("appId={CONFLUENCE_APP}&pageId={page}"));
            shown["application"] =
                json!({ "type": "com.atlassian.confluence", "name": "System Confluence" });
            shown["relationship"] = json!("Wiki Page");
            // Confluence redirects this old address on Cloud and Data Center alike.
            format!("https://wiki.kestrel-cycles.example/pages/viewpage.action?pageId={page}")
        }
        Target::Url(url) => {
            shown["application"] = json!({});
            url.clone()
        }
    };
    shown["object"] = json!({
        "url": url, "title": link.title, "icon": {}, "status": { "icon": {} },
    });
    shown
}
