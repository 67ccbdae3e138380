//! Tools that answer with each kind of content.

use mcp::{Answer, CallContext, Content, Entry, Failure, ResourceContents, Tool};
use schemars::JsonSchema;
use serde::Deserialize;

use super::named;
use crate::{Caller, PNG, WAV};

pub(super) const TOOLS: &[Entry<Caller>] = &[
    Entry::of::<SimpleText>(),
    Entry::of::<Image>(),
    Entry::of::<Audio>(),
    Entry::of::<EmbeddedResource>(),
    Entry::of::<MultipleContentTypes>(),
    Entry::of::<ErrorHandling>(),
];

#[derive(Deserialize, JsonSchema)]
struct SimpleText {}

impl Tool<Caller> for SimpleText {
    named!("test_simple_text");

    async fn call(self, _: &Caller, _: &CallContext) -> Result<Answer, Failure> {
        Ok(Answer::new("This is a simple text response for testing."))
    }
}

#[derive(Deserialize, JsonSchema)]
struct Image {}

impl Tool<Caller> for Image {
    named!("test_image_content");

    async fn call(self, _: &Caller, _: &CallContext) -> Result<Answer, Failure> {
        Ok(Answer::of([Content::image(PNG, "image/png")]))
    }
}

#[derive(Deserialize, JsonSchema)]
struct Audio {}

impl Tool<Caller> for Audio {
    named!("test_audio_content");

    async fn call(self, _: &Caller, _: &CallContext) -> Result<Answer, Failure> {
        Ok(Answer::of([Content::audio(WAV, "audio/wav")]))
    }
}

#[derive(Deserialize, JsonSchema)]
struct EmbeddedResource {}

impl Tool<Caller> for EmbeddedResource {
    named!("test_embedded_resource");

    async fn call(self, _: &Caller, _: &CallContext) -> Result<Answer, Failure> {
        let text = "This is an embedded resource content.";
        let resource = ResourceContents::text("test://embedded-resource", "text/plain", text);
        Ok(Answer::of([Content::resource(resource)]))
    }
}

#[derive(Deserialize, JsonSchema)]
struct MultipleContentTypes {}

impl Tool<Caller> for MultipleContentTypes {
    named!("test_multiple_content_types");

    async fn call(self, _: &Caller, _: &CallContext) -> Result<Answer, Failure> {
        let (uri, json) = (
            "test://mixed-content-resource",
            r#"{"test":"data","value":123}"#,
        );
        Ok(Answer::of([
            Content::text("Multiple content types test:"),
            Content::image(PNG, "image/png"),
            Content::resource(ResourceContents::text(uri, "application/json", json)),
        ]))
    }
}

#[derive(Deserialize, JsonSchema)]
struct ErrorHandling {}

impl Tool<Caller> for ErrorHandling {
    named!("test_error_handling");

    async fn call(self, _: &Caller, _: &CallContext) -> Result<Answer, Failure> {
        let text = "This tool intentionally returns an error for testing";
        Err(Failure::new(text))
    }
}
