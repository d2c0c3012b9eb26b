// JSON of the REST interface: parameters in, rows out.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/access/api_command.hpp"
#include "sim/rest/http.hpp"

namespace openstrat::sim {

struct RestBody {
  std::vector<ApiArgument> arguments;
  std::vector<std::string> proplist;
  std::vector<std::string> query;
};

/// Nothing for what the router answers with `Failed to parse json`. An empty text is an empty body.
std::optional<RestBody> parse_body(std::string_view json);

/// Every value is a string, whatever it means.
std::string to_json(const ApiRow& row);
std::string to_json(const std::vector<ApiRow>& rows);

HttpAnswer json_answer(int status, std::string json);
/// `{"detail":"no such command","error":400,"message":"Bad Request"}`; no `detail` when there is nothing to say.
HttpAnswer error_answer(int status, std::string_view detail = {});

}  // namespace openstrat::sim
