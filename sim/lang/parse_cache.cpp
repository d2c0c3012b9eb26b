#include "sim/lang/parse_cache.hpp"

namespace openstrat::sim {

std::size_t ParseCache::KeyHash::operator()(const Key& key) const {
  std::size_t hash = std::hash<std::string_view>()(key.source);
  const auto mix = [&](std::size_t part) { hash = (hash ^ part) * 0x9e3779b97f4a7c15ULL; };
  mix(static_cast<std::size_t>(key.version.major * 1'000'000 + key.version.minor * 1'000 + key.version.patch));
  mix(reinterpret_cast<std::size_t>(key.menus));
  mix(static_cast<std::size_t>(key.context));
  return hash;
}

std::expected<std::shared_ptr<const Script>, ParseError> ParseCache::get(std::string_view source,
                                                                         const ParseOptions& options) {
  const Key wanted{source, options.personality.version, options.menus, options.context};
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = index_.find(wanted); found != index_.end()) {
      ++stats_.hits;
      recent_.splice(recent_.begin(), recent_, found->second);
      return found->second->script;
    }
    ++stats_.misses;
  }
  auto script = parse(std::string(source), options);
  if (!script) return script;
  Key key = wanted;
  key.source = (*script)->source();
  const std::size_t bytes = (*script)->memory_bytes() + sizeof(Entry);
  const std::lock_guard lock(mutex_);
  if (bytes > max_bytes_ / 4 || index_.contains(key)) return script;
  recent_.push_front({key, *script, bytes});
  index_.emplace(key, recent_.begin());
  stats_.bytes += bytes;
  while (stats_.bytes > max_bytes_) {
    stats_.bytes -= recent_.back().bytes;
    index_.erase(recent_.back().key);
    recent_.pop_back();
  }
  return script;
}

ParseCache::Stats ParseCache::stats() const {
  const std::lock_guard lock(mutex_);
  return stats_;
}

}  // namespace openstrat::sim
