#include "ros_language/language.hpp"

#include <string>

namespace openstrat::ros {
namespace {

using enum LanguageKind;
using Argument = LanguageArgument;

constexpr Version kV6{6, 0, 0};

constexpr Argument kNone[] = {{"", flag}};
constexpr Argument kMessage[] = {{"message", value, true}};
constexpr Argument kValue[] = {{"value", value, true}};
constexpr Argument kInput[] = {{"input", value, true}};
constexpr Argument kToarray[] = {{"value", value, true}, {"delimiter", value}};
constexpr Argument kTimestamp[] = {{"use-tz", flag}};
constexpr Argument kDeclare[] = {{"name", variable, true}, {"value", value, true}, {"do", code}};
constexpr Argument kSet[] = {{"name", target, true}, {"value", value, true}, {"do", code}};
constexpr Argument kIf[] = {{"condition", value, true}, {"do", code}, {"else", code}};
constexpr Argument kFor[] = {{"counter", variable, true}, {"from", value}, {"to", value}, {"step", value}, {"do", code}, {"on-error", code}};
constexpr Argument kForeach[] = {{"counter", variable, true}, {"in", value}, {"do", code}, {"on-error", code}};
constexpr Argument kWhile[] = {{"condition", value, true}, {"do", code}};
constexpr Argument kDo[] = {{"command", code, true}, {"while", value}, {"if", value}, {"on-error", code}};
constexpr Argument kFind[] = {{"in", value, true}, {"key", value, true}, {"from", value, true}};
constexpr Argument kPick[] = {{"counter", value, true}, {"begin", value, true}, {"end", value, true}};
constexpr Argument kDelay[] = {{"delay-time", value, true, ValueForm::time}};
constexpr Argument kExecute[] = {{"script", raw_text, true}, {"file", value}, {"as-string", flag}};
constexpr Argument kTime[] = {{"command", code, true}};
constexpr Argument kResolve[] = {{"domain-name", value, true, ValueForm::text}, {"server", value, false, ValueForm::text}, {"server-port", value}, {"type", value}};
constexpr Argument kOnerror[] = {{"error", variable, true}, {"in", code, true}, {"do", code, true}};
constexpr Argument kRetry[] = {{"command", code, true}, {"delay", value}, {"max", value}, {"on-error", code}};
constexpr Argument kSerialize[] = {{"value", value, true}, {"to", value}, {"options", value}, {"delimiter", value, false, ValueForm::text},
                                   {"order", value}, {"file-name", value}};
constexpr Argument kDeserialize[] = {{"value", value, true}, {"from", value}, {"options", value}, {"delimiter", value, false, ValueForm::text}};
constexpr Argument kConvert[] = {{"value", value, true}, {"from", value}, {"to", value}, {"transform", value},
                                 {"from-scheme", value}, {"to-scheme", value}, {"transform-scheme", value}};
constexpr Argument kRndnum[] = {{"from", value}, {"to", value}};
constexpr Argument kRndstr[] = {{"from", value}, {"length", value}};
constexpr Argument kRange[] = {{"from", value, true}, {"to", value, true}};
constexpr Argument kGrep[] = {{"pattern", value}, {"script", raw_text, true}, {"before", value}, {"after", value},
                              {"filename", value}, {"as-array", flag}};
constexpr Argument kPrint[] = {{"as-value", flag}, {"count-only", flag}};
constexpr Argument kBeep[] = {{"frequency", value}, {"length", value}, {"as-value", flag}};

constexpr LanguageCommand kCommands[] = {
    {"/", "put", Builtin::put, kV6, kMessage},
    {"/", "error", Builtin::error, kV6, kMessage},
    {"/", "return", Builtin::return_, kV6, kValue},
    {"/", "delay", Builtin::delay, kV6, kDelay},
    {"/", "if", Builtin::if_, kV6, kIf},
    {"/", "for", Builtin::for_, kV6, kFor},
    {"/", "foreach", Builtin::foreach, kV6, kForeach},
    {"/", "while", Builtin::while_, kV6, kWhile},
    {"/", "do", Builtin::do_, kV6, kDo},
    {"/", "parse", Builtin::parse, kV6, kValue},
    {"/", "execute", Builtin::execute, kV6, kExecute},
    {"/", "len", Builtin::len, kV6, kValue},
    {"/", "pick", Builtin::pick, kV6, kPick},
    {"/", "find", Builtin::find, kV6, kFind},
    {"/", "typeof", Builtin::typeof_, kV6, kValue},
    {"/", "tostr", Builtin::tostr, kV6, kValue},
    {"/", "tonum", Builtin::tonum, kV6, kValue},
    {"/", "tobool", Builtin::tobool, kV6, kValue},
    {"/", "toip", Builtin::toip, kV6, kValue},
    {"/", "toip6", Builtin::toip6, kV6, kValue},
    {"/", "toarray", Builtin::toarray, kV6, kToarray},
    {"/", "totime", Builtin::totime, kV6, kValue},
    {"/", "toid", Builtin::toid, kV6, kValue},
    {"/", "time", Builtin::time, kV6, kTime},
    {"/", "resolve", Builtin::resolve, kV6, kResolve},
    {"/", "local", Builtin::local, kV6, kDeclare},
    {"/", "global", Builtin::global, kV6, kDeclare},
    {"/", "set", Builtin::set, kV6, kSet},
    {"/", "nothing", Builtin::nothing, kV6, kNone},
    {"/", "beep", Builtin::beep, kV6, kBeep},
    {"/", "onerror", Builtin::onerror, {7, 13, 0}, kOnerror},
    {"/", "retry", Builtin::retry, {7, 9, 0}, kRetry},
    {"/", "serialize", Builtin::serialize, {7, 13, 0}, kSerialize},
    {"/", "deserialize", Builtin::deserialize, {7, 13, 0}, kDeserialize},
    {"/", "convert", Builtin::convert, {7, 11, 0}, kConvert},
    {"/", "rndnum", Builtin::rndnum, {7, 1, 0}, kRndnum},
    {"/", "rndstr", Builtin::rndstr, {7, 1, 0}, kRndstr},
    {"/", "range", Builtin::range, {7, 17, 0}, kRange},
    {"/", "timestamp", Builtin::timestamp, {7, 1, 0}, kTimestamp},
    {"/", "tonsec", Builtin::tonsec, {7, 1, 0}, kValue},
    {"/", "tolf", Builtin::tolf, {7, 14, 0}, kInput},
    {"/", "tocrlf", Builtin::tocrlf, {7, 14, 0}, kInput},
    {"/", "break", Builtin::break_, {7, 22, 0}, kNone},
    {"/", "continue", Builtin::continue_, {7, 22, 0}, kNone},
    {"/", "jobname", Builtin::jobname, {7, 12, 0}, kNone},
    {"/", "grep", Builtin::grep, {7, 13, 0}, kGrep},
    {"/log", "debug", Builtin::log, kV6, kMessage},
    {"/log", "info", Builtin::log, kV6, kMessage},
    {"/log", "warning", Builtin::log, kV6, kMessage},
    {"/log", "error", Builtin::log, kV6, kMessage},
    {"/environment", "print", Builtin::environment_print, kV6, kPrint},
};

/// Directories that exist even without a schema; ids far above any schema's.
constexpr DirId kLogDir{0x7f000001};
constexpr DirId kEnvironmentDir{0x7f000002};
constexpr std::uint32_t kCommandBase = 0x7f000000;

struct LanguageDir { DirId id; std::string_view name; std::string_view path; };
constexpr LanguageDir kDirs[] = {{kLogDir, "log", "/log"}, {kEnvironmentDir, "environment", "/environment"}};

}  // namespace

std::span<const LanguageCommand> language_commands() { return kCommands; }

DirId LanguageMenus::parent(DirId dir) const {
  for (const LanguageDir& own : kDirs) {
    if (own.id == dir) return DirId::root;
  }
  return schema_ == nullptr ? DirId::root : schema_->parent(dir);
}

std::string_view LanguageMenus::path(DirId dir) const {
  for (const LanguageDir& own : kDirs) {
    if (own.id == dir) return own.path;
  }
  return schema_ == nullptr || dir == DirId::root ? std::string_view("/") : schema_->path(dir);
}

LanguageMenus::Found LanguageMenus::language_child(DirId dir, std::string_view word) const {
  Found found;
  const std::string_view menu = path(dir);
  int prefixes = 0;
  for (std::size_t i = 0; i < std::size(kCommands); ++i) {
    const LanguageCommand& command = kCommands[i];
    if (command.menu != menu || version_ < command.since || !command.name.starts_with(word)) continue;
    const bool exact = command.name.size() == word.size();
    ++prefixes;
    if (prefixes > 1 && !exact) continue;
    found.kind = MatchKind::found;
    found.language = &command;
    found.command = {CommandId{kCommandBase + static_cast<std::uint32_t>(i)}, command.name, false};
    if (exact) return found;
  }
  if (prefixes > 1) found.kind = MatchKind::ambiguous;
  return found;
}

LanguageMenus::Found LanguageMenus::child(DirId dir, std::string_view word) const {
  Found own;
  if (dir == DirId::root || path(dir) == "/log" || path(dir) == "/environment") own = language_child(dir, word);
  if (own.kind == MatchKind::found && own.language->name == word) return own;
  Found other;
  if (schema_ != nullptr && static_cast<std::uint32_t>(dir) < kCommandBase) {
    const ChildMatch match = schema_->child(dir, word);
    other.kind = match.kind;
    other.is_dir = match.dir != DirId::none;
    other.dir = match.dir;
    other.command = match.command;
    other.home = match.home;
    if (match.kind == MatchKind::found && match.exact) return other;
    // A schema may list the scripting commands too: then it is the same command, not a second one.
    if (match.kind == MatchKind::found && own.kind == MatchKind::found && !other.is_dir &&
        match.command.name == own.language->name) return own;
  }
  if (dir == DirId::root && other.kind == MatchKind::none) {
    for (const LanguageDir& entry : kDirs) {
      if (entry.name != word && !(own.kind == MatchKind::none && entry.name.starts_with(word))) continue;
      return Found{.kind = MatchKind::found, .is_dir = true, .dir = entry.id, .command = {}, .home = DirId::none, .language = nullptr};
    }
  }
  if (own.kind == MatchKind::none) return other;
  if (other.kind == MatchKind::none) return own;
  own.kind = MatchKind::ambiguous;
  return own;
}

}  // namespace openstrat::ros
