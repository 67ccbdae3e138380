//! Comments of issues and pages alike, one behind the other as far as the budget goes.

use crate::answer::{Origin, Place, Reading};

/// The least room in which it is worth beginning another comment.
const LEAST_ROOM: usize = 200;

/// One comment.
pub(super) struct Remark<'a> {
    pub(super) origin: Origin<'a>,
    pub(super) markdown: String,
}

/// Tells comments in their order, the first of them from the byte `from` on. Returns how many have been
/// told; nothing when the last one had to be cut, which is said with the place to go on from, made of the
/// number of comments before it and the byte.
pub(super) fn tell<'a>(
    reading: &mut Reading,
    remarks: impl IntoIterator<Item = Remark<'a>>,
    from: usize,
    place: impl Fn(usize, usize) -> Place,
) -> Option<usize> {
    let mut told = 0;
    for Remark { origin, markdown } in remarks {
        let (from, room) = match told {
            0 => (from, reading.room()),
            _ if reading.room() < LEAST_ROOM => break,
            _ => (0, reading.room()),
        };
        if let Some(offset) = reading.quote_part(&origin, markdown.trim(), from, room) {
            reading.left_out("This comment is cut here.", place(told, offset));
            return None;
        }
        told += 1;
    }
    Some(told)
}
