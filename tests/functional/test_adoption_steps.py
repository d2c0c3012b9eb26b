"""Whoever pasted a command sees how far the router came, or why it was refused: RouterOS 6.49 and 7 in the simulator, on both databases."""
from tests.support.cases import ServerCase
from tests.support.device import Device
from tests.support.sim import Sim
from tests.support.teams import Team
from tests.support.waiting import wait_until

PATIENCE_S = 180
WAY_IN = ["script_fetched", "adopt_requested", "adopted", "first_heartbeat", "identity", "first_backup"]


def token_of(command):
    return command.split('url="')[1].split('"')[0].rsplit("/", 1)[1]


class Steps:
    config = {"monitor.heartbeat.period_s": 5}

    def adoption(self, site):
        response = self.team.user.get(f"/sites/{site}/adoption")
        self.assertEqual(response.status, 200, response)
        return response.json()

    def steps(self, site):
        return [step["step"] for step in self.adoption(site)["steps"]]

    def test_the_wizard_sees_a_router_come_in(self):
        for seed, (routeros, version) in enumerate((("6.49", "6."), ("7", "7."))):
            with self.subTest(routeros=routeros):
                created = self.team.user.post("/sites", json_body={"name": f"Branch {routeros}"})
                self.assertEqual(created.status, 201, created)
                site = created.json()["id"]
                self.assertEqual(self.steps(site), ["command_created"])
                self.assertEqual(self.adoption(site)["state"], "waiting")
                command = self.team.user.get(f"/sites/{site}/bootstrap-command").json()
                self.assertEqual(command["bootstrap_command"], created.json()["bootstrap_command"])
                sim = Sim(self.server, f"openstrat-sim-adoption-{routeros}")
                self.processes.append(sim)
                self.addCleanup(sim.close)
                sim.start(token_of(command["bootstrap_command"]), 1, routeros, "--seed", 50 + seed)
                wait_until(lambda: set(WAY_IN) <= set(self.steps(site)), "the router has come in", PATIENCE_S, every=0.5)
                adoption = self.adoption(site)
                self.assertEqual(adoption["state"], "complete", adoption)
                self.assertEqual(self.steps(site)[:4], ["command_created"] + WAY_IN[:3])
                said = {step["step"]: step for step in adoption["steps"]}
                self.assertIn(f"RouterOS {version}", said["identity"]["detail"])
                self.assertTrue(all(step["ok"] for step in adoption["steps"]), adoption)
                self.assertGreaterEqual(said["adopted"]["duration_ms"], 0)
                self.assertEqual(self.team.user.get(f"/sites/{site}/bootstrap-command").status, 409)

    def test_refusals_are_told_with_their_reason(self):
        site = self.team.user.post("/sites", json_body={"name": "Once"}).json()
        token = token_of(site["bootstrap_command"])
        first, second = Device(self.server, 71), Device(self.server, 72)
        self.assertEqual(first.bootstrap(token).status, 200)
        first.adopt(token)
        self.assertEqual(second.bootstrap(token).status, 404)
        wait_until(lambda: self.adoption(site["id"])["state"] == "refused", "the second use is told", 10)
        self.assertEqual(self.adoption(site["id"])["steps"][-1]["reason"], "token_used")
        planned = self.team.user.post("/sites", json_body={"name": "Taken"}).json()
        answer = first.send_adoption(token_of(planned["bootstrap_command"]))
        self.assertEqual(answer.status, 200)
        refused = self.adoption(planned["id"])
        self.assertEqual((refused["state"], refused["steps"][-1]["reason"]), ("refused", "other_site"), refused)
        self.assertIn("Once", refused["steps"][-1]["detail"])
        self.assertEqual(first.send_adoption(token_of(planned["bootstrap_command"]), body="name=nothing;uptime=1m").status, 422)
        wait_until(lambda: self.adoption(planned["id"])["steps"][-1]["reason"] == "hardware_unknown", "it is told", 10)
        renewed = self.team.user.post(f"/sites/{planned['id']}/bootstrap-command/rotate").json()
        self.assertNotEqual(renewed["bootstrap_command"], planned["bootstrap_command"])
        self.assertEqual(second.bootstrap(token_of(planned["bootstrap_command"])).status, 404, "the old one is dead")
        self.assertEqual(second.bootstrap(token_of(renewed["bootstrap_command"])).status, 200)

    def test_a_stranger_fills_nothing(self):
        before = self.team.user.get(f"/runbooks/{self.runbook_id()}/adoptions").json()
        stranger = Device(self.server, 90)
        for _ in range(3):
            self.assertEqual(stranger.bootstrap("0123456789abcdefABCDEF").status, 404)
            self.assertEqual(stranger.send_adoption("0123456789abcdefABCDEF").status, 404)
        self.assertEqual(self.team.user.get(f"/runbooks/{self.runbook_id()}/adoptions").json(), before)
        device = Device(self.server, 91)
        device.bootstrap(self.team.runbook)
        seen = wait_until(lambda: self.team.user.get(f"/runbooks/{self.runbook_id()}/adoptions").json(), "who has the token is seen", 10)
        self.assertEqual(seen[0]["state"], "running")
        mallory = Team(self.server, "Mallory")
        self.addCleanup(mallory.close)
        self.assertEqual(mallory.user.get(f"/runbooks/{self.runbook_id()}/adoptions").status, 404)

    def runbook_id(self):
        return self.team.user.get("/runbooks").json()[0]["id"]


class StepsOnSqlite(Steps, ServerCase):
    engine = "sqlite"


class StepsOnPostgres(Steps, ServerCase):
    engine = "postgres"
