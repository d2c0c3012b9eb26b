// Whatever stands in the fields of a letter: the header ends where it should, no field adds a line of its own, and the parts stay three marks.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "mail/catalogue.hpp"
#include "mail/mime.hpp"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t found = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
  return found;
}

/// Lines of the header that begin a field.
std::size_t fields_of(const std::string& header) {
  std::size_t fields = 0;
  for (std::size_t at = 0; at < header.size();) {
    const auto end = header.find("\r\n", at);
    require(end != std::string::npos);
    require(header.find('\n', at) == end + 1);
    if (header[at] != ' ') ++fields;
    at = end + 2;
  }
  return fields;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using openstrat::mail::Letter;
  const std::string input(reinterpret_cast<const char*>(data), size);
  const auto cut = input.find('|');
  const std::string first = input.substr(0, cut), second = cut == std::string::npos ? input : input.substr(cut + 1);
  Letter letter{.message_id = "1@example.net", .from_name = second, .from = "a@example.net", .to_name = first, .to = "b@example.net",
                .subject = first, .text = second, .html = input};
  if (openstrat::mail::is_address(first)) letter.to = first;
  const std::string mime = openstrat::mail::to_mime(letter);
  const auto end = mime.find("\r\n\r\n");
  require(end != std::string::npos);
  require(fields_of(mime.substr(0, end + 2)) == 9);
  const auto quote = mime.find("boundary=\"") + 10;
  require(count(mime, "\r\n--" + mime.substr(quote, 34)) == 3);
  return 0;
}
