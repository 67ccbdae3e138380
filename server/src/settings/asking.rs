//! The settings for asking people: who gets the session it takes, and whether they are asked before
//! something is changed. How a question travels is known to `mcp`, what it says to `tools::confirmation`.

use clap::{Args, ValueEnum};
use mcp::SessionPolicy;
use shared::environment::Environment;

use super::{SettingsError, invalid};
use crate::tools::confirmation::Confirmation;

/// The flags, as typed.
#[derive(Debug, Clone, Default, Args)]
pub struct AskingArguments {
    /// Who gets a session on /mcp: clients that can be asked something, or every client of a revision
    /// that has sessions [env: SESSIONS] [default: when-needed]
    #[arg(long, value_name = "WHEN")]
    sessions: Option<Sessions>,

    /// Whether the person is asked before an issue is moved or a page is changed, where their host can
    /// show questions [env: CONFIRM] [default: when-possible]
    #[arg(long, value_name = "WHEN")]
    confirm: Option<Confirm>,
}

/// When a client gets a session, as it is typed.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Sessions {
    WhenNeeded,
    On,
}

/// When a person is asked, as it is typed.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Confirm {
    WhenPossible,
    Never,
}

/// Who can be asked something, and when it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Asking {
    pub(crate) sessions: SessionPolicy,
    pub(crate) confirmation: Confirmation,
}

impl Asking {
    pub(super) fn read(
        arguments: &AskingArguments,
        environment: &Environment,
    ) -> Result<Self, SettingsError> {
        let sessions = chosen(arguments.sessions, "SESSIONS", environment)?;
        let confirm = chosen(arguments.confirm, "CONFIRM", environment)?;
        Ok(Self {
            sessions: match sessions {
                None => SessionPolicy::default(),
                Some(Sessions::WhenNeeded) => SessionPolicy::WhenNeeded,
                Some(Sessions::On) => SessionPolicy::Always,
            },
            confirmation: match confirm {
                None => Confirmation::default(),
                Some(Confirm::WhenPossible) => Confirmation::WhenPossible,
                Some(Confirm::Never) => Confirmation::Never,
            },
        })
    }
}

/// The flag, else the variable.
fn chosen<C: ValueEnum>(
    flag: Option<C>,
    name: &str,
    environment: &Environment,
) -> Result<Option<C>, SettingsError> {
    let (None, Some(value)) = (&flag, environment.filled(name)) else {
        return Ok(flag);
    };
    let choice = <C as ValueEnum>::from_str(value, true);
    choice.map(Some).map_err(|_| {
        let choices = C::value_variants().iter();
        let names: Vec<_> = choices
            .filter_map(ValueEnum::to_possible_value)
            .map(|choice| choice.get_name().to_owned())
            .collect();
        invalid(name, format!("it must be one of {}", names.join(", ")))
    })
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::settings::Arguments;

    fn read(flags: &[&str], variables: &[(&str, &str)]) -> Result<Asking, String> {
        let arguments = Arguments::parse_from(["server"].iter().chain(flags));
        let environment = Environment::from_iter(variables.iter().copied());
        Asking::read(&arguments.asking, &environment).map_err(|error| error.to_string())
    }

    #[test]
    fn people_are_asked_where_that_is_possible_unless_a_flag_or_else_a_variable_says_otherwise() {
        let by_default = Asking {
            sessions: SessionPolicy::WhenNeeded,
            confirmation: Confirmation::WhenPossible,
        };
        let otherwise = Asking {
            sessions: SessionPolicy::Always,
            confirmation: Confirmation::Never,
        };
        let variables = [("SESSIONS", "On"), ("CONFIRM", "never")];
        assert_eq!(read(&[], &[]), Ok(by_default));
        assert_eq!(read(&[], &variables), Ok(otherwise));
        let flags = ["--sessions", "on", "--confirm", "never"];
        assert_eq!(read(&flags, &[]), Ok(otherwise));
        let flags = ["--sessions", "when-needed", "--confirm", "when-possible"];
        assert_eq!(read(&flags, &variables), Ok(by_default));
    }

    #[test]
    fn what_cannot_be_chosen_is_answered_with_what_can() {
        for (name, choices) in [
            ("SESSIONS", "SESSIONS: it must be one of when-needed, on"),
            ("CONFIRM", "CONFIRM: it must be one of when-possible, never"),
        ] {
            assert_eq!(read(&[], &[(name, "sometimes")]), Err(choices.to_owned()));
        }
    }
}
