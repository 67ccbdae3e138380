//! CQL: its fields, and pages, blog posts and comments as rows.
//! The grammar, which it shares with JQL, is not here.

use jiff::Timestamp;

use super::check::{Plan, Strictness};
use super::{Context, Field, Kind, Language, QueryError, Rank, Row};
use crate::moment::Moment;
use crate::people::Person;
use crate::personality::Deployment;
use crate::store::confluence::{Comment, Confluence, Page, words};

const FIELDS: &[Field] = &[
    Field {
        names: &["type"],
        kind: Kind::Name,
    },
    Field {
        names: &["space", "space.key"],
        kind: Kind::Name,
    },
    Field {
        names: &["id", "content"],
        kind: Kind::Name,
    },
    Field {
        names: &["ancestor"],
        kind: Kind::Name,
    },
    Field {
        names: &["label"],
        kind: Kind::Name,
    },
    Field {
        names: &["creator"],
        kind: Kind::Name,
    },
    Field {
        names: &["contributor"],
        kind: Kind::Name,
    },
    Field {
        names: &["title"],
        kind: Kind::Title,
    },
    Field {
        names: &["text"],
        kind: Kind::Text,
    },
    Field {
        names: &["siteSearch"],
        kind: Kind::Text,
    },
    Field {
        names: &["created"],
        kind: Kind::Moment,
    },
    Field {
        names: &["lastmodified"],
        kind: Kind::Moment,
    },
];

/// Types that CQL knows; of some the sandbox has none.
const TYPES: &[&str] = &["page", "blogpost", "comment", "attachment"];

/// Checks a CQL query for a caller of one Confluence.
pub(crate) fn plan(text: &str, asked: &Asked<'_>) -> Result<Plan, QueryError> {
    let plan = Plan::check(text, Language::Cql, FIELDS, asked, Strictness::Strict)?;
    if plan.is_unbounded() {
        return Err(QueryError(
            "Could not parse cql : the query has no condition".to_owned(),
        ));
    }
    Ok(plan)
}

/// Who asks, and when.
pub(crate) struct Asked<'a> {
    pub(crate) people: &'a [Person],
    pub(crate) caller: &'a Person,
    pub(crate) deployment: Deployment,
    pub(crate) now: Moment,
}

impl Asked<'_> {
    /// Cloud knows people by account id only, Data Center by user name and key.
    fn called(&self, person: &Person) -> Vec<String> {
        match self.deployment {
            Deployment::Cloud => vec![person.account_id.to_lowercase()],
            Deployment::DataCenter => {
                vec![
                    person.user_name.to_lowercase(),
                    person.confluence_user_key.to_lowercase(),
                ]
            }
        }
    }

    fn person(&self, user_name: &str) -> Vec<String> {
        let person = self
            .people
            .iter()
            .find(|person| person.user_name == user_name);
        person.map(|person| self.called(person)).unwrap_or_default()
    }
}

impl Context for Asked<'_> {
    fn now(&self) -> Timestamp {
        self.now.0
    }

    fn current_user(&self) -> String {
        self.called(self.caller).swap_remove(0)
    }

    /// A space, label or id that does not exist is no fault in CQL: nothing is found.
    fn knows(&self, field: &str, value: &str) -> bool {
        match field {
            "type" => TYPES.contains(&value),
            "creator" | "contributor" => self
                .people
                .iter()
                .any(|person| self.called(person).contains(&value.to_owned())),
            "id" | "ancestor" => value.parse::<u64>().is_ok(),
            _ => true,
        }
    }
}

/// Something that a search in Confluence can find.
#[derive(Clone, Copy)]
pub(crate) enum Found<'a> {
    Page(&'a Page),
    Comment(&'a Page, &'a Comment),
}

impl<'a> Found<'a> {
    /// Everything that a person may find.
    pub(crate) fn all_for(
        confluence: &'a Confluence,
        person: &'a Person,
    ) -> impl Iterator<Item = Self> {
        confluence.pages_for(person).flat_map(|page| {
            let comments = page
                .comments
                .iter()
                .map(move |comment| Self::Comment(page, comment));
            std::iter::once(Self::Page(page)).chain(comments)
        })
    }

    /// The page, or the page that the comment is on.
    pub(crate) fn page(self) -> &'a Page {
        match self {
            Self::Page(page) | Self::Comment(page, _) => page,
        }
    }

    pub(crate) fn id(self) -> u64 {
        match self {
            Self::Page(page) => page.id,
            Self::Comment(_, comment) => comment.id,
        }
    }

    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::Page(page) => page.kind.name(),
            Self::Comment(..) => "comment",
        }
    }

    pub(crate) fn title(self) -> String {
        let title = &self.page().current().title;
        match self {
            Self::Page(_) => title.clone(),
            Self::Comment(..) => format!("Re: {title}"),
        }
    }

    /// The bare words of the body.
    pub(crate) fn words(self) -> String {
        match self {
            Self::Page(page) => words(&page.current().body),
            Self::Comment(_, comment) => words(&comment.body),
        }
    }

    pub(crate) fn changed(self) -> Moment {
        match self {
            Self::Page(page) => page.current().at,
            Self::Comment(_, comment) => comment.at,
        }
    }

    fn created(self) -> Moment {
        match self {
            Self::Page(page) => page.first().at,
            Self::Comment(_, comment) => comment.at,
        }
    }
}

/// A find within the question.
pub(crate) struct FoundRow<'a, 'q> {
    pub(crate) found: Found<'a>,
    pub(crate) confluence: &'a Confluence,
    pub(crate) asked: &'q Asked<'q>,
}

impl FoundRow<'_, '_> {
    fn authors(&self) -> Vec<&str> {
        match self.found {
            Found::Page(page) => page
                .versions
                .iter()
                .filter_map(|v| v.by.as_deref())
                .collect(),
            Found::Comment(_, comment) => comment.by.as_deref().into_iter().collect(),
        }
    }
}

impl Row for FoundRow<'_, '_> {
    fn names(&self, field: &str) -> Vec<String> {
        let page = self.found.page();
        match field {
            "type" => vec![self.found.kind().to_owned()],
            "space" => vec![page.space.to_lowercase()],
            "id" => vec![self.found.id().to_string()],
            "ancestor" => self
                .confluence
                .ancestors(page)
                .iter()
                .map(|above| above.id.to_string())
                .collect(),
            "label" => match self.found {
                Found::Page(page) => page.labels.clone(),
                Found::Comment(..) => Vec::new(),
            },
            "creator" => match self.found {
                Found::Page(page) => page
                    .first()
                    .by
                    .iter()
                    .flat_map(|by| self.asked.person(by))
                    .collect(),
                Found::Comment(_, comment) => comment
                    .by
                    .iter()
                    .flat_map(|by| self.asked.person(by))
                    .collect(),
            },
            "contributor" => self
                .authors()
                .into_iter()
                .flat_map(|by| self.asked.person(by))
                .collect(),
            "title" => vec![self.found.title().to_lowercase()],
            _ => Vec::new(),
        }
    }

    fn texts(&self, field: &str) -> Vec<String> {
        match field {
            "title" => vec![self.found.title()],
            // One text, so that words may come from title and body together.
            _ => vec![format!("{} {}", self.found.title(), self.found.words())],
        }
    }

    fn moment(&self, field: &str) -> Option<Timestamp> {
        match field {
            "created" => Some(self.found.created().0),
            _ => Some(self.found.changed().0),
        }
    }

    fn rank(&self, field: &str) -> Option<Rank> {
        match field {
            "created" | "lastmodified" => self.moment(field).map(|at| Rank::Number(at.as_second())),
            "id" => i64::try_from(self.found.id()).ok().map(Rank::Number),
            _ => self.names(field).into_iter().next().map(Rank::Text),
        }
    }
}
