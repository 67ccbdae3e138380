//! Which transition words mean, or which there are (B-40).
//! Taking it is done next door.

use atlassian::model::{NoTransition, Transition};
use atlassian::{Jira, Whereabouts};
use mcp::Failure;

use crate::identity::Access;
use crate::tools::jira::writing::refused;

/// What words come to.
pub(super) enum Choice {
    Take(Transition),
    /// Nothing leads to the status that is meant, which is the present one.
    AlreadyThere(String),
}

pub(super) async fn choose(
    jira: &Access<'_, Jira>,
    there: &Whereabouts,
    wanted: &str,
) -> Result<Choice, Failure> {
    let ways = jira.site.transitions(jira.credential, &there.issue).await;
    let ways = ways.map_err(|error| jira.failure(&error))?;
    let status = there.status.as_ref().map(|status| status.name.as_str());
    let why = match Transition::named(&ways, wanted) {
        Ok(way) => return Ok(Choice::Take(way.clone())),
        Err(NoTransition::Unknown) => match status {
            Some(status) if status.to_lowercase() == wanted.trim().to_lowercase() => {
                return Ok(Choice::AlreadyThere(status.to_owned()));
            }
            _ => "is no transition it has now, nor a status one leads to",
        },
        Err(NoTransition::Ambiguous) => "fits several of its transitions",
    };
    let why = format!(
        "issue {} is in status {}, and {wanted:?} {why}:{}",
        there.issue.key(),
        status.unwrap_or("unknown"),
        listed(&ways)
    );
    Err(refused(jira, why, "use one of these ids or names"))
}

fn listed(ways: &[Transition]) -> String {
    if ways.is_empty() {
        return " this account can take none".to_owned();
    }
    let one = |way: &Transition| {
        let to = way.to.as_ref().map_or("unknown", |to| to.name.as_str());
        format!("\n- `{}`: {} (to status {to})", way.id, way.name)
    };
    ways.iter().map(one).collect()
}
