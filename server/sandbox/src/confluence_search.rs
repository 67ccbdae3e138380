//! Searching with CQL, which both Confluences do through v1: `search` and `content/search`.
//! How each of them shows content and pages through results is in their own modules.

use serde_json::{Map, Value, json};

use crate::people::Person;
use crate::personality::Deployment;
use crate::query::cql::{Asked, Found, FoundRow, plan};
use crate::query::split;
use crate::site::Site;
use crate::site::call::Call;
use crate::site::paging::Page;
use crate::site::refusal::Refusal;
use crate::store::Store;
use crate::store::confluence::Confluence;

/// Everything the caller may see that fits, in order.
pub(crate) fn find<'a>(
    call: &'a Call,
    store: &'a Store,
    cql: Option<&str>,
) -> Result<Vec<Found<'a>>, Refusal> {
    let Some(cql) = cql else {
        return Err(Refusal::bad_request(
            "The 'cql' query parameter is required",
        ));
    };
    let asked = Asked {
        people: &store.people,
        caller: &call.caller,
        deployment: call.site.personality.deployment(),
        now: call.site.shared.clock.now(),
    };
    let plan = plan(cql, &asked).map_err(|error| Refusal::bad_request(error.0))?;
    let confluence = store.confluence(call.site.personality);
    let rows = Found::all_for(confluence, &call.caller).map(|found| FoundRow {
        found,
        confluence,
        asked: &asked,
    });
    Ok(plan
        .run(rows, "lastmodified")
        .into_iter()
        .map(|row| row.found)
        .collect())
}

/// How excerpts are made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Excerpt {
    /// The found words between `@@@hl@@@` and `@@@endhl@@@`.
    Highlight,
    /// The beginning of the text.
    Indexed,
    None,
}

impl Excerpt {
    /// Reads the `excerpt` parameter, in which Atlassian knows some more ways to highlight.
    pub(crate) fn read(text: Option<&str>) -> Result<Self, Refusal> {
        match text {
            None | Some("highlight" | "highlight_unescaped") => Ok(Self::Highlight),
            Some("indexed" | "indexed_unescaped") => Ok(Self::Indexed),
            Some("none") => Ok(Self::None),
            Some(other) => Err(Refusal::bad_request(format!(
                "'{other}' is not a valid excerpt strategy"
            ))),
        }
    }
}

/// What surrounds the content in a hit of `search`.
pub(crate) struct Hits<'a> {
    pub(crate) site: &'a Site,
    pub(crate) confluence: &'a Confluence,
    pub(crate) excerpt: Excerpt,
    words: Vec<String>,
}

impl<'a> Hits<'a> {
    pub(crate) fn of(
        site: &'a Site,
        confluence: &'a Confluence,
        cql: &str,
        excerpt: Excerpt,
    ) -> Self {
        Self {
            site,
            confluence,
            excerpt,
            words: searched_words(cql),
        }
    }

    /// One hit around `content`.
    pub(crate) fn hit(&self, found: Found<'_>, content: &Value) -> Value {
        let page = found.page();
        let space = self.confluence.space(&page.space);
        let changed = found.changed();
        let last_modified = match self.site.personality.deployment() {
            Deployment::Cloud => changed.confluence_cloud(),
            Deployment::DataCenter => changed.confluence_data_center(),
        };
        let container = space.map(|space| {
            let url = match self.site.personality.deployment() {
                Deployment::Cloud => format!("/spaces/{}", space.key),
                Deployment::DataCenter => format!("/display/{}", space.key),
            };
            json!({ "title": space.name, "displayUrl": url })
        });
        json!({
            "url": content["_links"]["webui"],
            "content": content,
            "title": self.marked(&found.title()),
            "excerpt": self.excerpt_of(found),
            "resultGlobalContainer": container,
            "breadcrumbs": [],
            "entityType": "content",
            "iconCssClass": format!("aui-icon content-type-{}", found.kind()),
            "lastModified": last_modified,
            "friendlyLastModified": changed.friendly(),
            "score": 0.0,
        })
    }

    fn excerpt_of(&self, found: Found<'_>) -> String {
        let text = found.words();
        match self.excerpt {
            Excerpt::None => String::new(),
            Excerpt::Indexed => window(&text, 0),
            Excerpt::Highlight => self.marked(&window(&text, self.first_hit(&text))),
        }
    }

    /// The number of the first searched word in a text.
    fn first_hit(&self, text: &str) -> usize {
        let hit = text
            .split_whitespace()
            .position(|word| self.is_searched(word));
        hit.unwrap_or(0)
    }

    fn is_searched(&self, word: &str) -> bool {
        split(word).iter().any(|part| self.words.contains(part))
    }

    fn marked(&self, text: &str) -> String {
        if self.excerpt != Excerpt::Highlight {
            return text.to_owned();
        }
        let mark = |word: &str| match self.is_searched(word) {
            true => format!("@@@hl@@@{word}@@@endhl@@@"),
            false => word.to_owned(),
        };
        text.split(' ').map(mark).collect::<Vec<_>>().join(" ")
    }
}

/// Forty words, a few of them before the one that was found.
fn window(text: &str, hit: usize) -> String {
    let words = text.split_whitespace().skip(hit.saturating_sub(8)).take(40);
    words.collect::<Vec<_>>().join(" ")
}

/// The words after `~` in a query.
fn searched_words(cql: &str) -> Vec<String> {
    let after_signs = cql.split('~').skip(1).filter_map(|rest| {
        let rest = rest.trim_start();
        match rest.chars().next()? {
            quote @ ('"' | '\'') => {
                let value = &rest[1..];
                // A backslash belongs to an escaped quote, which is no word anyway.
                let end = value.find(&format!("{quote} ")).unwrap_or(value.len());
                Some(&value[..end])
            }
            _ => rest.split_whitespace().next(),
        }
    });
    after_signs.flat_map(split).collect()
}

/// The frame around the results of any v1 list.
pub(crate) fn frame<T>(site: &Site, page: &Page<T>, results: &[Value]) -> Value {
    json!({
        "results": results,
        "start": page.start,
        "limit": page.limit,
        "size": results.len(),
        "_links": { "base": site.base(), "context": site.personality.context_path() },
    })
}

/// The frame around the hits of `search`.
pub(crate) fn found_frame<T>(site: &Site, page: &Page<T>, cql: &str, results: &[Value]) -> Value {
    let mut frame = frame(site, page, results);
    frame["totalSize"] = json!(page.total);
    frame["cqlQuery"] = json!(cql);
    frame["searchDuration"] = json!(12);
    frame["archivedResultCount"] = json!(0);
    frame
}

/// A person in v1; Cloud leaves the e-mail address of others empty.
pub(crate) fn user(site: &Site, caller: &Person, person: &Person) -> Value {
    let base = site.base();
    let context = site.personality.context_path();
    let picture = json!({
        "path": format!("{context}/images/icons/profilepics/default.svg"),
        "width": 48, "height": 48, "isDefault": true,
    });
    match site.personality.deployment() {
        Deployment::Cloud => json!({
            "type": "known",
            "accountId": person.account_id,
            "accountType": "atlassian",
            "email": if person == caller { &person.email } else { "" },
            "publicName": person.display_name,
            "displayName": person.display_name,
            "profilePicture": picture,
            "isExternalCollaborator": false,
            "timeZone": person.time_zone,
            "_expandable": { "operations": "", "personalSpace": "" },
            "_links": {
                "self": format!("{base}/rest/api/user?accountId={}", person.account_id),
            },
        }),
        Deployment::DataCenter => json!({
            "type": "known",
            "username": person.user_name,
            "userKey": person.confluence_user_key,
            "profilePicture": picture,
            "displayName": person.display_name,
            "_links": {
                "self": format!("{base}/rest/api/user?key={}", person.confluence_user_key),
            },
            "_expandable": { "status": "" },
        }),
    }
}

/// The answer to `user/current`, which also names the site.
pub(crate) fn current_user(call: &Call) -> Value {
    let mut user = user(&call.site, &call.caller, &call.caller);
    user["_links"]["base"] = json!(call.site.base());
    user["_links"]["context"] = json!(call.site.personality.context_path());
    user
}

/// An `_expandable` object: what is expanded is not in it.
pub(crate) fn expandable(all: &[(&str, &str)], expanded: &Value) -> Value {
    let missing = all.iter().filter(|(name, _)| expanded.get(name).is_none());
    missing
        .map(|(name, path)| ((*name).to_owned(), json!(path)))
        .collect::<Map<_, _>>()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_after_each_tilde_are_the_searched_ones() {
        let cql = "siteSearch ~ \"payment worker\" AND type = page AND title ~ restart order by id";
        assert_eq!(searched_words(cql), ["payment", "worker", "restart"]);
        assert!(searched_words("type = page").is_empty());
    }

    #[test]
    fn an_excerpt_starts_shortly_before_the_hit() {
        let text = (0..100)
            .map(|n| format!("w{n}"))
            .collect::<Vec<_>>()
            .join(" ");
        let excerpt = window(&text, 50);
        assert!(excerpt.starts_with("w42 ") && excerpt.ends_with(" w81"));
    }
}
