//! The two servers of a task, for an engine that copies data.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Source and target of a task.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Ends {
    pub(crate) source: End,
    pub(crate) target: End,
    /// The port that the target replicates from.
    pub(crate) link: Option<u16>,
}

/// The source or the target. `Debug` and `Display` show no password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct End {
    /// A host and a port.
    pub(crate) address: String,
    pub(crate) password: Option<String>,
    /// The port that its clients connect to.
    pub(crate) front: Option<u16>,
}

#[cfg(feature = "redis")]
impl End {
    /// `None` if the address has no port.
    pub(crate) fn new(address: &str, password: Option<&str>) -> Option<Self> {
        let end = Self {
            address: address.into(),
            password: password.map(Into::into),
            front: None,
        };
        let (host, port) = end.host_and_port();
        (!host.is_empty() && port != 0).then_some(end)
    }

    pub(crate) fn host_and_port(&self) -> (&str, u16) {
        let (host, port) = self.address.rsplit_once(':').unwrap_or_default();
        let host = host.trim_start_matches('[').trim_end_matches(']');
        (host, port.parse().unwrap_or_default())
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.address)
    }
}

impl fmt::Debug for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.address)
    }
}

#[cfg(all(test, feature = "redis"))]
mod tests {
    use super::*;

    #[test]
    fn end_needs_a_host_and_a_port() {
        let end = |address| End::new(address, None).map(|end| end.host_and_port().1);
        assert_eq!(end("127.0.0.1:6379"), Some(6379));
        assert_eq!(end("[::1]:6379"), Some(6379));
        for bad in [
            "",
            "127.0.0.1",
            "127.0.0.1:",
            ":6379",
            "a:b",
            "a:0",
            "a:70000",
        ] {
            assert_eq!(end(bad), None, "{bad}");
        }
    }

    #[test]
    fn end_shows_no_password() {
        let end = End::new("a:1", Some("pwInvented")).unwrap();
        assert_eq!(format!("{end} {end:?}"), "a:1 a:1");
    }
}
