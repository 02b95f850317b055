//! Lists items page by page.

use std::collections::{HashSet, VecDeque};
use std::future::Future;
use std::hash::BuildHasher as _;

use futures_util::stream::{Stream, try_unfold};
use serde::Serialize;

use super::operation::Operation;
use crate::error::{Error, ErrorKind, Result};

/// Maximum number of different items in a list. Their hashes take about 10 MiB.
const MAX_ITEMS: usize = 500_000;

/// One page of a list.
#[derive(Debug)]
pub struct Page<T> {
    items: Vec<T>,
    /// The number of items, on all pages or on this one: the vendor documentation does not say.
    count: Option<u64>,
}

impl<T> Page<T> {
    /// Creates a page from the items and the count in a response.
    #[must_use]
    pub fn new(items: Option<Vec<T>>, count: Option<impl TryInto<u64>>) -> Self {
        Self {
            items: items.unwrap_or_default(),
            count: count.and_then(|count| count.try_into().ok()),
        }
    }

    /// The offset of the next page; none if this is the last one.
    ///
    /// A count above the length of this page counts all items. Any other count may be that of this page, and then only a
    /// page shorter than the limit is the last.
    fn next(&self, offset: u32, limit: u32) -> Option<u32> {
        let length = u32::try_from(self.items.len()).ok()?;
        let next = offset.checked_add(length)?;
        let is_last = match self.count {
            _ if length == 0 => true,
            Some(count) if count > u64::from(length) => count <= u64::from(next),
            _ => length < limit,
        };
        (!is_last).then_some(next)
    }
}

struct State<T, F> {
    items: VecDeque<T>,
    /// A hash of each item so far.
    seen: HashSet<u64>,
    /// The offset of the next page; none after the last.
    next: Option<u32>,
    fetch: F,
}

/// Streams all items from `offset` on. `fetch` gets the page at an offset, once the stream has yielded all items before
/// it.
///
/// The stream always ends. A page without a new item ends it with an error. So do more than 500,000 different items.
/// Items are compared by `id`, or by their whole content if they have none.
///
/// The stream is boxed, so that callers need not pin it.
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
        seen: HashSet::new(),
        next: Some(offset),
        fetch,
    };
    let unending = |message: String, advice| {
        Error::builder(ErrorKind::Decode)
            .operation(operation.id)
            .message(&*message)
            .advice(advice)
            .build()
    };
    Box::pin(try_unfold(start, move |mut state| async move {
        loop {
            if let Some(item) = state.items.pop_front() {
                return Ok(Some((item, state)));
            }
            let Some(offset) = state.next else {
                return Ok(None);
            };
            if state.seen.len() >= MAX_ITEMS {
                let message = format!("the list has more than {MAX_ITEMS} items");
                return Err(unending(message, "narrow the query"));
            }
            let page = (state.fetch)(offset).await?;
            let new = page
                .items
                .iter()
                .filter(|item| is_new(*item, id, &mut state.seen));
            if new.count() == 0 && !page.items.is_empty() {
                let message = format!("the page at offset {offset} has no new item");
                let advice = "pagination does not advance; request one larger page";
                return Err(unending(message, advice));
            }
            state.next = page.next(offset, limit);
            state.items = page.items.into();
        }
    }))
}

/// Records an item, and returns whether it is new.
fn is_new<T: Serialize>(item: &T, id: fn(&T) -> Option<&str>, seen: &mut HashSet<u64>) -> bool {
    let hash = match id(item) {
        Some(id) => seen.hasher().hash_one(id),
        None => match serde_json::to_vec(item) {
            Ok(content) => seen.hasher().hash_one(content),
            // An item that cannot be compared counts as new, so that no page is lost.
            Err(_) => return true,
        },
    };
    seen.insert(hash)
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

    /// Lists the numbers below `total` in pages of `limit`, with at most `most` items in a page. Returns the items and the
    /// offsets of the requests.
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
    fn items_come_once_with_any_meaning_of_count() {
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
    fn pages_shorter_than_the_limit_are_continued() {
        let (found, asked) = listed(25, 1000, 10, |total, _| Some(u64::from(total)));
        assert_eq!(found.len(), 25);
        assert_eq!(asked, [0, 10, 20]);
    }

    #[test]
    fn short_page_without_count_ends_the_list() {
        assert_eq!(listed(11, 10, 10, |_, _| None).1, [0, 10]);
        assert_eq!(listed(0, 10, 10, |_, _| Some(5)).1, [0]);
    }

    /// Lists the pages that `page` makes. Returns the items, the error and the number of calls. Bounded, because the list
    /// must end.
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
        .take(MAX_ITEMS + 100)
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
        let wanted = format!("the page at offset {offset} has no new item");
        assert!(line.contains(&wanted), "{line}");
        assert!(line.contains("request one larger page"), "{line}");
    }

    #[test]
    fn list_ignoring_the_offset_ends() {
        for (length, count) in [(10, None), (10, Some(u64::MAX)), (4, Some(u64::MAX))] {
            let (found, error, calls) = ended(|_| ((0..length).collect(), count));
            assert_eq!((found.len(), calls), (length as usize, 2));
            does_not_advance(error, length);
        }
    }

    #[test]
    fn list_alternating_two_pages_ends() {
        for length in [10, 1] {
            let pages = |call: u32| (call % 2 * 10..call % 2 * 10 + length).collect();
            let (found, error, calls) = ended(|call| (pages(call), Some(u64::MAX)));
            assert_eq!((found.len(), calls), (2 * length as usize, 3));
            does_not_advance(error, 2 * length);
        }
    }

    #[test]
    fn list_shifted_by_one_item_continues() {
        // A new first item between two calls: the last item of a page is also the first of the next.
        let (found, error, calls) = ended(|call| match call {
            0 => ((0..10).collect(), Some(20)),
            1 => ((9..19).collect(), Some(21)),
            _ => (vec![19], Some(21)),
        });
        let expected: Vec<u32> = (0..10).chain(9..20).collect();
        assert_eq!((found, error, calls), (expected, None, 3));
    }

    #[test]
    fn list_past_the_total_count_ends() {
        // Every page has a new item: only the count can end the list.
        let (found, error, calls) = ended(|call| ((call..call + 10).collect(), Some(35)));
        assert_eq!((found.len(), error, calls), (40, None, 4));
    }

    #[test]
    fn endless_list_ends_at_the_item_limit() {
        let page = |call: u32| (call * 50_000..(call + 1) * 50_000).collect();
        let (found, error, calls) = ended(|call| (page(call), None));
        assert_eq!((found.len(), calls), (MAX_ITEMS, 10));
        let line = error.unwrap_or_default();
        assert!(line.contains("more than 500000 items"), "{line}");
    }

    /// Lists these pages of two items, and returns the error.
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
    fn items_without_id_are_compared_by_content() {
        let pages = [["1 RUNNING", "2"], ["2", "1 STOPPED"], ["1 STOPPED", "2"]];
        does_not_advance(error_of(pages, |_| None), 4);
    }

    #[test]
    fn items_with_id_are_compared_by_id() {
        let pages = [["1 RUNNING", "2"], ["2", "1 STOPPED"], ["3", "4"]];
        let id = |item: &&'static str| item.split(' ').next();
        does_not_advance(error_of(pages, id), 2);
    }
}
