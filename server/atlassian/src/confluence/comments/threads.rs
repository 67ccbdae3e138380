//! Threads out of comments that name what they reply to; pure.
//! Where the comments come from is known next door.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use super::ThreadRange;
use crate::ids::CommentId;
use crate::model::{PageComment, PageThread, PageThreads, Total};

/// The comments of a page.
pub(super) enum Told {
    /// All there are.
    All(Vec<PageComment>),
    /// As many as are read at most.
    Some(Vec<PageComment>),
}

/// The threads of a range.
pub(super) fn cut(told: Told, range: ThreadRange) -> PageThreads {
    let (comments, total) = match told {
        Told::All(comments) => {
            let count = Total::Exact(comments.len() as u64);
            (comments, count)
        }
        Told::Some(comments) => (comments, Total::Unknown),
    };
    let mut further = arranged(comments).into_iter().skip(range.skip).peekable();
    let (mut threads, mut count) = (Vec::new(), 0);
    while let Some(comments) = further.next_if(|_| count < range.enough) {
        count += comments.len();
        let has_more = false;
        threads.push(PageThread { comments, has_more });
    }
    PageThreads {
        threads,
        has_more: further.peek().is_some() || total == Total::Unknown,
        total,
    }
}

/// Threads, those begun last first, each with its replies in their places. A reply to a comment that is
/// not there, as one that was deleted, begins a thread.
pub(super) fn arranged(comments: Vec<PageComment>) -> Vec<Vec<PageComment>> {
    let known: HashSet<CommentId> = comments.iter().filter_map(|it| it.id.clone()).collect();
    let mut starts = Vec::new();
    let mut replies: HashMap<CommentId, Vec<PageComment>> = HashMap::new();
    for comment in comments {
        match comment.reply_to.clone().filter(|id| known.contains(id)) {
            None => starts.push(comment),
            Some(parent) => replies.entry(parent).or_default().push(comment),
        }
    }
    // Of those written in the same moment, the one that was told last is the newest.
    starts.reverse();
    starts.sort_by_key(|comment| Reverse(comment.when));
    let whole = |start| thread(start, &mut replies);
    starts.into_iter().map(whole).collect()
}

/// A comment and behind it, one after the other, each of its replies with what was replied to that.
fn thread(
    start: PageComment,
    replies: &mut HashMap<CommentId, Vec<PageComment>>,
) -> Vec<PageComment> {
    let (mut thread, mut next) = (Vec::new(), vec![start]);
    while let Some(comment) = next.pop() {
        let below = comment.id.as_ref().and_then(|id| replies.remove(id));
        let mut below = below.unwrap_or_default();
        below.sort_by_key(|reply| reply.when);
        below.reverse();
        next.append(&mut below);
        thread.push(comment);
    }
    thread
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CommentLocation, Timestamp};

    fn comment(id: u8, reply_to: Option<u8>, day: u8) -> PageComment {
        let number = |id: u8| CommentId::parse(&id.to_string()).unwrap();
        PageComment {
            id: Some(number(id)),
            reply_to: reply_to.map(number),
            author: None,
            when: Timestamp::parse(&format!("2026-09-{day:02}T08:00:00Z")),
            location: CommentLocation::Footer,
            body: None,
        }
    }

    fn ids(threads: &[PageThread]) -> Vec<String> {
        let told = |thread: &PageThread| {
            let ids = thread.comments.iter().map(|it| it.id.clone().unwrap());
            ids.map(|id| id.to_string()).collect::<Vec<_>>().join(" ")
        };
        threads.iter().map(told).collect()
    }

    fn discussion() -> Vec<PageComment> {
        vec![
            comment(1, None, 1),
            comment(2, None, 2),
            comment(3, Some(1), 9),
            comment(4, Some(1), 3),
            comment(5, Some(4), 12),
            comment(6, Some(99), 5),
        ]
    }

    #[test]
    fn threads_are_newest_first_and_replies_oldest_first_below_what_they_reply_to() {
        let (skip, enough) = (0, 100);
        let all = cut(Told::All(discussion()), ThreadRange { skip, enough });
        assert_eq!(ids(&all.threads), ["6", "2", "1 4 5 3"]);
        assert_eq!((all.has_more, all.total), (false, Total::Exact(6)));
    }

    #[test]
    fn comments_of_one_moment_keep_the_order_they_were_told_in() {
        let comments = [(1, None), (2, Some(1)), (3, Some(1)), (4, None)];
        let comments = comments.map(|(id, reply_to)| comment(id, reply_to, 1));
        let (skip, enough) = (0, 100);
        let all = cut(Told::All(comments.into()), ThreadRange { skip, enough });
        assert_eq!(ids(&all.threads), ["4", "1 2 3"]);
    }

    #[test]
    fn a_range_passes_over_threads_and_ends_behind_the_one_with_which_it_is_enough() {
        let part = |skip, enough| {
            let part = cut(Told::All(discussion()), ThreadRange { skip, enough });
            (ids(&part.threads).join(", "), part.has_more)
        };
        assert_eq!(part(0, 1), ("6".to_owned(), true));
        assert_eq!(part(1, 2), ("2, 1 4 5 3".to_owned(), false));
        assert_eq!(part(3, 9), (String::new(), false));
    }

    #[test]
    fn where_not_all_were_read_there_are_more_and_nobody_knows_how_many() {
        let (skip, enough) = (0, 100);
        let some = cut(Told::Some(discussion()), ThreadRange { skip, enough });
        assert_eq!((some.has_more, some.total), (true, Total::Unknown));
    }
}
