// Template files, parsed once, rendered by any thread. ctemplate stays behind library.cpp.
#pragma once

#include <filesystem>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "templates/fields.hpp"

namespace openstrat::templates {

/// `AREA/NAME.html` or `AREA/NAME.txt`.
struct File {
  std::string_view name;
  std::string_view text;
};

/// HTML is escaped by the place where a value stands (text, attribute, URL, style); a template cannot switch that off, for anything but
/// `{{name}}`, `{{#name}}`, `{{/name}}`, `{{! comment }}` and `{{>area/file.html}}` (the text of that file stands here) is refused.
class Library {
 public:
  /// A file of the same name under `overrides` (may be empty) takes the place of an embedded one. An error names file and line.
  static Result<Library> load(std::span<const std::span<const File>> sets, const std::filesystem::path& overrides = {});
  Library(Library&&) noexcept;
  ~Library();

  /// `name` without `.html`. A name that the template uses and the fields lack is an error.
  Result<std::string> render_html(std::string_view name, const Fields& fields) const;
  Result<std::string> render_text(std::string_view name, const Fields& fields) const;

  bool has(std::string_view file) const;
  /// Every name that the file (with ending) uses, outside and inside of sections.
  std::set<std::string> names_in(std::string_view file) const;

 private:
  struct Parts;
  explicit Library(std::unique_ptr<Parts> parts);
  Result<std::string> render(std::string file, const Fields& fields) const;
  std::unique_ptr<Parts> parts_;
};

}  // namespace openstrat::templates
