"""What happens when routers keep silent: deliveries again, time-outs, offline and online. Short times by configuration."""
import datetime
import time

from tests.support.cases import ServerCase
from tests.support.device import Device
from tests.support.jobs import create_job, get_site, wait_for_job
from tests.support.waiting import wait_until


def time_of(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


class SilenceCase(ServerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.numbers = iter(range(1, 1000))

    def adopt(self):
        device = Device(self.server, next(self.numbers)).adopt(self.team.runbook)
        self.addCleanup(device.close)
        return device

    def site(self, device):
        return get_site(self.team.api, device.site_id)

    def faults(self, device):
        return self.team.api.get(f"/api/routers/{device.site_id}/faults").json()["data"]

    def wait_for_state(self, device, state, timeout=90):
        return wait_until(lambda: (site := self.site(device))["state"] == state and site, f"the site is {state}", timeout, every=0.2)


class Deliveries:
    config = {"jobs.delivery_timeout_s": 2, "jobs.redeliveries": 1, "jobs.execution_timeout_s": 3}

    def test_a_job_without_a_sign_goes_out_again_and_then_fails(self):
        device = self.adopt()
        job = create_job(self.team.api, device.site_id, ":put lost")
        first = device.poll()
        wait_for_job(self.team.api, device.site_id, job["id"], "pending")
        second = device.poll()
        self.assertEqual((second.id, second.urls), (first.id, first.urls))
        failed = wait_for_job(self.team.api, device.site_id, job["id"], "failed")
        self.assertEqual(failed["failure_code"], "delivery_timeout")
        self.assertIsNone(device.poll())
        # It ran after all, only its calls were late.
        self.assertEqual(device.report(second, "done").status, 200)
        late = wait_for_job(self.team.api, device.site_id, job["id"], "completed")
        self.assertEqual((late["failed_at"], late["failure_code"]), (None, None))

    def test_a_job_without_an_end_fails_and_frees_the_queue(self):
        device = self.adopt()
        job, following = create_job(self.team.api, device.site_id, ":put 1"), create_job(self.team.api, device.site_id, ":put 2")
        device.report(device.poll(), "busy")
        failed = wait_for_job(self.team.api, device.site_id, job["id"], "failed")
        self.assertEqual(failed["failure_code"], "execution_timeout")
        self.assertEqual(device.poll().id, following["id"])


class DeliveriesOnSqlite(Deliveries, SilenceCase):
    engine = "sqlite"


class DeliveriesOnPostgres(Deliveries, SilenceCase):
    engine = "postgres"


class Outages:
    config = {"monitor.heartbeat.period_s": 5, "monitor.heartbeat.miss_limit": 1, "monitor.restart_guard_s": 0}

    def test_silence_is_a_fault_until_the_next_heartbeat(self):
        silent, deleting = self.adopt(), self.adopt()
        self.assertIn("interval=5s", silent.answer)
        pending = self.team.user.post("/sites", json_body={"name": "Never adopted"}).json()
        self.assertEqual(self.team.user.delete(f"/sites/{deleting.site_id}").status, 202)
        silent.poll()
        seen = time_of(self.site(silent)["last_seen_at"])
        site = self.wait_for_state(silent, "offline")
        self.assertFalse(site["has_pulse"])
        faults = wait_until(lambda: self.faults(silent), "the fault of the outage")
        self.assertEqual([(f["message"], f["severity"], f["type"], f["cause"], f["resolved_at"], f["duration"]) for f in faults],
                         [(f"Site Offline: {site['name']}", "critical", "site", "Unknown", None, None)])
        self.assertEqual(faults[0]["rid"], silent.site_id)
        self.assertAlmostEqual((time_of(faults[0]["created_at"]) - seen).total_seconds(), 5, delta=0.5)  # the first missed heartbeat

        silent.uptime_s += 3600
        silent.poll()
        self.assertEqual(self.site(silent)["state"], "online")
        resolved = wait_until(lambda: (f := self.faults(silent)[0])["resolved_at"] and f, "the fault is resolved")
        self.assertTrue(resolved["duration"])
        self.assertEqual(resolved["cause"], "Disconnected")
        for site_id in (deleting.site_id, pending["id"]):
            self.assertEqual(self.team.api.get(f"/api/routers/{site_id}/faults").json()["data"], [])

    def test_a_power_cut_is_the_cause_and_no_second_fault(self):
        device = self.adopt()
        device.uptime_s = 86_400
        device.poll()
        self.wait_for_state(device, "offline")
        began = time_of(wait_until(lambda: self.faults(device), "the fault of the outage")[0]["created_at"])
        outage_s = lambda: (datetime.datetime.now(datetime.timezone.utc) - began).total_seconds()
        wait_until(lambda: outage_s() > 4, "an outage of 4 s")
        device.uptime_s = 1  # booted after the outage began
        device.poll()
        resolved = wait_until(lambda: (f := self.faults(device))[0]["resolved_at"] and f, "the fault is resolved")
        self.assertEqual([fault["cause"] for fault in resolved], ["Power Outage"])


class OutagesOnSqlite(Outages, SilenceCase):
    engine = "sqlite"


class OutagesOnPostgres(Outages, SilenceCase):
    engine = "postgres"


class OurOwnOutage(SilenceCase):
    config = {"monitor.heartbeat.period_s": 5, "monitor.heartbeat.miss_limit": 1, "monitor.restart_guard_s": 12}

    def test_our_own_downtime_is_nobodys_fault(self):
        device, back = self.adopt(), self.adopt()
        device.poll()
        self.server.stop()
        time.sleep(6)  # longer than a site may be silent
        started = datetime.datetime.now(datetime.timezone.utc)
        self.server.start()
        back.poll()
        self.assertEqual((self.site(device)["state"], self.site(back)["state"]), ("online", "online"))

        def still_beating():
            back.poll()
            return self.site(device)["state"] == "offline"

        wait_until(still_beating, "the site that did not return is offline", 60, every=0.5)
        marked = time_of(self.site(device)["updated_at"])
        self.assertGreater((marked - started).total_seconds(), 11.5)
        self.assertEqual((self.site(back)["state"], self.faults(back)), ("online", []))
