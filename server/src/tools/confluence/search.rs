//! Tools that search.

use std::fmt::Write as _;

use atlassian::ids::SpaceKey;
use atlassian::model::{Cursor, SearchHit, SearchPage, Total};
use atlassian::query::Cql;
use mcp::{Annotations, Answer, CallContext, Entry, Failure, Tool, output_schema_of};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::pages::READ;
use crate::answer::{Budget, Origin, Reading, one_line};
use crate::identity::Caller;
use crate::tools::arguments::named;
use crate::tools::markdown::{fitted, structured, total};

const DEFAULT_MAX_RESULTS: u32 = 10;

/// The hits for programs; the texts around them are in the answer for people.
#[derive(Debug, Serialize, JsonSchema)]
struct Found {
    hits: Vec<Hit>,
    /// How many there are in all, where Confluence tells; on Cloud about.
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<u64>,
    /// Where the list goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Hit {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    title: String,
    kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    space_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_modified: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

/// What to look for and where.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SearchConfluence {
    /// Words to look for in titles and texts, or a CQL query.
    query: String,
    /// Search in this space only.
    space_key: Option<String>,
    /// How many hits to show at most, 1 to 50.
    #[serde(default = "default_max_results")]
    #[schemars(range(min = 1, max = 50))]
    max_results: i64,
    /// Where to go on: the cursor that an earlier answer named.
    cursor: Option<String>,
}

fn default_max_results() -> i64 {
    DEFAULT_MAX_RESULTS.into()
}

impl Tool<Caller> for SearchConfluence {
    const NAME: &'static str = "search-confluence";
    const TITLE: &'static str = "Search Confluence";
    const DESCRIPTION: &'static str = "Finds Confluence pages by words or by CQL and lists their titles, \
        ids, spaces and the text around each hit.";
    const ANNOTATIONS: Annotations = READ;

    fn output_schema() -> Option<Value> {
        Some(output_schema_of::<Found>())
    }

    async fn call(self, caller: &Caller, _: &CallContext) -> Result<Answer, Failure> {
        let confluence = caller.confluence()?;
        let space = named(self.space_key.as_ref())
            .map(SpaceKey::parse)
            .transpose();
        let space = space.map_err(|error| Failure::new(error.to_string()))?;
        let cql = Cql::from_user_query(&self.query, space.as_ref());
        let cursor = named(self.cursor.as_ref()).map(Cursor::new);
        let (site, credential) = (confluence.site, confluence.credential);
        let found = site
            .search(credential, &cql, at_most(self.max_results), cursor.as_ref())
            .await;
        let found = found.map_err(|error| confluence.failure(&error))?;
        let answer = Answer::new(hits(&self, &cql, &found));
        let answer = answer.with_structured(structured(&Found::from(&found)));
        Ok(answer.with_metadata(confluence.metadata(None)))
    }
}

/// More than 50 is 50, less than 1 is the default (fault B-54: there was no bound).
fn at_most(max_results: i64) -> u32 {
    match max_results {
        ..1 => DEFAULT_MAX_RESULTS,
        1..=50 => u32::try_from(max_results).unwrap_or(DEFAULT_MAX_RESULTS),
        _ => 50,
    }
}

fn hits(asked: &SearchConfluence, cql: &Cql, found: &SearchPage) -> String {
    // What somebody typed is not theirs to end the line with.
    let query = one_line(cql.as_str()).replace('`', "'");
    if found.hits.is_empty() {
        return format!(
            "Nothing found. Searched with `{query}`.\n\nNext step: {}",
            instead(asked)
        );
    }
    let mut reading = Reading::within(Budget::DEFAULT);
    let (count, all) = (found.hits.len(), total(found.total));
    reading.say(format_args!(
        "{count} of {all} hits, searched with `{query}`:"
    ));
    let list = fitted(&found.hits, reading.room(), one_hit, short);
    reading.quote(&Origin::default(), &list.text);
    if list.shortened > 0 {
        let shortened = list.shortened;
        reading.say(format_args!(
            "*The last {shortened} hits are shown by name only: ask for fewer with max_results.*"
        ));
    }
    if let Some(next) = &found.next {
        reading.say(format_args!(
            "More: call again with cursor `{}`.",
            next.as_str()
        ));
    }
    reading.into_text()
}

fn one_hit(hit: &SearchHit) -> String {
    let mut out = short(hit);
    let space = space(hit).map(|space| format!("Space: {space}"));
    let modified = hit.last_modified.as_ref();
    let modified = modified.map(|when| format!("Last Modified: {when}"));
    let facts: Vec<_> = [space, modified].into_iter().flatten().collect();
    if !facts.is_empty() {
        let _infallible = writeln!(out, "  {}", facts.join(" | "));
    }
    if let Some(excerpt) = hit.excerpt.as_deref().filter(|excerpt| !excerpt.is_empty()) {
        let _infallible = writeln!(out, "  {}", one_line(excerpt));
    }
    if let Some(url) = &hit.url {
        let _infallible = writeln!(out, "  {url}");
    }
    out
}

/// What may find more.
fn instead(asked: &SearchConfluence) -> &'static str {
    let query = asked.query.trim();
    if !query.is_empty() && query.bytes().all(|byte| byte.is_ascii_digit()) {
        return "numbers of pages are not searched: give this one to get-confluence-page as page_id";
    }
    if named(asked.space_key.as_ref()).is_some() {
        return "search without space_key, which may be misspelt, or for fewer or other words: a page must have all";
    }
    "search for fewer or other words: a page must have all, or be matched by the CQL"
}

/// Name and key, as `get-confluence-page` tells them: the key is what other tools ask for.
fn space(hit: &SearchHit) -> Option<String> {
    match (hit.space_name.as_deref(), hit.space_key.as_deref()) {
        (Some(name), Some(key)) => Some(format!("{} ({})", one_line(name), one_line(key))),
        (one, other) => one.or(other).map(one_line),
    }
}

fn short(hit: &SearchHit) -> String {
    let id = hit.id.as_ref();
    let id = id.map_or_else(String::new, |id| format!(" (ID: {id})"));
    let kind = if hit.kind == "page" {
        String::new()
    } else {
        format!(" [{}]", one_line(&hit.kind))
    };
    format!("- **{}**{id}{kind}\n", one_line(&hit.title))
}

impl From<&SearchPage> for Found {
    fn from(found: &SearchPage) -> Self {
        Self {
            hits: found.hits.iter().map(Hit::from).collect(),
            total: match found.total {
                Total::Exact(count) | Total::Approximate(count) => Some(count),
                Total::Unknown => None,
            },
            next_cursor: found.next.as_ref().map(|next| next.as_str().to_owned()),
        }
    }
}

impl From<&SearchHit> for Hit {
    fn from(hit: &SearchHit) -> Self {
        Self {
            id: hit.id.clone(),
            title: hit.title.clone(),
            kind: hit.kind.clone(),
            space_key: hit.space_key.clone(),
            last_modified: hit.last_modified.map(|when| when.to_string()),
            url: hit.url.clone(),
        }
    }
}

/// The tools of this file.
pub(crate) const TOOLS: &[Entry<Caller>] = &[Entry::of::<SearchConfluence>()];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_hits_is_kept_within_bounds() {
        for (asked, used) in [
            (-1, 10),
            (0, 10),
            (1, 1),
            (50, 50),
            (51, 50),
            (i64::MAX, 50),
        ] {
            assert_eq!(at_most(asked), used, "{asked}");
        }
    }
}
