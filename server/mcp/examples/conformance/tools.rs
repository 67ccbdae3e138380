//! The tools the suite asks for.

mod asking;
mod content;
mod repeating;
mod schema;
mod telling;

use mcp::{Annotations, Effect, Entry, Reach, Registry};

use crate::Caller;

pub(crate) const FIXTURE: Annotations = Annotations {
    effect: Effect::ReadOnly,
    reach: Reach::ClosedWorld,
};

/// Names a tool; that it belongs to the suite is all there is to say about it.
macro_rules! named {
    ($name:literal) => {
        const NAME: &'static str = $name;
        const TITLE: &'static str = $name;
        const DESCRIPTION: &'static str = "A tool of the conformance suite.";
        const ANNOTATIONS: mcp::Annotations = crate::tools::FIXTURE;
    };
}
use named;

pub(crate) fn registry() -> Registry<Caller> {
    let groups: [&[Entry<Caller>]; 5] = [
        content::TOOLS,
        telling::TOOLS,
        asking::TOOLS,
        repeating::TOOLS,
        schema::TOOLS,
    ];
    Registry::new(groups.into_iter().flatten())
}
