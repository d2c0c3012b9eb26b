"""The whole life of routers that really run our scripts: RouterOS 6.49 and 7 in the simulator, on both databases."""
from tests.support.cases import ServerCase
from tests.support.jobs import create_job, wait_for_job
from tests.support.sim import Sim
from tests.support.waiting import wait_until

EACH = 6
PATIENCE_S = 180


class SimLife:
    # Routers poll every 5 s, and a deletion does not wait a day.
    config = {"monitor.heartbeat.period_s": 5, "sites.deletion_grace_h": 0}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for seed, routeros in enumerate(("6.49", "7")):  # the seed makes the serial numbers
            sim = Sim(cls.server, f"openstrat-sim-{routeros}")
            cls.processes.append(sim)
            cls.addClassCleanup(sim.close)
            sim.start(cls.team.runbook, EACH, routeros, "--seed", seed + 1)

    def sites(self):
        return self.team.api.get("/sites").json()

    def backups(self, site):
        response = self.team.api.get(f"/backups/{site}")
        self.assertEqual(response.status, 200, response)
        return response.json()

    def content(self, site, filename):
        response = self.team.api.get(f"/backups/{site}/{filename}", headers={"x-view": "1"})
        self.assertEqual(response.status, 200, response)
        return response.text

    def wait_for_all(self, check, sites, what):
        waiting = set(sites)

        def all_done():
            waiting.difference_update([site for site in waiting if check(site)])
            return not waiting

        wait_until(all_done, what, PATIENCE_S, every=0.5)

    def test_from_bootstrap_to_removal(self):
        sites = wait_until(lambda: len(found := self.sites()) == 2 * EACH and found, f"{2 * EACH} routers are adopted", PATIENCE_S, every=0.5)
        self.assertTrue(all(site["state"] == "online" for site in sites))
        self.assertEqual(sorted(site["software_version"].split(".")[0] for site in sites), ["6"] * EACH + ["7"] * EACH)
        ids = [site["id"] for site in sites]
        self.wait_for_all(self.backups, ids, "every router has uploaded its first backup")
        first = {site: self.backups(site)[-1]["filename"] for site in ids}

        with self.subTest("heartbeats"):
            seen = {site["id"]: site["last_seen_at"] for site in self.sites()}
            self.wait_for_all(lambda site: {s["id"]: s["last_seen_at"] for s in self.sites()}[site] > seen[site], ids, "every router was heard again")

        with self.subTest("a job changes the configuration"):
            script = '/ip firewall address-list add list=changed-by-job address=198.51.100.7 comment="a \\"quoted\\" text"'
            batch = self.team.api.post("/jobs/batches", json_body={"sites": ids, "description": "Change it", "script": script}).json()
            finished = lambda: (b := self.team.api.get(f"/jobs/batches/{batch['id']}").json())["completed"] + b["failed"] == len(ids) and b
            ended = wait_until(finished, "every router has run the job", PATIENCE_S, every=0.5)
            self.assertEqual((ended["completed"], ended["failed"]), (len(ids), 0), [r["job"]["failure_reason"] for r in ended["results"]])
            for site in ids: self.assertNotIn("changed-by-job", self.content(site, first[site]))

        with self.subTest("a backup on demand shows the change"):
            for site in ids:
                response = self.team.api.post(f"/backups/{site}")
                self.assertEqual(response.status, 202, response)
            self.wait_for_all(lambda site: len(self.backups(site)) >= 2, ids, "every router has uploaded another backup")
            for site in ids:
                newest = self.backups(site)[0]["filename"]
                self.assertIn("list=changed-by-job", self.content(site, newest))
                diff = self.team.api.get(f"/backups/{site}/{first[site]}/diff/{newest}").text
                added = [line for line in diff.splitlines() if line.startswith("+") and "changed-by-job" in line]
                self.assertEqual(len(added), 1, diff)

        one_of_each = [next(site["id"] for site in sites if site["software_version"].startswith(major)) for major in ("6.", "7.")]
        with self.subTest("errors are reported"):
            for site in one_of_each:
                job = create_job(self.team.api, site, "/there/is no-such-command", "Fails")
                failed = wait_for_job(self.team.api, site, job["id"], "failed", PATIENCE_S)
                self.assertEqual(failed["failure_code"], "script_error")
        with self.subTest("a long script, with a backup first"):
            script = "".join(f"/ip firewall address-list add list=long address=10.9.{i // 200}.{i % 200 + 1} comment=\"entry number {i}\"\n" for i in range(1000))
            jobs = {site: create_job(self.team.api, site, script, "Long", X_Backup="true")["id"] for site in one_of_each}
            for site, job in jobs.items():
                done = wait_for_job(self.team.api, site, job, "completed", PATIENCE_S)
                self.assertIn(done["associated_backup"], [f"{site}/{backup['filename']}" for backup in self.backups(site)])

        with self.subTest("removal"):
            for site in ids: self.assertEqual(self.team.user.delete(f"/sites/{site}").status, 202)
            wait_until(lambda: not self.sites(), "every router has removed itself and said so", PATIENCE_S, every=0.5)


class SimLifeOnSqlite(SimLife, ServerCase):
    engine = "sqlite"


class SimLifeOnPostgres(SimLife, ServerCase):
    engine = "postgres"
