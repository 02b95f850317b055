//! Turns the pages of a list.

use std::collections::{HashSet, VecDeque};
use std::future::Future;
use std::hash::{BuildHasher as _, RandomState};

use futures_util::stream::{Stream, try_unfold};
use serde::Serialize;

use super::operation::Operation;
use crate::error::{Error, ErrorKind, Result};

/// How many different items are listed at most. What is kept to know them again is about 10 MiB then.
const MOST_ITEMS: usize = 500_000;

/// One page of a list.
#[derive(Debug)]
pub struct Page<T> {
    items: Vec<T>,
    /// How many there are: of all pages or of this one, which no page of the documentation says.
    count: Option<u64>,
}

impl<T> Page<T> {
    /// A page of these items, with the count that came with them.
    #[must_use]
    pub fn new(items: Option<Vec<T>>, count: Option<impl TryInto<u64>>) -> Self {
        Self {
            items: items.unwrap_or_default(),
            count: count.and_then(|count| count.try_into().ok()),
        }
    }

    /// Whether a page that begins at `offset` is known to be the last. A count of more than the page has is that of all
    /// items, and says it; any other may be the page's own, and then a page with less than was asked for is the last.
    fn is_last(&self, offset: u32, limit: u32) -> bool {
        let length = self.items.len() as u64;
        match self.count {
            _ if self.items.is_empty() => true,
            Some(count) if count > length => count <= u64::from(offset) + length,
            _ => length < u64::from(limit),
        }
    }
}

/// The items of the pages so far, to know them again: 8 bytes each, whatever an item holds.
struct Seen<T> {
    /// The ID of an item, if it has one.
    id: fn(&T) -> Option<&str>,
    hasher: RandomState,
    hashes: HashSet<u64>,
}

impl<T: Serialize> Seen<T> {
    /// Adds the items of a page, and says whether any of them is new.
    fn is_extended_by(&mut self, items: &[T]) -> bool {
        let mut any = false;
        for item in items {
            any |= match (self.id)(item) {
                Some(id) => self.hashes.insert(self.hasher.hash_one(id)),
                // What cannot be written is not known again: no page is lost by that.
                None => serde_json::to_vec(item)
                    .map_or(true, |item| self.hashes.insert(self.hasher.hash_one(item))),
            };
        }
        any
    }
}

struct State<T, F> {
    items: VecDeque<T>,
    seen: Seen<T>,
    /// Where the next page begins; nothing after the last.
    next: Option<u32>,
    fetch: F,
}

/// All items from `offset` on. `fetch` gets the page at an offset; it is asked when the items before are used up.
///
/// The list ends whatever the service says. A page without a new item is an error, and so are more than 500,000
/// different items. A count of all items is believed.
///
/// The stream is in a box, so that callers need not pin it.
pub fn items<T, F, R>(
    operation: &'static Operation,
    offset: u32,
    limit: u32,
    id: fn(&T) -> Option<&str>,
    fetch: F,
) -> impl Stream<Item = Result<T>> + Unpin + Send
where
    T: Serialize + Send,
    F: Fn(u32) -> R + Send,
    R: Future<Output = Result<Page<T>>> + Send,
{
    let start = State {
        items: VecDeque::new(),
        seen: Seen {
            id,
            hasher: RandomState::new(),
            hashes: HashSet::new(),
        },
        next: Some(offset),
        fetch,
    };
    Box::pin(try_unfold(start, move |mut state| async move {
        loop {
            if let Some(item) = state.items.pop_front() {
                return Ok(Some((item, state)));
            }
            let Some(offset) = state.next else {
                return Ok(None);
            };
            if state.seen.hashes.len() >= MOST_ITEMS {
                let message = format!("the list has more than {MOST_ITEMS} items");
                return Err(unending(operation, &message, "narrow the query"));
            }
            let page = (state.fetch)(offset).await?;
            if !page.items.is_empty() && !state.seen.is_extended_by(&page.items) {
                let message = format!("the page at offset {offset} brings nothing new");
                let advice = "pagination does not advance; request one larger page";
                return Err(unending(operation, &message, advice));
            }
            state.next = if page.is_last(offset, limit) {
                None
            } else {
                u32::try_from(page.items.len())
                    .ok()
                    .and_then(|length| offset.checked_add(length))
            };
            state.items = page.items.into();
        }
    }))
}

fn unending(operation: &Operation, message: &str, advice: &'static str) -> Error {
    Error::builder(ErrorKind::Decode)
        .operation(operation.id)
        .message(message)
        .advice(advice)
        .build()
}

#[cfg(test)]
mod tests {
    use std::future::ready;
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::super::{Auth, Repeat, SuccessBody};
    use super::*;
    use futures_util::{FutureExt as _, StreamExt as _, TryStreamExt as _};

    const LIST: Operation = Operation {
        id: "ListServers",
        method: "GET",
        path: "/v2/servers",
        repeat: Repeat::Safe,
        changes: false,
        success: 200,
        success_body: SuccessBody::Json,
        auth: Auth::Required,
        secrets: &[],
        secret_headers: &[],
        free_text: &[],
    };

    /// Lists the numbers below `total` in pages of `limit`, of which the service gives `most` at once, and says at which
    /// offsets it was asked.
    fn listed(
        total: u32,
        limit: u32,
        most: u32,
        count: impl Fn(u32, u32) -> Option<u64> + Sync,
    ) -> (Vec<u32>, Vec<u32>) {
        let asked = Mutex::new(Vec::new());
        let found: Vec<u32> = items(
            &LIST,
            0,
            limit,
            |_| None,
            |offset| {
                asked.lock().unwrap().push(offset);
                let end = total.min(offset + limit.min(most)).max(offset);
                let items: Vec<u32> = (offset..end).collect();
                let count = count(total, items.len().try_into().unwrap());
                ready(Ok(Page::new(Some(items), count)))
            },
        )
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

    /// How a list ends whose pages are those of `page`: its items, the error and the calls made. Bounded, because what it
    /// must not do is go on.
    fn ended(
        page: impl Fn(u32) -> (Vec<u32>, Option<u64>) + Sync,
    ) -> (Vec<u32>, Option<String>, u32) {
        let calls = AtomicU32::new(0);
        let mut found = Vec::new();
        let mut error = None;
        let told: Vec<Result<u32>> = items(
            &LIST,
            0,
            10,
            |_| None,
            |_| {
                let (items, count) = page(calls.fetch_add(1, Ordering::Relaxed));
                ready(Ok(Page::new(Some(items), count)))
            },
        )
        .take(MOST_ITEMS + 100)
        .collect()
        .now_or_never()
        .unwrap();
        for item in told {
            match item {
                Ok(item) => found.push(item),
                Err(failure) => error = Some(failure.to_string()),
            }
        }
        (found, error, calls.into_inner())
    }

    #[track_caller]
    fn does_not_advance(error: Option<String>, offset: u32) {
        let line = error.unwrap_or_default();
        let wanted = format!("the page at offset {offset} brings nothing new");
        assert!(line.contains(&wanted), "{line}");
        assert!(line.contains("request one larger page"), "{line}");
    }

    #[test]
    fn list_that_ignores_the_offset_ends() {
        for (length, count) in [(10, None), (10, Some(u64::MAX)), (4, Some(u64::MAX))] {
            let (found, error, calls) = ended(|_| ((0..length).collect(), count));
            assert_eq!((found.len(), calls), (length as usize, 2));
            does_not_advance(error, length);
        }
    }

    #[test]
    fn list_of_two_pages_in_turn_ends() {
        for length in [10, 1] {
            let pages = |call: u32| (call % 2 * 10..call % 2 * 10 + length).collect();
            let (found, error, calls) = ended(|call| (pages(call), Some(u64::MAX)));
            assert_eq!((found.len(), calls), (2 * length as usize, 3));
            does_not_advance(error, 2 * length);
        }
    }

    #[test]
    fn list_that_moved_by_one_goes_on() {
        // An item was put in front between two calls: the last of a page is the first of the next.
        let (found, error, calls) = ended(|call| match call {
            0 => ((0..10).collect(), Some(20)),
            1 => ((9..19).collect(), Some(21)),
            _ => (vec![19], Some(21)),
        });
        let expected: Vec<u32> = (0..10).chain(9..20).collect();
        assert_eq!((found, error, calls), (expected, None, 3));
    }

    #[test]
    fn list_past_a_count_of_all_ends() {
        // A page in which something is new every time: only the count can end it.
        let (found, error, calls) = ended(|call| ((call..call + 10).collect(), Some(35)));
        assert_eq!((found.len(), error, calls), (40, None, 4));
    }

    #[test]
    fn list_without_end_is_cut_off() {
        let page = |call: u32| (call * 50_000..(call + 1) * 50_000).collect();
        let (found, error, calls) = ended(|call| (page(call), None));
        assert_eq!((found.len(), calls), (MOST_ITEMS, 10));
        let line = error.unwrap_or_default();
        assert!(line.contains("more than 500000 items"), "{line}");
    }

    /// Lists these pages of two, each item known by `id`, and gives the error.
    fn error_of(
        pages: [[&'static str; 2]; 3],
        id: fn(&&'static str) -> Option<&'static str>,
    ) -> Option<String> {
        let page = |offset| {
            let page: [&str; 2] = pages[offset as usize / 2];
            ready(Ok(Page::new(Some(page.into()), None::<u64>)))
        };
        let listed = items(&LIST, 0, 2, id, page).take(6);
        let listed: Result<Vec<_>> = listed.try_collect().now_or_never().unwrap();
        listed.err().map(|error| error.to_string())
    }

    #[test]
    fn items_without_an_id_are_known_by_all_they_hold() {
        let pages = [["1 RUNNING", "2"], ["2", "1 STOPPED"], ["1 STOPPED", "2"]];
        does_not_advance(error_of(pages, |_| None), 4);
    }

    #[test]
    fn items_with_an_id_are_known_by_it_alone() {
        let pages = [["1 RUNNING", "2"], ["2", "1 STOPPED"], ["3", "4"]];
        let id = |item: &&'static str| item.split(' ').next();
        does_not_advance(error_of(pages, id), 2);
    }
}
