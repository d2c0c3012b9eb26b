#include "sim/ssh/transfers.hpp"

#include <algorithm>
#include <memory>

#include "base/text.hpp"
#include "sim/config/export_text.hpp"

namespace openstrat::sim {
namespace {

constexpr std::string_view kRunsByItself = ".auto.rsc";
constexpr std::size_t kMaxLog = 256 << 10;
constexpr std::size_t kLongestName = 200;

std::string_view last_word(std::string_view path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

std::string TransferFiles::normal(std::string_view path) {
  std::vector<std::string_view> words;
  for (const std::string_view word : text::split(path, '/')) {
    if (word == ".." && !words.empty()) words.pop_back();
    if (!word.empty() && word != "." && word != "..") words.push_back(word);
  }
  std::string out;
  for (const std::string_view word : words) out.append(out.empty() ? "" : "/").append(word);
  return out;
}

const StoredFile* TransferFiles::find(std::string_view path) const { return router_.files().find(normal(path)); }

std::optional<TransferFiles::Entry> TransferFiles::about(std::string_view path) const {
  const std::string name = normal(path);
  if (const StoredFile* file = router_.files().find(name)) return Entry{std::string(last_word(name)), false, file->contents.size(), file->created};
  const std::vector<std::string> names = router_.files().names();
  const bool holds = std::ranges::any_of(names, [&](const std::string& known) { return known.starts_with(name + "/"); });
  if (name.empty() || name == "flash" || holds || router_.files().is_directory(name)) return Entry{std::string(last_word(name)), true, 0, router_.clock()};
  return std::nullopt;
}

std::vector<TransferFiles::Entry> TransferFiles::list(std::string_view directory) const {
  std::string start = normal(directory);
  if (!start.empty()) start += '/';
  std::vector<Entry> entries;
  for (const std::string& name : router_.files().names()) {
    if (!name.starts_with(start) || name.size() == start.size()) continue;
    const std::string_view rest = std::string_view(name).substr(start.size());
    const std::string word(rest.substr(0, rest.find('/')));
    if (std::ranges::any_of(entries, [&](const Entry& known) { return known.name == word; })) continue;
    if (auto entry = about(start + word)) entries.push_back(*std::move(entry));
  }
  std::ranges::sort(entries, {}, &Entry::name);
  return entries;
}

std::uint64_t TransferFiles::room(std::string_view path) const {
  const FileStore& files = router_.files();
  const StoredFile* old = files.find(normal(path));
  const std::uint64_t used = files.used() - (old == nullptr ? 0 : std::min<std::uint64_t>(files.used(), old->contents.size()));
  return files.capacity() > used ? files.capacity() - used : 0;
}

TransferFiles::Outcome TransferFiles::store(std::string_view path, std::string contents) {
  const std::string name = normal(path);
  if (!allowed()) return Outcome::forbidden;
  if (name.empty() || name.size() > kLongestName) return Outcome::absent;
  if (router_.files().is_directory(name)) return Outcome::exists;
  if (!router_.files().write(name, std::move(contents), router_.clock())) return Outcome::full;
  if (name.ends_with(kRunsByItself)) run_uploaded(name);
  return Outcome::done;
}

TransferFiles::Outcome TransferFiles::remove(std::string_view path) {
  const std::string name = normal(path);
  if (!allowed()) return Outcome::forbidden;
  if (router_.files().find(name) == nullptr) return Outcome::absent;
  router_.files().remove(name);
  return Outcome::done;
}

TransferFiles::Outcome TransferFiles::rename(std::string_view from, std::string_view to) {
  const std::string old_name = normal(from), new_name = normal(to);
  if (!allowed()) return Outcome::forbidden;
  const StoredFile* file = router_.files().find(old_name);
  if (file == nullptr || new_name.empty() || new_name.size() > kLongestName) return Outcome::absent;
  if (router_.files().find(new_name) != nullptr) return Outcome::exists;
  std::string contents = file->contents;
  router_.files().remove(old_name);
  return router_.files().write(new_name, std::move(contents), router_.clock()) ? Outcome::done : Outcome::full;
}

TransferFiles::Outcome TransferFiles::make_directory(std::string_view path) {
  const std::string name = normal(path);
  if (!allowed()) return Outcome::forbidden;
  if (name.empty() || name.size() > kLongestName) return Outcome::absent;
  return router_.files().make_directory(name, router_.clock()) ? Outcome::done : Outcome::exists;
}

TransferFiles::Outcome TransferFiles::remove_directory(std::string_view path) {
  const std::string name = normal(path);
  if (!allowed()) return Outcome::forbidden;
  if (!router_.files().is_directory(name)) return Outcome::absent;
  if (!list(name).empty()) return Outcome::exists;
  router_.files().remove(name);
  return Outcome::done;
}

void TransferFiles::run_uploaded(const std::string& name) {
  JobRequest request;
  request.source = "/import file-name=" + exported_value(name);
  request.user = login_.user;
  request.policies = login_.policies;
  const auto said = std::make_shared<std::string>();
  request.output = [said](std::string_view line) {
    if (said->size() + line.size() < kMaxLog) said->append(line).append("\r\n");
  };
  request.done = [said, log = name.substr(0, name.size() - 4) + ".log", router = &router_](const JobOutcome& outcome) {
    if (outcome.error) said->append(*outcome.error).append("\r\n");
    if (!router->files().write(log, *said, router->clock())) router->write_log("system,error", "not enough disk space");
  };
  if (!router_.run(std::move(request))) router_.write_log("script,error", "too many scripts are running, an uploaded one was not started");
}

}  // namespace openstrat::sim
