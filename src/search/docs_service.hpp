// Finding a place in the project's own documentation, which is part of the program.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace openstrat::search {

struct DocsPage {
  std::string_view path;  ///< `howto/backups.md`
  std::string_view text;  ///< Markdown
};
/// docs/ and README.md as they were when the program was built (generated).
std::vector<DocsPage> docs_pages();

struct DocsHit {
  std::string path, anchor, page, heading, excerpt;
  double score = 0;
};

/// Headings and what stands below them, kept in memory: a few hundred.
class DocsService {
 public:
  explicit DocsService(const std::vector<DocsPage>& pages = docs_pages());
  /// Best first; every word must be there, with at most one typing error.
  std::vector<DocsHit> search(std::string_view question) const;

 private:
  struct Section {
    std::string path, anchor, page, heading, excerpt, body;
    std::vector<std::string> words;
  };
  void add(const DocsPage& page);
  std::vector<Section> sections_;
};

}  // namespace openstrat::search
