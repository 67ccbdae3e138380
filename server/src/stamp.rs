//! Whether files have changed since they were read; not what is in them.

use std::path::Path;
use std::time::SystemTime;

/// How files looked at one moment: when each was last written and how long it was, as far as they were
/// there. Follows links, as those by which Kubernetes replaces secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stamp(Vec<Option<(SystemTime, u64)>>);

impl Stamp {
    /// Looks at the files. Take it before they are read: a change in between is then noticed the next
    /// time. It blocks for the microsecond that the system takes to say it, less than handing it to
    /// another thread would cost.
    pub(crate) fn of(files: &[&Path]) -> Self {
        let look = |file: &&Path| {
            let metadata = std::fs::metadata(file).ok()?;
            Some((metadata.modified().ok()?, metadata.len()))
        };
        Self(files.iter().map(look).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_written_replaced_or_removed_looks_different() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        let mut seen = vec![Stamp::of(&[&file])];
        for text in ["a", "ab"] {
            std::fs::write(&file, text).unwrap();
            seen.push(Stamp::of(&[&file]));
        }
        let other = folder.path().join("other");
        std::fs::write(&other, "abc").unwrap();
        std::fs::rename(&other, &file).unwrap();
        seen.push(Stamp::of(&[&file]));
        assert_eq!(seen.last(), Some(&Stamp::of(&[&file])));
        for pair in seen.windows(2) {
            assert_ne!(pair[0], pair[1]);
        }
        std::fs::remove_file(&file).unwrap();
        assert_eq!(Stamp::of(&[&file]), seen[0]);
    }
}
