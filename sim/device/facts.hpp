// What a router knows about itself without anybody having configured it.
#pragma once

#include <string>
#include <utility>

#include "sim/config/facts.hpp"

namespace openstrat::sim {

class Router;

/// On whose behalf a command runs.
struct Actor {
  std::string user = "admin";
  bool sensitive = true;  ///< may see passwords and keys
};

class RouterFacts final : public Facts {
 public:
  explicit RouterFacts(const Router& router) : router_(router) {}
  std::optional<Value> fact(std::string_view menu, RowId row, std::string_view property) const override;
  Timestamp now() const override;
  std::string user() const override { return actor_.user; }
  std::string new_key(std::string_view interface) const override;
  bool shows_secrets() const override { return actor_.sensitive; }
  /// Who runs the command that is being run; gives the one before.
  Actor act_as(Actor actor) { return std::exchange(actor_, std::move(actor)); }

 private:
  std::optional<Value> resource(std::string_view property) const;
  std::optional<Value> routerboard(std::string_view property) const;
  std::optional<Value> license(std::string_view property) const;
  std::optional<Value> clock(std::string_view property) const;
  std::optional<Value> update(std::string_view property) const;
  std::optional<Value> file(RowId row, std::string_view property) const;
  std::optional<Value> health(std::string_view property) const;
  std::optional<Value> certificate(RowId row, std::string_view property) const;
  std::optional<Value> scheduler(RowId row, std::string_view property) const;
  std::optional<Value> device_mode(std::string_view property) const;
  std::optional<Value> public_key(RowId row) const;
  /// A figure that moves smoothly enough to look alive: the same for the same seed and time.
  std::uint64_t wobble(std::uint64_t kind, std::uint64_t range) const;

  const Router& router_;
  Actor actor_;
};

}  // namespace openstrat::sim
