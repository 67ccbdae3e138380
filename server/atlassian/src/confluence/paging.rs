//! Positions in long lists: opaque on Cloud, offsets on Data Center.
//! What the lists hold is known to the verbs.

use url::Url;

use crate::error::Error;
use crate::model::Cursor;
use crate::site::{Deployment, Service};

/// Cloud continues by cursor, Data Center by offset.
pub(super) fn position_parameter(deployment: Deployment) -> &'static str {
    match deployment {
        Deployment::Cloud => "cursor",
        Deployment::DataCenter => "start",
    }
}

/// The cursor, if this deployment can have given it.
pub(super) fn valid(deployment: Deployment, cursor: &Cursor) -> Result<&Cursor, Error> {
    let valid = deployment == Deployment::Cloud || cursor.offset().is_some();
    valid.then_some(cursor).ok_or(Error::InvalidCursor {
        service: Service::Confluence,
    })
}

/// The position in a `_links.next`, which is the only reliable sign that there is more.
pub(super) fn next_cursor(deployment: Deployment, link: &str) -> Option<Cursor> {
    // The link is relative to a base that does not matter here.
    let link = Url::parse("http://relative.invalid/")
        .ok()?
        .join(link)
        .ok()?;
    let wanted = position_parameter(deployment);
    let (_, value) = link.query_pairs().find(|(name, _)| name == wanted)?;
    Some(Cursor::new(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_position_is_taken_from_the_link() {
        let cloud =
            "/rest/api/search?next=true&cursor=_f_MjU%3D&limit=25&start=25&cql=type+%3D+page";
        let found = next_cursor(Deployment::Cloud, cloud).unwrap();
        assert_eq!(found.as_str(), "_f_MjU=");
        let own = "/rest/api/search?cql=type%3Dpage&limit=2&start=4";
        assert_eq!(
            next_cursor(Deployment::DataCenter, own).unwrap().as_str(),
            "4"
        );
        assert_eq!(next_cursor(Deployment::Cloud, own), None);
    }
}
