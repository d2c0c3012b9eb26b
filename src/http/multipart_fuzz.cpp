// A form with files, as strangers send it: the first line is the Content-Type, the rest the body. And the headers that are lists.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/content_coding.hpp"
#include "http/multipart.hpp"
#include "http/url_text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace openstrat;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto end = std::min(input.find('\n'), input.size());
  const std::string_view line = input.substr(0, end), body = input.substr(std::min(end + 1, input.size()));
  if (const auto parts = http::parse_multipart(line, body)) {
    if (parts->size() > 16) std::abort();
    for (const http::FormPart& part : *parts)
      if (!part.data.empty() && (part.data.data() < body.data() || part.data.data() + part.data.size() > body.data() + body.size())) std::abort();
  }
  constexpr http::Coding kOffered[] = {http::Coding::brotli, http::Coding::gzip};
  (void)http::to_string(http::choose_coding(line, kOffered));
  (void)http::etag_matches(line, "\"abc\"");
  if (const auto plain = http::percent_decode(line); plain && http::percent_decode(http::percent_encode(*plain)) != plain) std::abort();
  (void)http::parse_query(body);
  return 0;
}
