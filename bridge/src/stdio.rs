//! Standard input and output as lines of bytes; not what a line means.

mod lines;
mod queue;
mod stdin;
mod writer;

pub(crate) use lines::{Line, Lines};
pub(crate) use queue::{LineReceiver, LineSender, queue};
pub use stdin::stdin;
pub(crate) use writer::{Writer, one_line};
