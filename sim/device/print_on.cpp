// `print` that goes on: interval=, follow, follow-only.
#include <algorithm>
#include <set>
#include <utility>

#include "sim/behaviour/settings.hpp"
#include "sim/device/job.hpp"

namespace openstrat::sim {
namespace {

constexpr Duration kShortest = std::chrono::milliseconds(200);

/// Those of the rows that were meant anyway.
class Among final : public Predicate {
 public:
  Among(const std::set<RowId>& rows, const Predicate* where) : rows_(rows), where_(where) {}
  bool matches(const RowView& row) const override {
    const Value id = row.get(".id");
    return id.is(Type::id) && rows_.contains(id.as_id()) && (where_ == nullptr || where_->matches(row));
  }

 private:
  const std::set<RowId>& rows_;
  const Predicate* where_;
};

/// Rows that were added or changed and not shown yet.
struct News {
  std::set<RowId> rows;
  std::function<void()> wake;  ///< while somebody waits for them
};

}  // namespace

Value Job::print_on(const CommandCall& call) {
  refuse_waiting();
  if (const CallArgument* given = call.find("interval")) {
    const auto interval = parse_duration(given->value.to_text());
    if (!interval) throw ScriptError("invalid value for argument interval");
    for (;;) {
      run_owned(call);
      delay(std::max(*interval, kShortest));
    }
  }
  const auto news = std::make_shared<News>();
  const Watch watch = router_.watch_rows(call.menu, [news](RowId row, Change change) {
    if (change == Change::removed) return;
    news->rows.insert(row);
    if (news->wake) std::exchange(news->wake, nullptr)();
  });
  if (!call.has("follow-only")) run_owned(call);
  for (;;) {
    if (news->rows.empty()) {
      const std::uint64_t token = begin_wait();
      news->wake = [self = weak_from_this(), token] {
        if (const auto job = self.lock()) job->wake(token);
      };
      wait();
      continue;
    }
    const std::set<RowId> rows = std::exchange(news->rows, {});
    const Among among(rows, call.where);
    CommandCall more = call;
    more.where = &among;
    run_owned(more);
  }
}

}  // namespace openstrat::sim
