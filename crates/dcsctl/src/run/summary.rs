//! Outcomes counted, for the words at the end.

use std::collections::BTreeMap;

use crate::outcome::{Outcome, TaskReport};

/// Outcomes counted, and what to do next.
#[derive(Debug, Default)]
pub(crate) struct Summary {
    counts: BTreeMap<Outcome, usize>,
    /// One of the unknown tasks, to show what to do about them.
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

    /// The lines at the end. `next` is what to do where an order was accepted.
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
            hints.push(format!(
                "unknown: to see what became of it: dcsctl show {id}"
            ));
        }
        hints
    }
}

#[cfg(test)]
mod tests {
    use huaweicloud_dcs::Response;

    use super::*;

    #[test]
    fn what_to_do_next_is_said_where_an_order_was_accepted() {
        let mut summary = Summary::default();
        assert_eq!(summary.hints(Some("look")), [""; 0]);
        let result = Ok(Response::from_body(()));
        summary.add(&TaskReport::of_call(
            "a".to_owned(),
            Outcome::Accepted,
            &result,
        ));
        assert_eq!(summary.hints(Some("look")), ["accepted: look"]);
    }

    #[test]
    fn one_task_needs_no_summary_and_several_do() {
        let mut summary = Summary::default();
        assert_eq!(summary.hints(None), [""; 0]);
        summary.add(&TaskReport::in_flight(
            "a".to_owned(),
            "interrupted",
            "look",
        ));
        summary.add(&TaskReport::in_flight(
            "b".to_owned(),
            "interrupted",
            "look",
        ));
        summary.add(&TaskReport::not_started("c".to_owned(), "interrupted"));
        assert_eq!(
            summary.hints(Some("look")),
            [
                "3 tasks: 2 unknown, 1 not_started",
                "unknown: to see what became of it: dcsctl show a"
            ]
        );
    }
}
