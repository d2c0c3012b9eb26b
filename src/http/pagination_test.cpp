#include "http/pagination.hpp"

#include <gtest/gtest.h>

#include "http/call.hpp"
#include "http/endpoint.hpp"

namespace openstrat::http {
namespace {

TEST(CursorSigner, ReturnsWhatWasSigned) {
  const CursorSigner signer(crypto::Key32{1, 2, 3});
  const CursorPosition position{"2026-02-03T08:00:00.000000Z", "flt_x"};
  const auto opened = signer.open(signer.sign(position, "faults|team 1|open"), "faults|team 1|open");
  ASSERT_TRUE(opened);
  EXPECT_EQ(*opened, position);
}

TEST(CursorSigner, RefusesOtherListsOtherKeysAndChanges) {
  const CursorSigner signer(crypto::Key32{1, 2, 3});
  const auto cursor = signer.sign({"a", "b"}, "list 1");
  EXPECT_EQ(signer.open(cursor, "list 2").error().reason(), "parameter_invalid");
  EXPECT_FALSE(CursorSigner(crypto::Key32{9}).open(cursor, "list 1"));
  EXPECT_FALSE(signer.open("", "list 1"));
  EXPECT_FALSE(signer.open("not a cursor!", "list 1"));
  for (std::size_t i = 0; i < cursor.size(); ++i) {
    auto changed = cursor;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    const auto opened = signer.open(changed, "list 1");
    // The last character may hold unused bits; whatever still opens must open to the same place.
    EXPECT_EQ(opened.value_or(CursorPosition{"a", "b"}), (CursorPosition{"a", "b"}));
  }
}

struct PagingTest : testing::Test {
  PagingTest() {
    request.path = "/faults";
    request.query = "status=open&page=2";
  }
  Request request;
  Endpoint endpoint;
  Call call{.request = request, .endpoint = endpoint, .principal = {}, .base_url = "https://api.example.com"};
};

TEST_F(PagingTest, LinksKeepTheFilters) {
  add_page_links(call, 2, 10, 25);
  EXPECT_EQ(call.reply.headers.find("X-Total-Count"), "25");
  EXPECT_EQ(call.reply.headers.find("Link"),
            "<https://api.example.com/faults?status=open&page=1&per_page=10>; rel=\"first\", "
            "<https://api.example.com/faults?status=open&page=1&per_page=10>; rel=\"prev\", "
            "<https://api.example.com/faults?status=open&page=3&per_page=10>; rel=\"next\", "
            "<https://api.example.com/faults?status=open&page=3&per_page=10>; rel=\"last\"");
}

TEST_F(PagingTest, AnEmptyListHasOnePage) {
  add_page_links(call, 1, 10, 0);
  EXPECT_EQ(call.reply.headers.find("Link"),
            "<https://api.example.com/faults?status=open&page=1&per_page=10>; rel=\"first\", "
            "<https://api.example.com/faults?status=open&page=1&per_page=10>; rel=\"last\"");
}

TEST_F(PagingTest, LaravelBlocksCountFromOne) {
  LaravelPageView<std::string> view;
  view.data = {"x"};
  fill_laravel(call, 3, 10, 21, view.data.size(), view.links, view.meta);
  EXPECT_EQ(view.meta.from, 21);
  EXPECT_EQ(view.meta.to, 21);
  EXPECT_EQ(view.meta.last_page, 3);
  EXPECT_FALSE(view.links.next);
  EXPECT_TRUE(view.links.prev);
}

}  // namespace
}  // namespace openstrat::http
