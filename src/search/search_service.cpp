#include "search/search_service.hpp"

#include <algorithm>
#include <unordered_map>

#include "db/database.hpp"
#include "search/store.hpp"
#include "search/words.hpp"

namespace openstrat::search {
namespace {

constexpr int kKeys = 100;
constexpr int kTexts = 200;
constexpr std::size_t kEnough = 5;       ///< hits that make looking for typing errors needless
constexpr std::size_t kCorrections = 8;  ///< of one word
constexpr std::size_t kMostParts = 12;
constexpr std::size_t kTrigram = 3;

using Groups = std::vector<std::vector<std::string>>;

class Hunt {
 public:
  Hunt(db::Session& session, const CustomerId& customer, const Question& question)
      : session_(session), customer_(customer), question_(question), text_(normalised(question.text)), parts_(parts_of(text_)) {
    if (parts_.size() > kMostParts) parts_.resize(kMostParts);
  }

  Status run() {
    if (text_.empty() || question_.types.empty()) return {};
    if (auto done = keys(text_); !done) return done;
    const auto mac = compact_mac(text_);
    if (!mac.empty())
      if (auto done = keys(mac); !done) return done;
    if (looks_like_mac(text_)) return texts({{mac}});  // `b8:69:f4` shares its pairs with every address there is
    if (text_.size() < kTrigram) return {};  // half of everything holds two given letters
    if (parts_.size() > 1)
      if (auto done = texts({{text_}}); !done) return done;
    if (std::ranges::none_of(parts_, [](const auto& part) { return part.size() >= kTrigram; })) return {};
    if (auto done = texts(as_groups()); !done) return done;
    if (mac.size() >= 4)
      if (auto done = texts({{mac}}); !done) return done;
    return hits_.size() < kEnough ? corrected() : Status();
  }

  std::vector<Hit> take() {
    std::vector<Hit> out;
    out.reserve(hits_.size());
    for (auto& [number, hit] : hits_) out.push_back(std::move(hit));
    std::ranges::sort(out, [](const Hit& a, const Hit& b) {
      if (a.score != b.score) return a.score > b.score;
      return std::tie(a.name, a.type, a.id) < std::tie(b.name, b.type, b.id);
    });
    return out;
  }

 private:
  Groups as_groups() const {
    Groups groups;
    for (const auto& part : parts_) groups.push_back({part});
    return groups;
  }
  Status keys(const std::string& beginning) {
    auto found = store::by_key(session_, customer_, question_, beginning, kKeys);
    if (!found) return fail(found.error());
    keep(*std::move(found), beginning, parts_, false);
    return {};
  }
  Status texts(const Groups& groups) {
    auto found = store::by_text(session_, customer_, question_, groups, kTexts);
    if (!found) return fail(found.error());
    keep(*std::move(found), groups.size() == 1 ? groups[0][0] : text_, parts_, false);
    return {};
  }

  /// The same with words that the team has and that are one error apart.
  Status corrected() {
    Groups groups;
    std::vector<std::string> words;
    bool differs = false;
    for (const auto& part : parts_) {
      auto group = alternatives(part);
      if (!group) return fail(group.error());
      differs = differs || group->size() > 1;
      for (const auto& word : *group) words.push_back(word);
      groups.push_back(*std::move(group));
    }
    if (!differs) return {};
    auto found = store::by_text(session_, customer_, question_, groups, kTexts);
    if (!found) return fail(found.error());
    keep(*std::move(found), text_, words, true);
    return {};
  }

  Result<std::vector<std::string>> alternatives(const std::string& part) {
    std::vector<std::string> group{part};
    if (words_of(part) != group) return group;  // only plain words have typing errors that can be told
    const auto similar = store::similar_words(session_, customer_, variants_of(part), 50);
    if (!similar) return fail(similar.error());
    for (const auto& word : *similar)
      if (word != part && one_error_apart(word, part) && group.size() <= kCorrections) group.push_back(word);
    return group;
  }

  void keep(std::vector<store::Candidate> found, std::string_view text, const std::vector<std::string>& words, bool with_error) {
    for (auto& candidate : found) {
      if (hits_.size() >= static_cast<std::size_t>(SearchService::kMostHits)) return;
      const double points = score(text, words, with_error, candidate.hit.name, candidate.body);
      auto [place, is_new] = hits_.try_emplace(candidate.number, std::move(candidate.hit));
      place->second.score = std::max(place->second.score, points);
    }
  }

  db::Session& session_;
  const CustomerId customer_;
  const Question& question_;
  const std::string text_;
  std::vector<std::string> parts_;
  std::unordered_map<std::int64_t, Hit> hits_;
};

}  // namespace

Result<std::vector<Hit>> SearchService::search(const Tenant& tenant, const Question& question) {
  return database_.read([&](db::Session& session) -> Result<std::vector<Hit>> {
    Hunt hunt(session, tenant.customer_id, question);
    if (auto done = hunt.run(); !done) return fail(done.error());
    return hunt.take();
  });
}

}  // namespace openstrat::search
