// Any bytes as a datagram to a router with communities of every kind: no answer or one that fits a datagram.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "sim/snmp/test_manager.hpp"

using namespace openstrat::sim::snmp;

namespace {

/// Cheap passwords of equal keys: the fuzzer shall reach what lies behind them.
const char* const kCommunities =
    "/snmp community set [find name=public] write-access=yes authentication-password=password encryption-password=password;"
    "/snmp community add name=a security=authorized authentication-password=password;"
    "/snmp community add name=p security=private authentication-protocol=SHA1 encryption-protocol=AES authentication-password=password encryption-password=password;"
    "/system script add name=s source=\":put 1\"";

void check(const std::string& answer) {
  if (answer.size() > kMaxDatagram) std::abort();
  if (!answer.empty() && !read_community_message(answer) && !read_secure_message(answer)) {
    BerReader reader(answer);  // many variables are more than a request may hold, but still well formed
    reader.contents(kSequence);
    if (!reader.finished()) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 8 * 1024) return 0;
  static testing::Manager manager;
  static const bool configured = (manager.device.run(kCommunities), true);
  (void)configured;
  if (manager.device.router.power() != openstrat::sim::Power::on) manager.device.pass(std::chrono::minutes(2));  // an input may reboot
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  check(manager.send(bytes));
  // The same as a request inside a good envelope, so that mutations need not keep every length right.
  check(manager.send(write_community_message(SnmpVersion::v2c, "public", bytes)));
  if (auto pdu = read_pdu(bytes)) check(manager.send(write_community_message(SnmpVersion::v1, "public", write_pdu(*pdu))));
  return 0;
}
