// Which form of a body a client wants: `Accept-Encoding` against what there is.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace openstrat::http {

enum class Coding { identity, gzip, brotli };
std::string_view to_string(Coding coding);  ///< as Content-Encoding says it

/// The one of `offered` that the client rates highest; of equals the first. Identity need not be among them: it is what remains, even for
/// a client that refuses it, because any answer is better than none.
Coding choose_coding(std::optional<std::string_view> accept_encoding, std::span<const Coding> offered);

/// Whether `If-None-Match` holds this strong entity tag (with its quotes).
bool etag_matches(std::optional<std::string_view> if_none_match, std::string_view etag);

}  // namespace openstrat::http
