// Runs a fuzz target's corpus, and simple mutations of it, in every test run: with g++ and without libFuzzer.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr int kMutations = 300;  // of each input

std::vector<std::string> corpus() {
  std::vector<std::string> inputs{"", std::string(1, '\0'), "a=1", "{\"a\":[1,2,{}]}", "/ip address\nadd address=10.0.0.1/24 interface=ether1\n"};
  std::error_code none;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(OPENSTRAT_CORPUS, none)) files.push_back(entry.path());
  std::ranges::sort(files);
  for (const auto& file : files) {
    std::ifstream in(file, std::ios::binary);
    inputs.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return inputs;
}

void run(const std::string& input) {
  EXPECT_EQ(LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size()), 0);
}

/// Flips, cuts, repeats and splices, from a fixed seed.
std::string mutate(std::string input, const std::vector<std::string>& others, std::mt19937& random) {
  const auto at = [&](const std::string& text) { return text.empty() ? 0 : random() % text.size(); };
  for (unsigned step = random() % 4 + 1; step > 0; --step) {
    switch (random() % 5) {
      case 0: if (!input.empty()) input[at(input)] = static_cast<char>(random()); break;
      case 1: input.resize(at(input)); break;
      case 2: input.insert(at(input), input.substr(at(input), random() % 64)); break;
      case 3: input.insert(at(input), 1, "\"{}[]();$\\\n=#/ \0"[random() % 16]); break;
      default: {
        const auto& other = others[random() % others.size()];
        input += other.substr(at(other), random() % 256);
      }
    }
  }
  return input;
}

TEST(Corpus, RunsWithoutACrash) {
  for (const auto& input : corpus()) run(input);
}

TEST(Corpus, MutationsRunWithoutACrash) {
  const auto inputs = corpus();
  std::mt19937 random(20261121);
  for (const auto& input : inputs)
    for (int i = 0; i < kMutations && input.size() < 64 * 1024; ++i) run(mutate(input, inputs, random));
}

}  // namespace
