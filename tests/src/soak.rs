//! The soak: a bridge per transport under steady load while something fails every few seconds, held to
//! the invariants at every line and to its memory at the end. Single faults are the edge cases' matter.
//!
//! ```text
//! plan      how long, how fast, how often something fails, and what is held against the bridges
//! host      the host of one bridge: asks at a steady rate, reads every line
//! ledger    what is owed to that host, checked line by line
//! site      the server of one transport, which fails as the weather says
//! weather   what fails, and when
//! report    the table at the end, and the verdict
//! ```
//!
//! On Linux only, where `/proc` tells what a process holds.

mod host;
mod ledger;
mod plan;
mod report;
mod site;
mod weather;

use futures::future::join_all;
use tokio::time::{Instant, interval, interval_at};

use crate::census::Sample;
use host::Host;
use site::Site;
use weather::Fault;

pub use plan::Plan;
pub use report::Report;

/// A server of one transport and the bridge before it.
struct Pair {
    site: Site,
    host: Host,
}

/// Runs the plan from the start of the bridges to their end.
pub async fn run(plan: &Plan) -> Report {
    let mut pairs = Vec::new();
    for transport in site::Transport::ALL {
        let site = Site::start(transport).await;
        let host = Host::start(transport, &site.url(), plan).await;
        pairs.push(Pair { site, host });
    }
    let mut report = Report::new(plan);
    weather_it(&mut pairs, plan, &mut report).await;
    for Pair { site, host } in pairs {
        let account = host.end().await;
        report.close(site.transport(), account, site.effects().executed_twice());
    }
    report
}

/// Lets things fail and looks at the processes until the time is over.
async fn weather_it(pairs: &mut [Pair], plan: &Plan, report: &mut Report) {
    let start = Instant::now();
    let mut faults = interval_at(start + plan.fault_every, plan.fault_every);
    let mut samples = interval(plan.sample_every);
    let mut struck = 0;
    while start.elapsed() < plan.time {
        tokio::select! {
            _ = faults.tick() => {
                let strikes = pairs.iter_mut().enumerate().map(|(index, pair)| {
                    // Each transport meets another one, and each meets all of them.
                    let fault = Fault::ALL[(struck + index) % Fault::ALL.len()];
                    report.count(fault);
                    pair.site.strike(fault)
                });
                join_all(strikes).await;
                struck += 1;
            }
            _ = samples.tick() => {
                for pair in pairs.iter() {
                    let sample = Sample::of(pair.host.process());
                    report.note(pair.site.transport(), start.elapsed(), sample);
                    pair.host.look_for_overdue();
                    pair.site.forget_requests();
                }
            }
        }
    }
}
