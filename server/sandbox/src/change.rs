//! What the sites carried out: one entry per object that was made or changed, so that a test can
//! count. Requests that changed nothing are in the record only.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::Personality;

/// One change that a site carried out, whether or not its answer arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The site that carried it out.
    pub personality: Personality,
    /// User name of the person who made it.
    pub person: String,
    /// What was done, as in `created page`.
    pub deed: &'static str,
    /// Id or key of the object that is new or different now.
    pub object: String,
}

/// All changes in order.
#[derive(Default)]
pub(crate) struct Changes(Mutex<Vec<Change>>);

impl Changes {
    pub(crate) fn add(&self, change: Change) {
        self.list().push(change);
    }

    pub(crate) fn all(&self) -> Vec<Change> {
        self.list().clone()
    }

    fn list(&self) -> MutexGuard<'_, Vec<Change>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
