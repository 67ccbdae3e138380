//! Faults that a test can inject: what goes wrong, where and how often.
//! Carrying them out is the gate's work.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::Personality;

/// One thing that goes wrong on one site.
#[derive(Clone, Debug)]
pub struct Fault {
    /// The site it happens on.
    pub personality: Personality,
    /// Part of the request path (without query, with context path); empty means every path.
    pub path_contains: String,
    /// The method it is limited to, in capitals; any method without.
    pub method: Option<&'static str>,
    /// What happens.
    pub effect: Effect,
    /// How often it happens.
    pub times: Times,
}

/// What a fault does to a request.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Answers with this instead.
    Status {
        /// HTTP status, such as 429.
        status: u16,
        /// Further headers, such as `Retry-After`.
        headers: Vec<(String, String)>,
        /// Body; JSON if it begins with `{` or `[`, plain text otherwise.
        body: String,
    },
    /// Waits, then answers as usual.
    Delay(Duration),
    /// Sends the usual head with its `Content-Length`, half the body, and closes the connection.
    CutBody,
    /// Answers 200 without a body.
    EmptySuccess,
    /// Accepts the request and never answers.
    Stall,
    /// Answers 200 with a login page, as a single sign-on proxy in front of a site does.
    HtmlLoginPage,
    /// Answers as usual, but everything that Atlassian documents as nullable is null.
    NullFields,
}

/// How often a fault happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Times {
    /// Until healed.
    Always,
    /// For this many matching requests.
    Next(u32),
}

impl Fault {
    /// A fault that hits every request whose path contains `path_contains`, until healed.
    pub fn new(personality: Personality, path_contains: impl Into<String>, effect: Effect) -> Self {
        let times = Times::Always;
        Self {
            personality,
            path_contains: path_contains.into(),
            method: None,
            effect,
            times,
        }
    }

    /// The same fault, for the next `count` matching requests only.
    #[must_use]
    pub fn times(self, count: u32) -> Self {
        Self {
            times: Times::Next(count),
            ..self
        }
    }

    /// The same fault, for requests with this method only, as in `PUT`: what reads the same path
    /// stays as it is.
    #[must_use]
    pub fn on(self, method: &'static str) -> Self {
        Self {
            method: Some(method),
            ..self
        }
    }

    fn hits(&self, personality: Personality, method: &str, path: &str) -> bool {
        self.personality == personality
            && self.method.is_none_or(|only| only == method)
            && path.contains(&self.path_contains)
    }
}

impl Effect {
    /// An answer with a status and a body and no further headers.
    pub fn status(status: u16, body: impl Into<String>) -> Self {
        Self::Status {
            status,
            headers: Vec::new(),
            body: body.into(),
        }
    }
}

/// The faults in force, in order of injection.
#[derive(Default)]
pub(crate) struct Faults(Mutex<Vec<Fault>>);

impl Faults {
    pub(crate) fn inject(&self, fault: Fault) {
        self.list().push(fault);
    }

    pub(crate) fn heal(&self) {
        self.list().clear();
    }

    /// The effect of the first fault that hits this request; counts it as happened.
    pub(crate) fn strike(
        &self,
        personality: Personality,
        method: &str,
        path: &str,
    ) -> Option<Effect> {
        let mut faults = self.list();
        faults.retain(|fault| fault.times != Times::Next(0));
        let fault = faults
            .iter_mut()
            .find(|fault| fault.hits(personality, method, path))?;
        if let Times::Next(count) = &mut fault.times {
            *count -= 1;
        }
        Some(fault.effect.clone())
    }

    fn list(&self) -> std::sync::MutexGuard<'_, Vec<Fault>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_on_one_method_leaves_the_others_alone() {
        let faults = Faults::default();
        let site = Personality::ConfluenceCloud;
        faults.inject(Fault::new(site, "/pages/1", Effect::Stall).on("PUT"));
        assert!(faults.strike(site, "GET", "/pages/1").is_none());
        assert!(faults.strike(site, "PUT", "/pages/1").is_some());
    }

    #[test]
    fn the_first_matching_fault_wins_until_it_is_used_up() {
        let faults = Faults::default();
        let site = Personality::JiraCloud;
        faults.inject(Fault::new(site, "/issue/", Effect::EmptySuccess).times(1));
        faults.inject(Fault::new(site, "", Effect::Stall));

        assert!(
            faults
                .strike(Personality::JiraDataCenter, "GET", "/issue/")
                .is_none()
        );
        assert!(matches!(
            faults.strike(site, "GET", "/issue/A-1"),
            Some(Effect::EmptySuccess)
        ));
        assert!(matches!(
            faults.strike(site, "GET", "/issue/A-1"),
            Some(Effect::Stall)
        ));
        faults.heal();
        assert!(faults.strike(site, "GET", "/issue/A-1").is_none());
    }
}
