//! What the demo is asked to be, told by its stdin.

use std::io::{IsTerminal as _, Read as _};

/// What the demo is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// A conversation for a person: stdin is a terminal, or ends before its first byte.
    Conversation,
    /// The bridge: a byte has come, and it is part of the first message.
    Bridge(u8),
}

impl Mode {
    /// Waits for stdin to show what it is.
    #[must_use]
    pub fn of_stdin() -> Self {
        let mut stdin = std::io::stdin();
        if stdin.is_terminal() {
            return Self::Conversation;
        }
        let mut first = [0];
        match stdin.read(&mut first) {
            Ok(1) => Self::Bridge(first[0]),
            // At its end, closed or unreadable: nobody is there to speak JSON-RPC.
            Ok(_) | Err(_) => Self::Conversation,
        }
    }
}
