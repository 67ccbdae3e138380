//! Event streams (`text/event-stream`, WHATWG HTML, section 9.2): reading and writing them; not what
//! the events mean, and no connection.
//!
//! Reading is `eventsource-stream` behind a guard. Alone it is quadratic in the length of a line and
//! in the number of lines that arrive together, panics on a byte order mark, stalls on an invalid
//! byte, loses an `id` or `retry` that comes without data, and has no size limit. The guard gives it
//! one complete, valid, normalised line at a time, of one complete event at a time.

mod decode;
mod encode;
mod guard;

pub use decode::{DecodeError, Event, decode, decode_all};
pub use encode::{encode_comment, encode_event};
