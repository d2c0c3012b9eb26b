#include "http/server/certificate_watch.hpp"

namespace openstrat::http {

CertificateWatch::CertificateWatch(std::vector<CertificateFiles> files)
    : files_(std::move(files)), ticket_keys_(new_ticket_keys()) {}

Result<std::vector<std::shared_ptr<TlsContext>>> CertificateWatch::load(std::size_t count) {
  const std::lock_guard lock(mutex_);
  seen_ = stamps();
  std::vector<Certificate> certificates;
  for (const CertificateFiles& files : files_) {
    auto certificate = load_certificate(files);
    if (!certificate) return std::unexpected(certificate.error());
    certificates.push_back(std::move(*certificate));
  }
  std::vector<std::shared_ptr<TlsContext>> contexts;
  for (std::size_t i = 0; i < count; ++i) {
    auto context = TlsContext::create(certificates, ticket_keys_);
    if (!context) return std::unexpected(context.error());
    contexts.push_back(std::move(*context));
  }
  return contexts;
}

bool CertificateWatch::changed() {
  const std::lock_guard lock(mutex_);
  return stamps() != seen_;
}

void CertificateWatch::renew_ticket_keys() {
  const std::lock_guard lock(mutex_);
  ticket_keys_ = new_ticket_keys();
}

std::vector<CertificateWatch::Stamp> CertificateWatch::stamps() const {
  std::vector<Stamp> stamps;
  for (const CertificateFiles& files : files_) {
    for (const auto& path : {files.certificate, files.key}) {
      std::error_code absent;
      stamps.emplace_back(std::filesystem::last_write_time(path, absent), std::filesystem::file_size(path, absent));
    }
  }
  return stamps;
}

}  // namespace openstrat::http
