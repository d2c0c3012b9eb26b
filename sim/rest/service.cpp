#include "sim/rest/service.hpp"

#include "sim/access/ports.hpp"
#include "sim/access/tls.hpp"
#include "sim/rest/connection.hpp"

namespace openstrat::sim {

void register_web(ServiceTable& table) {
  table.register_service("www", [](Router& router, Accepted accepted) { WebConnection::open(router, Stream::plain(router, std::move(accepted))); });
  table.register_service("www-ssl", [](Router& router, Accepted accepted) {
    WebConnection::open(router, Stream::tls(router, std::move(accepted), tls_context(router, "www-ssl")));
  });
}

}  // namespace openstrat::sim
