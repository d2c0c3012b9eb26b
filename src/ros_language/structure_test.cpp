// Precedence, grouping and the shape of statements, by the structural print.
#include "ros_language/structure.hpp"

#include <gtest/gtest.h>

#include "ros_language/parser.hpp"
#include "ros_language/testing.hpp"

namespace openstrat::ros {
namespace {

std::string shape(std::string source) {
  ParseOptions options;
  options.menus = &testing::router_menus();
  const auto script = parse(std::move(source), options);
  return script ? structure(**script) : script.error().to_string();
}

/// The value of `:put (…)`.
std::string expression(const std::string& source) {
  std::string out = shape(":put (" + source + ")");
  constexpr std::string_view kHead = "(evl /putmessage=";
  if (!out.starts_with(kHead)) return out;
  return out.substr(kHead.size(), out.size() - kHead.size() - 1);
}

struct Case { const char* source; const char* shape; };

TEST(Structure, FollowsTheMeasuredPrecedence) {
  constexpr Case kCases[] = {
      {"1 + 2 * 3", "(+ 1 (* 2 3))"},
      {"1 * 2 + 3", "(+ (* 1 2) 3)"},
      {"1 + 2 + 3", "(+ 1 2 3)"},
      {"1 - 2 - 3", "(- (- 1 2) 3)"},
      {"1 - 2 + 3", "(+ (- 1 2) 3)"},
      {"10 / 5 / 2", "(/ (/ 10 5) 2)"},
      {"1 << 2 << 3", "(<< 1 (<< 2 3))"},
      {"1 | 2 ^ 3 & 4", "(| 1 (^ 2 (& 3 4)))"},
      {"1 & 2 + 3", "(& 1 (+ 2 3))"},
      {"\"a\" . 1 + 2", "(. a (+ 1 2))"},
      {"$a . \"\" = \"\"", "(= (. $a ) )"},
      {"1 < 2 . 3", "(< 1 (. 2 3))"},
      {"$a = 1 and $b = 2 or $c", "(or (and (= $a 1) (= $b 2)) $c)"},
      {"$a || $b || $c", "(or $a $b $c)"},
      {"$a && $b", "(and $a $b)"},
      {"1, 2 or 3, 4", "(, 1 (or 2 3) 4)"},
      {"!$a && !$b", "(and (! $a) (! $b))"},
      {"!$a = $b", "(= (! $a) $b)"},
      {"any $a", "(any $a)"},
      {"~5 & 3", "(& (~ 5) 3)"},
      {"1.1.1.1 in 1.0.0.0/8 = true", "(in 1.1.1.1 (= 1.0.0.0/8 true))"},
      {"$a->\"b\"->0", "(-> (-> $a b) 0)"},
      {"$f <%% $a->0", "(<%% $f (-> $a 0))"},
      {"(1 + 2) * 3", "(* (+ 1 2) 3)"},
      {"(1 + 2) + 3", "(+ 1 2 3)"},
      {"-$a", "(- $a)"},
      {"3 * -1", "(* 3 (- 1))"},
      {"1 . 2", "(. 1 2)"},
      {"1 .2", "(. 1 2)"},
      {"1.2", "1.0.0.2"},
      {".1", "00:00:00.100"},
      {"10 / 2", "(/ 10 2)"},
      {"abc", "$abc"},
      {"1 2", "(  1 2)"},
  };
  for (const Case& each : kCases) EXPECT_EQ(expression(each.source), each.shape) << each.source;
}

TEST(Structure, RefusesWhatIsNoOperator) {
  for (const char* source : {"1 ** 2", "1 === 2", "$a += 1", "$a++", "", "1 == 2"}) {
    EXPECT_TRUE(expression(source).starts_with("syntax error")) << source << ": " << expression(source);
  }
}

TEST(Structure, NamesArgumentsCanonicallyAndSorted) {
  EXPECT_EQ(shape("/ip addr add interface=ether1 addr=1.2.3.4/24"), "(evl /ip/address/addaddress=1.2.3.4/24;interface=ether1)");
  EXPECT_EQ(shape(":pick \"abc\" 1 2"), "(evl /pickbegin=1;counter=abc;end=2)");
  EXPECT_EQ(shape("/ip address print detail where comment=x"), "(evl /ip/address/printdetail=true;where=(= $comment x))");
  EXPECT_EQ(shape("/tool fetch output=user as-value url=x"), "(evl /tool/fetchas-value=user;output=user;url=x)") << "a flag shows the value before it";
  EXPECT_EQ(shape(":put [($a + 1)]"), "(evl /putmessage=(evl (<%% (+ $a 1) )))");
  EXPECT_EQ(shape(":do { :put 1; }"), "(evl /docommand=;(evl (evl /putmessage=1) /))") << "an empty statement behind the last `;`";
  EXPECT_EQ(shape(":put [[:parse $a]]"), "(evl /putmessage=(evl (<%% (evl /parsevalue=$a) )))");
}

TEST(Structure, ShowsBlocksAndInterpolation) {
  EXPECT_EQ(shape(":if (true) do={:put 1; :put 2} else={}"),
            "(evl /ifcondition=true;do=;(evl (evl /putmessage=1) (evl /putmessage=2));else=;(evl /))");
  EXPECT_EQ(shape(":put \"a$b c$($d + 1)$[:len \"x\"]\""), "(evl /putmessage=(. a $b  c (+ $d 1) (evl (evl /lenvalue=x))))");
  EXPECT_EQ(shape(":put \"a\\\\b $c\\$\""), "(evl /putmessage=(. a \\ b  $c $))") << "each escape is a piece of its own";
  EXPECT_EQ(shape(":put \"[\\$]\""), "(evl /putmessage=(. [ $ ]))");
  EXPECT_EQ(shape(":put \"\\$\""), "(evl /putmessage=$)");
  EXPECT_EQ(shape(":put \"ab\\\n  cd\""), "(evl /putmessage=(. ab cd))") << "so is what stands before a line end that is none";
  EXPECT_EQ(shape(":global f; $f 1 k=2"), "(evl /globalname=$f);(<%% $f (> $f);1;k=2)");
  EXPECT_EQ(shape(":global f; $f 200ms k=no"), "(evl /globalname=$f);(<%% $f (> $f);200ms;k=no)") << "functions get words as text";
  EXPECT_EQ(shape(":local a; ($a->1) 5 6"), "(evl /localname=$a);(<%% (-> $a 1) 5;6)");
  EXPECT_EQ(shape(":put 1; [:parse $a]; :put 2"), "(<%% (evl (evl /putmessage=1);(evl /parsevalue=$a)) );(evl /putmessage=2)");
  EXPECT_EQ(shape(":delay 60; :delay .5; :resolve 1.1"), "(evl /delaydelay-time=00:01:00);(evl /delaydelay-time=00:00:00.500);(evl /resolvedomain-name=1.1)");
}

}  // namespace
}  // namespace openstrat::ros
