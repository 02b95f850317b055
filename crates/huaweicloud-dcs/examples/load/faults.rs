//! The faults of a load, by chance and yet the same for each seed.

use dcs_stand_in::operations::STOP_MIGRATION_TASK_SYNC;
use dcs_stand_in::{Fault, StatusCode};
use fastrand::Rng;

/// Of a hundred requests, so many are struck, by each kind of fault in equal parts.
const STRUCK_PERCENT: u32 = 20;

/// What becomes of so many stops: four of five are answered as always, the others refused or hung up on.
pub(crate) fn faults(requests: u32, random: &mut Rng) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut spared = 0;
    for _ in 0..requests {
        if random.u32(..100) >= STRUCK_PERCENT {
            spared += 1;
            continue;
        }
        // What strikes first is what was given first, so that sparing a request takes a place in the queue as well.
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
        // With the gateway's error code: this one did not act.
        1 => unavailable(),
        // As load balancers answer, before and after they have forwarded the request.
        2 => unavailable().body(""),
        3 => unavailable().body("").after_acting(),
        4 => unavailable().html().after_acting(),
        5 => Fault::close(),
        _ => Fault::close().after_acting(),
    }
}
