// The certificate files of a server: TLS contexts out of them, and whether they have changed since.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <vector>

#include "http/server/tls.hpp"

namespace openstrat::http {

class CertificateWatch {
 public:
  explicit CertificateWatch(std::vector<CertificateFiles> files);
  /// One context a thread, all with the same ticket keys. Thread-safe.
  Result<std::vector<std::shared_ptr<TlsContext>>> load(std::size_t count);
  /// Since the last load(), successful or not.
  bool changed();
  void renew_ticket_keys();

 private:
  using Stamp = std::pair<std::filesystem::file_time_type, std::uintmax_t>;
  std::vector<Stamp> stamps() const;

  const std::vector<CertificateFiles> files_;
  std::mutex mutex_;
  std::vector<Stamp> seen_;
  TicketKeys ticket_keys_;
};

}  // namespace openstrat::http
