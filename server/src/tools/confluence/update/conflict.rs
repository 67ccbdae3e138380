//! A page that has become another version than the one the caller has read (fault B-53: it was written
//! over in silence). A version that comes in while the change is on its way is told by `atlassian`.

use atlassian::model::Page;
use atlassian::{Confluence, Error};
use mcp::Failure;

use super::rehearsal::{difference, quote};
use crate::answer::{Budget, Reading};
use crate::identity::Access;

/// Passes when the page still has the version that was read; otherwise tells who saved which version,
/// and what is different in it.
pub(super) async fn check(
    confluence: &Access<'_, Confluence>,
    page: &Page,
    expected: u64,
) -> Result<(), Failure> {
    let Some(now) = page.version.as_ref().filter(|now| now.number != expected) else {
        return Ok(());
    };
    let error = Error::conflict(&page.id, Some(expected), now);
    let failure = confluence.failure(&error);
    let (site, credential) = (confluence.site, confluence.credential);
    // Help only: without it the conflict is told all the same.
    let read = site.page_content_of(credential, page, expected).await.ok();
    let now = page.body.as_ref().and_then(|body| body.storage());
    let (Some(read), Some(now)) = (read.flatten(), now) else {
        return Err(failure);
    };
    let mut reading = Reading::within(Budget::DEFAULT);
    reading.say(failure.text());
    reading.say(format_args!("Changed since version {expected}:"));
    quote(&mut reading, page, &difference(&read, now));
    Err(Failure::new(reading.into_text()).with_metadata(confluence.metadata(None)))
}
