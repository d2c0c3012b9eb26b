#include "base/crypto.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

namespace openstrat::crypto {
namespace {

using namespace std::string_literals;

std::string from_hex(std::string_view text) {
  return unhex(text).value();
}
std::string to_hex(std::string_view bytes) {
  return hex({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}
Key32 key_of(std::uint8_t byte) {
  Key32 key;
  key.fill(byte);
  return key;
}

TEST(Digest, KnownAnswers) {
  EXPECT_EQ(hex(sha1("abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(hex(sha1("")), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Hmac, Rfc4231) {
  EXPECT_EQ(hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hex(hmac_sha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Hmac, EmptyKeyIsNotThePreviousKey) {
  EXPECT_EQ(hex(hmac_sha256({}, {})), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
  hmac_sha256("another", "text");
  EXPECT_EQ(hex(hmac_sha256({}, {})), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(Hkdf, Rfc5869) {
  EXPECT_EQ(to_hex(hkdf_sha256(std::string(22, '\x0b'), from_hex("000102030405060708090a0b0c"),
                               from_hex("f0f1f2f3f4f5f6f7f8f9"), 42)),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  EXPECT_EQ(to_hex(hkdf_sha256(std::string(22, '\x0b'), {}, {}, 42)),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST(Hkdf, PurposesGiveIndependentKeys) {
  EXPECT_EQ(derive_key(key_of(1), "tokens"), derive_key(key_of(1), "tokens"));
  EXPECT_NE(derive_key(key_of(1), "tokens"), derive_key(key_of(1), "vault"));
  EXPECT_NE(derive_key(key_of(1), "tokens"), derive_key(key_of(2), "tokens"));
}

TEST(Hex, RoundTrips) {
  EXPECT_EQ(to_hex("\x00\xff\x7f"s), "00ff7f");
  EXPECT_EQ(unhex("00FF7f"), "\x00\xff\x7f"s);
  EXPECT_EQ(unhex(""), "");
  for (const char* text : {"0", "0g", "00 ", "0x00"}) EXPECT_FALSE(unhex(text)) << text;
}

TEST(Base64, Rfc4648) {
  const std::pair<std::string, std::string> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : vectors) {
    EXPECT_EQ(base64(plain), encoded);
    EXPECT_EQ(unbase64(encoded), plain);
  }
  EXPECT_EQ(base64("\xfb\xff\xfe"), "+//+");
  EXPECT_EQ(base64url("\xfb\xff\xfe"), "-__-");
  EXPECT_EQ(base64url("f"), "Zg");
  EXPECT_EQ(unbase64url("Zg"), "f");
  EXPECT_EQ(unbase64url("-__-"), "\xfb\xff\xfe");
}

TEST(Base64, RejectsOtherForms) {
  for (const char* text : {"Zg", "Zg=", "Zg===", "Zh==", "Z", "-__-", "Zm9v\n", "Zm 9v", "===="}) {
    EXPECT_FALSE(unbase64(text)) << text;
  }
  for (const char* text : {"Zg==", "Zh", "Z", "+//+", "Zm9v "}) EXPECT_FALSE(unbase64url(text)) << text;
}

TEST(EqualConstantTime, ComparesWhole) {
  EXPECT_TRUE(equal_constant_time("secret", "secret"));
  EXPECT_TRUE(equal_constant_time("", ""));
  EXPECT_FALSE(equal_constant_time("secret", "secreT"));
  EXPECT_FALSE(equal_constant_time("secret", "secre"));
}

TEST(Aead, OpensWhatItSealed) {
  const Aead aead(key_of(1));
  for (const std::string& plain : {""s, "x"s, "a token"s, std::string(100'000, 'p')}) {
    const std::string sealed = aead.seal(plain, "site 7");
    EXPECT_EQ(sealed.size(), plain.size() + 28);
    EXPECT_EQ(aead.open(sealed, "site 7"), plain);
  }
}

TEST(Aead, OpensInAnyOrderOfKeysAndFailures) {
  const Aead one(key_of(1)), two(key_of(2));
  const std::string of_one = one.seal("first", "a"), of_two = two.seal("second text", "b");
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(one.open(of_one, "a"), "first");
    EXPECT_FALSE(one.open(of_two, "b"));
    EXPECT_EQ(one.open(of_one, "a"), "first");
    EXPECT_FALSE(one.open(of_one, "b"));
    EXPECT_EQ(two.open(of_two, "b"), "second text");
    EXPECT_EQ(Aead(key_of(1)).open(of_one, "a"), "first");
  }
}

TEST(Aead, OpensAKnownText) {
  // Test case 16 of the GCM specification (McGrew, Viega): AES-256, 96-bit nonce, associated data.
  Key32 key;
  std::ranges::copy(from_hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"), key.begin());
  const std::string sealed = from_hex(
      "cafebabefacedbaddecaf888"
      "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0a"
      "b"
      "cc9f662"
      "76fc6ece0f4e1768cddf8853bb2d551b");
  const auto plain = Aead(key).open(sealed, from_hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"));
  ASSERT_TRUE(plain);
  EXPECT_EQ(
      to_hex(*plain),
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de65"
      "7ba637b39");
}

TEST(Aead, NeverTheSameTwice) {
  const Aead aead(key_of(1));
  EXPECT_NE(aead.seal("same"), aead.seal("same"));
}

TEST(Aead, RefusesEveryChange) {
  const Aead aead(key_of(1));
  const std::string sealed = aead.seal("a token", "site 7");
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(aead.open(changed, "site 7")) << i;
    EXPECT_FALSE(aead.open(sealed.substr(0, i), "site 7")) << i;
  }
  EXPECT_FALSE(aead.open(sealed + "x", "site 7"));
  EXPECT_FALSE(aead.open(sealed, "site 8"));
  EXPECT_FALSE(aead.open(sealed));
  EXPECT_FALSE(Aead(key_of(2)).open(sealed, "site 7"));
  EXPECT_EQ(aead.open(sealed, "site 7"), "a token") << "a refusal leaves nothing behind";
}

TEST(Aead, ServesThreadsAtOnce) {
  const Aead first(key_of(1));
  const Aead second(key_of(2));
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 500; ++i) {
        const std::string plain = std::to_string(t * 1000 + i);
        EXPECT_EQ(first.open(first.seal(plain)), plain);
        EXPECT_EQ(second.open(second.seal(plain)), plain);
        EXPECT_EQ(hmac_sha256(plain, plain), hmac_sha256(plain, plain));
      }
    });
  }
}

TEST(Password, VerifiesOnlyItself) {
  const std::string phc = hash_password("correct horse");
  EXPECT_TRUE(phc.starts_with("$argon2id$v=19$m=65536,t=3,p=1$")) << phc;
  EXPECT_TRUE(verify_password(phc, "correct horse"));
  EXPECT_FALSE(verify_password(phc, "correct horsf"));
  EXPECT_FALSE(verify_password("", "correct horse"));
  EXPECT_FALSE(verify_password("$argon2id$nonsense", "correct horse"));
}

}  // namespace
}  // namespace openstrat::crypto
