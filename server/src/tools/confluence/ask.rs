//! ask-confluence-page: the passages of a page that a question is about. How passages are weighed is in
//! `passages`.

mod passages;

use std::collections::BTreeSet;

use atlassian::model::Page;
use mcp::{Annotations, Answer, CallContext, Entry, Failure, Tool};
use schemars::JsonSchema;
use serde::Deserialize;

use super::pages::{READ, Which, markdown, reading};
use crate::answer::{Budget, Origin, Place, Reading, changed, one_line};
use crate::identity::Caller;
use crate::tools::arguments::named;
use passages::{Passage, Ranked};

/// How much a summary tells, in characters.
const SUMMARY: usize = 4_000;

/// Which page, and what to look for in it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AskConfluencePage {
    /// Number of the page, or its URL. Either this, or `title` and `space_key`.
    page_id: Option<String>,
    /// Exact title of the page; needs `space_key`.
    title: Option<String>,
    /// Key of the space the title is looked up in.
    space_key: Option<String>,
    /// The question, in words that the page may use.
    question: String,
    /// summary: the best passages; specific: all that have words of the question; details: all that fits.
    #[serde(default)]
    context_type: ContextType,
    /// Longest answer in characters, 1000 to 100000; 24000 if left out.
    max_chars: Option<i64>,
    /// Where to go on: the cursor that an earlier answer named.
    cursor: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum ContextType {
    #[default]
    Summary,
    Details,
    Specific,
}

impl ContextType {
    fn name(self) -> &'static str {
        match self {
            Self::Summary => "summary",
            Self::Details => "details",
            Self::Specific => "specific",
        }
    }
}

impl Tool<Caller> for AskConfluencePage {
    const NAME: &'static str = "ask-confluence-page";
    const TITLE: &'static str = "Find passages of a Confluence page";
    const DESCRIPTION: &'static str = "Shows the passages of a Confluence page that matter for a question, \
        the most relevant ones first if not all fit; the answer itself is left to you.";
    const ANNOTATIONS: Annotations = READ;

    async fn call(self, caller: &Caller, _: &CallContext) -> Result<Answer, Failure> {
        let confluence = caller.confluence()?;
        let which = Which::of(&confluence, [&self.page_id, &self.title, &self.space_key])?;
        let page = which.read(&confluence).await?;
        let text = markdown::body(&page);
        let skip = match named(self.cursor.as_ref()).map(Place::parse).transpose()? {
            None => 0,
            Some(Place::Passages { skip, length }) if length == text.len() => skip,
            Some(Place::Passages { .. }) => return Err(changed("the page")),
            Some(_) => return Err(Place::of_another_tool()),
        };
        let mut reading = Reading::within(Budget::of(self.max_chars));
        self.tell(&mut reading, &page, &text, skip);
        Ok(Answer::new(reading.into_text()).with_metadata(confluence.metadata(None)))
    }
}

impl AskConfluencePage {
    fn tell(&self, reading: &mut Reading, page: &Page, text: &str, skip: usize) {
        reading.say(format_args!("**Question:** {}", one_line(&self.question)));
        reading.quote(&Origin::default(), &markdown::facts(page));
        let Ranked {
            passages,
            mut order,
            related,
        } = passages::ranked(text, &self.question);
        if passages.is_empty() {
            return reading.say("*The page is empty.*");
        }
        if self.context_type == ContextType::Specific {
            order.truncate(related);
        }
        let room = match self.context_type {
            ContextType::Summary => reading.room().min(SUMMARY),
            ContextType::Details | ContextType::Specific => reading.room(),
        };
        let further = order.get(skip..).unwrap_or_default();
        let chosen = fitting(&passages, further, room);
        let (count, all) = (chosen.len(), passages.len());
        reading.say(format_args!(
            "**Context ({}):** {count} of {all} passages, in the order of the page.",
            self.context_type.name()
        ));
        if related == 0 {
            reading.say("*No passage has a word of the question.*");
        }
        if !chosen.is_empty() {
            reading.quote(&reading::origin(page), &joined(&passages, &chosen));
        }
        let told = skip + count;
        if told < order.len() {
            let what = format!(
                "{} less relevant passages are left out.",
                order.len() - told
            );
            let length = text.len();
            reading.left_out(what, Place::Passages { skip: told, length });
        }
    }
}

/// The first of these passages that fit into the room, at least one, by their place on the page.
fn fitting(passages: &[Passage], order: &[usize], room: usize) -> BTreeSet<usize> {
    let mut left = room;
    let mut chosen = BTreeSet::new();
    for at in order {
        let needed = passages[*at].length();
        if needed > left && !chosen.is_empty() {
            break;
        }
        left = left.saturating_sub(needed);
        chosen.insert(*at);
    }
    chosen
}

/// Passages one behind the other, with a mark where some are left out between them.
fn joined(passages: &[Passage], chosen: &BTreeSet<usize>) -> String {
    let (mut out, mut next) = (String::new(), 0);
    for at in chosen {
        if *at > next {
            out.push_str("[…]\n\n");
        }
        passages[*at].write(&mut out);
        next = at + 1;
    }
    out
}

/// The tools of this file.
pub(crate) const TOOLS: &[Entry<Caller>] = &[Entry::of::<AskConfluencePage>()];
