//! Turns the pages of a list.

use std::collections::VecDeque;
use std::future::Future;

use futures_util::stream::{Stream, try_unfold};
use huaweicloud_dcs_api::Operation;
use serde::Serialize;

use crate::error::{Error, ErrorKind, Facts, Result};

/// One page.
pub(crate) struct Page<T> {
    items: Vec<T>,
    /// How many there are: of all pages or of this one, which no page of the documentation says.
    count: Option<u64>,
}

impl<T> Page<T> {
    pub(crate) fn new(items: Option<Vec<T>>, count: Option<impl TryInto<u64>>) -> Self {
        Self {
            items: items.unwrap_or_default(),
            count: count.and_then(|count| count.try_into().ok()),
        }
    }

    /// Whether a page that begins at `offset` is known to be the last: one with less than was asked for, unless there
    /// are more by the count, because a service may give less than is asked for.
    fn is_last(&self, offset: u32, limit: u32) -> bool {
        let end = u64::from(offset) + self.items.len() as u64;
        let is_short = (self.items.len() as u64) < u64::from(limit);
        self.items.is_empty() || is_short && self.count.is_none_or(|count| count <= end)
    }
}

struct State<T, F> {
    items: VecDeque<T>,
    /// The page before, to know it again.
    before: Vec<u8>,
    /// Where the next page begins; nothing after the last.
    next: Option<u32>,
    fetch: F,
}

/// All items from `offset` on. `fetch` gets the page at an offset; it is asked when the items before are used up.
///
/// A page that is the one before once more is an error: a service that takes no notice of the offset would be asked for
/// ever, and its items would be told of again and again.
pub(crate) fn items<T, F, R>(
    operation: &'static Operation,
    offset: u32,
    limit: u32,
    fetch: F,
) -> impl Stream<Item = Result<T>> + Send
where
    T: Serialize + Send,
    F: Fn(u32) -> R + Send,
    R: Future<Output = Result<Page<T>>> + Send,
{
    let start = State {
        items: VecDeque::new(),
        before: Vec::new(),
        next: Some(offset),
        fetch,
    };
    try_unfold(start, move |mut state| async move {
        loop {
            if let Some(item) = state.items.pop_front() {
                return Ok(Some((item, state)));
            }
            let Some(offset) = state.next else {
                return Ok(None);
            };
            let page = (state.fetch)(offset).await?;
            // What cannot be written is not known again: no page is lost by that.
            let written = serde_json::to_vec(&page.items).unwrap_or_default();
            if !page.items.is_empty() && !written.is_empty() && written == state.before {
                return Err(same_again(operation, offset));
            }
            state.before = written;
            state.next = if page.is_last(offset, limit) {
                None
            } else {
                u32::try_from(page.items.len())
                    .ok()
                    .and_then(|length| offset.checked_add(length))
            };
            state.items = page.items.into();
        }
    })
}

fn same_again(operation: &Operation, offset: u32) -> Error {
    Facts {
        operation: Some(operation.id()),
        advice: "the service turns no pages: read a single one with a higher limit",
        ..Facts::new(
            ErrorKind::Decode,
            format!("the page at offset {offset} is the one before once more"),
        )
    }
    .into()
}

#[cfg(test)]
mod tests {
    use std::future::ready;
    use std::sync::Mutex;

    use futures_util::{FutureExt as _, StreamExt as _, TryStreamExt as _};
    use huaweicloud_dcs_api::migration::operations::LIST_MIGRATION_TASK;

    use super::*;

    /// Lists the numbers below `total` in pages of `limit`, of which the service gives `most` at once, and says at which
    /// offsets it was asked.
    fn listed(
        total: u32,
        limit: u32,
        most: u32,
        count: impl Fn(u32, u32) -> Option<u64> + Sync,
    ) -> (Vec<u32>, Vec<u32>) {
        let asked = Mutex::new(Vec::new());
        let found: Vec<u32> = items(&LIST_MIGRATION_TASK, 0, limit, |offset| {
            asked.lock().unwrap().push(offset);
            let end = total.min(offset + limit.min(most)).max(offset);
            let items: Vec<u32> = (offset..end).collect();
            let count = count(total, items.len().try_into().unwrap());
            ready(Ok(Page::new(Some(items), count)))
        })
        .try_collect()
        .now_or_never()
        .unwrap()
        .unwrap();
        (found, asked.into_inner().unwrap())
    }

    #[test]
    fn all_items_come_once_whatever_the_count_counts() {
        for total in [0, 1, 9, 10, 11, 20, 25] {
            for count in [
                (|total, _| Some(u64::from(total))) as fn(u32, u32) -> Option<u64>,
                |_, of_page| Some(u64::from(of_page)),
                |_, _| None,
            ] {
                let (found, _) = listed(total, 10, 10, count);
                assert_eq!(found, (0..total).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn a_service_that_gives_less_than_is_asked_for_is_asked_on() {
        let (found, asked) = listed(25, 1000, 10, |total, _| Some(u64::from(total)));
        assert_eq!(found.len(), 25);
        assert_eq!(asked, [0, 10, 20]);
    }

    #[test]
    fn a_short_page_spares_a_further_call() {
        assert_eq!(listed(11, 10, 10, |_, _| None).1, [0, 10]);
        assert_eq!(listed(0, 10, 10, |_, _| Some(5)).1, [0]);
    }

    #[test]
    fn a_service_that_takes_no_notice_of_the_offset_is_not_asked_for_ever() {
        for (length, count) in [(10, None), (10, Some(u64::MAX)), (4, Some(u64::MAX))] {
            let asked = Mutex::new(0);
            let fetch = |_| {
                *asked.lock().unwrap() += 1;
                ready(Ok(Page::new(Some((0..length).collect()), count)))
            };
            // Bounded, because what it must not do is go on.
            let found: Vec<Result<u32>> = items(&LIST_MIGRATION_TASK, 0, 10, fetch)
                .take(100)
                .collect()
                .now_or_never()
                .unwrap();
            let (end, before) = found.split_last().unwrap();
            let line = end.as_ref().unwrap_err().to_string();
            assert!(
                line.contains("ListMigrationTask: the page at offset"),
                "{line}"
            );
            assert_eq!((before.len(), *asked.lock().unwrap()), (length as usize, 2));
        }
    }
}
