#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "web_app/files.hpp"

namespace openstrat::web_app {
namespace {

constexpr std::string_view kMagic("OSWEB\0\0\1", 8);
constexpr std::size_t kDigestSize = 32;
constexpr std::size_t kHashedFrom = kMagic.size() + kDigestSize;
constexpr std::size_t kIndexFrom = kHashedFrom + 8;

/// Reads forward through bytes that may end anywhere.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  std::optional<std::string_view> bytes(std::size_t count) {
    if (count > rest_.size()) return std::nullopt;
    const auto taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }
  std::optional<std::uint32_t> number(std::size_t width) {
    const auto raw = bytes(width);
    if (!raw) return std::nullopt;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < width; ++i) value |= static_cast<std::uint32_t>(static_cast<unsigned char>((*raw)[i])) << (8 * i);
    return value;
  }
  std::optional<std::string_view> text() {
    const auto length = number(2);
    return length ? bytes(*length) : std::nullopt;
  }
  bool is_done() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

/// A piece of the contents; the index and what lies before it are none.
std::optional<std::shared_ptr<const std::string>> piece(std::string_view pack, std::size_t contents_from, Reader& index) {
  const auto offset = index.number(4);
  const auto length = index.number(4);
  if (!offset || !length) return std::nullopt;
  if (*offset == 0 && *length == 0) return nullptr;
  if (*offset < contents_from || *offset > pack.size() || *length > pack.size() - *offset || *length == 0) return std::nullopt;
  return std::make_shared<const std::string>(pack.substr(*offset, *length));
}

bool is_content_type(std::string_view text) {
  return text.contains('/') && text.size() <= 100 && std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

std::optional<File> entry(std::string_view pack, std::size_t contents_from, Reader& index) {
  const auto path = index.text();
  const auto type = index.text();
  const auto digest = index.bytes(kDigestSize);
  if (!path || !type || !digest || !is_plain_path(*path) || !is_content_type(*type)) return std::nullopt;
  File file{.path = std::string(*path), .content_type = std::string(*type)};
  file.hash = crypto::hex({reinterpret_cast<const std::uint8_t*>(digest->data()), kDigestSize / 2});
  for (auto* form : {&file.identity, &file.gzip, &file.brotli}) {
    auto found = piece(pack, contents_from, index);
    if (!found) return std::nullopt;
    *form = *std::move(found);
  }
  if (!file.identity) file.identity = std::make_shared<const std::string>();
  return file;
}

}  // namespace

bool is_plain_path(std::string_view path) {
  if (path.empty() || path.size() > 1000 || !text::is_utf8(path)) return false;
  const bool is_printable = std::ranges::none_of(path, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f' || c == '\\'; });
  return is_printable && std::ranges::none_of(text::split(path, '/'), [](std::string_view name) { return name.empty() || name.starts_with('.'); });
}

Result<std::unique_ptr<Pack>> Pack::read(std::string_view bytes) {
  const auto broken = [](const char* what) { return fail(Errc::invalid, std::string("the embedded web application is broken: ") + what); };
  Reader head(bytes);
  if (head.bytes(kMagic.size()) != kMagic) return broken("it does not begin as a pack");
  const auto digest = head.bytes(kDigestSize);
  const auto count = head.number(4);
  const auto index_size = head.number(4);
  if (!digest || !count || !index_size) return broken("it is cut off");
  if (!std::ranges::equal(crypto::sha256(bytes.substr(kHashedFrom)), *digest, {}, {}, [](char c) { return static_cast<std::uint8_t>(c); }))
    return broken("its contents are not what was packed");
  const auto index_bytes = head.bytes(*index_size);
  if (!index_bytes) return broken("its index is cut off");

  Reader index(*index_bytes);
  auto pack = std::make_unique<Pack>();
  for (std::uint32_t i = 0; i < *count; ++i) {
    auto file = entry(bytes, kIndexFrom + *index_size, index);
    if (!file) return broken("an entry of its index cannot be read");
    if (!pack->files_.empty() && pack->files_.rbegin()->first >= file->path) return broken("its index is not sorted");
    const std::string path = file->path;
    pack->files_.emplace(path, std::make_shared<const File>(*std::move(file)));
  }
  if (!index.is_done()) return broken("its index has more than its entries");
  return pack;
}

std::shared_ptr<const File> Pack::find(std::string_view path) const {
  const auto found = files_.find(path);
  return found == files_.end() ? nullptr : found->second;
}

}  // namespace openstrat::web_app
