//! What the host has set up in its session beside the handshake: the level of the server's log and the
//! resources it wants to hear of. A session that is made again without the host noticing has to be told
//! too; by whom is not decided here.

use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;
use shared::jsonrpc::{Envelope, Message, RequestId};

use crate::question::own_id;

const SET_LEVEL: &str = "logging/setLevel";
const SUBSCRIBE: &str = "resources/subscribe";
const UNSUBSCRIBE: &str = "resources/unsubscribe";

/// Whether a request sets something up that lasts as long as the session.
pub(crate) fn is_wish(method: &str) -> bool {
    [SET_LEVEL, SUBSCRIBE, UNSUBSCRIBE].contains(&method)
}

/// What holds in the current session, as the host last said it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wishes {
    /// The parameters of the last `logging/setLevel`, as JSON.
    level: Option<String>,
    /// Each resource with the parameters of its `resources/subscribe`, as JSON.
    resources: Vec<(String, String)>,
}

impl Wishes {
    /// Takes note of a request of the host that the server has granted.
    pub(crate) fn grant(&mut self, request: &[u8]) {
        let Ok(Message::Single(raw)) = Message::parse(request) else {
            return;
        };
        let Ok(envelope) = Envelope::parse(raw) else {
            return;
        };
        let params = envelope.params.map(RawValue::get).unwrap_or_default();
        match envelope.method_name() {
            Some(SET_LEVEL) => self.level = Some(params.to_owned()),
            Some(method @ (SUBSCRIBE | UNSUBSCRIBE)) => {
                let Some(uri) = uri_in(params) else { return };
                self.resources.retain(|(other, _)| *other != uri);
                if method == SUBSCRIBE {
                    self.resources.push((uri, params.to_owned()));
                }
            }
            _ => {}
        }
    }

    /// The requests that say it again, with ids of the bridge: the host may be using its own for others
    /// by now.
    pub(crate) fn to_requests(&self) -> Vec<(RequestId, Bytes)> {
        let level = self.level.iter().map(|params| (SET_LEVEL, params));
        let resources = self.resources.iter().map(|(_, params)| (SUBSCRIBE, params));
        let all = level.chain(resources);
        all.map(|(method, params)| request(method, params))
            .collect()
    }
}

fn request(method: &str, params: &str) -> (RequestId, Bytes) {
    let id = own_id();
    let message = format!(
        r#"{{"jsonrpc":"2.0","id":{},"method":"{method}","params":{params}}}"#,
        id.as_json()
    );
    (id, Bytes::from(message))
}

fn uri_in(params: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Resource {
        uri: String,
    }
    let resource: Resource = serde_json::from_str(params).ok()?;
    Some(resource.uri)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said_again(granted: &[(&str, &str)]) -> Vec<String> {
        let mut wishes = Wishes::default();
        for (method, params) in granted {
            let request =
                format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{params}}}"#);
            wishes.grant(request.as_bytes());
        }
        let requests = wishes.to_requests().into_iter();
        let without_id = |(id, message): (RequestId, Bytes)| {
            let text = String::from_utf8(message.to_vec()).unwrap();
            text.replace(id.as_json(), "")
        };
        requests.map(without_id).collect()
    }

    #[test]
    fn the_last_level_and_every_resource_that_is_still_wanted_are_said_again() {
        let said = said_again(&[
            (SET_LEVEL, r#"{"level":"debug"}"#),
            (SUBSCRIBE, r#"{"uri":"a","_meta":{"x":1}}"#),
            (SET_LEVEL, r#"{"level":"error"}"#),
            (SUBSCRIBE, r#"{"uri":"b"}"#),
            (SUBSCRIBE, r#"{"uri":"\u0062"}"#),
            (UNSUBSCRIBE, r#"{"uri":"c"}"#),
        ]);
        assert_eq!(
            said,
            [
                r#"{"jsonrpc":"2.0","id":,"method":"logging/setLevel","params":{"level":"error"}}"#,
                r#"{"jsonrpc":"2.0","id":,"method":"resources/subscribe","params":{"uri":"a","_meta":{"x":1}}}"#,
                r#"{"jsonrpc":"2.0","id":,"method":"resources/subscribe","params":{"uri":"\u0062"}}"#,
            ]
        );
    }

    #[test]
    fn what_was_unsubscribed_is_not_said_again() {
        let said = said_again(&[
            (SUBSCRIBE, r#"{"uri":"a"}"#),
            (UNSUBSCRIBE, r#"{"uri":"a"}"#),
            (SUBSCRIBE, "{}"),
        ]);
        assert_eq!(said, [""; 0]);
    }
}
