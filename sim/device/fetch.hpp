// /tool fetch: what the arguments mean and how each version words its failures. Pure; the transfer itself is elsewhere.
#pragma once

#include <string>

#include "ros_language/personality.hpp"
#include "sim/device/transfer.hpp"
#include "sim/lang/host.hpp"
#include "sim/lang/names.hpp"

namespace openstrat::sim {

enum class FetchOutput { none, file, user, user_with_headers };

struct FetchPlan {
  TransferRequest transfer;
  FetchOutput output = FetchOutput::file;
  bool keep = true;
  bool as_value = false;
  std::string host;      ///< of the URL
  std::string port;      ///< of the URL, or the usual one
  std::string file;      ///< where the answer goes
  std::string source;    ///< of an upload

};

inline constexpr std::size_t kMaxFetchVariable = 64 << 10;

/// Throws ScriptError with the router's words.
FetchPlan plan_fetch(const CommandCall& call, const Version& version);

/// The header lines of `http-header-field`: commas separate, `\\,` is a comma; arrays are taken as they are.
std::vector<std::string> header_lines(const Value& field);

/// nullopt: the transfer went well.
std::optional<std::string> fetch_error(const FetchPlan& plan, const TransferResult& result, const Version& version);

}  // namespace openstrat::sim
