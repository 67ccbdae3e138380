//! `cargo demo`: the real bridge against the real server and its embedded sample site.

use std::process::ExitCode;

use tests::demo::{self, Mode};

#[tokio::main]
async fn main() -> ExitCode {
    let stop = server::signals::stop();
    let work = async {
        match Mode::of_stdin() {
            Mode::Bridge(first_byte) => demo::be_the_bridge(first_byte).await,
            Mode::Conversation => demo::show_the_conversation().await,
        }
    };
    // The children are killed when the work is dropped.
    tokio::select! {
        code = work => code,
        () = stop.cancelled() => ExitCode::from(130),
    }
}
