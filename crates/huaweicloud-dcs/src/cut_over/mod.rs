//! The cut-over: from a task that follows its source to one that has stopped or exchanged the addresses, and back.

mod confirming;
mod lag;
mod level;
mod look;
mod options;
mod plan;
mod record;
mod report;
mod roll_back;
mod run;
mod send;
mod standing;
mod step;

pub use lag::{LagReading, lag};
pub use options::CutOver;
pub use plan::{CutOverPlan, PlannedStep};
pub use report::{CutOverOutcome, CutOverReport};
pub use roll_back::{RollBackEnd, RollBackOutcome};
pub use step::{Step, StepKind, StepState};
