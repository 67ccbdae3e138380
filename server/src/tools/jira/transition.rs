//! The tool that moves issues along their workflow.

mod choice;
mod question;

use atlassian::model::{Filled, ProjectKind, Status, Transition};
use atlassian::{CommentAudience, Error, Jira, Whereabouts};
use mcp::{Annotations, Answer, CallContext, Effect, Entry, Failure, Reach, Tool};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::comment::readers;
use super::writing::{issue_key, markdown, problem, quoted, refused};
use crate::identity::{Access, Caller};
use crate::tools::arguments::said;
use crate::tools::confirmation;
use crate::tools::markdown::line;
use choice::Choice;

/// Which issue, and where to.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TransitionJiraIssue {
    /// Key or URL of the issue.
    issue_key: String,
    /// Name or id of the transition, or the status it leads to.
    transition_id: String,
    /// Comment to add, in Markdown; internal on a service desk.
    comment: Option<String>,
    /// Name of the resolution, where the transition asks for one.
    resolution: Option<String>,
    /// Further fields that the transition asks for, by name or id.
    fields: Option<Map<String, Value>>,
    /// Only check and show what would change.
    #[serde(default)]
    dry_run: bool,
}

impl Tool<Caller> for TransitionJiraIssue {
    const NAME: &'static str = "transition-jira-issue";
    const TITLE: &'static str = "Move a Jira issue to another status";
    const DESCRIPTION: &'static str =
        "Takes a transition of a Jira issue. If none fits, tells which there are.";
    const ANNOTATIONS: Annotations = Annotations {
        effect: Effect::Destructive,
        reach: Reach::OpenWorld,
    };

    async fn call(self, caller: &Caller, context: &CallContext) -> Result<Answer, Failure> {
        let jira = caller.jira()?;
        let key = issue_key(&jira, &self.issue_key)?;
        let there = jira.site.whereabouts(jira.credential, &key).await;
        let there = there.map_err(|error| jira.failure(&error))?;
        let text = match choice::choose(&jira, &there, &self.transition_id).await? {
            Choice::AlreadyThere(status) => self.already_there(&jira, &there, &status)?,
            Choice::Take(transition) => {
                let step = self.step(&jira, there, transition)?;
                if self.dry_run {
                    self.rehearsed(&jira, &step).await?
                } else {
                    confirmation::obtained(&jira, context, question::of(&self, &step)).await?;
                    self.taken(&jira, step).await?
                }
            }
        };
        Ok(Answer::new(text).with_metadata(jira.metadata(None)))
    }
}

/// All that is needed to take a transition.
struct Step {
    there: Whereabouts,
    transition: Transition,
    filled: Filled,
    /// How a comment travels.
    route: CommentRoute,
}

/// How the comment of a transition travels.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CommentRoute {
    /// With the transition: its screen takes one, and there may be workflows that insist.
    WithTransition,
    /// After it, by itself: the screen takes none, or customers might read it.
    Afterwards(CommentAudience),
}

impl TransitionJiraIssue {
    /// The wanted status is the present one and nothing leads there: an earlier try may have done it.
    fn already_there(
        &self,
        jira: &Access<'_, Jira>,
        there: &Whereabouts,
        status: &str,
    ) -> Result<String, Failure> {
        let told = format!("{} is in status {status} already", there.issue.key());
        let asks_more = said(self.comment.as_ref()).is_some()
            || said(self.resolution.as_ref()).is_some()
            || self
                .fields
                .as_ref()
                .is_some_and(|fields| !fields.is_empty());
        if asks_more {
            let next_step = "use comment-jira-issue to comment";
            return Err(refused(jira, told, next_step));
        }
        Ok(format!("{told}; nothing was changed.\n\n{}", there.url))
    }

    fn step(
        &self,
        jira: &Access<'_, Jira>,
        there: Whereabouts,
        transition: Transition,
    ) -> Result<Step, Failure> {
        let mut values = self.fields.clone().unwrap_or_default();
        if let Some(resolution) = said(self.resolution.as_ref()) {
            values.insert("resolution".to_owned(), json!(resolution));
        }
        if let Some(comment) = said(self.comment.as_ref()) {
            markdown(jira, comment)?;
        }
        let filled = transition.screen.filled(&values);
        let filled = filled.map_err(|wrong| problem(jira, &wrong))?;
        let takes_comment = transition.screen.field("comment").is_some();
        let route = match there.project {
            ProjectKind::Other if takes_comment => CommentRoute::WithTransition,
            ProjectKind::Other => CommentRoute::Afterwards(CommentAudience::Everybody),
            ProjectKind::ServiceDesk | ProjectKind::Unknown => {
                CommentRoute::Afterwards(CommentAudience::Internal)
            }
        };
        Ok(Step {
            there,
            transition,
            filled,
            route,
        })
    }

    async fn rehearsed(&self, jira: &Access<'_, Jira>, step: &Step) -> Result<String, Failure> {
        let key = step.there.issue.key();
        let mut text = format!(
            "Nothing was changed. Without dry_run the transition {:?} would change {key}:\n\n```diff\n",
            step.transition.name
        );
        let status = |status: Option<&str>| status.unwrap_or("unknown").to_owned();
        let before = step.there.status.as_ref().map(|it| it.name.as_str());
        let after = step.transition.to.as_ref().map(|it| it.name.as_str());
        text.push_str(&format!(
            "-Status: {}\n+Status: {}\n",
            status(before),
            status(after)
        ));
        if let Some(resolution) = said(self.resolution.as_ref()) {
            text.push_str(&format!("+Resolution: {resolution}\n"));
        }
        for (name, value) in self.fields.iter().flatten() {
            text.push_str(&format!("+{name}: {value}\n"));
        }
        text.push_str("```\n");
        if let Some(comment) = said(self.comment.as_ref()) {
            let shown = jira.site.as_shown(comment).await;
            let shown = shown.map_err(|error| jira.failure(&error))?;
            let readers = readers(&step.there, step.route.audience());
            text.push_str(&format!("\nComment ({readers}):\n\n{}", quoted(&shown)));
        }
        Ok(text)
    }

    async fn taken(&self, jira: &Access<'_, Jira>, step: Step) -> Result<String, Failure> {
        let Step {
            there,
            transition,
            filled,
            route,
        } = step;
        let (site, credential) = (jira.site, jira.credential);
        let comment = said(self.comment.as_ref());
        let with = comment.filter(|_| route == CommentRoute::WithTransition);
        let missing = transition.screen.missing(&filled);
        let taken = site.take_transition(credential, &there.issue, &transition, filled, with);
        taken.await.map_err(|error| match missing {
            // Jira is the judge of what is missing; the screen tells what it can be.
            Some(missing) if matches!(error, Error::Rejected { status: 400, .. }) => {
                let next_step = "give them as `resolution` or in `fields`, by name";
                refused(jira, format!("{error}\n\nPerhaps {missing}"), next_step)
            }
            _ => jira.failure(&error),
        })?;
        let mut text = self.moved(jira, &there, &transition).await;
        if let (Some(markdown), CommentRoute::Afterwards(audience)) = (comment, route) {
            let added = site.add_comment(credential, &there.issue, markdown, audience);
            if let Err(error) = added.await {
                let text = format!(
                    "{text}\nThe comment was not added: {error}\n\nNext step: do not move the issue \
                     again; {}",
                    error.next_step()
                );
                return Err(Failure::new(text).with_metadata(jira.metadata(None)));
            }
        }
        if comment.is_some() {
            let readers = readers(&there, route.audience());
            line(&mut text, "Comment", format!("added ({readers})"));
        }
        Ok(text)
    }

    /// What became of the issue, read again: a workflow may do more than was asked (B-34).
    async fn moved(
        &self,
        jira: &Access<'_, Jira>,
        before: &Whereabouts,
        transition: &Transition,
    ) -> String {
        let key = before.issue.key();
        let named = |status: Option<&Status>| {
            status.map_or_else(|| "unknown".to_owned(), |status| status.name.clone())
        };
        let (from, to) = (named(before.status.as_ref()), named(transition.to.as_ref()));
        let told = match jira.site.whereabouts(jira.credential, key).await {
            Ok(now) => match named(now.status.as_ref()) {
                // A workflow may lead back at once, and so may one that works on in the background.
                now if now == from && now != to => {
                    format!("Jira took the transition, but {key} is in status {now}, not in {to}")
                }
                now => format!("{key} was moved: {from} → {now}"),
            },
            Err(error) => format!("{key} was moved: {from} → {to} (not read again: {error})"),
        };
        let mut text = format!("{told}\n\n");
        line(&mut text, "Transition", &transition.name);
        line(&mut text, "URL", &before.url);
        text
    }
}

impl CommentRoute {
    fn audience(self) -> CommentAudience {
        match self {
            Self::WithTransition => CommentAudience::Everybody,
            Self::Afterwards(audience) => audience,
        }
    }
}

/// The tools of this file.
pub(crate) const TOOLS: &[Entry<Caller>] = &[Entry::of::<TransitionJiraIssue>()];
