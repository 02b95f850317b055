//! The front of each instance: the address that its clients keep.

use std::{collections::BTreeMap, io};

use tokio::sync::{Mutex, watch};

use super::forwarder::{Forwarder, Way};
use crate::state::Ends;

/// The fronts by the address of their instance.
#[derive(Debug, Default)]
pub(super) struct Fronts(Mutex<BTreeMap<String, Forwarder>>);

impl Fronts {
    /// Opens the fronts of both ends that have none yet, and notes their ports. Returns a line for each new one.
    pub(super) async fn open(&self, ends: &mut Ends) -> io::Result<Vec<String>> {
        let mut fronts = self.0.lock().await;
        let mut lines = Vec::new();
        for end in [&mut ends.source, &mut ends.target] {
            if let Some(front) = fronts.get(&end.address) {
                end.front = Some(front.port());
                continue;
            }
            let (way, _) = watch::channel(Way::to(&end.address));
            let front = Forwarder::start(end.front, way).await?;
            end.front = Some(front.port());
            lines.push(format!(
                "front of {}: clients connect to 127.0.0.1:{}\n",
                end.address,
                front.port()
            ));
            fronts.insert(end.address.clone(), front);
        }
        Ok(lines)
    }

    /// Makes the fronts of both ends lead to each other's server, or back to their own.
    pub(super) async fn exchange(&self, ends: &Ends, is_exchanged: bool) {
        let fronts = self.0.lock().await;
        for (own, other) in [(&ends.source, &ends.target), (&ends.target, &ends.source)] {
            if let Some(front) = fronts.get(&own.address) {
                front.turn_to(if is_exchanged {
                    &other.address
                } else {
                    &own.address
                });
            }
        }
    }
}
