#include "http/message.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace openstrat::http {
namespace {

constexpr std::array<std::pair<std::string_view, Method>, 7> kMethods{{
    {"GET", Method::get},
    {"HEAD", Method::head},
    {"POST", Method::post},
    {"PUT", Method::put},
    {"PATCH", Method::patch},
    {"DELETE", Method::delete_},
    {"OPTIONS", Method::options},
}};

}  // namespace

std::string_view to_string(Method method) {
  return std::ranges::find(kMethods, method, &std::pair<std::string_view, Method>::second)->first;
}

std::optional<Method> parse_method(std::string_view text) {
  for (const auto& [name, method] : kMethods)
    if (name == text) return method;
  return std::nullopt;
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
  for (const auto& [key, value] : entries_)
    if (text::equal_ignoring_case(key, name)) return value;
  return std::nullopt;
}

void Headers::set(std::string_view name, std::string value) {
  const auto same_name = [name](const auto& entry) { return text::equal_ignoring_case(entry.first, name); };
  const auto first = std::ranges::find_if(entries_, same_name);
  if (first == entries_.end()) return add(name, std::move(value));
  first->second = std::move(value);
  entries_.erase(std::remove_if(std::next(first), entries_.end(), same_name), entries_.end());
}

void Headers::add(std::string_view name, std::string value) {
  if (entries_.empty()) entries_.reserve(8);  // most messages have fewer
  entries_.emplace_back(name, std::move(value));
}

// A 500 without a body is given the documented error body by the server.
PieceTaker::~PieceTaker() {
  if (take_) take_(std::nullopt);
}

void PieceTaker::operator()(std::string piece) { std::exchange(take_, nullptr)(std::move(piece)); }

Responder::~Responder() {
  if (send_) send_(Response{.status = 500});
}

void Responder::operator()(Response response) {
  auto send = std::exchange(send_, nullptr);
  if (send) send(std::move(response));
}

}  // namespace openstrat::http
