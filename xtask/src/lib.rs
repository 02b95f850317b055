//! The maintenance commands of this workspace, one module each, and their shared modules.

pub mod ci;
pub mod generate;
pub mod interop;
pub mod lint;
pub mod specs;
pub mod tidy;
pub mod workspace;
