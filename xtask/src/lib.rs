//! The commands that keep this workspace, one module each, and what they share.

pub mod ci;
pub mod generate;
pub mod interop;
pub mod lint;
pub mod specs;
pub mod tidy;
pub mod workspace;
