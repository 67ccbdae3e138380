//! The files of an issue or a page as a list.

use std::fmt::Write as _;

use atlassian::model::AttachedFile;

use super::size;
use crate::answer::{Origin, Reading, one_line};

/// Files under a heading of ours, as many as fit into `room`; nothing when there are none.
pub(crate) fn list<'a>(
    reading: &mut Reading,
    heading: &str,
    files: impl IntoIterator<Item = (&'a str, &'a AttachedFile)>,
    room: usize,
) {
    let mut bullets = String::new();
    let (mut all, mut fit) = (0, 0);
    for (id, file) in files {
        let bullet = bullet(id, file);
        all += 1;
        let used = bullets.chars().count() + bullet.chars().count();
        if fit + 1 == all && used <= room {
            fit += 1;
            bullets.push_str(&bullet);
        }
    }
    if all == 0 {
        return;
    }
    reading.say(format_args!("## {heading} ({all})"));
    if fit > 0 {
        reading.quote(&Origin::default(), &bullets);
    }
    if fit < all {
        let more = all - fit;
        reading.say(format_args!(
            "*{more} of them are left out: ask with more max_chars.*"
        ));
    }
}

fn bullet(id: &str, file: &AttachedFile) -> String {
    let mut out = format!("- {id}: {}", one_line(&file.name));
    let mut facts = Vec::new();
    facts.extend(file.media_type.as_deref().map(one_line));
    facts.extend(file.size.map(size));
    if !facts.is_empty() {
        let _infallible = write!(out, " ({})", facts.join(", "));
    }
    if let Some(created) = file.created {
        let _infallible = write!(out, ", {created}");
    }
    if let Some(author) = &file.author {
        let _infallible = write!(out, " by {}", one_line(author.label()));
    }
    out.push('\n');
    out
}
