//! What a process holds, as `/proc` tells it; not what it may hold.

use std::fs;

/// One look at a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sample {
    /// Resident memory in KiB.
    pub(super) memory: u64,
    /// Open descriptors.
    pub(super) descriptors: u64,
}

impl Sample {
    /// Of a process that runs; `None` when it does not.
    pub(super) fn of(process: u32) -> Option<Self> {
        let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
        let memory = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))?
            .trim()
            .strip_suffix(" kB")?;
        let descriptors = fs::read_dir(format!("/proc/{process}/fd")).ok()?;
        Some(Self {
            memory: memory.parse().ok()?,
            descriptors: u64::try_from(descriptors.count()).ok()?,
        })
    }

    /// The middle of some samples, each figure for itself; `None` of none.
    pub(super) fn median(samples: &[Self]) -> Option<Self> {
        let middle = |figure: fn(&Self) -> u64| {
            let mut figures: Vec<_> = samples.iter().map(figure).collect();
            figures.sort_unstable();
            figures.get(figures.len() / 2).copied()
        };
        Some(Self {
            memory: middle(|sample| sample.memory)?,
            descriptors: middle(|sample| sample.descriptors)?,
        })
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_runs_holds_something_and_one_that_does_not_cannot_be_asked() {
        let own = Sample::of(std::process::id()).unwrap();
        assert!(own.memory > 100 && own.descriptors > 2);
        assert_eq!(Sample::of(u32::MAX), None);
    }

    #[test]
    fn the_median_is_taken_of_each_figure_for_itself() {
        let samples = [(1, 30), (2, 20), (9, 10)].map(|(memory, descriptors)| Sample {
            memory,
            descriptors,
        });
        let median = Sample::median(&samples).unwrap();
        assert_eq!((median.memory, median.descriptors), (2, 20));
        assert_eq!(Sample::median(&[]), None);
    }
}
