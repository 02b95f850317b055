//! The cost to sign and to verify the request that stops a synchronization.

use std::hint::black_box;
use std::time::{Duration, SystemTime};

use criterion::{Criterion, criterion_group, criterion_main};
use huaweicloud_sign::{AccessKey, Authorization, CLOCK_WINDOW, Request, sign};

const SECRET: &str = "skInventedForTheBenchmark0000000000000000";

const REQUEST: Request<'static> = Request {
    method: "POST",
    path: "/v2/0123456789abcdef0123456789abcdef/migration-task/b21989ec-2889-4b8e-99db-19c073425ec2/sync-stop",
    query: "",
    headers: &[
        ("content-type", b"application/json"),
        ("host", b"dcs.ap-southeast-1.myhuaweicloud.com"),
        ("x-project-id", b"0123456789abcdef0123456789abcdef"),
    ],
    body: b"",
};

fn sync_stop(criterion: &mut Criterion) {
    let key = AccessKey::new("AKINVENTEDBENCHMARK0", SECRET);
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_323_045);
    criterion.bench_function("sign sync-stop", |bencher| {
        bencher.iter(|| sign(black_box(&REQUEST), black_box(&key), black_box(time)));
    });

    let Ok(signed) = sign(&REQUEST, &key, time) else {
        return;
    };
    let mut headers = REQUEST.headers.to_vec();
    headers.push(("x-sdk-date", signed.x_sdk_date().as_bytes()));
    let request = Request {
        headers: &headers,
        ..REQUEST
    };
    criterion.bench_function("verify sync-stop", |bencher| {
        bencher.iter(|| {
            let authorization = Authorization::parse(black_box(signed.authorization()))?;
            authorization.verify(black_box(&request), SECRET, time, CLOCK_WINDOW)
        });
    });
}

criterion_group!(benches, sync_stop);
criterion_main!(benches);
