"""The life of jobs, from the operator's request to the router's report, with a router played by hand."""
import concurrent.futures
import socket
import threading
import uuid

from tests.support.cases import ServerCase
from tests.support.device import Device
from tests.support.jobs import create_job, get_job, post_job
from tests.support.waiting import wait_until

NOBODY = "00000000-0000-4000-8000-000000000000"


class Jobs:
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.numbers = iter(range(1, 10_000))

    def adopt(self, **more):
        device = Device(self.server, next(self.numbers), **more).adopt(self.team.runbook)
        self.addCleanup(device.close)
        return device

    def job(self, device, *arguments, **more):
        return create_job(self.team.api, device.site_id, *arguments, **more)

    def state(self, device, job):
        return get_job(self.team.api, device.site_id, job["id"])

    def test_a_job_from_its_creation_to_its_end(self):
        device = self.adopt()
        self.assertIsNone(device.poll())
        script = '/ip address add address=192.0.2.1/24 interface=ether1 comment="a \\"quoted\\" $name?"\n:put done\n'
        job = self.job(device, script, "Add an address")
        self.assertEqual((job["status"], job["started_at"], job["description"], job["script"]), ("pending", None, "Add an address", script))
        self.assertEqual((job["needs_acknowledgement"], job["express_execute"], job["should_backup"]), (True, False, False))
        self.assertRegex(job["token"], r"^[0-9A-Za-z]{10}$")
        self.assertIn(job["token"], job["log_url"])

        handout = device.poll()
        self.assertEqual((handout.id, handout.token, handout.payload, handout.remaining), (job["id"], job["token"], script, 0))
        self.assertEqual(self.state(device, job)["status"], "sent")
        self.assertEqual(device.report(handout, "busy").status, 200)
        busy = self.state(device, job)
        self.assertEqual(busy["status"], "busy")
        self.assertIsNotNone(busy["started_at"])
        done = device.report(handout, "done")
        self.assertEqual((done.status, done.body), (200, b""))
        ended = self.state(device, job)
        self.assertEqual((ended["status"], ended["failed_at"]), ("completed", None))
        self.assertIsNotNone(ended["completed_at"])
        self.assertEqual([event["kind"] for event in ended["events"]], ["created", "script_downloaded", "busy", "done"])
        self.assertIsNone(device.poll())

    def test_a_failure_carries_the_routers_words_and_is_final(self):
        device = self.adopt()
        job = self.job(device, "/this is no command")
        handout = device.poll()
        device.report(handout, "busy")
        self.assertEqual(device.report(handout, "fail", error="no%20such%20command%20%28line%201%29").status, 200)
        failed = self.state(device, job)
        self.assertEqual((failed["status"], failed["failure_code"], failed["failure_reason"]), ("failed", "script_error", "no such command (line 1)"))
        self.assertIsNotNone(failed["failed_at"])
        self.assertEqual(device.report(handout, "done").status, 200)
        self.assertEqual(self.state(device, job), failed)

    def test_reports_again_change_nothing(self):
        device = self.adopt()
        job = self.job(device)
        handout = device.poll()
        device.run(handout)
        before = self.state(device, job)
        for status in ("busy", "done", "fail", "done"): self.assertEqual(device.report(handout, status).status, 200)
        self.assertEqual(self.state(device, job), before)

    def test_a_repeated_idempotency_key_answers_the_first_job(self):
        device, other = self.adopt(), self.adopt()
        key = uuid.uuid4()
        first = post_job(self.team.api, device.site_id, key=key)
        again = post_job(self.team.api, device.site_id, ":log info another", key=key)
        self.assertEqual((first.status, again.status), (201, 200))
        self.assertEqual(again.json()["id"], first.json()["id"])
        self.assertEqual(again.json()["script"], first.json()["script"])
        elsewhere = post_job(self.team.api, other.site_id, key=key)
        self.assertEqual(elsewhere.status, 201)
        self.assertNotEqual(elsewhere.json()["id"], first.json()["id"])

    def test_the_same_key_in_parallel_makes_one_job(self):
        device = self.adopt()
        for _ in range(5):
            key, callers = uuid.uuid4(), 6
            barrier = threading.Barrier(callers)

            def create(_):
                client = self.server.client(self.team.api_key)
                try:
                    client.get("/healthz")  # connected before the race begins
                    barrier.wait(30)
                    return post_job(client, device.site_id, key=key)
                finally:
                    client.close()

            with concurrent.futures.ThreadPoolExecutor(callers) as pool: answers = list(pool.map(create, range(callers)))
            self.assertEqual(sorted(answer.status for answer in answers), [200] * (callers - 1) + [201], answers)
            self.assertEqual(len({answer.json()["id"] for answer in answers}), 1)
        self.assertEqual(len(self.team.api.get(f"/site/{device.site_id}/job").json()), 5)

    def test_express_goes_first_and_one_job_runs_at_a_time(self):
        device = self.adopt()
        first, second = self.job(device, ":put 1"), self.job(device, ":put 2")
        express = self.job(device, ":put 3", X_Express_Execute="true")
        seen = []
        for expected in (express, first, second):
            handout = device.poll()
            seen.append(handout.remaining)
            self.assertEqual(handout.id, expected["id"])
            self.assertIsNone(device.poll(), "a second job while one is handed out")
            device.report(handout, "busy")
            self.assertIsNone(device.poll(), "a second job while one runs")
            device.report(handout, "done")
        self.assertEqual(seen, [2, 1, 0])
        self.assertIsNone(device.poll())

    def test_only_a_waiting_job_can_be_deleted(self):
        device = self.adopt()
        job = self.job(device)
        path = f"/site/{device.site_id}/job/{job['id']}"
        self.assertEqual(self.team.api.delete(path).status, 204)
        self.assert_error(self.team.api.get(path), 404, "invalid_request_error", "resource_missing")
        self.assertIsNone(device.poll())

        started = self.job(device)
        path = f"/site/{device.site_id}/job/{started['id']}"
        handout = device.poll()
        for status in ("busy", "done"):
            self.assert_error(self.team.api.delete(path), 409, "invalid_request_error", "job_already_started")
            device.report(handout, status)
        self.assert_error(self.team.api.delete(path), 409, "invalid_request_error", "job_already_started")

    def test_without_acknowledgement_a_job_ends_when_it_is_handed_out(self):
        device = self.adopt()
        job = self.job(device, X_Needs_Ack="false")
        handout = device.poll()
        self.assertEqual(set(handout.urls), {"busy"})
        self.assertEqual(self.state(device, job)["status"], "completed")
        self.assertIsNone(device.poll())

    def test_a_long_script_is_fetched_by_a_signed_url(self):
        device = self.adopt()
        script = "".join(f'/ip firewall address-list add list=big address=10.0.{i // 250}.{i % 250} comment="${i}"\n' for i in range(2_500))
        job = self.job(device, script)
        handout = device.poll()
        self.assertEqual((handout.id, handout.payload), (job["id"], None))
        self.assertLess(len(handout.script), 10_000)
        payload = device.http.get(handout.payload_url)
        self.assertEqual(payload.status, 200)
        self.assertTrue(payload.text.startswith(script))
        self.assertIn(job["token"], payload.text[len(script):])
        forged = handout.payload_url[:-1] + ("0" if handout.payload_url[-1] != "0" else "1")
        self.assertEqual(device.http.get(forged).status, 403)
        device.run(handout)
        self.assertEqual(self.state(device, job)["status"], "completed")

    def test_a_failed_job_can_be_tried_again(self):
        device = self.adopt()
        job = self.job(device, ":put again", "Tried twice")
        path = f"/site/{device.site_id}/job/{job['id']}/retry"
        self.assert_error(self.team.api.post(path), 409, "invalid_request_error", "conflict")
        handout = device.poll()
        device.report(handout, "fail")
        retry = self.team.api.post(path)
        self.assertEqual(retry.status, 201, retry)
        again = retry.json()
        self.assertEqual((again["retry_of"], again["script"], again["description"], again["status"]), (job["id"], ":put again", "Tried twice", "pending"))
        self.assertNotEqual(again["id"], job["id"])
        handout = device.poll()
        self.assertEqual(handout.id, again["id"])
        device.run(handout)
        self.assertEqual(self.state(device, again)["status"], "completed")

    def test_one_job_on_many_sites(self):
        good, other, deleting = self.adopt(), self.adopt(), self.adopt()
        self.assertEqual(self.team.api.delete(f"/sites/{deleting.site_id}").status, 202)
        foreign = Device(self.server, 1).adopt(self.foreign_team().runbook)
        self.addCleanup(foreign.close)
        sites = [good.site_id, other.site_id, deleting.site_id, NOBODY, foreign.site_id]
        request = {"sites": sites, "description": "On many sites", "script": ":put many"}
        key = {"X-Idempotency-Key": str(uuid.uuid4())}
        response = self.team.api.post("/jobs/batches", json_body=request, headers=key)
        self.assertEqual(response.status, 201, response)
        batch = response.json()
        self.assertEqual((batch["accepted"], batch["refused"]), (2, 3))
        results = {result["site_id"]: result for result in batch["results"]}
        self.assertEqual({site: results[site]["error"] for site in sites},
                         {good.site_id: None, other.site_id: None, deleting.site_id: "site_deleting", NOBODY: "resource_missing",
                          foreign.site_id: "resource_missing"})
        self.assertEqual(self.team.api.post("/jobs/batches", json_body=request, headers=key).json()["id"], batch["id"])

        handout = good.poll()
        self.assertEqual(handout.id, results[good.site_id]["job"]["id"])
        good.run(handout)
        other.report(other.poll(), "fail")
        after = self.team.api.get(f"/jobs/batches/{batch['id']}").json()
        self.assertEqual((after["completed"], after["failed"]), (1, 1))
        self.assert_error(self.foreign_team().api.get(f"/jobs/batches/{batch['id']}"), 404, "invalid_request_error", "resource_missing")

    @classmethod
    def foreign_team(cls):
        if "_foreign" not in cls.__dict__: cls._foreign = cls.add_team("South")
        return cls._foreign

    def test_the_developer_api_queues_and_lists(self):
        device = self.adopt()
        made = self.team.api.post(f"/api/asynchronous/{device.site_id}", json_body={"description": "By the API", "script": ":put api", "needs_acknowledgement": True})
        self.assertEqual((made.status, made.json()["status"]), (200, "success"), made)
        data = made.json()["data"]
        self.assertEqual(data["target"], device.site_id)
        handout = device.poll()
        self.assertEqual(handout.payload, ":put api")
        device.report(handout, "busy")
        jobs = self.team.api.get(f"/api/routers/{device.site_id}/jobs").json()["data"]
        self.assertEqual([(job["id"], job["idempotency_key"], job["status"]) for job in jobs], [(data["request_id"], data["idempotency_key"], "busy")])

    def test_the_developer_api_asks_for_no_acknowledgement_unless_told(self):
        device = self.adopt()
        self.team.api.post(f"/api/asynchronous/{device.site_id}", json_body={"description": "Hi", "script": ":put api"})
        device.poll()
        jobs = self.team.api.get(f"/api/routers/{device.site_id}/jobs").json()["data"]
        self.assertEqual([(job["needs_acknowledgement"], job["status"]) for job in jobs], [(False, "completed")])

    def test_jobs_are_listed_newest_first_and_filtered(self):
        device = self.adopt()
        ids = [self.job(device, f":put {i}")["id"] for i in range(5)]
        path = f"/site/{device.site_id}/job"
        self.assertEqual([job["id"] for job in self.team.api.get(path).json()], ids[::-1])
        device.run(device.poll())
        self.assertEqual([job["id"] for job in self.team.api.get(path + "?status=completed").json()], ids[:1])
        page = self.team.api.get(path + "?page=2&per_page=2")
        self.assertEqual([job["id"] for job in page.json()], [ids[2], ids[1]])
        self.assertEqual(page.headers["X-Total-Count"], "5")
        self.assertIn('rel="next"', page.headers["Link"])

    def test_call_backs_never_reach_private_addresses(self):
        device = self.adopt()
        for url in ("http://example.net/hook", "ftp://example.net/", "not a url"):
            body = self.assert_error(post_job(self.team.api, device.site_id, X_Notify_Url=url), 422, "invalid_request_error", "validation_failed")
            self.assertEqual(list(body["errors"]), ["X-Notify-Url"])
        with socket.create_server(("127.0.0.1", 0)) as trap:
            trap.settimeout(0)
            job = self.job(device, X_Notify_Url=f"https://127.0.0.1:{trap.getsockname()[1]}/hook")
            device.run(device.poll())
            kinds = lambda: [event["kind"] for event in self.state(device, job)["events"]]
            wait_until(lambda: "notify_failed" in kinds(), "the refused call-back is in the job's log", 60, every=0.2)
            with self.assertRaises(BlockingIOError): trap.accept()
        self.assertEqual(self.state(device, job)["status"], "completed")


class JobsOnSqlite(Jobs, ServerCase):
    engine = "sqlite"


class JobsOnPostgres(Jobs, ServerCase):
    engine = "postgres"
