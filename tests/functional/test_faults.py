"""Faults of a running server: reported over HTTP, shared behind a short link that our own keys have signed, counted once a minute."""
import csv
import io
import urllib.parse

from tests.support.cases import ServerCase
from tests.support.device import Device
from tests.support.waiting import wait_until


class Faults(ServerCase):
    def report(self, **more):
        answer = self.team.user.post("/fault", json_body={"type": "carrier", "severity": "high", "message": "No fibre in the street", "cause": "Digger", **more})
        self.assertEqual(answer.status, 201, answer)
        return answer.json()

    def test_a_reported_fault_from_the_first_word_to_the_spreadsheet(self):
        device = Device(self.server, 1)
        device.adopt(self.team.runbook)
        user = self.team.user
        fault = self.report(site_id=device.site_id)
        self.assertEqual((fault["severity"], fault["manual"], fault["status"], fault["site_id"]), ("HIGH", True, "unresolved", device.site_id))
        user.post(f"/fault/{fault['id']}/comment", json_body={"comment": "ticket 4711"})
        shown = user.get("/fault/" + fault["uuid"]).json()
        self.assertEqual([(c["comment"], c["author"]) for c in shown["comments"]], [("ticket 4711", self.team.email)])
        self.assertEqual([f["id"] for f in user.get(f"/fault?status=unresolved&site={device.site_id}").json()["data"]], [fault["id"]])
        self.assertEqual(user.post(f"/fault/{fault['id']}/resolve").json()["status"], "resolved")
        rows = list(csv.DictReader(io.StringIO(user.get("/fault/export?type=carrier").text)))
        self.assertEqual([(r["id"], r["status"], r["site_name"]) for r in rows if r["id"] == fault["id"]], [(fault["id"], "resolved", fault["site_name"])])
        actions = [entry["endpoint"] for entry in wait_until(
            lambda: [e for e in user.get("/audit-logs").json()["data"] if e["endpoint"].endswith("/resolve")], "the audit log knows it")]
        self.assertEqual(actions, [f"/fault/{fault['id']}/resolve"])

    def test_a_wall_board_opens_until_it_is_taken_back(self):
        fault = self.report(cause="Storm")
        share = self.team.user.post("/faults/token", json_body={"expire_after_minutes": 60}).json()
        board = self.server.client()
        self.addCleanup(board.close)
        short = urllib.parse.urlsplit(share["short_link"])
        led = board.get(short.path)
        self.assertEqual(led.status, 302, led)
        target = urllib.parse.urlsplit(led.headers["Location"])
        self.assertEqual(target.path, "/faults/token/" + share["token"])
        for path in (target.path, target.path + "?" + target.query, "/fault/token/" + share["token"]):
            self.assertIn(fault["uuid"], [row["id"] for row in board.get(path).json()])
        self.assert_error(board.get("/faults/token/" + self.team.user.bearer), 401, "authentication_error", "token_invalid")
        self.assert_error(board.get("/faults", bearer=share["token"]), 401, "authentication_error", "token_invalid")
        self.assertEqual(self.team.user.delete("/faults/tokens/" + share["id"]).status, 204)
        self.assert_error(board.get(target.path), 404, "invalid_request_error", "resource_missing")

    def test_the_fleet_is_counted(self):
        self.report(cause="Flood")
        points = wait_until(lambda: self.team.user.get("/metrics/dashboard/health").json()["points"], "a sample of this minute", 75)
        self.assertGreaterEqual(points[-1]["open_faults"], 1)
        self.assertIn("openstrat_faults_open ", self.server.client().get("/metrics").text)

