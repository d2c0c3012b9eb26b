#include "app/config_file.hpp"

#include <toml++/toml.h>

namespace openstrat::app {
namespace {

class Reader {
 public:
  explicit Reader(std::string file) : file_(std::move(file)) {}

  Status read(const toml::table& table, const std::string& prefix) {
    for (const auto& [name, node] : table) {
      const std::string key = prefix.empty() ? std::string(name.str()) : prefix + "." + std::string(name.str());
      if (const auto* inner = node.as_table()) {
        if (auto status = read(*inner, key); !status) return status;
        continue;
      }
      auto value = read_value(node, key);
      if (!value) return std::unexpected(value.error());
      entries_.push_back({.key = key, .value = std::move(*value), .origin = origin(node)});
    }
    return {};
  }
  std::vector<FileEntry> take() { return std::move(entries_); }

 private:
  std::string origin(const toml::node& node) const { return file_ + ":" + std::to_string(node.source().begin.line); }

  std::unexpected<Error> refuse(const toml::node& node, const std::string& key) const {
    return fail(Errc::invalid, key + " (" + origin(node) + "): values are texts, numbers, true or false, and lists of these");
  }

  Result<std::string> read_scalar(const toml::node& node, const std::string& key) const {
    if (const auto* text = node.as_string()) return text->get();
    if (const auto* number = node.as_integer()) return std::to_string(number->get());
    if (const auto* flag = node.as_boolean()) return std::string(flag->get() ? "true" : "false");
    return refuse(node, key);
  }

  Result<RawList> read_list(const toml::array& array, const std::string& key) const {
    RawList out;
    for (const auto& node : array) {
      auto item = read_scalar(node, key);
      if (!item) return std::unexpected(item.error());
      out.push_back(std::move(*item));
    }
    return out;
  }

  Result<std::vector<RawTable>> read_tables(const toml::array& array, const std::string& key) const {
    std::vector<RawTable> out;
    for (const auto& node : array) {
      const auto* table = node.as_table();
      if (!table) return refuse(node, key);
      auto& fields = out.emplace_back();
      for (const auto& [name, field] : *table) {
        const std::string inner = key + "[]." + std::string(name.str());
        if (const auto* list = field.as_array()) {
          auto items = read_list(*list, inner);
          if (!items) return std::unexpected(items.error());
          fields[std::string(name.str())] = std::move(*items);
        } else {
          auto text = read_scalar(field, inner);
          if (!text) return std::unexpected(text.error());
          fields[std::string(name.str())] = std::move(*text);
        }
      }
    }
    return out;
  }

  Result<RawValue> read_value(const toml::node& node, const std::string& key) const {
    const auto wrap = [](auto result) -> Result<RawValue> {
      if (!result) return std::unexpected(result.error());
      return RawValue(std::move(*result));
    };
    const auto* array = node.as_array();
    if (!array) return wrap(read_scalar(node, key));
    if (!array->empty() && array->front().is_table()) return wrap(read_tables(*array, key));
    return wrap(read_list(*array, key));
  }

  const std::string file_;
  std::vector<FileEntry> entries_;
};

}  // namespace

Result<std::vector<FileEntry>> read_config_file(const std::filesystem::path& path) {
  try {
    const toml::table table = toml::parse_file(path.string());
    Reader reader(path.string());
    if (auto status = reader.read(table, ""); !status) return std::unexpected(status.error());
    return reader.take();
  } catch (const toml::parse_error& e) {  // also for a file that cannot be opened
    const auto line = e.source().begin.line;
    const std::string where = line > 0 ? path.string() + ":" + std::to_string(line) : path.string();
    return fail(Errc::invalid, where + ": " + std::string(e.description()));
  }
}

}  // namespace openstrat::app
