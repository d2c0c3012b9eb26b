#include "sim/device/fetch.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "base/net.hpp"
#include "base/text.hpp"

namespace openstrat::sim {
namespace {

constexpr Version kV7{7, 0, 0};
constexpr Version kNewErrors{7, 13, 0};

class Arguments {
 public:
  explicit Arguments(const CommandCall& call) : call_(call) {}
  std::string text(std::string_view name) const {
    const CallArgument* given = call_.find(name);
    return given == nullptr ? std::string() : given->value.to_text();
  }
  bool has(std::string_view name) const { return call_.has(name); }
  bool yes(std::string_view name, bool fallback) const {
    if (!has(name)) return fallback;
    const std::string value = text(name);
    if (value == "yes" || value == "true") return true;
    if (value == "no" || value == "false") return false;
    throw ScriptError(fmt::format("input does not match any value of {}", name));
  }
  std::optional<Duration> time(std::string_view name) const {
    if (!has(name)) return std::nullopt;
    const std::string value = text(name);
    if (const auto seconds = parse_num(value)) return std::chrono::seconds(seconds->as_num());
    const auto time = parse_time(value);
    if (!time) throw ScriptError(fmt::format("invalid value for argument {}", name));
    return Duration(time->as_time_ns() / 1000);
  }
  template <std::size_t N>
  std::size_t choice(std::string_view name, const std::string_view (&words)[N], std::size_t fallback) const {
    if (!has(name)) return fallback;
    const std::string value = text(name);
    const auto found = std::find(std::begin(words), std::end(words), value);
    if (found == std::end(words)) throw ScriptError(fmt::format("input does not match any value of {}", name));
    return static_cast<std::size_t>(found - std::begin(words));
  }
  const CommandCall& call() const { return call_; }

 private:
  const CommandCall& call_;
};

std::string with_port(std::string_view address, std::string_view port) {
  const auto ip = IpAddress::parse(address);
  std::string host = ip && !ip->is_v4() ? fmt::format("[{}]", address) : std::string(address);
  return port.empty() ? host : fmt::format("{}:{}", host, port);
}

std::string url_of(const Arguments& arguments) {
  std::string url = arguments.text("url");
  if (!url.empty()) {
    if (url.find("://") == std::string::npos) url.insert(0, "http://");
    return url;
  }
  const std::string address = arguments.text("address");
  if (address.empty()) throw ScriptError("missing value(s) of argument(s) url");
  const std::string mode = arguments.has("mode") ? arguments.text("mode") : "http";
  constexpr std::string_view kModes[] = {"ftp", "http", "https", "sftp", "tftp"};
  if (std::find(std::begin(kModes), std::end(kModes), mode) == std::end(kModes)) throw ScriptError("input does not match any value of mode");
  if (mode == "tftp") throw ScriptError("failure: tftp is not simulated");
  const bool upload = arguments.yes("upload", false);
  std::string path = arguments.text(upload ? "dst-path" : "src-path");
  if (path.starts_with('/')) path.erase(0, 1);
  // Names that start at the login's own directory, as a router gives them.
  return fmt::format("{}://{}/{}{}", mode, with_port(address, arguments.text("port")), mode == "sftp" ? "~/" : "", path);
}

std::string host_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  std::string_view rest = scheme == std::string_view::npos ? url : url.substr(scheme + 3);
  rest = rest.substr(0, rest.find_first_of("/?#"));
  if (const std::size_t at = rest.rfind('@'); at != std::string_view::npos) rest.remove_prefix(at + 1);
  if (rest.starts_with('[')) return std::string(rest.substr(1, rest.find(']') - 1));
  return std::string(rest.substr(0, rest.find(':')));
}

std::string port_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  std::string_view rest = url.substr(scheme + 3);
  rest = rest.substr(0, rest.find_first_of("/?#"));
  const std::size_t colon = rest.rfind(':');
  if (colon != std::string_view::npos && rest.find(']', colon) == std::string_view::npos) return std::string(rest.substr(colon + 1));
  if (url.starts_with("https")) return "443";
  return url.starts_with("http") ? "80" : url.starts_with("sftp") ? "22" : "21";
}

std::string file_of(std::string_view url) {
  std::string_view path = url.substr(0, url.find_first_of("?#"));
  if (const std::size_t scheme = path.find("://"); scheme != std::string_view::npos) path.remove_prefix(scheme + 3);
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string() : std::string(path.substr(slash + 1));
}

void plan_http(const Arguments& arguments, FetchPlan& plan) {
  constexpr std::string_view kMethods[] = {"get", "post", "put", "patch", "delete", "head"};
  constexpr std::string_view kWire[] = {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"};
  TransferRequest& transfer = plan.transfer;
  transfer.method = kWire[arguments.choice("http-method", kMethods, 0)];
  if (const CallArgument* field = arguments.call().find("http-header-field")) transfer.headers = header_lines(field->value);
  if (arguments.has("http-data")) {
    transfer.body = arguments.text("http-data");
    transfer.has_body = true;
    if (transfer.body.size() > kMaxFetchVariable) throw ScriptError("failure: http-data is too long");
  } else if (transfer.method == "POST" || transfer.method == "PUT" || transfer.method == "PATCH") {
    transfer.has_body = true;
  }
  transfer.digest = arguments.text("http-auth-scheme") == "digest";
  if (const auto count = text::parse_int(arguments.text("http-max-redirect-count"))) transfer.redirects = std::clamp<long>(*count, 0, 100);
}

}  // namespace

std::vector<std::string> header_lines(const Value& field) {
  std::vector<std::string> lines;
  const auto add = [&](std::string_view line) {
    line = text::trim(line);
    const bool clean = line.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
    if (clean && line.contains(':')) lines.emplace_back(line);
  };
  if (field.is(Type::array)) {
    for (std::size_t i = 0; i < field.as_array().size(); ++i) add(field.as_array().at(i)->to_text());
    return lines;
  }
  std::string line;
  const std::string text = field.to_text();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == ',') {
      line += ',';
      ++i;
    } else if (text[i] == ',') {
      add(line);
      line.clear();
    } else {
      line += text[i];
    }
  }
  add(line);
  return lines;
}

FetchPlan plan_fetch(const CommandCall& call, const Version& version) {
  constexpr std::string_view kOutputs[] = {"none", "file", "user", "user-with-headers"};
  constexpr std::string_view kChecks[] = {"no", "yes", "yes-without-crl"};
  const Arguments arguments(call);
  FetchPlan plan;
  TransferRequest& transfer = plan.transfer;
  transfer.url = url_of(arguments);
  plan.host = host_of(transfer.url);
  plan.port = port_of(transfer.url);
  plan.output = static_cast<FetchOutput>(arguments.choice("output", kOutputs, 1));
  plan.keep = arguments.yes("keep-result", true) && plan.output != FetchOutput::none;
  plan.as_value = call.has("as-value");
  transfer.upload = arguments.yes("upload", false);
  transfer.user = arguments.text("user");
  transfer.password = arguments.text("password");
  if (arguments.has("src-address")) transfer.source_address = arguments.text("src-address");
  transfer.user_agent = version >= kV7 ? fmt::format("Mikrotik/{} Fetch", version.to_string()) : "Mikrotik/6.x Fetch";
  transfer.verify = arguments.choice("check-certificate", kChecks, 0) == 0 ? Verify::nothing : Verify::chain_and_name;
  if (const auto idle = arguments.time("idle-timeout")) transfer.idle_timeout = std::chrono::ceil<std::chrono::seconds>(*idle);
  if (const auto total = arguments.time("duration")) transfer.total_timeout = std::chrono::ceil<std::chrono::milliseconds>(*total);
  plan.file = arguments.has("dst-path") && !arguments.text("dst-path").empty() ? arguments.text("dst-path") : file_of(transfer.url);
  if (transfer.upload) {
    plan.source = arguments.text("src-path");
    if (plan.source.empty()) throw ScriptError("missing value(s) of argument(s) src-path");
    if (transfer.url.starts_with("http")) throw ScriptError("failure: upload is only for ftp and sftp");
    plan.keep = false;
    return plan;
  }
  if (transfer.url.starts_with("http")) plan_http(arguments, plan);
  const bool variable = plan.output == FetchOutput::user || plan.output == FetchOutput::user_with_headers;
  transfer.keep_headers = plan.output == FetchOutput::user_with_headers;
  if (variable) transfer.max_bytes = transfer.keep_headers ? 20 << 10 : kMaxFetchVariable;
  return plan;
}

std::optional<std::string> fetch_error(const FetchPlan& plan, const TransferResult& result, const Version& version) {
  using Outcome = TransferResult::Outcome;
  switch (result.outcome) {
    case Outcome::done: break;
    case Outcome::timeout: return "failure: connection timeout";
    case Outcome::idle: return "failure: idle timeout - disconnecting";
    case Outcome::refused: return "failure: connection refused";
    case Outcome::unresolved: return "failure: dns name does not exist";
    case Outcome::tls: return "failure: ssl: handshake failed";
    case Outcome::untrusted: return "failure: ssl: no trusted CA certificate found (6)";
    case Outcome::denied: return "failure: login failed";
    case Outcome::cancelled: return "failure: connection timeout";
    case Outcome::failed: return "failure: " + result.detail;
  }
  const bool http = plan.transfer.url.starts_with("http");
  if (!http || (result.status >= 200 && result.status < 300)) return std::nullopt;
  if (version < kNewErrors) return fmt::format("failure: closing connection: <{} {}> {} (4)", result.status, result.reason, result.peer);
  std::string text = fmt::format("failure: Fetch failed with status {}", result.status);
  if (!result.location.empty()) text += fmt::format(" (Location: \"{}\")", result.location);
  return text;
}

}  // namespace openstrat::sim
