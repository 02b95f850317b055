//! A server that floods its client.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

use crate::service::{Service, id};

#[test]
#[expect(clippy::disallowed_methods, reason = "it is real time that passes")]
fn a_flood_of_interim_answers_does_not_hold_it_past_its_time_limit() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]).unwrap();
        let flood = "HTTP/1.1 100 Continue\r\n\r\n".repeat(1_000);
        while stream.write_all(flood.as_bytes()).is_ok() {}
    });
    let service = Service::start();
    let line = format!(
        "stop-sync --timeout 500ms --endpoint http://{address} {}",
        id(1)
    );
    let begin = Instant::now();
    service.run(&line).ended_with(7);
    let took = begin.elapsed();
    assert!(took < Duration::from_secs(3), "{took:?}");
}
