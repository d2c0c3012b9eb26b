"""What operators of the installation may see and do, on both engines."""
import unittest

from tests.support.cases import Case
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


class SystemOnPostgresql(System):
    engine = "postgres"


if __name__ == "__main__":
    unittest.main()
