//! What a process holds, as `/proc` tells it; not what it may hold.

use std::fs;

/// One look at a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// Resident memory in KiB.
    pub memory: u64,
    /// Open descriptors.
    pub descriptors: u64,
}

impl Sample {
    /// Of a process that runs, by the operating system's number; `None` when it does not run, and where
    /// there is no `/proc`.
    #[must_use]
    pub fn of(process: u32) -> Option<Self> {
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

    /// What stands for some samples; `None` of none. Memory is their middle. Descriptors are the fewest,
    /// because connections come and go with every fault, and one that is not given back raises that too.
    #[must_use]
    pub fn of_all(samples: &[Self]) -> Option<Self> {
        let mut memory: Vec<_> = samples.iter().map(|sample| sample.memory).collect();
        memory.sort_unstable();
        Some(Self {
            memory: *memory.get(memory.len() / 2)?,
            descriptors: samples.iter().map(|sample| sample.descriptors).min()?,
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
    fn samples_are_told_by_their_middle_memory_and_their_fewest_descriptors() {
        let samples = [(1, 30), (2, 20), (9, 10)].map(|(memory, descriptors)| Sample {
            memory,
            descriptors,
        });
        let told = Sample::of_all(&samples).unwrap();
        assert_eq!((told.memory, told.descriptors), (2, 10));
        assert_eq!(Sample::of_all(&[]), None);
    }
}
