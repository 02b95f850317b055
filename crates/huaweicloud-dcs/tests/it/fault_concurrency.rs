//! Concurrent calls, dropped calls, and runtimes that end: section F of `faults.md`.

use std::time::Duration;

use futures_util::future::join_all;
use futures_util::{StreamExt as _, stream};
use huaweicloud_dcs::ErrorKind;
use rustix::process::{Resource, getrlimit, setrlimit};
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

use crate::fault_sockets::{Act, PATIENCE, STOPPED, Server, TASK, write};

#[tokio::test]
async fn dropped_call_closes_its_connection_and_leaves_no_task() {
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
    // Only the accepting task remains. The tasks of a connection end at their next poll.
    let ended = timeout(PATIENCE, async {
        while tasks.num_alive_tasks() > 1 {
            tokio::task::yield_now().await;
        }
    });
    ended.await.unwrap();
    assert_eq!(server.requests(), 1, "the stop is not resent");
}

/// A call opens at most one connection, and none if one is idle. HTTP/1.1 carries one call at a time. The client does
/// not limit concurrent calls.
#[tokio::test]
async fn thousand_calls_open_at_most_a_connection_each() {
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

/// Many systems allow 1024 open files unless a process raises the limit.
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
async fn clone_finishes_its_call_after_client_is_dropped() {
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
fn client_works_across_several_runtimes() {
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

/// The runtime that made a connection drives it. While that runtime is idle, calls on the connection get no response
/// and time out.
#[test]
fn connection_of_idle_runtime_times_out() {
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
