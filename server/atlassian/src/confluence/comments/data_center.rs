//! Data Center's comments: one list with everything, oldest first, which cannot be asked otherwise.
//! Threads are made of them next door.

use super::super::Confluence;
use super::super::wire::{Answer, v1};
use super::threads::Told;
use crate::credential::Credential;
use crate::error::Error;
use crate::ids::PageId;

/// How many comments are asked for at a time …
const BATCH: usize = 100;
/// … and how often at most: 1,000 comments.
const BATCHES: usize = 10;

/// What comments tell only when asked.
const EXPAND: &str = "body.storage,version,history,ancestors,extensions.inlineProperties,\
                      extensions.resolution";

impl Confluence {
    pub(super) async fn comments_data_center(
        &self,
        credential: &Credential,
        id: &PageId,
    ) -> Result<Told, Error> {
        let path = ["rest", "api", "content", id.as_str(), "child", "comment"];
        let mut comments = Vec::new();
        for _ in 0..BATCHES {
            let call = self.site.read(&path, format!("page {id}"));
            let call = call
                .acting_as(credential)
                .query("location", "footer")
                .query("location", "inline")
                .query("location", "resolved")
                .query("depth", "all")
                .query("expand", EXPAND)
                .query("start", &comments.len().to_string())
                .query("limit", &BATCH.to_string());
            let answer = call.fetch::<Answer<v1::Content>>().await?;
            let (more, before) = (answer.has_next(), comments.len());
            let found = answer.results.into_iter().flatten();
            comments.extend(found.map(v1::Content::into_comment));
            if !more || comments.len() == before {
                return Ok(Told::All(comments));
            }
        }
        Ok(Told::Some(comments))
    }
}
