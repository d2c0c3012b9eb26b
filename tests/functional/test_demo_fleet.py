"""Simulated routers in a team: started, supervised, removed, on both engines."""
import os
import signal
import unittest

from tests.support.cases import Case
from tests.support.device import Device
from tests.support.teams import Team
from tests.support.waiting import wait_until

PATH = "/system/demo-fleet"


def simulators_of(server):
    """Process ids of openstrat-sim whose parent is the server."""
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit(): continue
        try:
            with open(f"/proc/{entry}/stat") as stat: text = stat.read()
        except OSError: continue
        name, parent = text[text.index("(") + 1:text.rindex(")")], int(text[text.rindex(")") + 2:].split()[1])
        if name == "openstrat-sim" and parent == server.child.pid: found.append(int(entry))
    return found


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat: return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError: return False


class DemoFleet(Case):
    engine = "sqlite"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = cls.add_server(cls.engine, config={"ratelimit.enabled": True, "ratelimit.user": 100_000, "ratelimit.api_key": 100_000})
        cls.acme, cls.mallory = Team(cls.server, "Acme"), Team(cls.server, "Mallory")
        cls.addClassCleanup(cls.acme.close)
        cls.addClassCleanup(cls.mallory.close)

    def fleet(self, team=None): return (team or self.acme).user.get(PATH).json()

    def wait_for(self, state, what, timeout=60, team=None):
        return wait_until(lambda: (now := self.fleet(team))["state"] == state and now, f"{what}; now {self.fleet(team)}", timeout, every=0.2)

    def start(self, sites, routeros="mixed", team=None):
        answer = (team or self.acme).user.post(PATH, json_body={"sites": sites, "routeros": routeros})
        self.assertEqual(answer.status, 202, answer)
        return answer.json()

    def tearDown(self):
        for team in (self.acme, self.mallory):
            if team.user.delete(PATH).status == 202: self.wait_for("off", "the fleet is gone", team=team)

    def test_a_life(self):
        device = Device(self.server, 1)
        device.adopt(self.acme.runbook)
        real = {site["id"] for site in self.acme.user.get("/sites").json()}
        off = self.fleet()
        self.assertEqual((off["available"], off["reason"], off["state"], off["sites"]), (True, "", "off", None))
        self.assertEqual(self.start(6)["state"], "starting")
        running = self.wait_for("running", "all are adopted")
        self.assertEqual((running["sites"], running["adopted"], running["routeros"], running["message"]), (6, 6, "mixed", ""))
        wait_until(lambda: self.fleet()["online"] == 6, "all are online", 30)
        sites = self.acme.user.get("/sites").json()
        self.assertEqual(len(sites), 6 + len(real))
        self.assertEqual(self.start(6)["adopted"], 6, "the same again changes nothing")
        self.assertEqual(len(simulators_of(self.server)), 1)

        # Killed: it comes back, with the same routers.
        [pid] = simulators_of(self.server)
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: (now := simulators_of(self.server)) and now != [pid], "the simulator runs again", 20)
        self.assertEqual(self.fleet()["restarts"], 1)

        # The server is stopped: no simulator is left behind. Started: the routers are back, and no further ones.
        [pid] = simulators_of(self.server)
        self.server.stop()
        self.assertFalse(is_alive(pid))
        self.server.start()
        wait_until(lambda: simulators_of(self.server), "the simulator runs again", 20)
        wait_until(lambda: self.fleet()["online"] == 6, "all are online again", 60)
        self.assertEqual(self.fleet()["adopted"], 6)
        self.assertEqual(len(self.acme.user.get("/sites").json()), 6 + len(real))

        # Removed: its sites go at once, the real one stays.
        removing = self.acme.user.delete(PATH)
        self.assertEqual((removing.status, removing.json()["state"]), (202, "removing"), removing)
        self.assert_error(self.acme.user.post(PATH, json_body={"sites": 2}), 409, "invalid_request_error", "demo_fleet_removing")
        self.wait_for("off", "it is removed")
        self.assertEqual({site["id"] for site in self.acme.user.get("/sites").json()}, real)
        self.assertEqual(simulators_of(self.server), [])
        self.assertEqual(self.acme.user.delete(PATH).status, 404)

    def test_a_killed_server_leaves_no_simulator(self):
        self.start(2)
        [pid] = wait_until(lambda: simulators_of(self.server), "the simulator runs", 20)
        self.server.kill()
        wait_until(lambda: not is_alive(pid), "the simulator ends with the server", 10)
        self.server.start()
        self.wait_for("running", "the fleet is back")

    def test_teams_do_not_meet(self):
        self.start(3)
        self.start(2, "7.20.8", team=self.mallory)
        self.wait_for("running", "Acme's are adopted")
        running = self.wait_for("running", "Mallory's are adopted", team=self.mallory)
        self.assertEqual(running["adopted"], 2)
        self.assertEqual({site["software_version"] for site in self.mallory.user.get("/sites").json()}, {"7.20.8"})
        self.assertEqual(self.mallory.user.delete(PATH).status, 202)
        self.wait_for("off", "Mallory's are gone", team=self.mallory)
        self.assertEqual((self.fleet()["state"], self.fleet()["adopted"]), ("running", 3))

    def test_wrong_wishes_are_named(self):
        for body, field in (({"sites": 0}, "sites"), ({"sites": 501}, "sites"), ({"routeros": "8.1"}, "routeros"), ({"routeros": "7; rm -rf /"}, "routeros"), ({"life": "busy"}, "life")):
            answer = self.acme.user.post(PATH, json_body=body)
            self.assertIn(field, answer.text)
            self.assertIn(answer.status, (400, 422), answer)
        self.start(3)
        fewer = self.acme.user.post(PATH, json_body={"sites": 2})
        self.assert_error(fewer, 409, "invalid_request_error", "demo_fleet_running")
        self.assertEqual(self.start(4)["sites"], 4)
        self.wait_for("running", "the fourth is adopted")

    def test_the_site_limit_counts(self):
        self.assertEqual(self.mallory.user.put(f"/teams/{self.mallory.id}", json_body={"site_limit": 2}).status, 200)
        self.addCleanup(lambda: self.mallory.user.put(f"/teams/{self.mallory.id}", json_body={"site_limit": 0}))
        self.assert_error(self.mallory.user.post(PATH, json_body={"sites": 3}), 409, "invalid_request_error", "limit_reached")
        self.assertEqual(self.fleet(self.mallory)["state"], "off")


class DemoFleetOnPostgresql(DemoFleet):
    engine = "postgres"


class NotHere(Case):
    def refused(self, config):
        server = self.add_server(config=config)
        team = Team(server, "Acme")
        self.addCleanup(team.close)
        seen = team.user.get(PATH).json()
        self.assertEqual((seen["available"], seen["state"]), (False, "off"))
        return seen["reason"], team.user.post(PATH, json_body={})

    def test_switched_off(self):
        reason, answer = self.refused({"demo.enabled": False})
        self.assertIn("demo.enabled", reason)
        self.assert_error(answer, 403, "permission_error", "demo_disabled")

    def test_the_program_is_not_there(self):
        reason, answer = self.refused({"demo.simulator": "/nowhere/openstrat-sim"})
        self.assertIn("/nowhere/openstrat-sim", reason)
        self.assert_error(answer, 503, "api_error", "demo_unavailable")

    def test_a_program_that_ends_at_once_is_told(self):
        server = self.add_server(config={"demo.simulator": "/bin/false"})
        team = Team(server, "Acme")
        self.addCleanup(team.close)
        self.assertEqual(team.user.post(PATH, json_body={"sites": 2}).status, 202)
        told = wait_until(lambda: (now := team.user.get(PATH).json())["state"] == "restarting" and now, "it is told", 20)
        self.assertIn("has ended", told["message"])
        self.assertEqual(team.user.delete(PATH).status, 202)
        wait_until(lambda: team.user.get(PATH).json()["state"] == "off", "the wish is gone", 20)


if __name__ == "__main__":
    unittest.main()
