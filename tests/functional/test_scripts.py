"""Checks of scripts by the real server, for the versions that adopted routers report."""
from tests.support.cases import ServerCase
from tests.support.device import Device

V7_ONLY = ":onerror e in={/ip dns cache flush} do={:log warning $e}"


class Scripts:
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sites = {}
        for number, version in enumerate(("7.20.8 (stable)", "6.49.17 (long-term)", "6.49.17 (long-term)"), 1):
            device = Device(cls.server, number, version=version).adopt(cls.team.runbook)
            cls.addClassCleanup(device.close)
            device.poll()
            cls.sites[number] = device.site_id

    def check(self, **body):
        answer = self.team.api.post("/scripts/check", json_body=body)
        self.assertEqual(answer.status, 200, answer)
        return answer.json()

    def test_a_script_fails_on_the_sites_of_one_version(self):
        checked = self.check(script=V7_ONLY, sites=list(self.sites.values()))
        self.assertEqual([(group["routeros"], group["accepted"], len(group["sites"])) for group in checked["by_version"]], [("6.49.17", False, 2), ("7.20.8", True, 1)])
        self.assertEqual((checked["failing_sites"], checked["routeros"], checked["accepted"]), (2, "6.49.17", False))
        self.assertEqual(checked["error"]["hint"], "from RouterOS 7.13 on")
        self.assertTrue(self.check(script=V7_ONLY, routeros="7.20")["accepted"])

    def test_what_the_fleet_runs(self):
        versions = self.team.api.get("/scripts/versions").json()
        self.assertEqual([(use["routeros"], use["sites"]) for use in versions["in_use"]], [("6.49.17", 2), ("7.20.8", 1)])
        self.assertIn(versions["newest"], versions["versions"])
        some = self.team.api.get("/scripts/versions?sites=" + self.sites[1]).json()
        self.assertEqual([use["routeros"] for use in some["in_use"]], ["7.20.8"])

    def test_another_team_sees_no_site(self):
        stranger = self.add_team("Strangers")
        checked = stranger.api.post("/scripts/check", json_body={"script": ":put 1", "sites": list(self.sites.values())}).json()
        self.assertEqual((checked["by_version"], checked["unknown_version"], len(checked["not_found"])), ([], [], 3))
        self.assertEqual(stranger.api.get("/scripts/versions").json()["in_use"], [])
        self.assertEqual(stranger.api.get("/scripts/versions?sites=" + self.sites[1]).json()["in_use"], [])

    def test_the_platforms_own_things_are_known_by_their_prefix(self):
        checked = self.check(script='/system scheduler remove [find name="openstrat-poll"]', routeros="7.20")
        self.assertEqual([warning["kind"] for warning in checked["warnings"]], ["dangerous"])

    def test_completion(self):
        answer = self.team.api.post("/scripts/complete", json_body={"script": "/ip address add add", "offset": 19, "routeros": "7.20"}).json()
        self.assertEqual((answer["from"], answer["to"], answer["items"][0]["label"], answer["items"][0]["apply"]), (16, 19, "address", "address="))

    def test_wrong_input_names_the_field(self):
        refused = self.team.api.post("/scripts/check", json_body={"script": ":put 1", "routeros": "5.26"})
        self.assertIn("routeros", self.assert_error(refused, 422, "invalid_request_error", "validation_failed")["errors"])
        refused = self.team.api.post("/scripts/check", json_body={"script": ":put 1", "sites": ["x"] * 51})
        self.assertIn("sites", self.assert_error(refused, 422, "invalid_request_error", "validation_failed")["errors"])


class ScriptsOnSqlite(Scripts, ServerCase):
    engine = "sqlite"


class ScriptsOnPostgres(Scripts, ServerCase):
    engine = "postgres"
