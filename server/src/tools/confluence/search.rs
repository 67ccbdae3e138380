//! Tools that search.

use std::fmt::Write as _;

use atlassian::ids::SpaceKey;
use atlassian::model::{Cursor, SearchHit, SearchPage};
use atlassian::query::Cql;
use mcp::{Annotations, Answer, CallContext, Effect, Entry, Failure, Reach, Tool};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::identity::Caller;
use crate::tools::markdown::total;

const DEFAULT_MAX_RESULTS: u32 = 10;

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
    const ANNOTATIONS: Annotations = Annotations {
        effect: Effect::ReadOnly,
        reach: Reach::OpenWorld,
    };

    async fn call(self, caller: &Caller, _: &CallContext) -> Result<Answer, Failure> {
        let confluence = caller.confluence()?;
        let space = self.space_key.as_deref().map(SpaceKey::parse).transpose();
        let space = space.map_err(|error| Failure::new(error.to_string()))?;
        let cql = Cql::from_user_query(&self.query, space.as_ref());
        let cursor = self.cursor.map(Cursor::new);
        let (site, credential) = (confluence.site, confluence.credential);
        let found = site
            .search(credential, &cql, at_most(self.max_results), cursor.as_ref())
            .await;
        let found = found.map_err(|error| confluence.failure(&error))?;
        Ok(Answer::new(hits(&cql, &found)).with_metadata(confluence.metadata(None)))
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

fn hits(cql: &Cql, found: &SearchPage) -> String {
    let query = cql.as_str();
    if found.hits.is_empty() {
        return format!("Nothing found. Searched with `{query}`.");
    }
    let (count, all) = (found.hits.len(), total(found.total));
    let mut out = format!("{count} of {all} hits, searched with `{query}`:\n");
    for hit in &found.hits {
        one_hit(&mut out, hit);
    }
    if let Some(next) = &found.next {
        let _infallible = write!(out, "\nMore: call again with cursor `{}`.\n", next.as_str());
    }
    out
}

fn one_hit(out: &mut String, hit: &SearchHit) {
    let id = hit
        .id
        .as_ref()
        .map_or_else(String::new, |id| format!(" (ID: {id})"));
    let kind = if hit.kind == "page" {
        String::new()
    } else {
        format!(" [{}]", hit.kind)
    };
    let _infallible = write!(out, "\n- **{}**{id}{kind}\n", hit.title);
    let space = hit.space_name.as_ref().or(hit.space_key.as_ref());
    let space = space.map(|space| format!("Space: {space}"));
    let modified = hit
        .last_modified
        .as_ref()
        .map(|when| format!("Last Modified: {when}"));
    let facts: Vec<_> = [space, modified].into_iter().flatten().collect();
    if !facts.is_empty() {
        let _infallible = writeln!(out, "  {}", facts.join(" | "));
    }
    if let Some(excerpt) = hit.excerpt.as_deref().filter(|excerpt| !excerpt.is_empty()) {
        let _infallible = writeln!(out, "  {excerpt}");
    }
    if let Some(url) = &hit.url {
        let _infallible = writeln!(out, "  {url}");
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
