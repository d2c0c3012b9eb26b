#include "sim/device/transfer.hpp"

#include <curl/curl.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "base/text.hpp"
#include "sim/device/network_namespace.hpp"

namespace openstrat::sim {

struct Transfers::Transfer {
  Transfers* owner = nullptr;
  Id id = 0;
  TransferRequest request;
  TransferResult result;
  Done done;
  CURL* easy = nullptr;
  curl_slist* headers = nullptr;
  curl_slist* known_hosts = nullptr;
  curl_slist* detours = nullptr;
  std::size_t sent = 0;
  char error[CURL_ERROR_SIZE] = {};

  ~Transfer() {
    if (easy != nullptr) curl_easy_cleanup(easy);
    curl_slist_free_all(headers);
    curl_slist_free_all(known_hosts);
    curl_slist_free_all(detours);
  }
};

/// libcurl's callbacks; they only note things.
struct Transfers::Hooks {
  static int socket_changed(CURL*, curl_socket_t fd, int what, void* context, void*) {
    auto& self = *static_cast<Transfers*>(context);
    if (what == CURL_POLL_REMOVE) {
      self.loop_.unwatch(fd);
      return 0;
    }
    std::uint32_t events = 0;
    if ((what & CURL_POLL_IN) != 0) events |= EPOLLIN;
    if ((what & CURL_POLL_OUT) != 0) events |= EPOLLOUT;
    self.loop_.watch(fd, events, [&self, fd](std::uint32_t seen) {
      int mask = 0;
      if ((seen & EPOLLIN) != 0) mask |= CURL_CSELECT_IN;
      if ((seen & EPOLLOUT) != 0) mask |= CURL_CSELECT_OUT;
      if ((seen & (EPOLLERR | EPOLLHUP)) != 0) mask |= CURL_CSELECT_ERR;
      self.act(fd, mask);
    });
    return 0;
  }

  static int timer_changed(CURLM*, long milliseconds, void* context) {
    auto& self = *static_cast<Transfers*>(context);
    itimerspec when{};
    if (milliseconds >= 0) {
      when.it_value.tv_sec = milliseconds / 1000;
      when.it_value.tv_nsec = std::max<long>(1, milliseconds % 1000 * 1'000'000);
    }
    timerfd_settime(self.timer_, 0, &when, nullptr);
    return 0;
  }

  static std::size_t write(const char* data, std::size_t, std::size_t size, void* context) {
    auto& transfer = *static_cast<Transfer*>(context);
    std::string& body = transfer.result.body;
    transfer.result.received += size;
    body.append(data, std::min(size, transfer.request.max_bytes - body.size()));
    return size;
  }

  static std::size_t header(const char* data, std::size_t, std::size_t size, void* context) {
    auto& transfer = *static_cast<Transfer*>(context);
    const std::string_view line = text::trim(std::string_view(data, size));
    if (line.starts_with("HTTP/")) {
      const auto words = text::split(line, ' ');
      transfer.result.reason.clear();
      for (std::size_t i = 2; i < words.size(); ++i) transfer.result.reason.append(i > 2 ? " " : "").append(words[i]);
      transfer.result.headers.clear();
    }
    if (text::starts_with_ignoring_case(line, "location:")) transfer.result.location = text::trim(line.substr(9));
    if (transfer.request.keep_headers && transfer.result.headers.size() < (44 << 10)) transfer.result.headers.append(line).append("\r\n");
    return size;
  }

  static std::size_t read(char* out, std::size_t, std::size_t room, void* context) {
    auto& transfer = *static_cast<Transfer*>(context);
    const std::size_t size = std::min(room, transfer.request.body.size() - transfer.sent);
    std::memcpy(out, transfer.request.body.data() + transfer.sent, size);
    transfer.sent += size;
    return size;
  }

  static curl_socket_t open_socket(void* context, curlsocktype, curl_sockaddr* to) {
    return open_socket_in(static_cast<const NetworkNamespace*>(context), to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
  }

  static int any_host_key(void*, int, const char*, std::size_t) { return CURLKHMATCH_OK; }  // routers do not check them
};

namespace {

void require(bool fine) {
  if (!fine) throw std::runtime_error("transfers: libcurl or the machine refuses");
}

void set_http(CURL* easy, const TransferRequest& request) {
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_USERAGENT, request.user_agent.c_str());
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, request.redirects > 0 ? 1L : 0L);
  curl_easy_setopt(easy, CURLOPT_MAXREDIRS, request.redirects);
  curl_easy_setopt(easy, CURLOPT_HTTPAUTH, static_cast<long>(request.digest ? CURLAUTH_DIGEST : CURLAUTH_BASIC));
  if (request.method == "HEAD") curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  if (request.has_body) {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.data());
  }
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

void set_tls(CURL* easy, const TransferRequest& request) {
  const bool check = request.verify != Verify::nothing;
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, check ? 1L : 0L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, request.verify == Verify::chain_and_name ? 2L : 0L);
  curl_easy_setopt(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);
  curl_easy_setopt(easy, CURLOPT_CAINFO, nullptr);  // the machine's own authorities are none of the router's business
  curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
  if (!check) return;
  curl_blob authorities{const_cast<char*>(request.ca_pem.data()), request.ca_pem.size(), CURL_BLOB_COPY};
  curl_easy_setopt(easy, CURLOPT_CAINFO_BLOB, &authorities);
}

TransferResult::Outcome outcome_of(int code, long connected_ms) {
  using Outcome = TransferResult::Outcome;
  switch (code) {
    case CURLE_OK: return Outcome::done;
    case CURLE_OPERATION_TIMEDOUT: return connected_ms > 0 ? Outcome::idle : Outcome::timeout;
    case CURLE_COULDNT_RESOLVE_HOST: return Outcome::unresolved;
    case CURLE_COULDNT_CONNECT:
    case CURLE_INTERFACE_FAILED: return Outcome::refused;
    case CURLE_SSL_CONNECT_ERROR: return Outcome::tls;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR: return Outcome::untrusted;
    case CURLE_LOGIN_DENIED:
    case CURLE_REMOTE_ACCESS_DENIED: return Outcome::denied;
    default: return Outcome::failed;
  }
}

}  // namespace

Transfers::Transfers(EventLoop& loop) : loop_(loop), multi_(nullptr), timer_(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  require(ready == CURLE_OK && timer_ >= 0);
  multi_ = curl_multi_init();
  require(multi_ != nullptr);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Hooks::socket_changed);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Hooks::timer_changed);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, 1L);
  loop_.watch(timer_, EPOLLIN, [this](std::uint32_t) {
    std::uint64_t expired = 0;
    [[maybe_unused]] const auto got = read(timer_, &expired, sizeof expired);
    act(CURL_SOCKET_TIMEOUT, 0);
  });
}

Transfers::~Transfers() {
  while (!transfers_.empty()) cancel(transfers_.begin()->first);
  curl_multi_cleanup(multi_);
  loop_.unwatch(timer_);
  close(timer_);
}

Transfers::Id Transfers::start(TransferRequest request, Done done) {
  auto transfer = std::make_unique<Transfer>();
  transfer->owner = this;
  transfer->id = next_id_++;
  transfer->request = std::move(request);
  transfer->done = std::move(done);
  const Id id = transfer->id;
  transfers_.emplace(id, std::move(transfer));
  loop_.hold();
  loop_.soon([this, id] {  // libcurl needs more stack than a script may have left
    if (const auto found = transfers_.find(id); found != transfers_.end()) begin(*found->second);
  });
  return id;
}

void Transfers::begin(Transfer& transfer) {
  const TransferRequest& request = transfer.request;
  CURL* const easy = transfer.easy = curl_easy_init();
  require(easy != nullptr);
  curl_easy_setopt(easy, CURLOPT_PRIVATE, &transfer);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer.error);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https,ftp,sftp");
  curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
  curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connect_timeout.count()));
  curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, static_cast<long>(request.idle_timeout.count()));
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request.total_timeout.count()));
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Hooks::write);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Hooks::header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
  if (request.network_namespace != nullptr) {
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &Hooks::open_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, request.network_namespace.get());
  }
  if (!request.source_address.empty()) curl_easy_setopt(easy, CURLOPT_INTERFACE, ("host!" + request.source_address).c_str());
  if (!request.known_host.empty()) {
    transfer.known_hosts = curl_slist_append(nullptr, request.known_host.c_str());
    curl_easy_setopt(easy, CURLOPT_RESOLVE, transfer.known_hosts);
  }
  if (request.detours) {
    for (const std::string& detour : *request.detours) transfer.detours = curl_slist_append(transfer.detours, detour.c_str());
    curl_easy_setopt(easy, CURLOPT_CONNECT_TO, transfer.detours);
  }
  if (!request.user.empty()) curl_easy_setopt(easy, CURLOPT_USERNAME, request.user.c_str());
  if (!request.password.empty()) curl_easy_setopt(easy, CURLOPT_PASSWORD, request.password.c_str());
  transfer.headers = curl_slist_append(nullptr, "Expect:");
  transfer.headers = curl_slist_append(transfer.headers, "Accept:");
  for (const std::string& line : request.headers) transfer.headers = curl_slist_append(transfer.headers, line.c_str());
  if (request.upload) {
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, &Hooks::read);
    curl_easy_setopt(easy, CURLOPT_READDATA, &transfer);
    curl_easy_setopt(easy, CURLOPT_SSH_AUTH_TYPES, static_cast<long>(CURLSSH_AUTH_PASSWORD));
  } else if (request.url.starts_with("http")) {
    set_http(easy, request);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer.headers);
  }
  if (request.url.starts_with("sftp")) curl_easy_setopt(easy, CURLOPT_SSH_HOSTKEYFUNCTION, &Hooks::any_host_key);
  set_tls(easy, request);
  if (curl_multi_add_handle(multi_, easy) != CURLM_OK) finish(transfer, CURLE_FAILED_INIT);
}

void Transfers::act(int fd, int events) {
  int running = 0;
  curl_multi_socket_action(multi_, fd, events, &running);
  collect();
}

void Transfers::collect() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    char* context = nullptr;
    const CURLcode code = message->data.result;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &context);
    finish(*reinterpret_cast<Transfer*>(context), code);
  }
}

void Transfers::finish(Transfer& transfer, int code) {
  TransferResult& result = transfer.result;
  curl_off_t connected = 0;
  curl_off_t total = 0;
  long port = 0;
  char* address = nullptr;
  curl_easy_getinfo(transfer.easy, CURLINFO_CONNECT_TIME_T, &connected);
  curl_easy_getinfo(transfer.easy, CURLINFO_TOTAL_TIME_T, &total);
  curl_easy_getinfo(transfer.easy, CURLINFO_RESPONSE_CODE, &result.status);
  curl_easy_getinfo(transfer.easy, CURLINFO_PRIMARY_IP, &address);
  curl_easy_getinfo(transfer.easy, CURLINFO_PRIMARY_PORT, &port);
  result.length = Duration(total);
  result.peer = std::string(address == nullptr ? "" : address) + ":" + std::to_string(port);
  result.outcome = outcome_of(code, static_cast<long>(connected));
  result.detail = transfer.error[0] != '\0' ? transfer.error : curl_easy_strerror(static_cast<CURLcode>(code));
  curl_multi_remove_handle(multi_, transfer.easy);
  loop_.release();
  auto owned = std::move(transfers_.extract(transfer.id).mapped());
  owned->done(std::move(owned->result));
}

void Transfers::cancel(Id id) {
  auto node = transfers_.extract(id);
  if (node.empty()) return;
  if (node.mapped()->easy != nullptr) curl_multi_remove_handle(multi_, node.mapped()->easy);
  loop_.release();
}

}  // namespace openstrat::sim
