"""kill -9 at random moments under load: what was acknowledged is there afterwards, once."""
import http.client
import threading
import time
import uuid

from tests.support.cases import ServerCase
from tests.support.device import Device, Grant
from tests.support.jobs import FINAL, create_job, post_job
from tests.support.sftp import upload
from tests.support.waiting import wait_until

KILLS = 20
SITES = 12
BACKLOG = 120  # as many jobs as the routers can work off in a few seconds
UNREACHABLE = (OSError, http.client.HTTPException)


class Load:
    """Threads that keep working through crashes, and remember every acknowledgement they got."""

    def __init__(self, server, team, devices):
        self.server, self.team, self.devices = server, team, devices
        self.lock = threading.Lock()
        self.stop_creating, self.stop_devices = threading.Event(), threading.Event()
        self.tried, self.accepted = set(), {}      # idempotency keys; key → (site, job id)
        self.acknowledged = {}                     # job id → reports that were answered with 200
        self.adopted, self.uploaded = [], []       # devices; (site, file name, content)
        self.mistakes, self.threads = [], []

    def start(self):
        tasks = [(self.create_jobs, seed) for seed in range(3)]
        tasks += [(self.play_routers, self.devices[i::4]) for i in range(4)]
        tasks += [(self.adopt_and_upload, None)]
        for task, argument in tasks:
            thread = threading.Thread(target=self.guard, args=(task, argument), daemon=True)
            thread.start()
            self.threads.append(thread)

    def guard(self, task, argument):
        try:
            task(argument)
        except BaseException as failure:  # noqa: a thread must not die unnoticed
            self.mistakes.append(f"{task.__name__}: {failure!r}")

    def create_jobs(self, seed):
        client = self.server.client(self.team.api_key, timeout=10)
        mine, number = [], 0
        while not self.stop_creating.is_set():
            if len(self.accepted) - len(self.acknowledged) > BACKLOG:
                time.sleep(0.02)
                continue
            number += 1
            if mine and number % 5 == 0:  # a client that never saw its first answer asks again
                key, site = mine[(number * 7) % len(mine)]
            else:
                key, site = str(uuid.uuid4()), self.devices[(number + seed * 5) % len(self.devices)].site_id
                mine.append((key, site))
                with self.lock: self.tried.add(key)
            try:
                response = post_job(client, site, f":put {number}", key=key)
            except UNREACHABLE:
                time.sleep(0.05)
                continue
            if response.status not in (200, 201):
                if response.status != 503: self.mistakes.append(f"creation answered {response}")
                continue
            job = response.json()["id"]
            with self.lock: first = self.accepted.setdefault(key, (site, job))
            if first != (site, job): self.mistakes.append(f"key {key} gave {first} and then {job}")
            time.sleep(0.01)

    def play_routers(self, devices):
        while not self.stop_devices.is_set():
            for device in devices:
                try:
                    response = device.heartbeat()
                    if response.status == 503: continue
                    if response.status != 200:
                        self.mistakes.append(f"heartbeat answered {response}")
                        continue
                    handout = device.handout(response)
                except UNREACHABLE:
                    time.sleep(0.05)
                    continue
                if not handout: continue
                outcome = "fail" if int(handout.id[-1], 16) < 4 else "done"  # the same at every delivery
                for status in ("busy", outcome): self.report(device, handout, status)
            time.sleep(0.01)

    def report(self, device, handout, status):
        while not self.stop_devices.is_set():
            try:
                answer = device.report(handout, status)
            except UNREACHABLE:
                time.sleep(0.05)
                continue
            if answer.status == 200:
                with self.lock: self.acknowledged.setdefault(handout.id, set()).add(status)
                return
            if answer.status != 503: return self.mistakes.append(f"{status} answered {answer}")

    def adopt_and_upload(self, _):
        for number in range(1000, 2000):
            if self.stop_creating.is_set(): return
            device = Device(self.server, number, timeout=10)
            try:
                device.adopt(self.team.runbook)
            except (*UNREACHABLE, AssertionError):
                time.sleep(0.05)
                continue
            finally:
                device.close()
            self.adopted.append(device)
            grant = Grant(device.answer)
            content = f"# 2026-11-21 10:00:00 by RouterOS 7.15.3\n/system identity\nset name=router-{number}\n"
            if upload(self.server, grant, content.encode()): self.uploaded.append((device.site_id, grant.name, content))

    def join(self, threads):
        for thread in threads: thread.join(60)


class KillNine(ServerCase):
    # A job whose answer died with the server goes out again soon, and is never given up.
    config = {"jobs.delivery_timeout_s": 3, "jobs.redeliveries": 100}

    def test_nothing_acknowledged_is_lost(self):
        devices = [Device(self.server, number, timeout=10).adopt(self.team.runbook) for number in range(1, SITES + 1)]
        veteran = Device(self.server, 500).adopt(self.team.runbook)
        old_job = create_job(self.team.api, veteran.site_id, ":put old")
        old_urls = veteran.poll().urls

        load = Load(self.server, self.team, devices)
        load.start()
        for _ in range(KILLS):
            time.sleep(self.rng.uniform(0.05, 1.2))  # the random moment
            self.server.kill()
            self.server.start()
        wait_until(lambda: len(load.accepted) > 50 and load.uploaded, "some load got through", 60)
        load.stop_creating.set()
        load.join(load.threads[:3] + load.threads[-1:])
        try:
            jobs = wait_until(lambda: (all_jobs := self.all_jobs(devices)) and self.missing(load, all_jobs) == set() and all_jobs,
                              "every accepted job has ended", 120, every=0.5)
        finally:
            load.stop_devices.set()
            load.join(load.threads)
        print(f"[{len(load.accepted)} jobs, {len(load.acknowledged)} reported, {len(load.adopted)} adoptions, {len(load.uploaded)} backups] ", end="")
        self.assertEqual(load.mistakes, [])

        by_id = {job["id"]: job for job in jobs}
        keys = [job["idempotency_key"] for job in jobs]
        self.assertEqual(len(keys), len(set(keys)), "a key made two jobs")
        self.assertLessEqual(set(keys), load.tried)
        for key, (site, job) in load.accepted.items():
            self.assertEqual((by_id[job]["idempotency_key"], by_id[job]["site_id"]), (key, site))
        for job, reports in load.acknowledged.items():
            self.assertIsNotNone(by_id[job]["started_at"], by_id[job])
            if "done" in reports: self.assertEqual(by_id[job]["status"], "completed", by_id[job])
            if "fail" in reports: self.assertEqual((by_id[job]["status"], by_id[job]["failure_code"]), ("failed", "script_error"), by_id[job])

        for device in load.adopted:
            self.assertEqual(device.heartbeat().status, 200, f"the adoption of {device.site_id} is lost")
            device.close()
        for site, name, content in load.uploaded:
            stored = self.team.api.get(f"/backups/{site}/{name}", headers={"x-view": "1"})
            self.assertEqual((stored.status, stored.text), (200, content), f"the backup {site}/{name} is lost")

        for status in ("busy", "done"): self.assertEqual(veteran.http.get(old_urls[status]).status, 200, "signed before the first crash")
        self.assertEqual(self.all_jobs([veteran])[0]["id"], old_job["id"])
        self.assertEqual(self.all_jobs([veteran])[0]["status"], "completed")

    def all_jobs(self, devices):
        jobs = []
        for device in devices:
            page = 1
            while True:
                response = self.team.api.get(f"/site/{device.site_id}/job?page={page}&per_page=100")
                self.assertEqual(response.status, 200, response)
                jobs += response.json()
                if len(response.json()) < 100: break
                page += 1
        return jobs

    def missing(self, load, jobs):
        ended = {job["id"] for job in jobs if job["status"] in FINAL}
        return {job for _, job in load.accepted.values()} - ended
