#include "templates/library.hpp"

#include <ctemplate/template_cache.h>
#include <ctemplate/template_dictionary.h>

#include <fstream>
#include <map>
#include <sstream>

#include "base/text.hpp"
#include "templates/outline.hpp"

namespace openstrat::templates {
namespace fs = std::filesystem;
namespace {

using ctemplate::TemplateDictionary;
using ctemplate::TemplateString;

TemplateString view_of(std::string_view text) { return {text.data(), text.size()}; }

/// The mode comes from the file's name, never from the file.
std::string with_escaping(const std::string& file, const std::string& text) {
  return file.ends_with(".html") ? "{{%AUTOESCAPE context=\"HTML\"}}" + text : text;
}

void fill(TemplateDictionary& dictionary, const Fields& fields) {
  for (const auto& [name, value] : fields.entries()) {
    bool shown = false;
    if (const auto* text = std::get_if<std::string>(&value)) {
      dictionary.SetValue(view_of(name), view_of(*text));
      shown = !text->empty();
      if (shown) dictionary.ShowSection(view_of(name));
    } else if (const auto* flag = std::get_if<bool>(&value)) {
      shown = *flag;
      if (shown) dictionary.ShowSection(view_of(name));
    } else {
      for (const Fields& entry : std::get<std::vector<Fields>>(value)) {
        fill(*dictionary.AddSectionDictionary(view_of(name)), entry);
        shown = true;
      }
    }
    if (!shown) dictionary.ShowSection("no_" + name);
  }
}

Result<std::string> read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  if (!in) return fail(Errc::invalid, "template " + path.string() + " cannot be read");
  if (!text::is_utf8(text.str())) return fail(Errc::invalid, "template " + path.string() + " is not UTF-8");
  return text.str();
}

bool is_template(const fs::path& path) { return path.extension() == ".html" || path.extension() == ".txt"; }

}  // namespace

struct Library::Parts {
  std::map<std::string, std::string, std::less<>> sources;
  std::map<std::string, std::vector<Node>, std::less<>> outlines;
  ctemplate::TemplateCache cache;

  Status take_overrides(const fs::path& directory);
  Status parse();
};

Status Library::Parts::take_overrides(const fs::path& directory) {
  std::error_code error;
  if (!fs::is_directory(directory, error)) return fail(Errc::invalid, "the directory of templates " + directory.string() + " does not exist");
  for (auto entry = fs::recursive_directory_iterator(directory, error); !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    if (!entry->is_regular_file(error) || !is_template(entry->path())) continue;
    auto text = read(entry->path());
    if (!text) return fail(text.error());
    sources.insert_or_assign(entry->path().lexically_relative(directory).generic_string(), std::move(*text));
  }
  if (error) return fail(Errc::invalid, "the directory of templates " + directory.string() + ": " + error.message());
  return {};
}

Status Library::Parts::parse() {
  const FindFile find = [this](std::string_view name) -> const std::string* {
    const auto found = sources.find(name);
    return found == sources.end() ? nullptr : &found->second;
  };
  for (const auto& [name, text] : sources) {
    if (fs::path(name).filename().string().starts_with('_')) continue;  // a part of others, no document by itself
    auto read = outline(name, text, find);
    if (!read) return fail(read.error());
    if (!cache.StringToTemplateCache(name, with_escaping(name, read->text), ctemplate::DO_NOT_STRIP))
      return fail(Errc::invalid, "template " + name + ": a value stands where it cannot be escaped (the name of an attribute)");
    outlines.emplace(name, std::move(read->nodes));
  }
  cache.Freeze();
  return {};
}

Library::Library(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Library::Library(Library&&) noexcept = default;
Library::~Library() = default;

Result<Library> Library::load(std::span<const std::span<const File>> sets, const fs::path& overrides) {
  auto parts = std::make_unique<Parts>();
  for (const auto& set : sets)
    for (const File& file : set) parts->sources.emplace(file.name, file.text);
  if (!overrides.empty())
    if (auto done = parts->take_overrides(overrides); !done) return fail(done.error());
  if (auto done = parts->parse(); !done) return fail(done.error());
  return Library(std::move(parts));
}

Result<std::string> Library::render_html(std::string_view name, const Fields& fields) const { return render(std::string(name) + ".html", fields); }
Result<std::string> Library::render_text(std::string_view name, const Fields& fields) const { return render(std::string(name) + ".txt", fields); }

Result<std::string> Library::render(std::string file, const Fields& fields) const {
  const auto found = parts_->outlines.find(file);
  if (found == parts_->outlines.end()) return fail(Errc::internal, "there is no template " + file);
  if (const std::string missing = missing_name(found->second, fields); !missing.empty())
    return fail(Errc::internal, "template " + file + " needs '" + missing + "'");
  TemplateDictionary dictionary(view_of(file));
  fill(dictionary, fields);
  std::string out;
  if (!parts_->cache.ExpandNoLoad(view_of(file), ctemplate::DO_NOT_STRIP, &dictionary, nullptr, &out))
    return fail(Errc::internal, "template " + file + " cannot be rendered");
  return out;
}

bool Library::has(std::string_view file) const { return parts_->outlines.contains(file); }

std::set<std::string> Library::names_in(std::string_view file) const {
  std::set<std::string> names;
  if (const auto found = parts_->outlines.find(file); found != parts_->outlines.end()) collect_names(found->second, names);
  return names;
}

}  // namespace openstrat::templates
