// A look at CBOR from strangers before a library allocates for it.
#pragma once

#include <optional>
#include <string_view>

namespace openstrat::mfa {

/// Length of the first data item; nullopt when it is cut, malformed, nests deeper than authenticators do, announces more
/// elements than bytes are left, or uses what CTAP2's canonical form forbids (indefinite lengths, tags).
std::optional<std::size_t> cbor_item_length(std::string_view bytes);

}  // namespace openstrat::mfa
