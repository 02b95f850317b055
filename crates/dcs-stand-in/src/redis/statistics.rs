//! The progress of a task, measured at its servers.

use std::sync::Mutex;

use super::{
    info::Info,
    server::{Failure, Server},
};
use crate::{
    lock::locked,
    state::{Ends, Progress},
};

/// The servers of a task, and the last measurement.
#[derive(Debug)]
pub(super) struct Servers {
    ends: Ends,
    pub(super) source: Server,
    pub(super) target: Server,
    last: Mutex<Progress>,
}

impl Servers {
    pub(super) fn new(ends: &Ends) -> Self {
        Self {
            ends: ends.clone(),
            source: Server::new("source", &ends.source),
            target: Server::new("target", &ends.target),
            last: Mutex::default(),
        }
    }

    pub(super) fn are_of(&self, ends: &Ends) -> bool {
        self.ends.source == ends.source && self.ends.target == ends.target
    }

    /// Measures the progress of a task. Once the task has ended, an unreachable server keeps its last numbers.
    pub(super) async fn progress(&self, by_history: Progress) -> Result<Progress, Failure> {
        let mut progress = locked(&self.last).clone();
        progress.is_migrating = by_history.is_migrating;
        if let Err(failure) = self.measure(&mut progress, by_history.lag.is_some()).await
            && by_history.is_migrating
        {
            return Err(failure);
        }
        progress.percent = percent(&progress, by_history.percent);
        if by_history.lag.is_none() {
            progress.lag = None;
        }
        locked(&self.last).clone_from(&progress);
        Ok(progress)
    }

    async fn measure(&self, progress: &mut Progress, is_following: bool) -> Result<(), Failure> {
        // The source first: at a lag of 0, the target has every write that was acknowledged before this reading.
        let source = self.source.info().await?;
        let target = self.target.info().await?;
        progress.source_keys = source.keys;
        progress.target_keys = target.keys;
        progress.input_kbps = target.input_kbps;
        progress.ops = target.ops;
        if progress.is_migrating && is_following {
            progress.lag = Some(lag(&source, &target)?);
        }
        Ok(())
    }
}

/// The bytes that the target has not processed yet.
fn lag(source: &Info, target: &Info) -> Result<u64, Failure> {
    if target.link.is_none() {
        return Err(Failure::Passing("the target does not replicate".into()));
    }
    // The offsets of a restarted source begin anew: a difference would say nothing.
    if source.replid != target.replid {
        return Err(Failure::Passing("the source was restarted".into()));
    }
    Ok(source.offset.saturating_sub(target.offset))
}

/// The percentage of the full copy. A copy that was stopped keeps its last one.
fn percent(progress: &Progress, by_history: u64) -> u64 {
    if by_history == 100 || !progress.is_migrating {
        return by_history.max(progress.percent);
    }
    let copied = (progress.target_keys * 100).checked_div(progress.source_keys);
    // Below 100 until the status changes.
    copied.unwrap_or(0).min(99)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lag_of_restarted_source_or_lone_target_is_an_error() {
        let source = Info::parse("role:master\nmaster_replid:a\nmaster_repl_offset:90\n");
        let restarted = Info::parse("role:master\nmaster_replid:b\nmaster_repl_offset:0\n");
        let target = Info::parse("role:slave\nmaster_replid:a\nslave_repl_offset:30\n");
        assert_eq!(lag(&source, &target).unwrap(), 60);
        assert!(lag(&restarted, &target).is_err());
        assert!(lag(&source, &source).is_err());
    }

    #[test]
    fn percent_follows_the_keys_and_stays_after_a_stop() {
        let mut progress = Progress {
            is_migrating: true,
            source_keys: 300,
            ..Progress::default()
        };
        for (keys, expected) in [(0, 0), (150, 50), (300, 99)] {
            progress.target_keys = keys;
            assert_eq!(percent(&progress, 0), expected, "{keys}");
        }
        assert_eq!(percent(&progress, 100), 100);
        progress.percent = 50;
        progress.is_migrating = false;
        assert_eq!(percent(&progress, 0), 50);
        progress.source_keys = 0;
        progress.is_migrating = true;
        assert_eq!(percent(&progress, 0), 0);
    }
}
