//! Names that cannot be guessed, for streams and sessions.

use std::fmt::Write as _;

/// 128 random bits in hexadecimal.
pub(super) fn name() -> std::io::Result<String> {
    let mut bits = [0u8; 16];
    getrandom::fill(&mut bits).map_err(|error| std::io::Error::other(error.to_string()))?;
    let mut text = String::with_capacity(32);
    for byte in bits {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
    }
    Ok(text)
}
