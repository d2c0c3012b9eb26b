// What the configuration says about mails.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/net.hpp"
#include "templates/brand.hpp"

namespace openstrat::mail {

struct SmtpSettings {
  enum class Security { starttls, tls, none };
  std::string host;                ///< empty: there is no server, mails are captured
  std::uint16_t port = 0;          ///< 0: 587, 465 or 25, by `security`
  Security security = Security::starttls;
  std::string username, password;  ///< empty: no sign-in
  std::string ca_file;             ///< PEM of a private authority; empty: the system's
  std::string helo;                ///< the name we give ourselves
  std::chrono::milliseconds timeout{60'000};

  std::uint16_t effective_port() const { return port != 0 ? port : security == Security::tls ? 465 : security == Security::starttls ? 587 : 25; }
  std::string server() const { return host + ":" + std::to_string(effective_port()); }
};

struct Settings {
  SmtpSettings smtp;
  std::string from;                ///< address of the sender
  std::string reply_to;
  templates::Brand brand;
  bool capture = false;            ///< keep mails here even though there is a server
  std::chrono::seconds first_retry{30};
  std::vector<Cidr> mailbox_allow; ///< who may read the capture mailbox; empty: this machine only
  std::vector<std::string> own_hosts;  ///< names of this server in a Host header

  bool captures() const { return capture || smtp.host.empty(); }
};

}  // namespace openstrat::mail
