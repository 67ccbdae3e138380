//! As whom a call acted at which service, from what the tool says of it and what its caller brought.

use atlassian::{Credential, Service};
use mcp::Metadata;
use serde_json::Value;

use crate::identity::{Caller, CredentialSource, IDENTITY_METADATA};

/// One account a call was made with.
#[derive(Debug)]
pub(super) struct Acting<'a> {
    pub(super) service: Service,
    /// What the site calls the account, where the tool has learnt it.
    pub(super) account: Option<&'a str>,
    pub(super) credential: &'a Credential,
    pub(super) source: CredentialSource,
}

/// The accounts of a call; none when it used no credential.
pub(super) fn as_whom<'a>(caller: &'a Caller, metadata: &'a Metadata) -> Vec<Acting<'a>> {
    let told = metadata.get(IDENTITY_METADATA);
    [Service::Jira, Service::Confluence]
        .into_iter()
        .filter_map(|service| {
            let told = told?.get(service.to_string().to_lowercase())?;
            let (credential, source) = caller.credential(service)?;
            Some(Acting {
                service,
                account: told.get("name").and_then(Value::as_str),
                credential,
                source,
            })
        })
        .collect()
}
