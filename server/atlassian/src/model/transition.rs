//! Transitions: the ways out of a status.
//! What to tell of an issue after one is in `issue`.

use super::issue::Status;
use super::screen::Screen;

/// A transition that can be taken now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    /// Its id within the workflow.
    pub id: String,
    /// Its name, which is often another than that of the status it leads to.
    pub name: String,
    /// The status it leads to.
    pub to: Option<Status>,
    /// What can or must be filled in on the way.
    pub screen: Screen,
}

/// Why words name no single transition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoTransition {
    /// None is called like that, and none leads to a status that is.
    Unknown,
    /// Several are, or do.
    Ambiguous,
}

impl Transition {
    /// The one that is meant: by id, else by name, else by the status it leads to; capitals do not
    /// matter.
    ///
    /// # Errors
    /// None fits, or several fit equally well.
    pub fn named<'a>(all: &'a [Self], wanted: &str) -> Result<&'a Self, NoTransition> {
        let wanted = wanted.trim().to_lowercase();
        let status = |it: &Self| it.to.as_ref().map(|to| to.name.to_lowercase());
        let ways: [&dyn Fn(&&Self) -> bool; 3] = [
            &|it| it.id == wanted,
            &|it| it.name.to_lowercase() == wanted,
            &|it| status(it).as_ref() == Some(&wanted),
        ];
        for fits in ways {
            match all.iter().filter(fits).collect::<Vec<_>>()[..] {
                [] => {}
                [only] => return Ok(only),
                _ => return Err(NoTransition::Ambiguous),
            }
        }
        Err(NoTransition::Unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transition(id: &str, name: &str, to: &str) -> Transition {
        Transition {
            id: id.to_owned(),
            name: name.to_owned(),
            to: Some(Status {
                name: to.to_owned(),
                category: None,
            }),
            screen: Screen::empty(),
        }
    }

    #[test]
    fn b_40_a_transition_is_found_by_id_then_by_name_then_by_where_it_leads() {
        let all = [
            transition("11", "Abschließen", "Erledigt"),
            transition("21", "Verwerfen", "Erledigt"),
            transition("31", "Erneut", "Offen"),
            transition("41", "Offen", "Elsewhere"),
            transition("51", "31", "Odd"),
        ];
        for (wanted, id) in [
            ("11", Ok("11")),
            (" abschlieSSen ", Err(NoTransition::Unknown)),
            ("ABSCHLIEßEN", Ok("11")),
            ("verwerfen", Ok("21")),
            ("31", Ok("31")),
            ("offen", Ok("41")),
            ("odd", Ok("51")),
            ("erledigt", Err(NoTransition::Ambiguous)),
            ("", Err(NoTransition::Unknown)),
            ("Done", Err(NoTransition::Unknown)),
        ] {
            let found = Transition::named(&all, wanted).map(|it| &*it.id);
            assert_eq!(found, id, "{wanted:?}");
        }
    }
}
