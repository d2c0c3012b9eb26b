#include "scripts/tree_walk.hpp"

namespace openstrat::scripts {
namespace {

using ros::Argument;
using ros::Expr;
using ros::Statement;

// The depth is that of the parser, which bounds it.
void walk_expr(const Expr* expr, const OnCommand& visit) {
  if (expr == nullptr) return;
  for (const Expr* operand : expr->operands) walk_expr(operand, visit);
  for (const ros::ArrayElement& element : expr->elements) {
    walk_expr(element.key, visit);
    walk_expr(element.value, visit);
  }
  if (expr->block != nullptr) walk_commands(*expr->block, visit);
}

void walk_arguments(std::span<const Argument> arguments, const OnCommand& visit) {
  for (const Argument& argument : arguments) walk_expr(argument.value, visit);
}

}  // namespace

void walk_commands(const ros::Block& block, const OnCommand& visit) {
  for (const Statement& statement : block.statements) {
    if (statement.command != nullptr) {
      visit(*statement.command, statement.offset);
      walk_arguments(statement.command->arguments, visit);
      walk_expr(statement.command->where, visit);
    }
    walk_expr(statement.callee, visit);
    walk_arguments(statement.arguments, visit);
    if (statement.block != nullptr) walk_commands(*statement.block, visit);
  }
}

}  // namespace openstrat::scripts
