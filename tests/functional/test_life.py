"""The life of a site: bootstrap, adoption, heartbeats, re-adoption, deletion. With a router played by hand, on both databases."""
import re

from tests.support import rsc
from tests.support.cases import ServerCase
from tests.support.device import Device
from tests.support.jobs import create_job, get_job, get_site, post_job
from tests.support.waiting import wait_until


def notify_of(script):
    """URL and token of a removal script; None for the one of a site that is gone."""
    url = rsc.value_after(script, ":local nurl")
    return (url, rsc.value_after(script, ":local nhdr").removeprefix("Authorization: Bearer ")) if url else None


class LifeCase(ServerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.numbers = iter(range(1, 10_000))

    def device(self, **more):
        device = Device(self.server, next(self.numbers), **more)
        self.addCleanup(device.close)
        return device

    def adopt(self, **more):
        return self.device(**more).adopt(self.team.runbook)

    def site(self, device):
        return get_site(self.team.api, device.site_id)


class Life:
    def test_from_the_pasted_command_to_the_first_heartbeat(self):
        device = self.device()
        self.assertEqual(self.team.bootstrap_command.count('"'), 2)
        url = rsc.strings(self.team.bootstrap_command)[0]
        script = device.http.get(url)
        self.assertEqual((script.status, script.headers["Cache-Control"]), (200, "no-store"))
        self.assertIn(f"{self.server.url}/adopt/{self.team.runbook}", script.text)
        self.assertEqual(device.http.get(f"/bootstrap/{self.team.runbook}").text, script.text)
        readable = device.http.get(url, headers={"x-ros-debug": "1"}).text
        self.assertGreater(readable.count("\n"), script.text.count("\n") + 5)

        device.adopt(self.team.runbook)
        self.assertIn("/system scheduler add", device.answer)
        self.assertIn("Branch offices", device.answer)
        site = self.site(device)
        self.assertRegex(site["name"], r"^router-\d+ - \d{1,2}(st|nd|rd|th) [A-Z][a-z]{2} \d\d$")
        self.assertEqual((site["state"], site["has_pulse"], site["last_seen_from"]), ("online", True, "127.0.0.1"))
        self.assertEqual((site["software_version"], site["serial_number"], site["model"]), ("7.15.3", device.facts["serial-number"], "RB5009UG+S+"))
        self.assertRegex(site["hardware_hash"], r"^[0-9a-f]{40}$")
        self.assertIsNone(device.poll())
        self.assertEqual(get_site(self.team.user, site["pid"])["id"], site["id"])

    def test_heartbeats_carry_the_facts(self):
        device = self.adopt()
        device.facts.update({"version": "7.16.2 (stable)", "name": "renamed"})
        device.poll()
        site = self.site(device)
        self.assertEqual((site["software_version"], site["identity"]), ("7.16.2", "renamed"))
        version = self.team.api.get(f"/sites/{device.site_id}/version").json()
        self.assertEqual((version["software_version"], version["firmware_upgrade_available"]), ("7.16.2", False))
        oem = self.team.api.get(f"/api/routers/{device.site_id}/oem").json()["data"]
        self.assertEqual((oem["manufacturer"], oem["cpu_count"], oem["license_level"]), ("MikroTik", 4, "5"))
        for body in ("", ";;;=", "uptime"):
            self.assertEqual((device.heartbeat(body=body).status, self.site(device)["software_version"]), (200, "7.16.2"))

    def test_a_reboot_is_a_fault_that_ends_at_once(self):
        device = self.adopt()
        device.poll()
        device.uptime_s = 5
        device.poll()
        faults = wait_until(lambda: self.faults(device), "a fault of the reboot")
        self.assertEqual([fault["message"] for fault in faults], [f"Site Rebooted: {self.site(device)['name']}"])
        self.assertEqual(faults[0]["created_at"], faults[0]["resolved_at"])

    def faults(self, device):
        return self.team.api.get(f"/api/routers/{device.site_id}/faults").json()["data"]

    def test_uptime_of_the_last_hours(self):
        device = self.adopt()
        device.poll()
        hours = self.team.user.get(f"/site/mikrotik-stats/{device.site_id}").json()
        self.assertIn(len(hours), (1, 2))
        for hour in hours:
            self.assertRegex(hour["time_formatted"], r"^\d\d:00$")
            self.assertTrue(0 <= hour["missed_heartbeats_percentage"] <= 100 and 0 <= hour["total_minutes_down"] <= 60, hour)
        metrics = self.team.api.get(f"/api/routers/{device.site_id}/metrics").json()
        self.assertEqual((metrics["status"], len(metrics["data"])), ("success", len(hours)))

    def test_recent_sites_are_the_users(self):
        devices = [self.adopt() for _ in range(6)]
        for device in devices: get_site(self.team.user, device.site_id)
        get_site(self.team.api, devices[0].site_id)  # a key has no history
        expected = [device.site_id for device in reversed(devices)][:5]
        recent = lambda: [site["id"] for site in self.team.user.get("/sites/recent").json()]
        wait_until(lambda: recent() == expected, "the five sites opened last")
        self.assert_error(self.team.api.get("/sites/recent"), 401, "authentication_error", "token_invalid")

    def test_a_site_made_first_takes_one_router(self):
        made = self.team.user.post("/sites", json_body={"name": "Branch 7", "lat": 48.1, "lng": 11.6, "timezone": "Europe/Berlin"})
        self.assertEqual((made.status, made.json()["state"]), (201, "pending"), made)
        site = made.json()
        token = rsc.strings(site["bootstrap_command"])[0].rpartition("/")[2]
        device = self.device().adopt(token)
        self.assertEqual(device.site_id, site["id"])
        self.assertEqual((self.site(device)["name"], self.site(device)["state"]), ("Branch 7", "online"))
        self.assertEqual(self.device().send_adoption(token).status, 404)
        unused = self.team.user.post("/sites", json_body={"name": "Branch 8"}).json()
        self.assertEqual(self.team.user.delete(f"/sites/{unused['id']}").status, 204)
        self.assertEqual(self.team.user.get(f"/sites/{unused['id']}").status, 404)

    def test_a_rotated_runbook_dies_at_once(self):
        runbooks = self.team.user.get("/runbooks").json()
        own = next(runbook for runbook in runbooks if self.team.runbook in runbook["bootstrap_command"])
        rotated = self.team.user.post(f"/runbooks/{own['id']}/rotate").json()
        old, type(self).team.runbook = self.team.runbook, rsc.strings(rotated["bootstrap_command"])[0].rpartition("/")[2]
        type(self).team.bootstrap_command = rotated["bootstrap_command"]
        self.assertEqual(self.device().bootstrap(old).status, 404)
        self.assertEqual(self.device().send_adoption(old).status, 404)
        self.assertEqual(self.adopt().poll(), None)

    def test_the_same_router_again_is_the_same_site(self):
        device = self.adopt()
        old, site = device.token, device.site_id
        device.adopt(self.team.runbook)
        self.assertEqual(device.site_id, site)
        self.assertEqual(device.heartbeat(token=old).status, 401)
        self.assertIsNone(device.poll())

    def test_a_stranger_cannot_take_over_an_online_site(self):
        device = self.adopt()
        stranger = self.device(source="127.0.0.2")
        stranger.facts = dict(device.facts)
        refused = stranger.send_adoption(self.team.runbook)
        self.assertEqual(refused.status, 200)
        self.assertIn(":error", refused.text)
        self.assertNotIn("Bearer", refused.text)
        self.assertNotIn("scheduler add", refused.text)
        self.assertIsNone(device.poll(), "the refusal did not touch the site")

        stranger.adopt(self.team.runbook, X_Device_Token=device.token)
        self.assertEqual(stranger.site_id, device.site_id)
        self.assertEqual(device.heartbeat().status, 401)
        stranger.poll()
        self.assertEqual(self.site(device)["last_seen_from"], "127.0.0.2")

        self.assertIn(":error", device.send_adoption(self.team.runbook).text)
        opened = self.team.user.post(f"/sites/{device.site_id}/allow-takeover", json_body={"minutes": 5})
        self.assertEqual(opened.status, 200, opened)
        device.adopt(self.team.runbook)
        self.assertIsNone(device.poll())

    def test_during_the_grace_period_a_site_can_come_back(self):
        device = self.adopt()
        deleted = self.team.user.delete(f"/sites/{device.site_id}")
        self.assertEqual(deleted.status, 202, deleted)
        self.assertEqual(deleted.json()["state"], "deleting")
        self.assertIn(deleted.json()["scheduler_removal"], ("in 1 day", "in 23 hours"))
        self.assertIsNotNone(deleted.json()["deleted_at"])
        self.assert_error(self.team.user.delete(f"/sites/{device.site_id}"), 409, "invalid_request_error", "site_deleting")
        self.assert_error(post_job(self.team.api, device.site_id), 409, "invalid_request_error", "site_deleting")
        self.assertIsNone(device.poll(), "no removal before its time")
        restored = self.team.user.post(f"/sites/{device.site_id}/restore")
        self.assertEqual((restored.status, restored.json()["state"], restored.json()["deleted_at"]), (200, "online", None))
        self.assert_error(self.team.user.post(f"/sites/{device.site_id}/restore"), 409, "invalid_request_error", "conflict")

        self.assertEqual(self.team.user.delete(f"/sites/{device.site_id}").status, 202)
        device.adopt(self.team.runbook)  # pasting the command again cancels the deletion, too
        self.assertEqual(self.site(device)["state"], "online")

    def test_a_forced_deletion_leaves_a_tombstone(self):
        device = self.adopt()
        job = create_job(self.team.api, device.site_id)
        self.assertEqual(self.team.user.delete(f"/sites/{device.site_id}", headers={"X-Force-Delete": "true"}).status, 204)
        self.assertEqual(self.team.user.get(f"/sites/{device.site_id}").status, 404)
        self.assertEqual(self.team.api.get(f"/site/{device.site_id}/job/{job['id']}").status, 404)
        removal = device.heartbeat()
        self.assertEqual(removal.status, 200)
        self.assertIn("/system scheduler remove", removal.text)
        self.assertIsNone(notify_of(removal.text))
        again = self.device()
        again.facts = dict(device.facts)
        again.adopt(self.team.runbook)
        self.assertNotEqual(again.site_id, device.site_id)

    def test_everything_is_there_after_a_restart(self):
        device = self.adopt()
        waiting = create_job(self.team.api, device.site_id, ":put 1")
        handout = device.poll()
        self.server.restart()
        self.assertEqual(self.site(device)["state"], "online")
        self.assertEqual(get_job(self.team.api, device.site_id, waiting["id"])["status"], "sent")
        device.run(handout)
        self.assertEqual(get_job(self.team.api, device.site_id, waiting["id"])["status"], "completed")
        self.assertIsNone(device.poll())


class LifeOnSqlite(Life, LifeCase):
    engine = "sqlite"


class LifeOnPostgres(Life, LifeCase):
    engine = "postgres"


class Removal:
    """No grace period: a deletion goes through in one test."""
    config = {"sites.deletion_grace_h": 0}

    def test_a_deletion_from_the_request_to_the_last_call(self):
        device = self.adopt()
        self.assertEqual(self.team.user.delete(f"/sites/{device.site_id}").status, 202)
        removal = device.heartbeat()
        self.assertEqual(removal.status, 200)
        url, token = notify_of(removal.text)
        scheduler, call = removal.text.index("/system scheduler remove"), removal.text.index("/tool fetch url=$nurl")
        self.assertLess(scheduler, call)

        forged = re.sub(r"signature=[0-9a-f]{8}", "signature=00000000", url)
        self.assertEqual(device.http.get(forged, bearer=token).status, 403)
        self.assertEqual(device.http.get(url.partition("?")[0], bearer=token).status, 403)
        self.assertEqual(device.http.get(url, bearer="x" * 92).status, 401)
        self.assertEqual(device.http.get(url).status, 401)
        self.assertEqual(self.site(device)["state"], "deleting")

        done = device.http.get(url, bearer=token)
        self.assertEqual((done.status, done.body), (200, b""))
        self.assert_error(self.team.user.get(f"/sites/{device.site_id}"), 404, "invalid_request_error", "resource_missing")
        self.assertNotIn(device.site_id, [site["id"] for site in self.team.api.get("/sites").json()])
        self.assertEqual(device.http.get(url, bearer=token).status, 200, "a repeated call")
        self.assertIsNone(notify_of(device.heartbeat().text))

    def test_the_last_call_of_a_restored_site_removes_nothing(self):
        device = self.adopt()
        self.team.user.delete(f"/sites/{device.site_id}")
        url, token = notify_of(device.heartbeat().text)
        self.assertEqual(self.team.user.post(f"/sites/{device.site_id}/restore").status, 200)
        self.assertEqual(device.http.get(url, bearer=token).status, 409)
        self.assertIsNone(device.poll())
        self.assertEqual(self.site(device)["state"], "online")


class RemovalOnSqlite(Removal, LifeCase):
    engine = "sqlite"


class RemovalOnPostgres(Removal, LifeCase):
    engine = "postgres"
