//! The faults that are still to strike.

use std::sync::Mutex;

use crate::{
    call::Call,
    fault::{Fault, Target},
    locked::locked,
};

/// First come, first to strike, among those that fit.
#[derive(Debug, Default)]
pub(crate) struct FaultQueue(Mutex<Vec<Fault>>);

impl FaultQueue {
    pub(crate) fn add(&self, fault: Fault) {
        if fault.times != Some(0) {
            locked(&self.0).push(fault);
        }
    }

    /// The fault that strikes this call, if any.
    pub(crate) fn take(&self, call: Call) -> Option<Fault> {
        self.take_first(|target| match target {
            Target::AnyOperation => true,
            Target::Operation(id) => id == call.operation().id(),
            Target::Connection => false,
        })
    }

    /// Whether a fault strikes a connection that was just made.
    pub(crate) fn take_refusal(&self) -> bool {
        self.take_first(|target| target == Target::Connection)
            .is_some()
    }

    fn take_first(&self, fits: impl Fn(Target) -> bool) -> Option<Fault> {
        let mut faults = locked(&self.0);
        let index = faults.iter().position(|fault| fits(fault.target))?;
        match &mut faults[index].times {
            Some(1) => return Some(faults.remove(index)),
            Some(left) => *left -= 1,
            None => {}
        }
        Some(faults[index].clone())
    }
}
