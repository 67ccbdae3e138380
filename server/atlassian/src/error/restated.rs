//! The same failure as its callers see it: after several tries, or as the failure of a probe.
//! How it is worded is in the parent file.

use super::Error;

impl Error {
    /// The same failure, met with the last of several tries.
    pub(crate) fn after_tries(mut self, count: u32) -> Self {
        if let Self::RateLimited { tries, .. }
        | Self::Unavailable { tries, .. }
        | Self::TimedOut { tries, .. }
        | Self::Unreachable { tries, .. }
        | Self::NoAnswer { tries, .. } = &mut self
        {
            *tries = count;
        }
        self
    }

    /// The same failure seen from a probe for the deployment: an answer that does not settle the
    /// question calls for the setting, a missing answer stays what it is.
    pub(crate) fn of_probe(self) -> Self {
        match self {
            Self::Unauthorized { service, .. }
            | Self::Forbidden { service, .. }
            | Self::NotFound { service, .. }
            | Self::Rejected { service, .. }
            | Self::Malformed { service, .. }
            | Self::LoginPage { service, .. } => Self::DeploymentUnknown {
                service,
                reason: self.to_string(),
            },
            other => other,
        }
    }
}
