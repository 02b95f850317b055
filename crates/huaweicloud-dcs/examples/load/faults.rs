//! The faults of a load: random, and the same for the same seed.

use dcs_stand_in::operations::STOP_MIGRATION_TASK_SYNC;
use dcs_stand_in::{Fault, StatusCode};
use fastrand::Rng;

/// How many of a hundred requests fail. All kinds of faults are equally likely.
const STRUCK_PERCENT: u32 = 20;

/// Faults for so many stops: four of five get the stand-in's own response, the others are refused or dropped.
pub(crate) fn faults(requests: u32, random: &mut Rng) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut spared = 0;
    for _ in 0..requests {
        if random.u32(..100) >= STRUCK_PERCENT {
            spared += 1;
            continue;
        }
        // Faults apply in this order, so a request without a fault takes a place in the queue, too.
        faults.push(Fault::own_answer().times(spared));
        faults.push(fault(random));
        spared = 0;
    }
    faults.push(Fault::own_answer().times(spared));
    faults
        .into_iter()
        .map(|fault| fault.on(&STOP_MIGRATION_TASK_SYNC))
        .collect()
}

fn fault(random: &mut Rng) -> Fault {
    let unavailable = || Fault::answer(StatusCode::SERVICE_UNAVAILABLE);
    match random.u32(..7) {
        0 => Fault::answer(StatusCode::TOO_MANY_REQUESTS),
        // With the gateway's error code, which proves that it did not act.
        1 => unavailable(),
        // As from load balancers, before and after they have forwarded the request.
        2 => unavailable().body(""),
        3 => unavailable().body("").after_acting(),
        4 => unavailable().html().after_acting(),
        5 => Fault::close(),
        _ => Fault::close().after_acting(),
    }
}
