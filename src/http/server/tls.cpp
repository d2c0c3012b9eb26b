#include "http/server/tls.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <cerrno>

#include "base/rng.hpp"

namespace openstrat::http {

/// The BIO under every TlsStream: recv() in, append out.
struct SocketBio {
  static TlsStream& stream(BIO* bio) { return *static_cast<TlsStream*>(BIO_get_data(bio)); }

  static int read(BIO* bio, char* out, int size) {
    BIO_clear_retry_flags(bio);
    TlsStream& tls = stream(bio);
    if (!tls.drained_) {
      const auto count = ::recv(tls.socket_, out, static_cast<std::size_t>(size), 0);
      tls.drained_ = count > 0 ? count < size : count < 0 && errno == EAGAIN;
      if (!tls.drained_ || count > 0) return static_cast<int>(count);
    }
    BIO_set_retry_read(bio);
    return -1;
  }

  static int write(BIO* bio, const char* data, int size) {
    stream(bio).wire_.append(data, static_cast<std::size_t>(size));
    return size;
  }

  static long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

  static int create(BIO* bio) {
    BIO_set_init(bio, 1);
    return 1;
  }

  static BIO_METHOD* method() {
    static BIO_METHOD* const method = [] {
      BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "openstrat socket");
      BIO_meth_set_read(made, read);
      BIO_meth_set_write(made, write);
      BIO_meth_set_ctrl(made, control);
      BIO_meth_set_create(made, create);
      return made;
    }();
    return method;
  }
};

namespace {

int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in, unsigned in_size,
                    void*) {
  static constexpr unsigned char kHttp11[] = "\x08http/1.1";
  const int found = SSL_select_next_proto(const_cast<unsigned char**>(out), out_size, kHttp11, sizeof kHttp11 - 1, in, in_size);
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

std::unexpected<Error> tls_failure(const std::string& what) {
  std::array<char, 256> text{};
  ERR_error_string_n(ERR_get_error(), text.data(), text.size());
  ERR_clear_error();
  return fail(Errc::invalid, what + ": " + text.data());
}

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct FreeX509 {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using BioPtr = std::unique_ptr<BIO, FreeBio>;

BioPtr memory_bio(const std::string& text) { return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

Status use(SSL_CTX* context, const Certificate& certificate) {
  const auto chain = memory_bio(certificate.chain_pem);
  const std::unique_ptr<X509, FreeX509> leaf(PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr));
  const std::unique_ptr<EVP_PKEY, FreeKey> key(
      PEM_read_bio_PrivateKey(memory_bio(certificate.key_pem).get(), nullptr, nullptr, nullptr));
  if (!leaf || !key || SSL_CTX_use_certificate(context, leaf.get()) != 1 || SSL_CTX_use_PrivateKey(context, key.get()) != 1)
    return tls_failure("certificate " + certificate.name);
  SSL_CTX_clear_chain_certs(context);
  while (X509* issuer = PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr)) SSL_CTX_add0_chain_cert(context, issuer);
  ERR_clear_error();  // the end of the file is an error to OpenSSL
  return {};
}

}  // namespace

TicketKeys new_ticket_keys() {
  TicketKeys keys;
  secure_rng().fill(keys);
  return keys;
}

Result<std::shared_ptr<TlsContext>> TlsContext::create(const std::vector<Certificate>& certificates,
                                                       const TicketKeys& ticket_keys) {
  ERR_clear_error();
  SSL_CTX* const raw = SSL_CTX_new(TLS_server_method());
  if (!raw) return tls_failure("TLS context");
  auto context = std::make_shared<TlsContext>(raw);
  SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
  SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // Without read-ahead each record costs two recv(): one for its five-byte header.
  SSL_CTX_set_read_ahead(raw, 1);
  // Resumption by ticket only: no shared cache, no lock. One ticket is enough for a client that keeps one connection.
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(raw, 1);
  static constexpr unsigned char kSessionContext[] = "openstrat";
  SSL_CTX_set_session_id_context(raw, kSessionContext, sizeof kSessionContext - 1);
  auto keys = ticket_keys;
  SSL_CTX_set_tlsext_ticket_keys(raw, keys.data(), keys.size());
  SSL_CTX_set_alpn_select_cb(raw, choose_protocol, nullptr);
  for (const Certificate& certificate : certificates)
    if (auto used = use(raw, certificate); !used) return std::unexpected(used.error());
  return context;
}

TlsContext::~TlsContext() { SSL_CTX_free(context_); }

TlsStream::TlsStream(const TlsContext& context, int socket, std::string& wire)
    : ssl_(SSL_new(context.native())), socket_(socket), wire_(wire) {
  BIO* const bio = BIO_new(SocketBio::method());
  if (!ssl_ || !bio) throw std::bad_alloc();
  BIO_set_data(bio, this);
  SSL_set_bio(ssl_, bio, bio);
  SSL_set_accept_state(ssl_);
}

TlsStream::~TlsStream() { SSL_free(ssl_); }

TlsStream::Outcome TlsStream::handshake() {
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_);
  if (result == 1) return Outcome::done;
  const int error = SSL_get_error(ssl_, result);
  if (error == SSL_ERROR_WANT_READ) return Outcome::want_read;
  return error == SSL_ERROR_SYSCALL ? Outcome::closed : Outcome::failed;
}

bool TlsStream::resumed() const { return SSL_session_reused(ssl_) == 1; }

TlsStream::Outcome TlsStream::read(std::span<char> out, std::size_t& count) {
  // OpenSSL would allocate a record buffer only to find nothing to put into it.
  if (drained_ && SSL_has_pending(ssl_) == 0) return Outcome::want_read;
  ERR_clear_error();
  const int result = SSL_read_ex(ssl_, out.data(), out.size(), &count);
  if (result == 1) return Outcome::done;
  switch (SSL_get_error(ssl_, result)) {
    case SSL_ERROR_WANT_READ: return Outcome::want_read;
    case SSL_ERROR_ZERO_RETURN:
    case SSL_ERROR_SYSCALL: return Outcome::closed;
    default: return Outcome::failed;
  }
}

bool TlsStream::write(std::string_view plain) {
  ERR_clear_error();
  std::size_t written = 0;
  return SSL_write_ex(ssl_, plain.data(), plain.size(), &written) == 1 && written == plain.size();
}

void TlsStream::close_notify() {
  ERR_clear_error();
  SSL_shutdown(ssl_);
}

}  // namespace openstrat::http
