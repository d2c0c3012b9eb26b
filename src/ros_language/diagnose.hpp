// Text → everything that can be said of it without running it.
#pragma once

#include <memory>
#include <string>

#include "ros_language/notes.hpp"
#include "ros_language/parser.hpp"

namespace openstrat::ros {

struct Diagnosis {
  std::shared_ptr<const Script> script;  ///< never null; statements that could not be read are missing from it
  ParseNotes notes;                      ///< its views point into the script
};

/// Goes on at the next statement after an error, up to `most_errors` of them. Linear in the text.
Diagnosis diagnose(std::string source, const ParseOptions& options, std::size_t most_errors);

/// What may stand where the text ends: the text up to the cursor goes in.
Diagnosis complete(std::string source, const ParseOptions& options);

}  // namespace openstrat::ros
