#pragma once
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

// Macros of OpenSSL that Swift can't see, as functions.

/// A write may take a part, and go on with another buffer.
static inline void slipway_ssl_set_modes(SSL *connection) {
    SSL_set_mode(connection, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

/// Has the certificate of the other side checked to be that host's: a name, or an address. 1 where that can be.
static inline int slipway_ssl_expect_host(SSL *connection, const char *host) {
    SSL_set_verify(connection, SSL_VERIFY_PEER, NULL);
    if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(connection), host) == 1) return 1;
    if (SSL_set_tlsext_host_name(connection, host) != 1) return 0;
    return SSL_set1_host(connection, host);
}

static inline int slipway_ssl_use_oldest_version(SSL_CTX *context) {
    return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
}
