//! A success whose body does not answer: what a person should know about it.

use std::time::Duration;

use serde_json::{Value, json};

use super::{OUTCOME_UNKNOWN, web_page_sentence};

/// Why the body of a success is not the answer.
#[derive(Debug, Clone)]
pub(crate) enum Unusable {
    /// There is none.
    Empty { status: u16 },
    /// A web page where an answer was expected.
    WebPage,
    /// Neither JSON nor an event stream.
    WrongContent { content_type: String },
    /// JSON that does not answer this request.
    NotTheAnswer,
    /// Larger than the bridge takes.
    TooLarge { max_bytes: usize },
    /// Not one byte for so long.
    Silent { idle: Duration },
    /// The body or stream ended before the answer.
    CutShort { detail: String },
}

impl Unusable {
    /// Whether the answer was on its way and did not arrive.
    pub(crate) fn is_lost(&self) -> bool {
        matches!(self, Self::CutShort { .. } | Self::Silent { .. })
    }

    pub(super) fn sentence(&self, host: &str, url: &str) -> String {
        match self {
            Self::Empty { status } => format!(
                "{host} accepted the request ({status}) and sent no answer; look at the server's log"
            ),
            Self::WebPage => web_page_sentence(url),
            Self::WrongContent { content_type } => format!(
                "{url} answered with {content_type} instead of JSON; check the path of the URL, \
                 which usually ends in /mcp or /sse"
            ),
            Self::NotTheAnswer => format!(
                "{url} sent something that is not the answer to this request; look at the server's \
                 log"
            ),
            Self::TooLarge { max_bytes } => format!(
                "the answer of {host} is larger than {max_bytes} bytes, the most the bridge takes; \
                 ask for less"
            ),
            Self::Silent { idle } => format!(
                "{host} sent nothing for {} s (--idle sets this time); {OUTCOME_UNKNOWN}",
                idle.as_secs_f64()
            ),
            Self::CutShort { .. } => format!(
                "{host} ended the connection before the answer was complete; {OUTCOME_UNKNOWN}"
            ),
        }
    }

    pub(super) fn details(&self, url: &str) -> Value {
        match self {
            Self::Empty { status } => json!({ "httpStatus": status, "url": url }),
            Self::WrongContent { content_type } => {
                json!({ "contentType": content_type, "url": url })
            }
            Self::CutShort { detail } => json!({ "cause": detail, "url": url }),
            Self::WebPage | Self::NotTheAnswer | Self::TooLarge { .. } | Self::Silent { .. } => {
                json!({ "url": url })
            }
        }
    }
}
