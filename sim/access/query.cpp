#include "sim/access/query.hpp"

#include <algorithm>
#include <compare>
#include <cstdint>

#include "ros_language/value.hpp"
#include "sim/lang/host.hpp"

namespace openstrat::sim {
namespace {

constexpr std::size_t kMostWords = 256;
constexpr std::size_t kMostOperators = 4096;  ///< of all words together: each may push one value

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Below the values that were pushed there is no end of true ones.
bool value_at(const std::vector<bool>& stack, std::size_t index) {
  return index >= stack.size() || stack[stack.size() - 1 - index];
}

bool pop(std::vector<bool>& stack) {
  if (stack.empty()) return true;
  const bool top = stack.back();
  stack.pop_back();
  return top;
}

/// Numbers and times on one scale; nullopt for everything else.
std::optional<std::int64_t> magnitude(std::string_view text) {
  if (const auto number = ros::parse_num(text)) {
    constexpr std::int64_t kLargest = INT64_MAX / 1'000'000'000;
    return std::clamp(number->as_num(), -kLargest, kLargest) * 1'000'000'000;
  }
  if (const auto time = ros::parse_time(text)) return time->as_time_ns();
  return std::nullopt;
}

std::strong_ordering order(std::string_view a, std::string_view b) {
  const auto left = magnitude(a);
  const auto right = magnitude(b);
  if (left && right) return *left <=> *right;
  const auto left_ip = ros::parse_ip(a);
  const auto right_ip = ros::parse_ip(b);
  if (left_ip && right_ip) return left_ip->as_ip().bits <=> right_ip->as_ip().bits;
  return a <=> b;
}

std::string_view as_boolean(std::string_view text) {
  if (text == "yes") return "true";
  return text == "no" ? "false" : text;
}

}  // namespace

bool same_api_value(std::string_view a, std::string_view b) { return a == b || as_boolean(a) == as_boolean(b); }

Query::Step Query::read(std::string_view word) {
  if (word.starts_with('#')) return {Kind::operations, {}, std::string(word.substr(1))};
  if (word.starts_with('-')) return {Kind::absent, std::string(word.substr(1)), {}};
  Kind kind = Kind::equal;
  if (word.starts_with('<')) kind = Kind::less;
  if (word.starts_with('>')) kind = Kind::greater;
  const bool marked = kind != Kind::equal || word.starts_with('=');
  if (marked) word.remove_prefix(1);
  const std::size_t equals = word.find('=');
  if (equals == std::string_view::npos) return {Kind::present, std::string(word), {}};
  return {kind, std::string(word.substr(0, equals)), std::string(word.substr(equals + 1))};
}

Query Query::parse(std::span<const std::string> words) {
  if (words.size() > kMostWords) throw ScriptError("failure: too many query words");
  Query query;
  std::size_t operators = 0;
  for (const std::string& word : words) {
    query.steps_.push_back(read(word));
    if (query.steps_.back().kind == Kind::operations) operators += word.size();
  }
  if (operators > kMostOperators) throw ScriptError("failure: too many query words");
  return query;
}

bool Query::test(const Step& step, const Properties& row) {
  const std::optional<std::string> value = row(step.name);
  switch (step.kind) {
    case Kind::present: return value.has_value();
    case Kind::absent: return !value;
    case Kind::equal: return value && same_api_value(*value, step.value);
    case Kind::less: return value && order(*value, step.value) < 0;
    case Kind::greater: return value && order(*value, step.value) > 0;
    case Kind::operations: break;
  }
  return true;
}

void Query::operate(std::string_view operators, std::vector<bool>& stack) {
  for (std::size_t i = 0; i < operators.size();) {
    if (is_digit(operators[i])) {
      std::size_t index = 0;
      for (; i < operators.size() && is_digit(operators[i]); ++i) index = std::min<std::size_t>(index * 10 + static_cast<std::size_t>(operators[i] - '0'), kMostOperators);
      const bool copy = value_at(stack, index);
      if (i == operators.size()) return stack.assign(1, copy);
      stack.push_back(copy);
      if (operators[i] == '.') ++i;
      continue;
    }
    const char op = operators[i++];
    if (op == '!') {
      stack.push_back(!pop(stack));
    } else if (op == '.') {
      stack.push_back(value_at(stack, 0));
    } else if (op == '&' || op == '|') {
      const bool right = pop(stack);
      const bool left = pop(stack);
      stack.push_back(op == '&' ? left && right : left || right);
    }
  }
}

bool Query::matches(const Properties& row) const {
  std::vector<bool> stack;
  for (const Step& step : steps_) {
    if (step.kind == Kind::operations) operate(step.value, stack);
    else stack.push_back(test(step, row));
  }
  return std::find(stack.begin(), stack.end(), false) == stack.end();
}

}  // namespace openstrat::sim
