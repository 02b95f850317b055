//! What all connections share.

use std::sync::Arc;

use crate::{
    fault_queue::FaultQueue, gateway::Gateway, iam::Iam, log::Log, record::Records,
    service::Service, time::Time,
};

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) time: Arc<Time>,
    pub(crate) gateway: Gateway,
    pub(crate) service: Service,
    pub(crate) iam: Iam,
    pub(crate) faults: FaultQueue,
    pub(crate) records: Option<Records>,
    pub(crate) log: Log,
}
