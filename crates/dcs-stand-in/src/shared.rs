//! What all connections share.

use crate::{
    clock::Clock, fault_queue::FaultQueue, gateway::Gateway, log::Log, record::Records,
    service::Service,
};

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) clock: Clock,
    pub(crate) gateway: Gateway,
    pub(crate) service: Service,
    pub(crate) faults: FaultQueue,
    pub(crate) records: Option<Records>,
    pub(crate) log: Log,
}
