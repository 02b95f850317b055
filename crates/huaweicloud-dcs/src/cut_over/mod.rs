//! The cut-over of a task, and the roll back of an exchange.

mod check;
mod options;
mod plan;
mod report;
mod roll_back;
mod run;
mod send;
mod step;
mod way;

pub use check::lag;
pub use options::CutOver;
pub use plan::{CutOverPlan, PlannedStep};
pub use report::{CutOverOutcome, CutOverReport};
pub use roll_back::{RollBackEnd, RollBackOutcome};
pub use step::{LagReading, Step, StepKind, StepState};
