//! The tools a program offers, in the order it names them.

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use super::{Definition, Entry};

/// The tools on offer and the list of them, written once.
#[derive(Debug)]
pub struct Registry<C: 'static> {
    entries: Vec<&'static Entry<C>>,
    list: Box<RawValue>,
}

#[derive(Serialize)]
struct ListResult {
    tools: Vec<Definition>,
}

impl<C: Sync + 'static> Registry<C> {
    /// Lists tools. Names must differ; a later tool of the same name would never be called.
    pub fn new(entries: impl IntoIterator<Item = &'static Entry<C>>) -> Self {
        let entries: Vec<_> = entries.into_iter().collect();
        let tools = entries.iter().map(|entry| (entry.definition)()).collect();
        let list = to_raw_value(&ListResult { tools }).expect("a definition is JSON by its types");
        Self { entries, list }
    }

    /// The result of `tools/list`.
    #[must_use]
    pub fn list(&self) -> &RawValue {
        &self.list
    }

    /// The tool of that name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&'static Entry<C>> {
        self.entries
            .iter()
            .copied()
            .find(|entry| entry.name() == name)
    }

    /// The names, in order.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.entries.iter().map(|entry| entry.name())
    }
}
