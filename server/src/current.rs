//! A value that is replaced as a whole while others use it; not what it holds.

use std::sync::{Arc, PoisonError, RwLock};

/// Whoever asks gets the value of that moment and keeps it for as long as they like.
#[derive(Debug)]
pub(crate) struct Current<T>(RwLock<Arc<T>>);

impl<T> Current<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(RwLock::new(Arc::new(value)))
    }

    /// The value as it is now.
    pub(crate) fn now(&self) -> Arc<T> {
        // The lock is held for as long as it takes to count one more owner, so it cannot be poisoned
        // by anything but a lack of memory.
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another value in its place, for whoever asks from now on.
    pub(crate) fn replace(&self, value: T) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_asked_keeps_the_value_that_was_and_others_get_the_new_one() {
        let current = Current::new(1);
        let before = current.now();
        current.replace(2);
        assert_eq!((*before, *current.now()), (1, 2));
    }
}
