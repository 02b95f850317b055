//! Many calls at once, calls that are given up, and runtimes that end: section F of `faults.md`.

use std::time::Duration;

use futures_util::future::join_all;
use futures_util::{StreamExt as _, stream};
use huaweicloud_dcs::ErrorKind;
use rustix::process::{Resource, getrlimit, setrlimit};
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

use crate::fault_sockets::{Act, PATIENCE, STOPPED, Server, TASK, write};

#[tokio::test]
async fn a_call_that_is_dropped_closes_its_connection_and_leaves_nothing_running() {
    let server = Server::always([Act::Read, Act::AwaitClose]).await;
    let client = server.client();
    let tasks = tokio::runtime::Handle::current().metrics();
    let mut stop = Box::pin(client.stop_sync(TASK));
    tokio::select! {
        biased;
        result = &mut stop => panic!("nothing is answered: {result:?}"),
        () = server.asked(1) => {}
    }
    drop(stop);
    server.closed(1).await;
    assert_eq!((server.connections(), server.requests()), (1, 1));
    // What accepts connections is the only task left; those of a connection end when they are polled once more.
    let ended = timeout(PATIENCE, async {
        while tasks.num_alive_tasks() > 1 {
            tokio::task::yield_now().await;
        }
    });
    ended.await.unwrap();
    assert_eq!(server.requests(), 1, "it is not sent anew");
}

/// The bound: a call opens one connection at most, and none where one is idle. HTTP/1.1 carries one call at a time, and a
/// client has no limit of its own on the calls that its user begins.
#[tokio::test]
async fn a_thousand_calls_at_once_all_end_and_open_no_more_connections_than_that() {
    allow_both_ends_of_a_thousand_connections();
    let server = Server::always([Act::Read, write(STOPPED), Act::Again]).await;
    let client = server.settings().connect_timeout(PATIENCE).build().unwrap();
    let stop = async |number: usize| {
        let stop = client.stop_sync(&format!("t-{number}")).await;
        assert_eq!(stop.unwrap().attempts(), 1);
    };
    join_all((0..1000).map(stop)).await;
    assert_eq!((server.requests(), server.most_of_one()), (1000, 1));

    let later = stream::iter((1000..2000).map(stop)).buffer_unordered(100);
    later.collect::<Vec<()>>().await;
    assert_eq!((server.requests(), server.most_of_one()), (2000, 1));
    let opened = server.connections();
    assert!(opened <= 1000 + 100, "{opened} connections");
}

/// Many systems let a process have 1024 open files unless it asks for more.
fn allow_both_ends_of_a_thousand_connections() {
    let mut limits = getrlimit(Resource::Nofile);
    let wanted = Some(4096);
    if limits.current.is_some() && limits.current < wanted {
        limits.current = wanted.min(limits.maximum.or(wanted));
        setrlimit(Resource::Nofile, limits).unwrap();
        assert_eq!(limits.current, wanted, "this machine allows fewer files");
    }
}

#[tokio::test]
async fn a_clone_ends_its_call_when_the_client_it_was_made_of_is_gone() {
    let server = Server::always([Act::Read, Act::Gate, write(STOPPED)]).await;
    let client = server.client();
    let clone = client.clone();
    let stop = tokio::spawn(async move { clone.stop_sync(TASK).await });
    server.asked(1).await;
    drop(client);
    server.open_gate();
    let stopped = timeout(PATIENCE, stop).await.unwrap().unwrap().unwrap();
    assert_eq!((stopped.status(), server.requests()), (204, 1));
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn a_client_made_outside_of_a_runtime_outlives_the_runtimes_it_is_used_in() {
    let of_server = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let script = [Act::Read, write(STOPPED), Act::Again];
    let server = of_server.block_on(Server::always(script));
    let client = server.client();
    for count in 1..=3 {
        let stopped = runtime().block_on(client.stop_sync(TASK)).unwrap();
        assert_eq!((stopped.attempts(), server.requests()), (1, count));
    }
    let two = [runtime(), runtime()].map(|runtime| {
        let client = client.clone();
        std::thread::spawn(move || runtime.block_on(client.stop_sync(TASK)).unwrap().attempts())
    });
    for thread in two {
        assert_eq!(thread.join().unwrap(), 1);
    }
    assert_eq!(server.requests(), 5);
}

/// A connection is driven by the runtime that it was made in. Where that one lives on without being run, a call of
/// another one gets no answer on it, and ends at its limit.
#[test]
fn a_call_on_a_connection_of_a_runtime_that_stands_still_ends_at_its_limit() {
    let of_server = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let script = [Act::Read, write(STOPPED), Act::Again];
    let server = of_server.block_on(Server::always(script));
    let settings = server.settings().timeout(Duration::from_millis(300));
    let client = settings.build().unwrap();
    let stands_still = runtime();
    stands_still.block_on(client.stop_sync(TASK)).unwrap();

    let error = runtime().block_on(client.stop_sync(TASK)).unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 1));
    assert!(error.may_have_been_applied());
    assert!(server.requests() <= 2);
}
