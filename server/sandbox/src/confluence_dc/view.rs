//! How v1 shows content, people, versions and spaces, with what was asked to be expanded.
//! Which content it is, the endpoints decide.

use serde_json::{Value, json};

use crate::confluence_search::{expandable, user};
use crate::moment::Moment;
use crate::site::call::Call;
use crate::site::params::Expand;
use crate::store::Store;
use crate::store::confluence::{Comment, Confluence, Location, Page, PageKind, Space, Version};

/// What content can be expanded with.
pub(super) const EXPANSIONS: &[&str] = &[
    "body.storage",
    "version.by",
    "space",
    "ancestors",
    "history.lastUpdated",
    "history.createdBy",
    "metadata.labels",
    "container",
    "extensions.inlineProperties",
    "extensions.resolution",
];

/// What one caller sees.
pub(super) struct View<'a> {
    pub(super) call: &'a Call,
    pub(super) store: &'a Store,
    pub(super) confluence: &'a Confluence,
}

impl<'a> View<'a> {
    pub(super) fn of(call: &'a Call, store: &'a Store) -> Self {
        Self {
            call,
            store,
            confluence: store.confluence(call.site.personality),
        }
    }

    /// The current version of a page or blog post.
    pub(super) fn page(&self, page: &Page, expand: &Expand) -> Value {
        self.page_at(page, (page.number(), page.current()), expand)
    }

    /// A certain version of a page or blog post.
    pub(super) fn page_at(
        &self,
        page: &Page,
        (number, version): (usize, &Version),
        expand: &Expand,
    ) -> Value {
        let status = if number == page.number() {
            "current"
        } else {
            "historical"
        };
        let mut content = json!({
            "id": page.id.to_string(), "type": page.kind.name(), "status": status,
            "title": version.title,
        });
        if expand.has("space") {
            content["space"] = self
                .confluence
                .space(&page.space)
                .map_or(Value::Null, |space| self.space(space));
        }
        if expand.has("history") {
            content["history"] = self.history(page, &expand.below("history"));
        }
        if expand.has("version") {
            content["version"] = self.version(number, version);
        }
        if expand.has("ancestors") {
            let above = self.confluence.ancestors(page);
            content["ancestors"] = above
                .iter()
                .map(|page| self.page(page, &Expand::default()))
                .collect();
        }
        if expand.has("body.storage") {
            content["body"] = storage(&version.body);
        }
        if expand.has("metadata.labels") {
            content["metadata"] = json!({
                "labels": self.labels(&page.labels), "_expandable": { "properties": "" }
            });
        }
        content["extensions"] = extensions(page);
        self.finish(&mut content, page.id, page, &web_address(page));
        content
    }

    /// A comment on a page.
    pub(super) fn comment(&self, page: &Page, comment: &Comment, expand: &Expand) -> Value {
        let mut content = json!({
            "id": comment.id.to_string(), "type": "comment", "status": "current",
            "title": format!("Re: {}", page.current().title),
        });
        if expand.has("version") {
            content["version"] = self.edit(1, comment.at, comment.by.as_ref(), None);
        }
        if expand.has("history") {
            content["history"] = json!({
                "latest": true, "createdBy": self.person(comment.by.as_ref()),
                "createdDate": comment.at.confluence_data_center(),
            });
        }
        if expand.has("ancestors") {
            let brief = |above| self.comment(page, above, &Expand::default());
            content["ancestors"] = above(page, comment).into_iter().map(brief).collect();
        }
        if expand.has("container") {
            content["container"] = self.page(page, &Expand::default());
        }
        if expand.has("body.storage") {
            content["body"] = storage(&comment.body);
        }
        content["extensions"] = place(comment, &expand.below("extensions"));
        let webui = format!("{}?focusedCommentId={}", web_address(page), comment.id);
        self.finish(&mut content, comment.id, page, &webui);
        content
    }

    /// Links, and the list of what else could be expanded.
    fn finish(&self, content: &mut Value, id: u64, page: &Page, webui: &str) {
        let here = format!("/rest/api/content/{id}");
        content["_links"] = json!({
            "webui": webui,
            "edit": format!("/pages/resumedraft.action?draftId={id}"),
            "tinyui": format!("/x/{id:x}"),
            "self": format!("{}{here}", self.call.site.base()),
        });
        let space = format!("/rest/api/space/{}", page.space);
        let [children, restrictions, history, descendants] =
            ["child", "restriction/byOperation", "history", "descendant"]
                .map(|part| format!("{here}/{part}"));
        let all = [
            ("container", space.as_str()),
            ("metadata", ""),
            ("operations", ""),
            ("children", &children),
            ("restrictions", &restrictions),
            ("history", &history),
            ("ancestors", ""),
            ("body", ""),
            ("version", ""),
            ("descendants", &descendants),
            ("space", &space),
        ];
        content["_expandable"] = expandable(&all, content);
    }

    /// What stands in the links of content that is the whole answer.
    pub(super) fn alone(&self, mut content: Value) -> Value {
        content["_links"]["collection"] = json!("/rest/api/content");
        content["_links"]["base"] = json!(self.call.site.base());
        content["_links"]["context"] = json!(self.call.site.personality.context_path());
        content
    }

    pub(super) fn space(&self, space: &Space) -> Value {
        json!({
            "id": space.id, "key": space.key, "name": space.name, "type": space.kind.name(),
            "status": "CURRENT",
            "_links": {
                "webui": format!("/display/{}", space.key),
                "self": format!("{}/rest/api/space/{}", self.call.site.base(), space.key),
            },
        })
    }

    /// The person with this user name, or null.
    pub(super) fn person(&self, user_name: Option<&String>) -> Value {
        let person = user_name.and_then(|name| self.store.person(name));
        person.map_or(Value::Null, |person| {
            user(&self.call.site, &self.call.caller, person)
        })
    }

    pub(super) fn version(&self, number: usize, version: &Version) -> Value {
        let mut shown = self.edit(
            number,
            version.at,
            version.by.as_ref(),
            version.message.as_deref(),
        );
        shown["minorEdit"] = json!(version.minor);
        shown
    }

    pub(super) fn edit(
        &self,
        number: usize,
        at: Moment,
        by: Option<&String>,
        message: Option<&str>,
    ) -> Value {
        json!({
            "by": self.person(by),
            "when": at.confluence_data_center(),
            "friendlyWhen": at.friendly(),
            "message": message.unwrap_or_default(),
            "number": number,
            "minorEdit": false,
            "hidden": false,
        })
    }

    fn history(&self, page: &Page, expand: &Expand) -> Value {
        let mut history = json!({
            "latest": true,
            "createdBy": self.person(page.first().by.as_ref()),
            "createdDate": page.first().at.confluence_data_center(),
        });
        if expand.has("lastUpdated") {
            history["lastUpdated"] = self.version(page.number(), page.current());
        }
        history
    }

    pub(super) fn labels(&self, names: &[String]) -> Value {
        let label = |(place, name): (usize, &String)| {
            json!({
                "prefix": "global", "name": name, "id": (70_000 + place).to_string(), "label": name
            })
        };
        let results: Vec<Value> = names.iter().enumerate().map(label).collect();
        json!({ "size": results.len(), "results": results, "start": 0, "limit": 200 })
    }
}

/// The comments that this one answers, directly or not: the beginning of the thread comes first.
pub(super) fn above<'a>(page: &'a Page, comment: &'a Comment) -> Vec<&'a Comment> {
    let parent = |comment: &Comment| {
        let parent = comment.parent;
        page.comments.iter().find(|other| Some(other.id) == parent)
    };
    let mut above: Vec<_> =
        std::iter::successors(parent(comment), |comment| parent(comment)).collect();
    above.reverse();
    above
}

/// Where a comment stands and, if that was asked for, what it is about and what has become of it.
fn place(comment: &Comment, expand: &Expand) -> Value {
    let mut place = json!({ "location": comment.location.name() });
    if comment.location == Location::Inline {
        if expand.has("inlineProperties") {
            place["inlineProperties"] = json!({
                "originalSelection": comment.selection,
                "markerRef": format!("marker-{}", comment.id),
            });
        }
        if expand.has("resolution") {
            place["resolution"] = json!({ "status": comment.resolution.name() });
        }
    }
    place
}

fn extensions(page: &Page) -> Value {
    match (page.kind, page.position) {
        (PageKind::Page, Some(position)) => json!({ "position": position }),
        (PageKind::Page, None) => json!({ "position": "none" }),
        (PageKind::BlogPost, _) => json!({}),
    }
}

fn storage(body: &str) -> Value {
    json!({
        "storage": {
            "value": body, "representation": "storage", "_expandable": { "content": "" }
        },
        "_expandable": { "editor": "", "view": "", "export_view": "", "styled_view": "" },
    })
}

/// Short addresses for simple titles, as Data Center makes them.
fn web_address(page: &Page) -> String {
    let title = &page.current().title;
    if page.kind == PageKind::Page && title.chars().all(|c| c.is_ascii_alphanumeric() || c == ' ') {
        format!("/display/{}/{}", page.space, title.replace(' ', "+"))
    } else {
        format!("/pages/viewpage.action?pageId={}", page.id)
    }
}
