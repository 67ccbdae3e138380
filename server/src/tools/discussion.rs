//! Comments of issues and pages alike, one behind the other as far as the budget goes.

use crate::answer::{Origin, Place, Reading};

/// The least room in which it is worth beginning another comment.
const LEAST_ROOM: usize = 200;

/// One comment.
pub(super) struct Remark<'a> {
    pub(super) origin: Origin<'a>,
    pub(super) markdown: String,
}

/// Tells comments, newest first, of which `skip` have been told before; the first of them from the byte
/// `from` on. Returns how many have been told by now; nothing when the last one had to be cut, which is
/// said with the place to go on from.
pub(super) fn tell<'a>(
    reading: &mut Reading,
    remarks: impl IntoIterator<Item = Remark<'a>>,
    (skip, from): (usize, usize),
) -> Option<usize> {
    let mut told = skip;
    for Remark { origin, markdown } in remarks {
        let (from, room) = match told == skip {
            true => (from, reading.room()),
            false if reading.room() < LEAST_ROOM => break,
            false => (0, reading.room()),
        };
        if let Some(offset) = reading.quote_part(&origin, markdown.trim(), from, room) {
            let what = "This comment is cut here.";
            reading.left_out(what, Place::Comments { skip: told, offset });
            return None;
        }
        told += 1;
    }
    Some(told)
}
