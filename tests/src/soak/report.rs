//! What a soak has shown, as a table for a person, and whether it was good enough.

use std::fmt;
use std::time::Duration;

use super::ledger::Account;
use super::plan::Plan;
use super::site::Transport;
use super::weather::Fault;
use crate::census::Sample;

/// What one bridge did and held.
#[derive(Debug)]
struct Row {
    transport: Transport,
    samples: Vec<(Duration, Option<Sample>)>,
    account: Account,
    executed_twice: usize,
}

/// The figures of one soak.
#[derive(Debug)]
pub struct Report {
    plan: Plan,
    rows: Vec<Row>,
    faults: Vec<(Fault, usize)>,
}

impl Report {
    pub(super) fn new(plan: &Plan) -> Self {
        let row = |transport| Row {
            transport,
            samples: Vec::new(),
            account: Account::default(),
            executed_twice: 0,
        };
        Self {
            plan: *plan,
            rows: Transport::ALL.map(row).into(),
            faults: Fault::ALL.map(|fault| (fault, 0)).into(),
        }
    }

    /// One more of these happened.
    pub(super) fn count(&mut self, happened: Fault) {
        for (fault, count) in &mut self.faults {
            *count += usize::from(*fault == happened);
        }
    }

    /// A look at a bridge; `None` when it could not be looked at.
    pub(super) fn note(&mut self, transport: Transport, at: Duration, sample: Option<Sample>) {
        self.row(transport).samples.push((at, sample));
    }

    /// The run of a bridge is over.
    pub(super) fn close(&mut self, transport: Transport, account: Account, executed_twice: usize) {
        let row = self.row(transport);
        row.account = account;
        row.executed_twice = executed_twice;
    }

    fn row(&mut self, transport: Transport) -> &mut Row {
        let mut rows = self.rows.iter_mut();
        rows.find(|row| row.transport == transport)
            .expect("every transport has a row")
    }

    /// How many requests all hosts have made.
    #[must_use]
    pub fn calls(&self) -> usize {
        self.rows.iter().map(|row| row.account.asked).sum()
    }

    /// What is held against the bridges, in words; empty when nothing is.
    #[must_use]
    pub fn objections(&self) -> Vec<String> {
        let mut objections: Vec<_> = self
            .rows
            .iter()
            .flat_map(|row| row.objections(&self.plan))
            .collect();
        if self.calls() < self.plan.least_calls {
            let (calls, least) = (self.calls(), self.plan.least_calls);
            objections.push(format!("{calls} calls were made instead of {least}"));
        }
        objections
    }
}

impl Row {
    /// What it held in a part of the time, in hundredths.
    fn within(&self, plan: &Plan, from: u32, to: u32) -> Option<Sample> {
        let part = (plan.time * from / 100)..=(plan.time * to / 100);
        let samples: Vec<_> = self
            .samples
            .iter()
            .filter(|(at, _)| part.contains(at))
            .filter_map(|(_, sample)| *sample)
            .collect();
        Sample::of_all(&samples)
    }

    /// Around minute two of ten.
    fn early(&self, plan: &Plan) -> Option<Sample> {
        self.within(plan, 15, 25)
    }

    /// The last minute of ten.
    fn late(&self, plan: &Plan) -> Option<Sample> {
        self.within(plan, 90, 100)
    }

    fn objections(&self, plan: &Plan) -> Vec<String> {
        let name = self.transport.name();
        let broken = self.account.broken_shown.iter();
        let mut objections: Vec<_> = broken.map(|what| format!("{name}: {what}")).collect();
        let (more, twice) = (
            self.account.broken - self.account.broken_shown.len(),
            self.executed_twice,
        );
        if more > 0 {
            objections.push(format!("{name}: {more} more broken rules"));
        }
        if twice > 0 {
            objections.push(format!("{name}: {twice} calls were carried out twice"));
        }
        if self.samples.iter().any(|(_, sample)| sample.is_none()) {
            objections.push(format!(
                "{name}: the bridge was gone, or /proc is not there"
            ));
        }
        if let (Some(growth), Some(early), Some(late)) =
            (plan.growth, self.early(plan), self.late(plan))
        {
            for (what, before, after) in [
                ("memory (KiB)", early.memory, late.memory),
                ("descriptors", early.descriptors, late.descriptors),
            ] {
                if ratio(before, after) > growth {
                    objections.push(format!("{name}: {what} grew from {before} to {after}"));
                }
            }
        }
        objections
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "figures of a process are far below what a double holds"
)]
fn ratio(before: u64, after: u64) -> f64 {
    after as f64 / before as f64
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            out,
            "{:<16}{:>8}{:>9}{:>9}{:>7}{:>9}{:>9}{:>9}{:>17}{:>10}",
            "transport",
            "calls",
            "results",
            "unknown",
            "reads",
            "effects",
            "dropped",
            "longest",
            "memory (KiB)",
            "fds"
        )?;
        for row in &self.rows {
            row.write(&self.plan, out)?;
        }
        write!(out, "{} calls in {:?};", self.calls(), self.plan.time)?;
        for (fault, count) in &self.faults {
            write!(out, " {count} × {}", fault.name())?;
        }
        writeln!(
            out,
            "\nunknown: errors that say so; reads, effects: other errors in answer to them; dropped: \
             cancelled and unanswered; memory: the median, fds: the fewest, around 20 % and after 90 % \
             of the time"
        )
    }
}

impl Row {
    fn write(&self, plan: &Plan, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let account = &self.account;
        let [early, late] = [self.early(plan), self.late(plan)];
        let change = |figure: fn(Sample) -> u64| {
            let [early, late] = [early, late].map(|sample| sample.map_or(0, figure));
            format!("{early} → {late}")
        };
        writeln!(
            out,
            "{:<16}{:>8}{:>9}{:>9}{:>7}{:>9}{:>9}{:>7.1} s{:>17}{:>10}",
            self.transport.name(),
            account.asked,
            account.results,
            account.unknown,
            account.refused_reads,
            account.refused_effects,
            account.cancelled,
            account.longest.as_secs_f64(),
            change(|sample| sample.memory),
            change(|sample| sample.descriptors),
        )
    }
}
