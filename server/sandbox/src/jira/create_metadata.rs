//! What can be created where: the issue types of a project, and the fields of each.
//! Creating is done in `create`.

use axum::extract::Path;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::view::View;
use crate::personality::Deployment;
use crate::site::Site;
use crate::site::call::{Answer, Call};
use crate::site::paging::Page;
use crate::site::params::Params;
use crate::site::refusal::Refusal;
use crate::store::jira::{IssueType, Named, Project};

const LIMIT: usize = 200;

pub(super) fn routes(root: &str) -> Router<Site> {
    let types = format!("{root}/issue/createmeta/{{project}}/issuetypes");
    Router::new()
        .route(&types, get(issue_types))
        .route(&format!("{types}/{{type}}"), get(fields))
}

async fn issue_types(call: Call, Path(project): Path<String>) -> Answer {
    let params = call.params(&["startAt", "maxResults"])?;
    let store = call.site.shared.store();
    let view = View::of(&call, &store);
    self::project(&view, &project)?;
    let types = view.jira.catalogue.issue_types.iter();
    let shown = types.map(|it| {
        json!({
            "self": view.link(&format!("issuetype/{}", it.id)), "id": it.id,
            "description": it.description, "name": it.name, "subtask": it.subtask,
        })
    });
    page(&view, &params, "issueTypes", shown.collect())
}

async fn fields(call: Call, Path((project, kind)): Path<(String, String)>) -> Answer {
    let params = call.params(&["startAt", "maxResults"])?;
    let store = call.site.shared.store();
    let view = View::of(&call, &store);
    let project = self::project(&view, &project)?;
    let mut types = view.jira.catalogue.issue_types.iter();
    let kind = types
        .find(|it| it.id == kind)
        .ok_or_else(|| Refusal::not_found(format!("No issue type with id '{kind}'.")))?;
    let fields = known(&view, project, kind);
    page(&view, &params, "fields", fields)
}

fn project<'a>(view: &View<'a>, name: &str) -> Result<&'a Project, Refusal> {
    let found = view.jira.project_for(view.caller, name);
    found.ok_or_else(|| Refusal::not_found(format!("No project could be found with key '{name}'.")))
}

/// Cloud names the list after its items, Data Center calls it `values`.
fn page(view: &View<'_>, params: &Params, cloud: &str, all: Vec<Value>) -> Answer {
    let start = params.number("startAt")?.unwrap_or(0);
    let limit = params.number("maxResults")?.unwrap_or(50).min(LIMIT);
    let page = Page::of(all, start, limit);
    let last = page.next().is_none();
    let mut shown = json!({ "startAt": start, "maxResults": limit, "total": page.total });
    match view.deployment() {
        Deployment::Cloud => shown[cloud] = json!(page.items),
        Deployment::DataCenter => {
            shown["isLast"] = json!(last);
            shown["values"] = json!(page.items);
        }
    }
    Ok(Json(shown))
}

/// Id, name and type of a field, and the type of its items if it is a list.
type Plain = (
    &'static str,
    &'static str,
    &'static str,
    Option<&'static str>,
);

/// The fields that every issue type has and that need no list of options.
const PLAIN: &[Plain] = &[
    ("description", "Description", "string", None),
    ("environment", "Environment", "string", None),
    ("assignee", "Assignee", "user", None),
    ("labels", "Labels", "array", Some("string")),
    ("duedate", "Due date", "date", None),
];

/// Those without which there is no issue.
const NEEDED: &[Plain] = &[
    ("summary", "Summary", "string", None),
    ("issuetype", "Issue Type", "issuetype", None),
    ("project", "Project", "project", None),
];

fn known(view: &View<'_>, project: &Project, kind: &IssueType) -> Vec<Value> {
    let all = |table: &[Plain], required| {
        let one =
            |&(id, name, kind, items): &Plain| field(id, name, &system(id, kind, items), required);
        table.iter().map(one).collect::<Vec<_>>()
    };
    let catalogue = &view.jira.catalogue;
    let mut priority = field(
        "priority",
        "Priority",
        &system("priority", "priority", None),
        true,
    );
    priority["hasDefaultValue"] = json!(true);
    let components = system("components", "array", Some("component"));
    let components = field("components", "Components", &components, false);
    let points = custom("number", "float", 10016);
    let mut fields = [all(NEEDED, true), all(PLAIN, false)].concat();
    fields.push(field(
        "customfield_10016",
        "Story point estimate",
        &points,
        false,
    ));
    fields.push(choosing(priority, "name", &catalogue.priorities));
    fields.push(choosing(components, "name", &catalogue.components));
    if kind.subtask || view.deployment() == Deployment::Cloud {
        let schema = system("parent", "issuelink", None);
        fields.push(field("parent", "Parent", &schema, kind.subtask));
    }
    if project.asks_location {
        let schema = custom("option", "select", 10040);
        let location = field("customfield_10040", "Standort", &schema, true);
        fields.push(choosing(location, "value", &catalogue.locations));
    }
    fields
}

fn choosing(mut field: Value, member: &str, all: &[Named]) -> Value {
    let one = |it: &Named| json!({ "id": it.id, member: it.name });
    field["allowedValues"] = all.iter().map(one).collect();
    field
}

fn system(id: &str, kind: &str, items: Option<&str>) -> Value {
    let mut schema = json!({ "type": kind, "system": id });
    if let Some(items) = items {
        schema["items"] = json!(items);
    }
    schema
}

fn custom(kind: &str, custom: &str, id: u32) -> Value {
    let custom = format!("com.atlassian.jira.plugin.system.customfieldtypes:{custom}");
    json!({ "type": kind, "custom": custom, "customId": id })
}

fn field(id: &str, name: &str, schema: &Value, required: bool) -> Value {
    json!({
        "required": required, "schema": schema, "name": name, "fieldId": id,
        "hasDefaultValue": false, "operations": ["set"],
    })
}
