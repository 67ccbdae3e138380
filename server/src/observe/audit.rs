//! The record of who did what: one line for each tool call, without any content.

use atlassian::FingerprintKey;
use mcp::{CalledTool, Effect, End, Ended};
use shared::logging::AUDIT;

use super::acting::Acting;
use super::metrics::status;
use crate::identity::Caller;

/// Writes the line of one call, within the span of its request, which has the request's id.
pub(super) fn record(
    tool: &CalledTool,
    acted: &[Acting<'_>],
    request: &Ended<'_, Caller>,
    key: &FingerprintKey,
) {
    let Line {
        service,
        account,
        credential,
        source,
    } = Line::of(acted, key);
    let access = match tool.effect {
        Effect::ReadOnly => "read",
        Effect::Additive | Effect::DestructiveIdempotent | Effect::Destructive => "write",
    };
    let code = match request.end {
        End::Refused(code) => Some(code.0),
        _ => None,
    };
    tracing::info!(
        target: AUDIT,
        tool = tool.name,
        access,
        outcome = status(request.end),
        code,
        object = tool.object.as_deref(),
        service,
        account,
        credential,
        source,
        elapsed_ms = u64::try_from(request.elapsed.as_millis()).unwrap_or(u64::MAX),
        "tool called"
    );
}

/// As whom a call acted. A call that acted at both services names both, in the same order everywhere.
#[derive(Debug, PartialEq, Eq)]
struct Line {
    service: Option<String>,
    account: Option<String>,
    credential: Option<String>,
    source: Option<String>,
}

impl Line {
    fn of(acted: &[Acting<'_>], key: &FingerprintKey) -> Self {
        let joined = |field: fn(&Acting<'_>, &FingerprintKey) -> Option<String>| {
            let fields: Vec<_> = acted.iter().filter_map(|it| field(it, key)).collect();
            (!fields.is_empty()).then(|| fields.join(","))
        };
        Self {
            service: joined(|it, _| Some(it.service.to_string().to_lowercase())),
            account: joined(|it, _| it.account.map(str::to_owned)),
            credential: joined(|it, key| Some(key.fingerprint(it.credential).to_string())),
            source: joined(|it, _| Some(it.source.as_str().to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use atlassian::{Credential, Service};

    use super::*;
    use crate::identity::CredentialSource;

    #[test]
    fn a_call_at_both_services_names_both_accounts_and_no_token() {
        let key = FingerprintKey::of_secret(b"a key of the operator");
        let [jira, confluence] =
            ["s3cret-one", "s3cret-two"].map(|token| Credential::bearer(token).unwrap());
        let acting = |service, account, credential, source| Acting {
            service,
            account,
            credential,
            source,
        };
        let acted = [
            acting(Service::Jira, Some("Ana"), &jira, CredentialSource::Header),
            acting(
                Service::Confluence,
                None,
                &confluence,
                CredentialSource::Environment,
            ),
        ];
        let line = Line::of(&acted, &key);
        assert_eq!(line.service.as_deref(), Some("jira,confluence"));
        assert_eq!(line.account.as_deref(), Some("Ana"));
        assert_eq!(line.source.as_deref(), Some("header,environment"));
        let credentials = line.credential.unwrap();
        assert_eq!(credentials.len(), 16 + 1 + 16);
        assert!(!credentials.contains("s3cret"), "{credentials}");
        let nobody = Line::of(&[], &key);
        assert_eq!((nobody.service, nobody.credential), (None, None));
    }
}
