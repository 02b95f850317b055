//! The state file: a stand-in that was killed goes on.
