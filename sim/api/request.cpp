#include "sim/api/request.hpp"

#include <algorithm>

namespace openstrat::sim::api {
namespace {

ApiArgument attribute_of(std::string_view word) {
  const std::size_t equals = std::min(word.find('='), word.size());
  const std::string_view name = word.substr(0, equals);
  const bool unset = name.starts_with('!');
  return {std::string(name.substr(unset ? 1 : 0)), std::string(word.substr(std::min(equals + 1, word.size()))), unset};
}

}  // namespace

Request::Request(Words words) {
  if (words.empty()) return;
  command = std::move(words.front());
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if (word.starts_with('?')) queries.emplace_back(word.substr(1));
    else if (word.starts_with(".tag=")) tag = word.substr(5);
    else if (word.starts_with('=')) attributes.push_back(attribute_of(word.substr(1)));
  }
}

const ApiArgument* Request::find(std::string_view name) const {
  const auto found = std::ranges::find(attributes, name, &ApiArgument::name);
  return found == attributes.end() ? nullptr : &*found;
}

std::string Request::value(std::string_view name) const {
  const ApiArgument* found = find(name);
  return found == nullptr ? std::string() : found->value;
}

std::size_t Request::bytes() const {
  std::size_t bytes = sizeof(Request) + command.size();
  for (const ApiArgument& attribute : attributes) bytes += sizeof(ApiArgument) + attribute.name.size() + attribute.value.size();
  for (const std::string& query : queries) bytes += sizeof(std::string) + query.size();
  return bytes;
}

}  // namespace openstrat::sim::api
