//! The flight recorder of `--trace`: every message of both sides with its time, one JSON object per
//! line, without the credentials. What the messages are about stays in it.

mod redact;

use std::fs::File;
use std::io::Write as _;
use std::sync::Arc;

use serde::Serialize;
use serde_json::value::RawValue;

use crate::keyring::Keyring;
use crate::settings::Settings;

/// Whose message it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Sender {
    /// Read from standard input.
    Host,
    /// Written to standard output: the server's, or the bridge's own in its place.
    Server,
}

/// Where messages are written down, if anywhere.
#[derive(Debug, Clone)]
pub(crate) struct Trace(Option<Recorder>);

#[derive(Debug, Clone)]
struct Recorder {
    file: Arc<File>,
    keyring: Arc<Keyring>,
}

#[derive(Serialize)]
struct Line<'a> {
    time: String,
    from: Sender,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a RawValue>,
    /// What is not JSON, or was not any more without its secrets.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
}

impl Trace {
    pub(crate) fn of(settings: &Settings, keyring: &Arc<Keyring>) -> Self {
        Self(settings.trace.as_ref().map(|trace| Recorder {
            file: Arc::clone(trace.file()),
            keyring: Arc::clone(keyring),
        }))
    }

    /// Writes nothing down.
    #[cfg(test)]
    pub(crate) fn off() -> Self {
        Self(None)
    }

    /// Writes one message down. What cannot be written is lost: a full disk must not stop a call.
    pub(crate) fn note(&self, from: Sender, message: &[u8]) {
        let Some(Recorder { file, keyring }) = &self.0 else {
            return;
        };
        let text = redact::redact(&String::from_utf8_lossy(message), &keyring.secrets());
        let raw = serde_json::from_str::<&RawValue>(&text).ok();
        let line = Line {
            time: jiff::Timestamp::now().to_string(),
            from,
            message: raw,
            text: raw.is_none().then_some(text.as_str()),
        };
        let mut line = serde_json::to_vec(&line).expect("texts are serialisable");
        line.push(b'\n');
        // In one write, so that lines of several bridges do not mix.
        if let Err(error) = (&**file).write_all(&line) {
            tracing::debug!(%error, "a message could not be traced");
        }
    }
}
