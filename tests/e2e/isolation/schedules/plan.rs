//! What a schedule says: who asks what, through which door, and until when they wait. Not how it is
//! carried out.

use std::time::Duration;

use super::super::Dice;

/// The most people in one schedule.
pub(super) const MOST_ACTORS: usize = 3;

const MOST_STEPS: usize = 4;

/// A few people and what each does, one step after the other.
pub(super) struct Schedule {
    pub(super) actors: Vec<Vec<Step>>,
}

/// One call.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    pub(super) question: Question,
    pub(super) door: Door,
    pub(super) credential: CredentialForm,
    pub(super) ending: Ending,
}

/// What somebody asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Question {
    OwnIssue,
    OwnIssues,
    OwnPage,
    OwnSearch,
    /// It must not be there.
    IssueOfAnother,
    /// The own page with a credential for Jira only.
    OwnPageWithoutCredential,
    /// The own page without any credential.
    OwnPageAsNobody,
}

/// How a call travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Door {
    Post,
    Batch,
    /// POST of revision 2026-07-28.
    Stateless,
    /// POST in a session of the actor's own.
    Session,
    /// POST beside an event stream of the actor's own.
    EventStream,
}

/// Two ways of presenting the same credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CredentialForm {
    Bearer,
    ServiceHeaders,
}

/// Until when somebody waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    Answered,
    /// They go away after this time.
    Abandoned(Duration),
    /// They cancel it.
    Cancelled,
    /// Somebody else tries to cancel it, which must do nothing.
    CancelledByStranger,
}

const QUESTIONS: [Question; 7] = [
    Question::OwnIssue,
    Question::OwnIssues,
    Question::OwnPage,
    Question::OwnSearch,
    Question::IssueOfAnother,
    Question::OwnPageWithoutCredential,
    Question::OwnPageAsNobody,
];

const DOORS: [Door; 5] = [
    Door::Post,
    Door::Batch,
    Door::Stateless,
    Door::Session,
    Door::EventStream,
];

impl Schedule {
    pub(super) fn made_of(mut dice: Dice) -> Self {
        let actors = 2 + dice.index(MOST_ACTORS - 1);
        let steps = |dice: &mut Dice| {
            (0..=dice.index(MOST_STEPS))
                .map(|_| Step::made_of(dice))
                .collect()
        };
        Self {
            actors: (0..actors).map(|_| steps(&mut dice)).collect(),
        }
    }
}

impl Step {
    fn made_of(dice: &mut Dice) -> Self {
        let question = QUESTIONS[dice.index(QUESTIONS.len())];
        // Sessions and event streams belong to the credential that opened them.
        let doors = if question.brings_own_credential() {
            DOORS.len()
        } else {
            3
        };
        Self {
            question,
            door: DOORS[dice.index(doors)],
            credential: [CredentialForm::Bearer, CredentialForm::ServiceHeaders][dice.index(2)],
            ending: match dice.below(8) {
                0 => Ending::Abandoned(Duration::from_millis(dice.below(12))),
                // What nobody sent, anybody may cancel.
                1 if question != Question::OwnPageAsNobody => Ending::Cancelled,
                2 => Ending::CancelledByStranger,
                _ => Ending::Answered,
            },
        }
    }
}

impl Question {
    /// Whether the call presents the whole credential of the actor.
    pub(super) fn brings_own_credential(self) -> bool {
        !matches!(self, Self::OwnPageWithoutCredential | Self::OwnPageAsNobody)
    }
}
