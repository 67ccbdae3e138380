//! Reading PDFs in a program of its own, as far as that is the program's part: bytes come from standard
//! input, and what they say goes to standard output as JSON. Who starts and ends the program is elsewhere.
//!
//! The program has no secrets and opens nothing. The system ends it when it takes too much memory or time,
//! where the system has such bounds: on Linux both, on macOS and other Unix systems time, on Windows
//! neither. Whoever starts it keeps a clock in any case.

use std::io::{self, Read as _, Write as _};
use std::panic;
use std::process::ExitCode;

/// The argument that makes a program one that reads a PDF.
pub const ARGUMENT: &str = "read-pdf";

/// The most bytes of a PDF that are taken.
const MOST_BYTES: u64 = 256 * 1024 * 1024;

/// The most memory the program may take, in bytes, with its own code and the PDF.
#[cfg(unix)]
const MOST_MEMORY: u64 = 1024 * 1024 * 1024;

/// The most time of a processor it may take, in seconds.
#[cfg(unix)]
const MOST_SECONDS: u64 = 20;

/// Reads one PDF from standard input and writes the [`Reading`](crate::Reading) to standard output.
#[must_use]
pub fn run() -> ExitCode {
    confine();
    // Panics of the library are no news to whoever reads the log.
    panic::set_hook(Box::new(|_| {}));
    match answer() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn answer() -> io::Result<()> {
    let mut bytes = Vec::new();
    io::stdin()
        .lock()
        .take(MOST_BYTES)
        .read_to_end(&mut bytes)?;
    let reading = crate::read(&bytes);
    let mut out = io::stdout().lock();
    serde_json::to_writer(&mut out, &reading)?;
    out.flush()
}

/// Lets the system end this program when it takes too much. A bound that cannot be set is one that the
/// system does not have.
#[cfg(unix)]
fn confine() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    for (resource, most) in [
        // What it has in memory is somebody's document.
        (Resource::Core, 0),
        (Resource::As, MOST_MEMORY),
        (Resource::Cpu, MOST_SECONDS),
    ] {
        let most = getrlimit(resource).maximum.map_or(most, |it| it.min(most));
        let bound = Rlimit {
            current: Some(most),
            maximum: Some(most),
        };
        let _unbounded = setrlimit(resource, bound);
    }
}

#[cfg(not(unix))]
fn confine() {}
