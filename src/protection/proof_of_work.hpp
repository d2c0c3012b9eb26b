// A challenge that costs a computer a second and a person nothing: find a number so that the SHA-256 of challenge and number
// begins with enough zero bits. Stateless: the challenge carries its own signature.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/crypto.hpp"

namespace openstrat {
class Rng;
}

namespace openstrat::protection {

class ProofOfWork {
 public:
  static constexpr int kLeastBits = 18, kMostBits = 22;

  ProofOfWork(const crypto::Key32& key, std::chrono::seconds life) : key_(key), life_(life) {}

  /// What a challenge is bound to: the same words are needed to verify.
  struct Binding { std::string_view kind, source; };
  struct Challenge { std::string text; int bits = 0; Timestamp expires_at{}; };
  Challenge make(const Binding& binding, int bits, Timestamp now, Rng& rng) const;

  enum class Verdict { good, forged, expired, wrong };
  struct Answer {
    Verdict verdict = Verdict::forged;
    std::string salt;         ///< names the challenge; remember it until `expires_at`, so that it counts once
    Timestamp expires_at{};
  };
  /// `proof`: challenge `.` number in decimal.
  Answer verify(std::string_view proof, const Binding& binding, Timestamp now) const;

 private:
  std::string signature(std::string_view signed_part, const Binding& binding) const;

  crypto::Key32 key_;
  std::chrono::seconds life_;
};

/// Zero bits at the beginning.
int leading_zero_bits(const crypto::Digest32& digest);

}  // namespace openstrat::protection
