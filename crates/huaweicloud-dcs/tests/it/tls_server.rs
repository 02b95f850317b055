//! TLS servers with chosen certificates. Only clients that a test tells to trust the authority accept them.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use tempfile::NamedTempFile;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};

/// A certificate authority.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    file: NamedTempFile,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new([]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let name = "an authority of a test";
        params.distinguished_name.push(DnType::CommonName, name);
        let certificate = params.self_signed(&key).unwrap();
        let file = NamedTempFile::new().unwrap();
        std::fs::write(file.path(), certificate.pem()).unwrap();
        let issuer = Issuer::new(params, key);
        Self { issuer, file }
    }

    /// The authority's certificate, as a PEM file.
    pub(crate) fn file(&self) -> &Path {
        self.file.path()
    }

    /// A server with a valid certificate for this host.
    pub(crate) async fn server_for(&self, host: &str) -> TlsServer {
        self.server_answering(host, STOPPED).await
    }

    /// A server with a valid certificate for this host, and another response.
    pub(crate) async fn server_answering(&self, host: &str, answer: &str) -> TlsServer {
        self.start(certificate_for(host), answer).await
    }

    /// A server with this certificate, issued by the authority.
    pub(crate) async fn server_with(&self, params: CertificateParams) -> TlsServer {
        self.start(params, STOPPED).await
    }

    async fn start(&self, params: CertificateParams, answer: &str) -> TlsServer {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        TlsServer::start(certificate.der().clone(), &key, answer).await
    }
}

/// The parameters of a valid certificate for this host.
pub(crate) fn certificate_for(host: &str) -> CertificateParams {
    CertificateParams::new([host.to_owned()]).unwrap()
}

const STOPPED: &str = "HTTP/1.1 204 No Content\r\nX-Request-Id: r-1\r\nConnection: close\r\n\r\n";

/// Sends the same response to every request over TLS, by default 204, and counts the requests.
pub(crate) struct TlsServer {
    pub(crate) address: SocketAddr,
    requests: Arc<AtomicUsize>,
}

impl TlsServer {
    /// A server with a self-signed certificate.
    pub(crate) async fn self_signed(host: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let certificate = certificate_for(host).self_signed(&key).unwrap();
        Self::start(certificate.der().clone(), &key, STOPPED).await
    }

    async fn start(certificate: CertificateDer<'static>, key: &KeyPair, answer: &str) -> Self {
        let answer: Arc<str> = answer.into();
        let key = PrivatePkcs8KeyDer::from(key.serialize_der());
        let config = ServerConfig::builder_with_provider(ring::default_provider().into())
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key.into())
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(AtomicUsize::new(0));
        let counter = requests.clone();
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                let (counter, answer) = (counter.clone(), answer.clone());
                tokio::spawn(serve(connection, acceptor.clone(), counter, answer));
            }
        });
        Self { address, requests }
    }

    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

async fn serve(
    connection: TcpStream,
    acceptor: TlsAcceptor,
    counter: Arc<AtomicUsize>,
    answer: Arc<str>,
) {
    // In most tests the client aborts the handshake.
    let Ok(mut connection) = acceptor.accept(connection).await else {
        return;
    };
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let Ok(byte) = connection.read_u8().await else {
            return;
        };
        head.push(byte);
    }
    counter.fetch_add(1, Ordering::SeqCst);
    let _ = connection.write_all(answer.as_bytes()).await;
    let _ = connection.shutdown().await;
}
