//! The accept loop.
//!
//! It is our own because a fault may close a connection without a response. Cutting the [`Connection`] drops the connection
//! with its socket.

use std::{sync::Arc, time::Duration};

use axum::http::Request;
use hyper::{
    body::Incoming,
    server::conn::http1,
    service::{Service, service_fn},
};
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinSet,
};

use super::routes::{Shared, router};
use crate::faults::Connection;

/// Serves until `stop` is sent or dropped. Then closes all connections, even those in progress.
pub(crate) async fn run(
    listener: TcpListener,
    shared: Arc<Shared>,
    mut stop: oneshot::Receiver<()>,
) {
    let app = TowerToHyperService::new(router(&shared));
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            _ = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) if !shared.faults.take_refusal() => {
                    connections.spawn(serve(stream, app.clone()));
                }
                Ok(_) => {}
                // Most likely there are no more file descriptors. Some become free as connections end.
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
    connections.shutdown().await;
}

type App = TowerToHyperService<axum::Router>;

async fn serve(stream: TcpStream, app: App) {
    // Without this, small responses would wait for more data.
    let _ = stream.set_nodelay(true);
    let connection = Connection::default();
    let service = {
        let connection = connection.clone();
        service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(connection.clone());
            app.call(request)
        })
    };
    let served = http1::Builder::new()
        .title_case_headers(true)
        .serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        // An error is the client's: it disconnected or did not speak HTTP.
        _ = served => {}
        () = connection.was_cut() => {}
    }
}
