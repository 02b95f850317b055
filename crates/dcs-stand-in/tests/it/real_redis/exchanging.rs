//! Exchange of IP addresses and its rollback: clients keep their address and land on the other server.

use super::{
    servers::{Server, are_missing, connect},
    session::Session,
    writer::{Writer, held, prefix},
};
use crate::{client::in_time, generated::caller};

async fn until_exchange(session: &Session, status: &str) {
    in_time(async {
        while session.detail().await.task_status.as_deref() != Some(status) {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    })
    .await;
}

fn has(server: &Server, write: u64) -> bool {
    server.order::<u64>(&["EXISTS", &format!("write:{write}")]) == 1
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exchange_moves_a_live_writer_and_rollback_moves_it_back() {
    if are_missing() {
        return;
    }
    let mut session = Session::start().await;
    // Clients keep their password, too.
    session.target = Server::start(session.source.password());
    session.follow().await;
    let (source, target) = session.stand_in.fronts(&session.task).unwrap();
    let password = session.source.password();
    let writer = Writer::start(source.port(), password);
    let mut idle = connect(target.port(), password).unwrap();
    writer.more(50).await;
    session.until_lag(|lag| lag < 1_000).await;
    let before = prefix(&held(&session.target));
    assert!(has(&session.source, writer.last()));

    let caller = caller(&session.stand_in);
    caller.exchange_ip(&session.task).await.unwrap();
    until_exchange(&session, "EXCHANGE_SUCCESS").await;
    assert_eq!(session.status().await, "TERMINATED");
    assert!(session.target.is_master());
    assert!(
        ::redis::cmd("PING").query::<String>(&mut idle).is_err(),
        "it is still open"
    );
    // The first of them may have been acknowledged before the exchange.
    writer.more(50).await;
    let moved = writer.last();
    assert!(has(&session.target, moved) && !has(&session.source, moved));
    assert!(prefix(&held(&session.target)) >= before);
    let mut crossed = connect(target.port(), password).unwrap();
    ::redis::cmd("SET")
        .arg("crossed")
        .arg("x")
        .query::<()>(&mut crossed)
        .unwrap();
    assert_eq!(session.source.order::<u64>(&["EXISTS", "crossed"]), 1);

    caller.roll_back_ip(&session.task).await.unwrap();
    until_exchange(&session, "ROLLBACK_SUCCESS").await;
    writer.more(50).await;
    let back = writer.end();
    assert!(has(&session.source, back) && !has(&session.target, back));
}
