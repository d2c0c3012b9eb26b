#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

#include "base/crypto.hpp"
#include "web_app/files.hpp"

namespace openstrat::web_app {
namespace {

struct Type {
  std::string_view ending, content_type;
};
/// As in web/tools/pack.mjs.
constexpr std::array kTypes{
    Type{".css", "text/css; charset=utf-8"},      Type{".html", "text/html; charset=utf-8"},      Type{".ico", "image/x-icon"},
    Type{".jpg", "image/jpeg"},                   Type{".js", "text/javascript; charset=utf-8"},  Type{".json", "application/json"},
    Type{".map", "application/json"},             Type{".mjs", "text/javascript; charset=utf-8"}, Type{".png", "image/png"},
    Type{".svg", "image/svg+xml"},                Type{".txt", "text/plain; charset=utf-8"},      Type{".wasm", "application/wasm"},
    Type{".webmanifest", "application/manifest+json"}, Type{".webp", "image/webp"},               Type{".woff2", "font/woff2"},
};

}  // namespace

std::shared_ptr<const File> Directory::find(std::string_view path) const {
  if (!is_plain_path(path)) return nullptr;
  const auto type = std::ranges::find_if(kTypes, [&](const Type& known) { return path.ends_with(known.ending); });
  const auto name = root_ / path;
  std::error_code ignored;
  if (type == kTypes.end() || !std::filesystem::is_regular_file(name, ignored)) return nullptr;
  std::ifstream in(name, std::ios::binary);
  std::string content((std::istreambuf_iterator<char>(in)), {});
  if (in.bad() || !in.is_open()) return nullptr;
  File file{.path = std::string(path), .content_type = std::string(type->content_type)};
  file.hash = crypto::hex(crypto::sha256(content)).substr(0, 32);
  file.identity = std::make_shared<const std::string>(std::move(content));
  return std::make_shared<const File>(std::move(file));
}

}  // namespace openstrat::web_app
