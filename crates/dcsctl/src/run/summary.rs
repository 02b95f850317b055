//! Counts outcomes for the final messages.

use std::collections::BTreeMap;

use crate::outcome::{Outcome, TaskReport};

/// Counts outcomes, and says what to do next.
#[derive(Debug, Default)]
pub(crate) struct Summary {
    counts: BTreeMap<Outcome, usize>,
    /// The first unknown task, as an example.
    unknown: Option<String>,
}

impl Summary {
    pub(crate) fn add(&mut self, report: &TaskReport) {
        *self.counts.entry(report.outcome()).or_default() += 1;
        if report.outcome() == Outcome::Unknown {
            self.unknown
                .get_or_insert_with(|| report.task_id().to_owned());
        }
    }

    /// The final lines. `next` says what to do after an accepted request.
    pub(crate) fn hints(&self, next: Option<&str>) -> Vec<String> {
        let mut hints = Vec::new();
        let tasks: usize = self.counts.values().sum();
        if tasks > 1 {
            let counts = self.counts.iter();
            let counts = counts.map(|(outcome, count)| format!("{count} {}", outcome.as_str()));
            let counts: Vec<_> = counts.collect();
            hints.push(format!("{tasks} tasks: {}", counts.join(", ")));
        }
        if let Some(next) = next.filter(|_| self.counts.contains_key(&Outcome::Accepted)) {
            hints.push(format!("accepted: {next}"));
        }
        if let Some(id) = &self.unknown {
            hints.push(format!("unknown: check with `dcsctl show {id}`"));
        }
        hints
    }
}

#[cfg(test)]
mod tests {
    use huaweicloud_dcs::Response;

    use super::*;

    #[test]
    fn hint_of_the_next_step_needs_an_accepted_request() {
        let mut summary = Summary::default();
        assert_eq!(summary.hints(Some("check")), [""; 0]);
        let result = Ok(Response::from_body(()));
        summary.add(&TaskReport::of_call(
            "a".to_owned(),
            Outcome::Accepted,
            &result,
        ));
        assert_eq!(summary.hints(Some("check")), ["accepted: check"]);
    }

    #[test]
    fn summary_is_written_for_several_tasks_only() {
        let mut summary = Summary::default();
        assert_eq!(summary.hints(None), [""; 0]);
        summary.add(&TaskReport::in_flight(
            "a".to_owned(),
            "interrupted",
            "check",
        ));
        summary.add(&TaskReport::in_flight(
            "b".to_owned(),
            "interrupted",
            "check",
        ));
        summary.add(&TaskReport::not_started("c".to_owned(), "interrupted"));
        assert_eq!(
            summary.hints(Some("check")),
            [
                "3 tasks: 2 unknown, 1 not_started",
                "unknown: check with `dcsctl show a`"
            ]
        );
    }
}
