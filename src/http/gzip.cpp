#include "http/gzip.hpp"

#include <zlib.h>

namespace openstrat::http {
namespace {

constexpr int kGzipWindow = 15 + 16;  // 32 KiB, with gzip's head and tail

/// zlib's state, set up once a thread: that costs more than a small answer.
class Deflater {
 public:
  Deflater() { is_ready_ = deflateInit2(&stream_, Z_BEST_SPEED, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) == Z_OK; }
  ~Deflater() {
    if (is_ready_) deflateEnd(&stream_);
  }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  std::string run(std::string_view plain) {
    if (!is_ready_ || deflateReset(&stream_) != Z_OK) return {};
    std::string out(deflateBound(&stream_, plain.size()), '\0');
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
    stream_.avail_in = static_cast<uInt>(plain.size());
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(out.size());
    if (deflate(&stream_, Z_FINISH) != Z_STREAM_END) return {};
    out.resize(stream_.total_out);
    return out;
  }

 private:
  z_stream stream_{};
  bool is_ready_ = false;
};

}  // namespace

std::string gzip(std::string_view plain) {
  static thread_local Deflater deflater;
  return deflater.run(plain);
}

}  // namespace openstrat::http
