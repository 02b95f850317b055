//! The TLS back-end, by feature: `rustls-ring`, else `rustls-aws-lc`, else `rustls` with the process's own provider,
//! else `native-tls`, else none.

use std::error::Error;
use std::path::Path;

/// Gives `builder` the TLS back-end of this build. Where `https` is false no roots are loaded, which is most of the
/// time that a client takes to make.
pub(crate) fn configure(
    builder: reqwest::ClientBuilder,
    https: bool,
    ca_file: Option<&Path>,
) -> Result<reqwest::ClientBuilder, String> {
    let authorities = match ca_file {
        Some(path) if https => Some(read(path)?),
        _ => None,
    };
    backend::configure(builder, https, authorities).map_err(|problem| match ca_file {
        Some(path) => format!("{problem} (CA file {})", path.display()),
        None => problem,
    })
}

/// The text of a file of certificates.
fn read(path: &Path) -> Result<Vec<u8>, String> {
    let shown = path.display();
    std::fs::read(path).map_err(|error| format!("the CA file {shown} cannot be read: {error}"))
}

/// Whether an error of the connection says that the peer could not be trusted or does not speak TLS: repeating the
/// request would change nothing.
pub(crate) fn is_tls_failure(error: &(dyn Error + 'static)) -> bool {
    backend::is_tls_failure(error)
}

#[cfg(feature = "rustls")]
mod backend {
    use std::error::Error;
    use std::sync::Arc;

    use reqwest::ClientBuilder;
    use rustls::crypto::CryptoProvider;
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject as _;
    use rustls::{ClientConfig, RootCertStore};
    use rustls_platform_verifier::{BuilderVerifierExt as _, Verifier};

    /// The provider that the features name, else the one that the process has installed.
    fn provider() -> Option<Arc<CryptoProvider>> {
        let named: &[fn() -> CryptoProvider] = &[
            #[cfg(feature = "rustls-ring")]
            rustls::crypto::ring::default_provider,
            #[cfg(feature = "rustls-aws-lc")]
            rustls::crypto::aws_lc_rs::default_provider,
        ];
        let named = named.first().map(|provider| Arc::new(provider()));
        named.or_else(|| CryptoProvider::get_default().cloned())
    }

    pub(super) fn configure(
        builder: ClientBuilder,
        https: bool,
        authorities: Option<Vec<u8>>,
    ) -> Result<ClientBuilder, String> {
        Ok(builder.tls_backend_preconfigured(config(provider(), https, authorities)?))
    }

    fn config(
        provider: Option<Arc<CryptoProvider>>,
        https: bool,
        authorities: Option<Vec<u8>>,
    ) -> Result<ClientConfig, String> {
        let provider = provider
            .ok_or("this build has no cryptography for TLS: turn on the feature rustls-ring")?;
        let refused = |error: rustls::Error| format!("TLS cannot be set up: {error}");
        let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(refused)?;
        let mut config = if let Some(authorities) = authorities {
            let certificates = CertificateDer::pem_slice_iter(&authorities)
                .collect::<Result<Vec<_>, _>>()
                .map_err(|error| format!("the CA file holds no certificates in PEM: {error}"))?;
            if certificates.is_empty() {
                return Err("the CA file holds no certificates in PEM".to_owned());
            }
            let verifier = Verifier::new_with_extra_roots(certificates, provider);
            config
                .dangerous()
                .with_custom_certificate_verifier(Arc::new(verifier.map_err(refused)?))
                .with_no_client_auth()
        } else if https {
            config
                .with_platform_verifier()
                .map_err(|error| {
                    format!(
                        "the roots that this machine trusts cannot be loaded ({error}): install its CA certificates, \
                         or name their file by SSL_CERT_FILE"
                    )
                })?
                .with_no_client_auth()
        } else {
            config
                .with_root_certificates(RootCertStore::empty())
                .with_no_client_auth()
        };
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }

    pub(super) fn is_tls_failure(error: &(dyn Error + 'static)) -> bool {
        error.is::<rustls::Error>()
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn without_a_crypto_provider_there_is_an_error_that_names_the_feature() {
            for https in [true, false] {
                let problem = config(None, https, None).unwrap_err();
                assert!(problem.contains("rustls-ring"), "{problem}");
            }
        }
    }
}

#[cfg(all(feature = "native-tls", not(feature = "rustls")))]
mod backend {
    use std::error::Error;

    use reqwest::ClientBuilder;

    pub(super) fn configure(
        builder: ClientBuilder,
        _https: bool,
        authorities: Option<Vec<u8>>,
    ) -> Result<ClientBuilder, String> {
        let builder = builder
            .tls_backend_native()
            .tls_version_min(reqwest::tls::Version::TLS_1_2);
        let Some(authorities) = authorities else {
            return Ok(builder);
        };
        match reqwest::Certificate::from_pem_bundle(&authorities) {
            Ok(certificates) if !certificates.is_empty() => {
                Ok(builder.tls_certs_merge(certificates))
            }
            _ => Err("the CA file holds no certificates in PEM".to_owned()),
        }
    }

    pub(super) fn is_tls_failure(error: &(dyn Error + 'static)) -> bool {
        error.is::<native_tls::Error>()
    }
}

#[cfg(not(any(feature = "native-tls", feature = "rustls")))]
mod backend {
    use std::error::Error;

    use reqwest::ClientBuilder;

    pub(super) fn configure(
        builder: ClientBuilder,
        https: bool,
        _authorities: Option<Vec<u8>>,
    ) -> Result<ClientBuilder, String> {
        if https {
            return Err(
                "this build has no TLS for an https endpoint: turn on the feature rustls-ring"
                    .to_owned(),
            );
        }
        Ok(builder)
    }

    pub(super) fn is_tls_failure(_error: &(dyn Error + 'static)) -> bool {
        false
    }
}
