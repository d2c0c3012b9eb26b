#include "sim/console/greeting.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace openstrat::sim {
namespace {

constexpr Version kV7{7, 0, 0};

constexpr std::string_view kLetters =
    "\r\n\r\n\r\n"
    "  MMM      MMM       KKK                          TTTTTTTTTTT      KKK\r\n"
    "  MMMM    MMMM       KKK                          TTTTTTTTTTT      KKK\r\n"
    "  MMM MMMM MMM  III  KKK  KKK  RRRRRR     OOOOOO      TTT     III  KKK  KKK\r\n"
    "  MMM  MM  MMM  III  KKKKK     RRR  RRR  OOO  OOO     TTT     III  KKKKK\r\n"
    "  MMM      MMM  III  KKK KKK   RRRRRR    OOO  OOO     TTT     III  KKK KKK\r\n"
    "  MMM      MMM  III  KKK  KKK  RRR  RRR   OOOOOO      TTT     III  KKK  KKK\r\n"
    "\r\n";

constexpr std::string_view kHelp6 =
    "\r\n"
    "[?]             Gives the list of available commands\r\n"
    "command [?]     Gives help on the command and list of arguments\r\n"
    "\r\n"
    "[Tab]           Completes the command/word. If the input is ambiguous,\r\n"
    "                a second [Tab] gives possible options\r\n"
    "\r\n"
    "/               Move up to base level\r\n"
    "..              Move up one level\r\n"
    "/command        Use command at the base level\r\n";

std::string note_of(const Config& config) {
  const Row* record = config.record("/system/note");
  if (record == nullptr) return {};
  const std::string* show = record->find("show-at-login");
  const std::string* note = record->find("note");
  if (note == nullptr || note->empty() || (show != nullptr && *show == "no")) return {};
  std::string out;
  for (const char c : *note) {
    if (c == '\n') out += '\r';
    if (c != '\r') out += c;
  }
  return out + "\r\n";
}

/// Year of the build: releases carry it in their copyright line.
int year_of(const Version& version) {
  if (version < kV7) return 2024;
  return std::clamp(2021 + version.minor / 5, 2021, 2026);
}

}  // namespace

std::string greeting(const Router& router, const Screen& screen) {
  const Version& version = router.version();
  std::string out;
  if (screen.width == 0 || screen.width >= 76) out += kLetters;
  out += fmt::format("  MikroTik RouterOS {} (c) 1999-{}       {}://www.mikrotik.com/\r\n", version.to_string(), year_of(version), version < kV7 ? "http" : "https");
  if (version < kV7) out += kHelp6;
  else out += "\r\nPress F1 for help\r\n";
  if (const std::string note = note_of(router.config()); !note.empty()) out += "\r\n" + note;
  return out + "\r\n";
}

std::string prompt(const Router& router, std::string_view user, std::string_view menu, bool safe) {
  std::string where(menu == "/" ? std::string_view() : menu);
  if (router.version() < Version{7, 1, 0} && !where.empty()) std::replace(where.begin() + 1, where.end(), '/', ' ');
  return fmt::format("[{}@{}] {}{}> ", user, router.identity(), where, safe ? "<SAFE" : "");
}

}  // namespace openstrat::sim
