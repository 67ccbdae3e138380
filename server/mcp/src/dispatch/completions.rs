//! `completion/complete`.

use serde::Serialize;
use shared::jsonrpc::ErrorObject;

use super::call::Call;
use super::outcome::Outcome;
use super::params::parse;
use super::server_method::COMPLETE;
use super::suspension;
use crate::completions::{Completion, CompletionRequest, Completions};

#[derive(Serialize)]
struct CompleteResult {
    completion: Completion,
}

pub(super) async fn complete<C>(
    completions: &dyn Completions<C>,
    call: &Call<C>,
) -> Result<Outcome, ErrorObject> {
    let request: CompletionRequest = parse(COMPLETE, call.request.params.as_deref())?;
    match completions.complete(&call.caller, request).await {
        Ok(completion) => Outcome::of(&CompleteResult { completion }),
        Err(failure) => Err(suspension::told(&failure)),
    }
}
