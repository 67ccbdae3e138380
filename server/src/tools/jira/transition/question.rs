//! What a person is asked before an issue is moved.

use atlassian::model::Status;

use super::{Step, TransitionJiraIssue, readers, said};
use crate::tools::confirmation::Question;

/// Whether to take this step, with all that goes along with it.
pub(super) fn of(call: &TransitionJiraIssue, step: &Step) -> Question {
    let (there, transition) = (&step.there, &step.transition);
    let key = there.issue.key();
    let named = |status: Option<&Status>| {
        status.map_or_else(|| "unknown".to_owned(), |status| status.name.clone())
    };
    let (from, to) = (named(there.status.as_ref()), named(transition.to.as_ref()));
    let mut question = Question::new(
        format!("move {key} from {from} by transition {}", transition.id),
        &format!("Move Jira issue {key} from status {from} to {to}?"),
    );
    if let Some(summary) = &there.summary {
        question.tell("Summary", summary);
    }
    question.tell("Transition", &transition.name);
    if let Some(resolution) = said(call.resolution.as_ref()) {
        question.tell("Resolution", resolution);
    }
    for (name, value) in call.fields.iter().flatten() {
        question.tell(&format!("Field {name}"), &value.to_string());
    }
    if let Some(comment) = said(call.comment.as_ref()) {
        let label = format!("Comment ({})", readers(there, step.route.audience()));
        question.quote(&label, comment);
    }
    question.tell("Where", &there.url);
    question
}
