//! The program: settings, logging, run, exit code; everything else is in the library.

use bridge::settings::{Command, Environment, Settings, addresses_of};

fn main() {
    let environment = Environment::of_process();
    let code = match Settings::read(std::env::args_os(), &environment, &addresses_of) {
        Ok(settings) => run(&settings),
        Err(error) => {
            error.print();
            error.exit_code()
        }
    };
    // Standard input is still being read by a thread that only ends with the process.
    std::process::exit(code);
}

#[tokio::main(flavor = "current_thread")]
async fn run(settings: &Settings) -> i32 {
    let file = settings.log_file.as_ref().map(|file| file.file().clone());
    shared::logging::start_with_file(settings.log_level, file);
    let output = tokio::io::stdout();
    match settings.command {
        Command::Check => bridge::check(settings, output).await,
        Command::Bridge => {
            let (input, stop) = (
                bridge::stdin(),
                bridge::signals::stop(settings.timing.parent_watch),
            );
            let ending = bridge::run(settings, input, output, stop).await;
            ending.exit_code()
        }
    }
}
