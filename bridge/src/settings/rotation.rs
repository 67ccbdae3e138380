//! Credentials that come from files, which somebody may replace while the bridge runs; not when they
//! are read again.

use std::fmt;

use shared::environment::Environment;

use super::environment::with_file;
use super::flags::Flags;
use super::{Credentials, StartError};

/// Variables that name a file with a token.
const TOKEN_FILES: [&str; 4] = [
    "JIRA_PERSONAL_TOKEN_FILE",
    "JIRA_API_TOKEN_FILE",
    "CONFLUENCE_PERSONAL_TOKEN_FILE",
    "CONFLUENCE_API_TOKEN_FILE",
];

/// Where the credentials were read from, to read them again.
#[derive(Clone)]
pub struct Rotation {
    flags: Flags,
    /// Without the variables of `--env-file`.
    environment: Environment,
}

impl Rotation {
    /// `None` when no file is involved, and when there was no credential: how connections are made
    /// was then decided for a bridge that has nothing to protect.
    pub(super) fn of(
        flags: &Flags,
        environment: &Environment,
        credentials: &Credentials,
    ) -> Option<Self> {
        let with_file = |name: &&str| environment.value(name).is_some();
        let has_files = flags.env_file.is_some() || TOKEN_FILES.iter().any(with_file);
        (has_files && !credentials.are_absent()).then(|| Self {
            flags: flags.clone(),
            environment: environment.clone(),
        })
    }

    /// The credentials as the files have them now.
    ///
    /// # Errors
    /// As at the start; nothing of what the files hold is shown.
    pub fn read(&self) -> Result<Credentials, StartError> {
        let environment = match &self.flags.env_file {
            Some(path) => &with_file(&self.environment, path)?,
            None => &self.environment,
        };
        // What there is to say was said at the start.
        Credentials::read(&self.flags, environment, &mut Vec::new())
    }
}

/// Flags may hold a secret.
impl fmt::Debug for Rotation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Rotation").finish_non_exhaustive()
    }
}
