//! Resources a program offers: what there is and what each holds; not how they are listed or read.

use futures::future::BoxFuture;
use serde::Serialize;

use crate::content::{ResourceContents, ResourceDescription};
use crate::context::CallContext;
use crate::tool::Failure;

/// The resources of a program.
pub trait Resources<C>: Send + Sync {
    /// What this caller can read, in an order that does not change.
    ///
    /// # Errors
    /// [`Failure`] becomes a JSON-RPC error.
    fn list<'a>(
        &'a self,
        caller: &'a C,
    ) -> BoxFuture<'a, Result<Vec<ResourceDescription>, Failure>>;

    /// The families of resources that are named by a template and are too many to list.
    fn templates(&self) -> Vec<ResourceTemplate>;

    /// Reads one; `None` when there is no such resource for this caller.
    ///
    /// # Errors
    /// [`Failure`] becomes a JSON-RPC error.
    fn read<'a>(
        &'a self,
        caller: &'a C,
        uri: &'a str,
        context: &'a CallContext,
    ) -> BoxFuture<'a, Result<Option<Vec<ResourceContents>>, Failure>>;
}

/// A family of resources (MCP schema, `ResourceTemplate`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceTemplate {
    /// A URI template (RFC 6570).
    pub uri_template: String,
    /// The name a program shows.
    pub name: String,
    /// What the resources hold, for a model.
    pub description: String,
    /// The media type of their content, if they all have the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
}
