//! The answers to one batch of the host, which leave together as one array; not when one is owed.

use std::sync::Mutex;

use bytes::{BufMut as _, Bytes, BytesMut};

/// Collects answers until as many are there as were expected.
#[derive(Debug, Default)]
pub(crate) struct Gathering {
    progress: Mutex<Progress>,
}

#[derive(Debug, Default)]
struct Progress {
    outstanding: usize,
    answers: Vec<Bytes>,
}

impl Gathering {
    /// One more answer will come. All of them are announced before the first one comes.
    pub(crate) fn expect_one(&self) {
        self.progress().outstanding += 1;
    }

    /// Takes one answer, or notes that one will never come. Returns the array when nothing is
    /// outstanding any more and there is anything to say.
    pub(crate) fn settle_one(&self, answer: Option<Bytes>) -> Option<Bytes> {
        let mut progress = self.progress();
        progress.answers.extend(answer);
        progress.outstanding = progress.outstanding.saturating_sub(1);
        let is_complete = progress.outstanding == 0 && !progress.answers.is_empty();
        is_complete.then(|| array(&progress.answers))
    }

    fn progress(&self) -> std::sync::MutexGuard<'_, Progress> {
        self.progress
            .lock()
            .expect("no holder of the progress panics")
    }
}

fn array(elements: &[Bytes]) -> Bytes {
    let length = elements.iter().map(Bytes::len).sum::<usize>() + elements.len() + 1;
    let mut array = BytesMut::with_capacity(length);
    for (index, element) in elements.iter().enumerate() {
        array.put_u8(if index == 0 { b'[' } else { b',' });
        array.put_slice(element);
    }
    array.put_u8(b']');
    array.freeze()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_array_is_complete_with_the_last_answer_and_in_order_of_arrival() {
        let gathering = Gathering::default();
        gathering.expect_one();
        gathering.expect_one();
        assert_eq!(gathering.settle_one(Some(Bytes::from("{}"))), None);
        let array = gathering
            .settle_one(Some(Bytes::from("{\"a\":1}")))
            .unwrap();
        assert_eq!(array, "[{},{\"a\":1}]");
    }

    #[test]
    fn an_answer_that_never_comes_leaves_no_gap_and_none_at_all_leaves_no_line() {
        let gathering = Gathering::default();
        gathering.expect_one();
        gathering.expect_one();
        assert_eq!(gathering.settle_one(None), None);
        assert_eq!(
            gathering.settle_one(Some(Bytes::from("{}"))).unwrap(),
            "[{}]"
        );
        let empty = Gathering::default();
        empty.expect_one();
        assert_eq!(empty.settle_one(None), None);
    }
}
