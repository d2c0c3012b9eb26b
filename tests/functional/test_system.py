"""What operators of the installation may see and do, on both engines."""
import json
import time
import unittest

from tests.support.cases import Case
from tests.support.device import Device
from tests.support.teams import Team
from tests.support.waiting import wait_until


class System(Case):
    """The team Acme has the first account, which is an operator; Mallory owns a team, too, and is none."""
    engine = "sqlite"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = cls.add_server(cls.engine)
        cls.acme, cls.mallory = Team(cls.server, "Acme"), Team(cls.server, "Mallory")
        cls.addClassCleanup(cls.acme.close)
        cls.addClassCleanup(cls.mallory.close)

    def is_operator(self, team): return team.user.get("/me").json()["operator"]

    def test_only_the_first_account_is_an_operator_until_the_command_line_says_otherwise(self):
        self.assertEqual((self.is_operator(self.acme), self.is_operator(self.mallory)), (True, False))
        made = self.server.cli("admin", "set-operator", "--email", self.mallory.email)
        self.assertEqual(made, {"user_id": self.mallory.user_id, "operator": True})
        wait_until(lambda: self.is_operator(self.mallory), "the running server knows", 5)
        self.assertFalse(self.server.cli("admin", "set-operator", "--email", self.mallory.email, "--off")["operator"])
        wait_until(lambda: not self.is_operator(self.mallory), "the running server knows", 5)
        log = wait_until(lambda: [e for e in self.mallory.user.get("/audit-logs").json()["data"] if e["endpoint"].startswith("operator.")], "it is audited", 10)
        self.assertEqual([(e["endpoint"], e["email"]) for e in log], [("operator.revoked", self.mallory.email), ("operator.granted", self.mallory.email)])
        unknown = self.server.run_cli("admin", "set-operator", "--email", "nobody@example.net")
        self.assertEqual((unknown.returncode, unknown.stderr.strip()), (1, "openstrat: No user has this e-mail address."))

    def test_nobody_becomes_one_over_the_api(self):
        for path in ("/me", f"/users/{self.mallory.user_id}"):
            answer = self.mallory.user.put(path, json_body={"name": "Mallory", "operator": True, "is_operator": True})
            self.assertFalse(self.is_operator(self.mallory), answer)
        scopes = self.mallory.user.get("/scopes").text
        self.assertIn("site:view", scopes)
        for word in ("system:", "operator:"): self.assertNotIn(word, scopes, "no role can hold it")


    def system(self):
        answer = self.acme.user.get("/system")
        self.assertEqual(answer.status, 200, answer)
        return answer.json()

    def test_the_picture_of_the_installation(self):
        device = Device(self.server, 1)
        device.adopt(self.acme.runbook)
        system = wait_until(lambda: (s := self.system())["devices"]["online"] == 1 and s["storage"]["measured_at"] and any(c["name"].startswith("mail") for c in s["checks"]) and s,
                            "all of it was measured", 20)
        self.assertRegex(system["version"], r"^\d+\.\d+\.\d+")
        self.assertEqual(system["database"]["engine"], "sqlite" if self.engine == "sqlite" else "postgresql")
        self.assertRegex(system["database"]["version"], r"^\d+\.")
        self.assertGreater(system["database"]["size_bytes"], 100_000)
        self.assertGreater(system["database"]["commits"], 0)
        [node] = system["nodes"]
        self.assertEqual((node["self"], node["alive"], node["url"], node["started_at"]), (True, True, self.server.url, system["started_at"]))
        self.assertIn("worker", node["roles"])
        self.assertGreaterEqual(system["devices"]["sites"], 1)
        self.assertEqual(system["devices"]["adopted"], system["devices"]["sites"])
        self.assertEqual(system["mail"]["delivery"], "capture")
        self.assertEqual((system["storage"]["data_dir"], system["storage"]["bytes"]), (str(self.server.data_dir), sum(part["bytes"] for part in system["storage"]["parts"])))
        self.assertEqual({"database", "backups", "files", "other"}, {part["name"] for part in system["storage"]["parts"]})
        checks = {check["name"]: check for check in system["checks"]}
        self.assertEqual([checks[name]["status"] for name in ("schema", "key", "nodes", "tasks", "events", "ratelimit.enabled", "mail.smtp.host")], ["ok"] * 5 + ["warn"] * 2)
        self.assertTrue(all(check["next"] for check in system["checks"] if check["status"] != "ok"))
        ranks = [["fail", "warn", "ok"].index(check["status"]) for check in system["checks"]]
        self.assertEqual(ranks, sorted(ranks), "the worst first")

    def test_the_doctor_says_what_the_page_says(self):
        page = {(c["name"], c["message"]) for c in self.system()["checks"] if c["name"] in ("nodes", "tasks", "events", "key", "schema")}
        said = self.server.run_cli("doctor").stdout
        for name, message in page: self.assertIn(f"{name}: {message}", said)

    def test_it_is_for_operators_only(self):
        refused = self.mallory.user.get("/system")
        self.assertEqual((refused.status, refused.json()["code"]), (403, "operator_required"), refused)
        self.assertIn(f"set-operator --email {self.mallory.email}", refused.json()["message"])
        for client in (self.acme.api, self.mallory.api): self.assertEqual(client.get("/system").status, 401, "a key is a team's")

    def test_a_token_of_another_issuer_names_both(self):
        done = self.server.run_cli("admin", "create-token", "--email", self.acme.email, "--set", "public_url.auth=https://auth.elsewhere.example")
        self.assertEqual(done.returncode, 0, done.stderr)
        for issuer in ("https://auth.elsewhere.example", self.server.url): self.assertIn(issuer, done.stderr, "said when it is made")
        made = json.loads(done.stdout)
        self.assertEqual(made["issuer"], "https://auth.elsewhere.example")
        client = self.server.client(made["access_token"])
        self.addCleanup(client.close)
        refused = self.assert_error(client.get("/me"), 401, "authentication_error", "token_invalid")
        for issuer in ("https://auth.elsewhere.example", self.server.url): self.assertIn(issuer, refused["message"], "and when it is refused")
        good = self.server.run_cli("admin", "create-token", "--email", self.acme.email)
        self.assertEqual((good.stderr, json.loads(good.stdout)["issuer"]), ("", self.server.url))

    def test_reindex_works_beside_the_server(self):
        self.assertGreaterEqual(self.server.cli("admin", "reindex")["sites"], 0)

    def test_many_who_look_cost_little(self):
        self.system()
        times = []
        for _ in range(5):
            time.sleep(2.05)  # until a new picture is due
            began = time.monotonic()
            self.system()
            times.append(time.monotonic() - began)
        self.assertLess(sorted(times)[2], 0.25, times)

    def test_a_node_that_stopped_is_gone_and_a_killed_one_is_known(self):
        before = self.system()["nodes"][0]
        self.server.restart()
        after = self.system()["nodes"]
        self.assertEqual([(n["id"], n["alive"]) for n in after], [(before["id"], True)])
        self.assertGreater(after[0]["started_at"], before["started_at"])


class SystemOnPostgresql(System):
    engine = "postgres"


if __name__ == "__main__":
    unittest.main()
