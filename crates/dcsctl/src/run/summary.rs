//! Outcomes counted, for the words at the end.

use crate::outcome::Outcome;
use crate::task_report::TaskReport;

/// Outcomes counted, for the words at the end.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    counts: [usize; Outcome::ALL.len()],
    /// One of those that are unknown, to show what to do about them.
    unknown: Option<String>,
}

impl Tally {
    pub(crate) fn add(&mut self, report: &TaskReport) {
        for (count, outcome) in self.counts.iter_mut().zip(Outcome::ALL) {
            *count += usize::from(outcome == report.outcome());
        }
        if report.outcome() == Outcome::Unknown {
            self.unknown
                .get_or_insert_with(|| report.task_id().to_owned());
        }
    }

    /// `next` is what to do where an order was accepted.
    pub(crate) fn hints(&self, next: Option<&str>) -> Vec<String> {
        let tasks: usize = self.counts.iter().sum();
        let all = self.counts.iter().zip(Outcome::ALL);
        let seen: Vec<_> = all.filter(|(count, _)| **count > 0).collect();
        let mut hints = Vec::new();
        if tasks > 1 {
            let counts: Vec<String> = seen
                .iter()
                .map(|(count, outcome)| format!("{count} {}", outcome.as_str()))
                .collect();
            hints.push(format!("{tasks} tasks: {}", counts.join(", ")));
        }
        let has_accepted = seen
            .iter()
            .any(|(_, outcome)| *outcome == Outcome::Accepted);
        if let Some(next) = next.filter(|_| has_accepted) {
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
        let mut tally = Tally::default();
        assert_eq!(tally.hints(Some("look")), [""; 0]);
        let result = Ok(Response::from_body(()));
        tally.add(&TaskReport::of_call(
            "a".to_owned(),
            Outcome::Accepted,
            &result,
        ));
        assert_eq!(tally.hints(Some("look")), ["accepted: look"]);
    }

    #[test]
    fn one_task_needs_no_summary_and_several_do() {
        let mut tally = Tally::default();
        assert_eq!(tally.hints(None), [""; 0]);
        tally.add(&TaskReport::in_flight("a".to_owned(), "interrupted"));
        tally.add(&TaskReport::in_flight("b".to_owned(), "interrupted"));
        tally.add(&TaskReport::not_started("c".to_owned(), "interrupted"));
        assert_eq!(
            tally.hints(Some("look")),
            [
                "3 tasks: 2 unknown, 1 not_started",
                "unknown: to see what became of it: dcsctl show a"
            ]
        );
    }
}
