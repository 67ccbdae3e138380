//! The JSON-RPC 2.0 envelope over raw JSON; payloads are carried, never understood.

mod envelope;
mod error;
mod id;
mod message;
mod response;

pub use envelope::{Envelope, Invalid, Kind, Method, Version};
pub use error::{ErrorCode, ErrorObject};
pub use id::{Id, RequestId};
pub use message::{Malformed, Message};
pub use response::Response;
