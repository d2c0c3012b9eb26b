#include "sim/rest/body.hpp"

#include <gtest/gtest.h>

#include "sim/rest/target.hpp"

namespace openstrat::sim {
namespace {

std::string told(std::string_view json) {
  const auto body = parse_body(json);
  if (!body) return "refused";
  std::string out;
  for (const ApiArgument& argument : body->arguments) out += (argument.unset ? "!" : "") + argument.name + (argument.unset ? "" : "=" + argument.value) + ";";
  for (const std::string& property : body->proplist) out += "p:" + property + ";";
  for (const std::string& word : body->query) out += "q:" + word + ";";
  return out;
}

TEST(RestBody, ReadsWhatClientsSend) {
  EXPECT_EQ(told(""), "");
  EXPECT_EQ(told(" {} "), "");
  EXPECT_EQ(told(R"({"address":"10.0.0.1/24","disabled":true,"mtu":1500,"comment":"a\"1,2"})"), "address=10.0.0.1/24;disabled=true;mtu=1500;comment=a\"1,2;");
  EXPECT_EQ(told(R"({"local.role":"ebgp","once":""})"), "local.role=ebgp;once=;");
  EXPECT_EQ(told(R"({"servers":["1.1.1.1","8.8.8.8"],"ports":[1,2]})"), "servers=1.1.1.1,8.8.8.8;ports=1,2;");
  EXPECT_EQ(told(R"({"comment":null,"!blackhole":""})"), "!comment;!blackhole;");
  EXPECT_EQ(told(R"({".proplist":["name",".id"],".query":["type=ether","#!"]})"), "p:name;p:.id;q:type=ether;q:#!;");
  EXPECT_EQ(told(R"({".proplist":"name,type"})"), "p:name;p:type;");
}

TEST(RestBody, ReadsNumbersAsRoutersDo) {
  EXPECT_EQ(told(R"({"a":010,"b":0x1F,"c":-5,"d":1.5,"e":0,"f":"0x4"})"), "a=8;b=31;c=-5;d=1.5;e=0;f=0x4;");
  EXPECT_EQ(told(R"({"a":2e0})"), "refused");
  EXPECT_EQ(told(R"({"a":2E+1})"), "refused");
  EXPECT_EQ(told(R"({"a":089})"), "refused");
  EXPECT_EQ(told(R"({"a":0x})"), "refused");
  EXPECT_EQ(told(R"({"a":1.2.3})"), "refused");
  EXPECT_EQ(told(R"({"a":18446744073709551615})"), "a=18446744073709551615;");
}

TEST(RestBody, RefusesWhatIsNoObjectOfTexts) {
  for (const std::string_view text : {"[]", "1", "\"a\"", "{", "{\"a\":}", "{\"a\":{\"b\":\"c\"}}", "{\"a\":[[1]]}", "{\"a\":[null]}", "{'a':1}", "{\"a\":1}x", "nonsense", "\"", "{\"\\"}) {
    EXPECT_EQ(told(text), "refused") << text;
  }
}

TEST(RestBody, KeepsBytesOfAnyKind) {
  EXPECT_EQ(told("{\"comment\":\"caf\xe9\"}"), "comment=caf\xe9;");
  EXPECT_EQ(to_json(ApiRow{{".id", "*1"}, {"comment", "caf\xe9 \"x\"\n"}}), "{\".id\":\"*1\",\"comment\":\"caf\xe9 \\\"x\\\"\\n\"}");
}

TEST(RestAnswers, TellErrorsAsRoutersDo) {
  EXPECT_EQ(error_answer(404).body, R"({"error":404,"message":"Not Found"})");
  EXPECT_EQ(error_answer(400, "no such command").body, R"({"detail":"no such command","error":400,"message":"Bad Request"})");
  EXPECT_EQ(error_answer(406, "no such command or directory (remove)").body, R"x({"detail":"no such command or directory (remove)","error":406,"message":"Not Acceptable"})x");
  EXPECT_EQ(error_answer(413).body, R"({"error":413,"message":"Payload Too Large"})");
  EXPECT_EQ(error_answer(415).body, R"({"error":415,"message":"Unsupported Media Type"})");
}

TEST(RestTarget, SplitsAndDecodes) {
  const RestTarget target = parse_target("/rest/file/flash%2Fbackup%20a.rsc/?name=a%26b&.proplist=.id,name&x=1+2&flag");
  EXPECT_EQ(target.words, (std::vector<std::string>{"rest", "file", "flash/backup a.rsc"}));
  const std::vector<std::pair<std::string, std::string>> parameters{{"name", "a&b"}, {".proplist", ".id,name"}, {"x", "1 2"}, {"flag", ""}};
  EXPECT_EQ(target.parameters, parameters);
  EXPECT_FALSE(target.malformed);
}

TEST(RestTarget, KeepsAnAsteriskThatIsEncoded) {
  EXPECT_EQ(parse_target("/rest/ip/address/*1").words.back(), "*1");
  EXPECT_EQ(parse_target("/rest/ip/address/%2A1").words.back(), "%2A1");
  EXPECT_EQ(parse_target("/rest/ip/address?.id=%2A1").parameters.front().second, "*1");
}

TEST(RestTarget, KnowsWhatIsMalformed) {
  for (const std::string& target : {std::string("/rest/%"), std::string("/rest/%zz"), std::string("/rest?a=%1"), [] {
                                     std::string deep;
                                     for (int i = 0; i < 100; ++i) deep += "/a";
                                     return deep;
                                   }()}) {
    EXPECT_TRUE(parse_target(target).malformed) << target;
  }
}

}  // namespace
}  // namespace openstrat::sim
