#include "ros_language/value.hpp"

#include <algorithm>

#include "ros_language/ast.hpp"

namespace openstrat::ros {
namespace {

constexpr Type kTypeOfIndex[] = {Type::nothing, Type::nil,        Type::num,  Type::boolean, Type::str,
                                 Type::ip,      Type::ip_prefix,  Type::ip6,  Type::ip6_prefix, Type::time,
                                 Type::id,      Type::array,      Type::code};

}  // namespace

std::string_view type_name(Type type) {
  switch (type) {
    case Type::nothing: return "nothing";
    case Type::nil: return "nil";
    case Type::num: return "num";
    case Type::boolean: return "bool";
    case Type::str: return "str";
    case Type::ip: return "ip";
    case Type::ip_prefix: return "ip-prefix";
    case Type::ip6: return "ip6";
    case Type::ip6_prefix: return "ip6-prefix";
    case Type::time: return "time";
    case Type::id: return "id";
    case Type::array: return "array";
    case Type::code: return "code";
    case Type::op: return "op";
  }
  std::unreachable();
}

Value Value::array(Array items) { return Value(Data(std::make_shared<const Array>(std::move(items)))); }
Value Value::code(std::shared_ptr<const Code> body) { return Value(Data(std::move(body))); }

Type Value::type() const {
  const Type type = kTypeOfIndex[data_.index()];
  return type == Type::code && as_code().expr != nullptr ? Type::op : type;
}

Array& Value::mutable_array() {
  auto& ref = std::get<ArrayRef>(data_);
  if (ref.use_count() != 1) ref = std::make_shared<const Array>(*ref);
  // Made non-const by make_shared<const Array> of this class only, and held by nobody else now.
  return const_cast<Array&>(*ref);
}

std::size_t Value::weight() const {
  if (is(Type::str)) return sizeof(Value) + as_str().size();
  if (is(Type::array)) return sizeof(Value) + as_array().weight();
  return sizeof(Value);
}

bool Value::operator==(const Value& other) const {
  if (data_.index() != other.data_.index()) return false;
  if (is(Type::str)) return as_str() == other.as_str();
  if (is(Type::array)) return &as_array() == &other.as_array() || as_array() == other.as_array();
  if (std::holds_alternative<CodeRef>(data_)) return as_code().block == other.as_code().block && as_code().expr == other.as_code().expr;
  return data_ == other.data_;
}

void Array::account(const Value* removed, const Value& added) {
  weight_ += added.weight();
  if (removed != nullptr) weight_ -= std::min(weight_, removed->weight());
  if (added.is(Type::array)) depth_ = std::max(depth_, added.as_array().depth() + 1);
}

void Array::push(Value value) {
  account(nullptr, value);
  items_.push_back(std::move(value));
}

void Array::set(std::string_view key, Value value) {
  const auto place = keyed_.find(key);
  if (place != keyed_.end()) {
    account(&place->second, value);
    place->second = std::move(value);
    return;
  }
  account(nullptr, value);
  weight_ += sizeof(std::string) + key.size();
  keyed_.emplace(std::string(key), std::move(value));
}

bool Array::set_at(std::size_t index, Value value) {
  if (index >= size()) return false;
  Value& place = const_cast<Value&>(*at(index));  // this array is not const, so neither are its elements
  account(&place, value);
  place = std::move(value);
  return true;
}

bool Array::erase(std::string_view key) {
  const auto place = keyed_.find(key);
  if (place == keyed_.end()) return false;
  weight_ -= std::min(weight_, place->second.weight() + sizeof(std::string) + key.size());
  keyed_.erase(place);
  return true;
}

bool Array::erase_at(std::size_t index) {
  if (index >= size()) return false;
  if (index >= items_.size()) return erase(std::string(key_at(index)));
  weight_ -= std::min(weight_, items_[index].weight());
  items_.erase(items_.begin() + static_cast<std::ptrdiff_t>(index));
  return true;
}

const Value* Array::find(std::string_view key) const {
  const auto place = keyed_.find(key);
  return place != keyed_.end() ? &place->second : nullptr;
}

const Value* Array::at(std::size_t index) const {
  if (index < items_.size()) return &items_[index];
  index -= items_.size();
  return index < keyed_.size() ? &std::next(keyed_.begin(), static_cast<std::ptrdiff_t>(index))->second : nullptr;
}

std::string_view Array::key_at(std::size_t index) const {
  if (index < items_.size() || index >= size()) return {};
  return std::next(keyed_.begin(), static_cast<std::ptrdiff_t>(index - items_.size()))->first;
}

}  // namespace openstrat::ros
