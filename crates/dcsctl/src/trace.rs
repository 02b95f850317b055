//! `-v` and `-vv`: what the program does, on standard error.

use std::io;

use tracing::Level;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Starts it: one `-v` for the calls, two for all that every crate has to say.
pub(crate) fn start(verbosity: u8) {
    let filter = match verbosity {
        0 => return,
        1 => Targets::new().with_target("huaweicloud_dcs", Level::DEBUG),
        _ => Targets::new().with_default(LevelFilter::TRACE),
    };
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(false)
        // A call is a span, and what came of it is known when it ends.
        .with_span_events(FmtSpan::CLOSE);
    // The only failure is that there is one already.
    let _ = tracing_subscriber::registry()
        .with(filter)
        .with(lines)
        .try_init();
}
