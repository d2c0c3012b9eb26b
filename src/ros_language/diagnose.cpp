#include "ros_language/diagnose.hpp"

#include <cstdint>

#include "ros_language/parser_impl.hpp"

namespace openstrat::ros {
namespace {

/// Before the cursor may stand any number of errors; what is typed there is still to be completed.
constexpr std::size_t kErrorsBeforeCursor = 200;

Diagnosis noted(std::string source, const ParseOptions& options, ParseNotes notes) {
  auto script = std::make_shared<Script>(std::move(source));
  Diagnosis out{script, std::move(notes)};
  if (script->source().size() >= UINT32_MAX) {
    out.notes.errors.push_back({"script is too long", {}});
    return out;
  }
  Parser(*script, options, &out.notes).run();
  return out;
}

}  // namespace

Diagnosis diagnose(std::string source, const ParseOptions& options, std::size_t most_errors) {
  ParseNotes notes;
  notes.most_errors = most_errors;
  return noted(std::move(source), options, std::move(notes));
}

Diagnosis complete(std::string source, const ParseOptions& options) {
  ParseNotes notes;
  notes.most_errors = kErrorsBeforeCursor;
  notes.wants_places = true;
  return noted(std::move(source), options, std::move(notes));
}

}  // namespace openstrat::ros
