//! The TLS back-end, by feature: `rustls-ring`, else `rustls-aws-lc`, else `rustls` with the provider of the process,
//! else `native-tls`, else none.
//!
//! `configure` sets up TLS, with extra root certificates in PEM. Without `https` it skips loading the root certificates
//! of the machine, which takes most of the time. `TlsError` is the error for a peer that is not trusted or speaks no TLS.

pub(crate) use backend::{TlsError, configure};

#[cfg(feature = "rustls")]
mod backend {
    use std::sync::Arc;

    use reqwest::ClientBuilder;
    use rustls::crypto::CryptoProvider;
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject as _;
    use rustls::{ClientConfig, RootCertStore};
    use rustls_platform_verifier::Verifier;

    pub(crate) use rustls::Error as TlsError;

    pub(crate) fn configure(
        builder: ClientBuilder,
        https: bool,
        authorities: Option<&[u8]>,
    ) -> Result<ClientBuilder, String> {
        Ok(builder.tls_backend_preconfigured(config(provider(), https, authorities)?))
    }

    /// The provider of the first feature, else the one that the process has installed.
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

    fn config(
        provider: Option<Arc<CryptoProvider>>,
        https: bool,
        authorities: Option<&[u8]>,
    ) -> Result<ClientConfig, String> {
        let provider = provider
            .ok_or("this build has no cryptography for TLS: turn on the feature rustls-ring")?;
        let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| format!("TLS cannot be set up: {error}"))?;
        let mut config = if https {
            let verifier = match authorities {
                Some(pem) => Verifier::new_with_extra_roots(certificates(pem)?, provider),
                None => Verifier::new(provider),
            };
            let verifier = verifier.map_err(|error| {
                format!(
                    "the root certificates of this machine cannot be loaded ({error}): install its CA certificates, \
                     or name their file by SSL_CERT_FILE"
                )
            })?;
            config
                .dangerous()
                .with_custom_certificate_verifier(Arc::new(verifier))
                .with_no_client_auth()
        } else {
            config
                .with_root_certificates(RootCertStore::empty())
                .with_no_client_auth()
        };
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }

    fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
        let none = "the CA file holds no certificates in PEM";
        match CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>() {
            Ok(certificates) if certificates.is_empty() => Err(none.to_owned()),
            Ok(certificates) => Ok(certificates),
            Err(error) => Err(format!("{none}: {error}")),
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn missing_crypto_provider_error_names_the_feature() {
            for https in [true, false] {
                let problem = config(None, https, None).unwrap_err();
                assert!(problem.contains("rustls-ring"), "{problem}");
            }
        }
    }
}

#[cfg(all(feature = "native-tls", not(feature = "rustls")))]
mod backend {
    pub(crate) use native_tls::Error as TlsError;
    use reqwest::ClientBuilder;

    pub(crate) fn configure(
        builder: ClientBuilder,
        _https: bool,
        authorities: Option<&[u8]>,
    ) -> Result<ClientBuilder, String> {
        let builder = builder
            .tls_backend_native()
            .tls_version_min(reqwest::tls::Version::TLS_1_2);
        let Some(authorities) = authorities else {
            return Ok(builder);
        };
        match reqwest::Certificate::from_pem_bundle(authorities) {
            Ok(certificates) if !certificates.is_empty() => {
                Ok(builder.tls_certs_merge(certificates))
            }
            _ => Err("the CA file holds no certificates in PEM".to_owned()),
        }
    }
}

#[cfg(not(any(feature = "native-tls", feature = "rustls")))]
mod backend {
    use reqwest::ClientBuilder;

    pub(crate) type TlsError = std::convert::Infallible;

    pub(crate) fn configure(
        builder: ClientBuilder,
        https: bool,
        _authorities: Option<&[u8]>,
    ) -> Result<ClientBuilder, String> {
        if https {
            return Err(
                "this build has no TLS for an https endpoint: turn on the feature rustls-ring"
                    .to_owned(),
            );
        }
        Ok(builder)
    }
}
