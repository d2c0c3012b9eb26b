#include "fleet/types.hpp"

#include <gtest/gtest.h>

namespace openstrat::fleet {
namespace {

TEST(SiteRef, TakesUuidsAndPids) {
  EXPECT_TRUE(SiteRef::parse("8c5d9b0e-1111-4222-8333-444455556666"));
  EXPECT_TRUE(SiteRef::parse("site_8c5d9b0e-1111-4222-8333-444455556666"));
  EXPECT_TRUE(SiteRef::parse("site_0ujsswThIGTUYm2K8FjOOfXtY1K"));
  for (const char* text : {"", "site_", "0ujsswThIGTUYm2K8FjOOfXtY1K", "site_0ujsswThIGTUYm2K8FjOOfXtY1", "site_0ujsswThIGTUYm2K8FjOOfXtY1-", "x"})
    EXPECT_FALSE(SiteRef::parse(text)) << text;
}

TEST(JobState, NamesGoThereAndBack) {
  using enum JobState;
  for (const JobState state : {pending, sent, busy, completed, failed}) EXPECT_EQ(parse_job_state(to_string(state)), state);
  EXPECT_FALSE(parse_job_state("running"));
}

TEST(JobState, EndedJobsStayEnded) {
  using enum JobState;
  for (const JobState to : {pending, sent, busy, completed, failed}) EXPECT_FALSE(may_move(completed, to));
  EXPECT_FALSE(may_move(failed, pending));
  EXPECT_FALSE(may_move(failed, sent));
  EXPECT_FALSE(may_move(busy, sent));
}

}  // namespace
}  // namespace openstrat::fleet
