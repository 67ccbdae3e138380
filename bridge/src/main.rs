//! The program: settings, logging, run, exit code; everything else is in the library.

use std::net::{IpAddr, ToSocketAddrs as _};

use bridge::settings::{Environment, Settings};

fn main() {
    let environment = Environment::of_process();
    let code = match Settings::read(std::env::args_os(), &environment, &addresses) {
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
    shared::logging::start(settings.log_level);
    let stop = bridge::signals::stop();
    bridge::run(settings, bridge::stdin(), tokio::io::stdout(), stop)
        .await
        .exit_code()
}

fn addresses(name: &str) -> std::io::Result<Vec<IpAddr>> {
    Ok((name, 0)
        .to_socket_addrs()?
        .map(|address| address.ip())
        .collect())
}
