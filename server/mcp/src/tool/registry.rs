//! The tools a program offers, in the order it names them.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use super::Entry;

/// The tools on offer and the description of each, written once.
#[derive(Debug)]
pub struct Registry<C: 'static> {
    entries: Vec<&'static Entry<C>>,
    definitions: Vec<Box<RawValue>>,
    /// By tool: its arguments that a request repeats in a header.
    mirrored: HashMap<&'static str, Vec<MirroredArgument>>,
}

/// An argument that clients of revision 2026-07-28 repeat in the header `Mcp-Param-{header}`, for
/// gateways that do not read bodies (`x-mcp-header` in the input schema).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MirroredArgument {
    pub(crate) argument: String,
    pub(crate) header: String,
}

#[derive(Serialize)]
struct ListResult<'a> {
    tools: &'a [Box<RawValue>],
}

impl<C: Sync + 'static> Registry<C> {
    /// Lists tools. Names must differ; a later tool of the same name would never be called.
    pub fn new(entries: impl IntoIterator<Item = &'static Entry<C>>) -> Self {
        let entries: Vec<_> = entries.into_iter().collect();
        let mut mirrored = HashMap::new();
        let definitions = entries.iter().map(|entry| {
            let definition = (entry.definition)();
            mirrored.insert(entry.name(), mirrored_in(&definition.input_schema));
            to_raw_value(&definition).expect("a definition is JSON by its types")
        });
        Self {
            definitions: definitions.collect(),
            mirrored,
            entries,
        }
    }

    /// The result of `tools/list` when all tools come in one answer.
    #[must_use]
    pub fn list(&self) -> Box<RawValue> {
        let tools = &self.definitions;
        to_raw_value(&ListResult { tools }).expect("a definition is JSON by its types")
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

    /// The tools, each with its description, in order.
    pub(crate) fn described(&self) -> impl Iterator<Item = (&'static Entry<C>, &RawValue)> {
        let definitions = self.definitions.iter().map(|definition| &**definition);
        self.entries.iter().copied().zip(definitions)
    }

    /// The tools, in order.
    pub(crate) fn entries(&self) -> impl Iterator<Item = &'static Entry<C>> {
        self.entries.iter().copied()
    }

    /// What a call of this tool repeats in headers.
    pub(crate) fn mirrored(&self, name: &str) -> &[MirroredArgument] {
        self.mirrored.get(name).map_or(&[], Vec::as_slice)
    }
}

fn mirrored_in(schema: &Value) -> Vec<MirroredArgument> {
    let Some(properties) = schema["properties"].as_object() else {
        return Vec::new();
    };
    let mirrored = properties.iter().filter_map(|(argument, property)| {
        Some(MirroredArgument {
            argument: argument.clone(),
            header: property["x-mcp-header"].as_str()?.to_owned(),
        })
    });
    mirrored.collect()
}
