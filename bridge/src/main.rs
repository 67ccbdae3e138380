//! The program: settings, logging, run, exit code; everything else is in the library.

use bridge::settings::{Command, Environment, Settings, addresses_of};
use bridge::signals::{self, Parent};

fn main() {
    // First of all: a host that is gone before this is not missed.
    let parent = Parent::now();
    let environment = Environment::of_process();
    match Settings::read(std::env::args_os(), &environment, &addresses_of) {
        Ok(settings) => run(&settings, parent),
        Err(error) => {
            error.print();
            std::process::exit(error.exit_code());
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn run(settings: &Settings, parent: Parent) {
    let file = settings.log_file.as_ref().map(|file| file.file().clone());
    let logging = shared::logging::start_with_file(settings.log_level, file);
    let output = tokio::io::stdout();
    let code = match settings.command {
        Command::Check => bridge::check(settings, output).await,
        Command::Bridge => {
            let watch = settings.timing.parent_watch;
            let stop = signals::stop(parent, watch, settings.on_hang_up());
            let ending = bridge::run(settings, bridge::stdin(), output, stop).await;
            ending.exit_code()
        }
    };
    drop(logging);
    // Not after the runtime, whose end waits for a stdin that is still open and a stdout that nobody
    // reads.
    std::process::exit(code);
}
