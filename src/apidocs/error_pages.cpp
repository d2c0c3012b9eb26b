#include "apidocs/error_pages.hpp"

#include <fmt/format.h>

#include "http/errors.hpp"

namespace openstrat::apidocs {
namespace {

/// The codes' texts are ours and hold no markup but `backticks`, which become <code>.
std::string to_html(std::string_view text) {
  std::string out;
  bool is_code = false;
  for (const char c : text) {
    switch (c) {
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '&': out += "&amp;"; break;
      case '`':
        out += is_code ? "</code>" : "<code>";
        is_code = !is_code;
        break;
      default: out += c;
    }
  }
  return out;
}

std::string page(std::string_view title, std::string_view content) {
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{}</title>"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
      "<link rel=\"stylesheet\" href=\"/docs/theme.css\"></head>\n<body><main>{}</main></body></html>\n",
      title, content);
}

int status_of(const http::ErrorDoc& doc) { return doc.code == "method_not_allowed" ? 405 : http::status_of(doc.kind); }

}  // namespace

std::string error_index() {
  std::string rows;
  for (const auto& doc : http::error_docs()) {
    rows += fmt::format("<tr><td>{}</td><td><a href=\"/docs/errors/{}\"><code>{}</code></a></td><td>{}</td></tr>\n",
                        status_of(doc), doc.code, doc.code, to_html(doc.meaning));
  }
  return page("Error codes", fmt::format("<h1>Error codes</h1>\n<table><tr><th>Status</th><th>Code</th><th>Meaning</th></tr>\n"
                                         "{}</table>\n<p><a href=\"/docs\">API reference</a></p>", rows));
}

std::optional<std::string> error_page(std::string_view code) {
  const auto* doc = http::find_error_doc(code);
  if (doc == nullptr) return std::nullopt;
  return page(doc->code, fmt::format("<h1><code>{}</code></h1>\n<p class=\"kind\">HTTP status {}</p>\n<p>{}</p>\n"
                                     "<p>Every answer with an error carries <code>request_id</code>; the server's log has it, too.</p>\n"
                                     "<p><a href=\"/docs/errors\">All error codes</a> · <a href=\"/docs\">API reference</a></p>",
                                     doc->code, status_of(*doc), to_html(doc->meaning)));
}

}  // namespace openstrat::apidocs
