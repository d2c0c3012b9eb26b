#include "sim/device/actions_certificates.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "base/text.hpp"
#include "sim/behaviour/settings.hpp"
#include "sim/device/certificates.hpp"
#include "sim/device/job.hpp"

namespace openstrat::sim {
namespace {

constexpr std::string_view kMenu = Certificates::kMenu;

std::string text_of(const CommandCall& call, std::string_view argument) {
  const CallArgument* given = call.find(argument);
  return given == nullptr ? std::string() : given->value.to_text();
}

std::vector<RowId> rows_of(Router& router, const CommandCall& call, std::string_view argument) {
  const CallArgument* given = call.find(argument);
  if (given == nullptr) throw ScriptError(fmt::format("missing value(s) of argument(s) {}", argument));
  std::vector<RowId> rows;
  const Config& config = router.config();
  const auto add = [&](std::string_view word) {
    const auto id = parse_id(word);
    FoundRow found = id ? config.find(kMenu, id->as_id()) : config.find_named(kMenu, word);
    const auto number = found || id ? std::nullopt : parse_num(word);
    const std::vector<FoundRow> all = number ? config.rows(kMenu) : std::vector<FoundRow>();
    if (number && static_cast<std::uint64_t>(number->as_num()) < all.size()) found = all[static_cast<std::size_t>(number->as_num())];
    if (!found) throw ScriptError("no such item");
    rows.push_back(found.row->id);
  };
  if (given->value.is(Type::array)) {
    for (const Value& value : given->value.as_array().items()) add(value.to_text());
  } else if (const std::string words = given->value.to_text(); config.find_named(kMenu, words)) {
    add(words);
  } else {
    for (const std::string_view word : text::split(words, ',')) add(word);
  }
  return rows;
}

std::vector<std::string> words_of(std::string_view list) {
  std::vector<std::string> words;
  for (const std::string_view word : text::split(list, ',')) {
    if (!word.empty()) words.emplace_back(word);
  }
  return words;
}

CertificateWish wish_of(const Config& config, RowId row) {
  const Settings asked(config, config.find(kMenu, row));
  CertificateWish wish;
  constexpr std::pair<std::string_view, std::string_view> kParts[] = {{"C", "country"}, {"ST", "state"}, {"L", "locality"}, {"O", "organization"}, {"OU", "unit"}, {"CN", "common-name"}};
  for (const auto& [part, property] : kParts) {
    if (const std::string_view value = asked.get(property); !value.empty()) wish.subject.emplace_back(part, std::string(value));
  }
  wish.alt_names = words_of(asked.get("subject-alt-name"));
  wish.usages = words_of(asked.get("key-usage"));
  if (!asked.get("digest-algorithm").empty()) wish.digest = std::string(asked.get("digest-algorithm"));
  wish.days = static_cast<int>(std::clamp<std::int64_t>(asked.number("days-valid", 365), 1, 36'500));
  return wish;
}

/// The authority that signs; empty: the certificate itself.
RowId authority_of(Router& router, const CommandCall& call, const CertificateWish& wish) {
  constexpr std::string_view kNone = "failure: CA not found";
  const std::string name = text_of(call, "ca");
  if (name.empty()) {
    if (std::ranges::find(wish.usages, "key-cert-sign") == wish.usages.end()) throw ScriptError(std::string(kNone));
    return 0;
  }
  const RowId row = rows_of(router, call, "ca").front();
  const Identity* identity = router.extension<Certificates>().find(row);
  const std::string* authority = router.config().find(kMenu, row).row->find("authority");
  if (identity == nullptr || identity->key.empty() || authority == nullptr) throw ScriptError(std::string(kNone));
  return row;
}

std::string free_name(const Config& config, const std::string& stem, const std::string& wanted) {
  if (!wanted.empty() && !config.find_named(kMenu, wanted)) return wanted;
  for (int number = 0;; ++number) {
    std::string name = fmt::format("{}_{}", wanted.empty() ? stem : wanted, number);
    if (!config.find_named(kMenu, name)) return name;
  }
}

/// Whether a key found the certificate that it belongs to.
bool give_key(Certificates& certificates, const std::string& key) {
  for (const auto& [row, identity] : certificates.all()) {
    if (!key_fits(key, identity.certificate)) continue;
    certificates.add_key(row, key);
    return true;
  }
  return false;
}

}  // namespace

Value certificate_sign(Job& job, const CommandCall& call) {
  Router& router = job.router();
  const RowId row = rows_of(router, call, "number").front();
  if (router.extension<Certificates>().find(row) != nullptr) throw ScriptError("failure: certificate is already signed");
  const CertificateWish wish = wish_of(router.config(), row);
  const std::string name = text_of(call, "name");
  if (const FoundRow taken = name.empty() ? FoundRow{} : router.config().find_named(kMenu, name); taken && taken.row->id != row) throw ScriptError("failure: already have such name");
  const RowId authority = authority_of(router, call, wish);
  const std::string size(Settings(router.config(), router.config().find(kMenu, row)).get("key-size"));
  if (!is_key_size(size)) throw ScriptError("input does not match any value of key-size");
  const auto key = std::make_shared<std::optional<std::string>>();
  job.elsewhere([key, size] { *key = make_private_key(size); });
  Certificates& certificates = router.extension<Certificates>();
  const Identity* issuer = authority == 0 ? nullptr : certificates.find(authority);
  if (!router.config().find(kMenu, row) || (authority != 0 && issuer == nullptr)) throw ScriptError("no such item");
  const auto signed_by = issuer == nullptr ? Identity{} : *issuer;
  auto made = *key ? sign_certificate(wish, **key, signed_by, router.utc(), router.rng().below(std::uint64_t{1} << 62)) : std::nullopt;
  if (!made) throw ScriptError("failure: can not sign certificate");
  Config& config = router.config();
  if (!name.empty()) config.assign(kMenu, row, "name", name);
  if (authority == 0) {
    config.assign(kMenu, row, "trusted", "yes");
  } else {
    config.assign(kMenu, row, "issued", "yes");
    config.assign(kMenu, row, "ca", *config.find(kMenu, authority).row->find("name"));
  }
  certificates.keep(row, {*std::move(made), **key});
  if (!call.has("as-value")) {
    job.put("  progress: done");
    return {};
  }
  Array progress;
  progress.set("progress", Value::str("done"));
  return Value::array(std::move(progress));
}

Value certificate_import(Job& job, const CommandCall& call) {
  Router& router = job.router();
  const std::string file_name = text_of(call, "file-name");
  if (file_name.empty()) throw ScriptError("missing value(s) of argument(s) file-name");
  const StoredFile* file = router.files().find(file_name);
  if (file == nullptr) throw ScriptError("failure: file not found");
  const PemContents found = read_pem_file(file->contents, text_of(call, "passphrase"));
  const CallArgument* asked = call.find("trusted");
  const bool trusted = asked == nullptr || asked->value.to_text() == "yes" || asked->value.to_text() == "true";
  Certificates& certificates = router.extension<Certificates>();
  std::int64_t imported = 0, keys = 0, lone_keys = 0;
  for (const std::string& pem : found.certificates) {
    const auto facts = read_certificate(pem);
    if (!facts || certificates.with_fingerprint(facts->fingerprint) != 0) continue;
    Row row;
    row.set("name", free_name(router.config(), file_name, text_of(call, "name")));
    row.set("trusted", trusted ? "yes" : "no");
    const RowId id = router.config().insert(kMenu, std::move(row));
    certificates.keep(id, {pem, {}});
    if (trusted) router.trust(pem);
    ++imported;
  }
  for (const std::string& key : found.keys) ++(give_key(certificates, key) ? keys : lone_keys);
  Array counts;
  const std::pair<std::string_view, std::int64_t> kCounts[] = {{"certificates-imported", imported}, {"private-keys-imported", keys}, {"files-imported", imported + keys > 0 ? 1 : 0},
                                                               {"decryption-failures", found.locked}, {"keys-with-no-certificate", lone_keys}};
  for (const auto& [name, count] : kCounts) {
    if (!call.has("as-value")) job.put(fmt::format("  {:>24}: {}", name, count));
    counts.set(std::string(name), Value::num(count));
  }
  return call.has("as-value") ? Value::array(std::move(counts)) : Value();
}

Value certificate_export(Job& job, const CommandCall& call) {
  Router& router = job.router();
  job.require(Policy::ftp);
  const std::string passphrase = text_of(call, "export-passphrase");
  if (!passphrase.empty()) job.require(Policy::sensitive);
  for (const RowId row : rows_of(router, call, "numbers")) {
    const Identity* identity = router.extension<Certificates>().find(row);
    if (identity == nullptr) throw ScriptError("failure: certificate is not signed");
    const std::string name = *router.config().find(kMenu, row).row->find("name");
    const std::string wanted = text_of(call, "file-name");
    const std::string stem = wanted.empty() ? "cert_export_" + name : wanted;
    if (text_of(call, "type") == "pkcs12") {
      job.write_file(stem + ".p12", pack_identity(*identity, name, passphrase));
      continue;
    }
    job.write_file(stem + ".crt", identity->certificate);
    if (!passphrase.empty() && !identity->key.empty()) job.write_file(stem + ".key", encrypt_key(identity->key, passphrase));
  }
  return {};
}

Value certificate_revoke(Job& job, const CommandCall& call) {
  Router& router = job.router();
  for (const RowId row : rows_of(router, call, "numbers")) {
    if (router.config().find(kMenu, row).row->find("issued") == nullptr) throw ScriptError("failure: certificate is not issued here");
    router.config().assign(kMenu, row, "revoked", "yes");
    router.row_changed(kMenu, row, Change::changed);
  }
  return {};
}

}  // namespace openstrat::sim
