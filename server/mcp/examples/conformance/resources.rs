//! The resources the suite asks for.

use futures::future::BoxFuture;
use mcp::{
    CallContext, Failure, ResourceContents, ResourceDescription, ResourceTemplate, Resources,
};
use serde_json::json;

use crate::{Caller, PNG};

pub(crate) struct Fixtures;

const TEXT: &str = "test://static-text";
const BINARY: &str = "test://static-binary";
const WATCHED: &str = "test://watched-resource";

impl Resources<Caller> for Fixtures {
    fn list<'a>(
        &'a self,
        _: &'a Caller,
    ) -> BoxFuture<'a, Result<Vec<ResourceDescription>, Failure>> {
        let described = |uri: &str, mime_type: &str| ResourceDescription {
            uri: uri.to_owned(),
            name: uri.trim_start_matches("test://").to_owned(),
            description: "A resource of the conformance suite.".to_owned(),
            mime_type: mime_type.to_owned(),
        };
        let list = vec![
            described(TEXT, "text/plain"),
            described(BINARY, "image/png"),
            described(WATCHED, "text/plain"),
        ];
        Box::pin(std::future::ready(Ok(list)))
    }

    fn templates(&self) -> Vec<ResourceTemplate> {
        vec![ResourceTemplate {
            uri_template: "test://template/{id}/data".to_owned(),
            name: "template".to_owned(),
            description: "A family of resources of the conformance suite.".to_owned(),
            mime_type: Some("application/json".to_owned()),
        }]
    }

    fn read<'a>(
        &'a self,
        _: &'a Caller,
        uri: &'a str,
        _: &'a CallContext,
    ) -> BoxFuture<'a, Result<Option<Vec<ResourceContents>>, Failure>> {
        let text = |text: &str| ResourceContents::text(uri, "text/plain", text);
        let contents = match uri {
            TEXT => Some(text("This is the content of the static text resource.")),
            BINARY => Some(ResourceContents::bytes(uri, "image/png", PNG)),
            WATCHED => Some(text("Nothing happens here.")),
            _ => templated(uri),
        };
        Box::pin(std::future::ready(Ok(contents.map(|one| vec![one]))))
    }
}

fn templated(uri: &str) -> Option<ResourceContents> {
    let id = uri
        .strip_prefix("test://template/")?
        .strip_suffix("/data")?;
    let data = json!({"id": id, "templateTest": true, "data": format!("Data for ID: {id}")});
    Some(ResourceContents::text(
        uri,
        "application/json",
        data.to_string(),
    ))
}
