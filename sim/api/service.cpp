#include "sim/api/service.hpp"

#include "sim/api/session.hpp"

namespace openstrat::sim {

void register_api(ServiceTable& table) {
  table.register_service("api", [](Router& router, Accepted connection) { api::Session::start(router, Stream::plain(router, std::move(connection))); });
  table.register_service("api-ssl", [](Router& router, Accepted connection) {
    api::Session::start(router, Stream::tls(router, std::move(connection), tls_context(router, "api-ssl")));
  });
}

}  // namespace openstrat::sim
