//! Starting and stopping.

use std::{net::SocketAddr, sync::mpsc};

use dcs_stand_in::{StandIn, StartError, TaskStatus};
use tokio::{io::AsyncReadExt, net::TcpStream};

use crate::client::{AK, Answer, Call, SK, TASK, TOKEN, builder, in_time, until, with_task};

#[tokio::test]
async fn listen_any_address_is_reached_by_loopback() {
    for (listen, loopback) in [("0.0.0.0:0", "127.0.0.1"), ("[::]:0", "[::1]")] {
        let listen: SocketAddr = listen.parse().unwrap();
        let stand_in = with_task(builder().listen(listen)).await;
        assert_eq!(stand_in.address().ip(), listen.ip());
        let address = format!("{loopback}:{}", stand_in.address().port());
        assert_eq!(stand_in.endpoint(), format!("http://{address}"));
        let call = Call::show(TASK).token(TOKEN);
        let mut stream = call.begin(address.parse().unwrap()).await;
        assert_eq!(Answer::read(&mut stream).await.status, 200);
    }
}

#[tokio::test]
async fn wrong_settings_are_refused() {
    let error = StandIn::builder().start().await.unwrap_err();
    assert!(matches!(error, StartError::NoCredentials));
    for empty in [
        builder().access_key("", SK),
        builder().access_key(AK, ""),
        builder().temporary_access_key(AK, SK, ""),
        builder().token(""),
    ] {
        let error = empty.start().await.unwrap_err();
        assert!(matches!(error, StartError::EmptyCredential), "{error:?}");
    }
    let error = builder().project_id("p").start().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        r#"malformed project ID "p": give 32 hexadecimal digits in lower case"#
    );
    let error = builder()
        .task("..", TaskStatus::Running)
        .start()
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        r#"malformed task ID "..": give a UUID or 32 hexadecimal digits"#
    );
}

#[tokio::test]
async fn port_in_use_is_an_error_with_source() {
    let first = with_task(builder()).await;
    let error = builder().listen(first.address()).start().await.unwrap_err();
    assert!(matches!(error, StartError::Listen(..)), "{error:?}");
    assert!(std::error::Error::source(&error).is_some());
}

#[tokio::test]
async fn endpoint_has_the_bound_port() {
    let stand_in = with_task(builder()).await;
    let port = stand_in.address().port();
    assert_eq!(stand_in.endpoint(), format!("http://127.0.0.1:{port}"));
    assert_ne!(port, 0);
}

#[tokio::test]
async fn shut_down_closes_open_connections() {
    let stand_in = with_task(builder().stop_delay(std::time::Duration::from_secs(3600))).await;
    let address = stand_in.address();
    let mut idle = TcpStream::connect(address).await.unwrap();
    let mut waiting = Call::stop(TASK).signed(&stand_in).begin(address).await;
    until(|| stand_in.task_status(TASK) == Some(TaskStatus::Terminating)).await;
    in_time(stand_in.shut_down()).await;
    assert_eq!(in_time(idle.read(&mut [0])).await.unwrap(), 0);
    assert_eq!(in_time(waiting.read(&mut [0])).await.unwrap(), 0);
    TcpStream::connect(address).await.unwrap_err();
}

#[tokio::test]
async fn drop_stops_the_server() {
    let stand_in = with_task(builder()).await;
    let address = stand_in.address();
    drop(stand_in);
    let mut is_gone = false;
    for _ in 0..1000 {
        is_gone = TcpStream::connect(address).await.is_err();
        if is_gone {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    assert!(is_gone);
}

/// A benchmark runs it like this, to measure the CPU time of its own thread.
#[test]
fn stand_in_on_its_own_thread_serves() {
    let (tell, told) = mpsc::channel();
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let server = std::thread::spawn(move || {
        runtime().block_on(async {
            let stand_in = with_task(builder()).await;
            tell.send(stand_in.address()).unwrap();
            ended.await.unwrap();
            stand_in.requests().len()
        })
    });
    let address = told.recv().unwrap();
    runtime().block_on(async {
        let mut stream = Call::show(TASK).token(TOKEN).begin(address).await;
        assert_eq!(Answer::read(&mut stream).await.status, 200);
    });
    end.send(()).unwrap();
    assert_eq!(server.join().unwrap(), 1);
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}
