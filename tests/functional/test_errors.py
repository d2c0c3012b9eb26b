"""Bad input of every kind gets the documented answer, and changes nothing."""
import json
import pathlib
import socket
import subprocess
import tempfile
import uuid

from tests.support.cases import Case, ServerCase
from tests.support.device import Device
from tests.support.http_client import raw_exchange
from tests.support.jobs import create_job, get_job, get_site, post_job
from tests.support.processes import binary, clean_environment, free_port
from tests.support.server import toml_value

NOBODY = "00000000-0000-4000-8000-000000000000"
INVALID, AUTH = "invalid_request_error", "authentication_error"


class Errors:
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.add_team("South")
        cls.device = Device(cls.server, 1).adopt(cls.team.runbook)
        cls.foreign = Device(cls.server, 2).adopt(cls.other.runbook)

    @classmethod
    def tearDownClass(cls):
        cls.device.close()
        cls.foreign.close()
        super().tearDownClass()

    def test_no_or_wrong_credentials(self):
        anyone = self.server.client()
        for path in ("/sites", f"/sites/{self.device.site_id}", "/api/routers", "/runbooks", f"/backups/{self.device.site_id}"):
            self.assert_error(anyone.get(path), 401, AUTH, "token_missing")
        key_id, team_id, secret = self.team.api_key.split(":")
        altered = secret[:-1] + ("x" if secret[-1] != "x" else "y")
        for wrong in ("nonsense", f"{key_id}:{team_id}:{altered}", f"{key_id}:{self.other.id}:{secret}", f"{NOBODY}:{team_id}:{secret}",
                      "a.b.c", self.team.access_token[:-4] + "AAAA", self.device.token, "alto_sk_" + "x" * 40):
            with self.subTest(wrong=wrong): self.assert_error(anyone.get("/sites", bearer=wrong), 401, AUTH, "token_invalid")
        self.assert_error(anyone.get("/sites", headers={"Authorization": "Basic dXNlcjpwYXNz"}), 401, AUTH, "token_invalid")
        self.assert_error(anyone.get("/internal/sites/online"), 401, AUTH, "token_missing")
        self.assert_error(self.team.api.get("/internal/sites/online"), 401, AUTH, "token_invalid")

    def test_a_missing_scope_is_named(self):
        viewer = self.server.client(self.team.create_key("viewer", "site:view"))
        self.assertEqual(viewer.get(f"/sites/{self.device.site_id}").status, 200)
        for response, scope in ((post_job(viewer, self.device.site_id), "job:create"), (viewer.delete(f"/sites/{self.device.site_id}"), "site:delete"),
                                (viewer.get(f"/site/{self.device.site_id}/job"), "job:view"), (viewer.get("/runbooks"), "site:create|cpf:view")):
            body = self.assert_error(response, 403, "permission_error", "scope_missing")
            self.assertEqual(body["required_scope"], scope)

    def test_foreign_and_unknown_are_the_same(self):
        theirs = create_job(self.other.api, self.foreign.site_id)
        runbook = self.other.user.get("/runbooks").json()[0]["id"]
        cases = [("GET", f"/sites/{self.foreign.site_id}"), ("PUT", f"/sites/{self.foreign.site_id}"), ("DELETE", f"/sites/{self.foreign.site_id}"),
                 ("GET", f"/sites/{NOBODY}"), ("GET", "/sites/site_000000000000000000000000000"), ("GET", f"/site/{self.foreign.site_id}/job"),
                 ("GET", f"/site/{self.foreign.site_id}/job/{theirs['id']}"), ("DELETE", f"/site/{self.foreign.site_id}/job/{theirs['id']}"),
                 ("GET", f"/site/{self.device.site_id}/job/{theirs['id']}"), ("GET", f"/runbooks/{runbook}"), ("GET", f"/backups/{self.foreign.site_id}"),
                 ("GET", f"/site/mikrotik-stats/{self.foreign.site_id}"), ("POST", f"/sites/{self.foreign.site_id}/restore"),
                 ("GET", f"/jobs/batches/{NOBODY}"), ("GET", "/there/is/nothing"), ("GET", "/sites/not-an-id")]
        for method, path in cases:
            with self.subTest(method=method, path=path):
                body = b"{}" if method in ("PUT", "POST") else None
                headers = {"Content-Type": "application/json"} if body else {}
                self.assert_error(self.team.user.request(method, path, body=body, headers=headers), 404, INVALID, "resource_missing")
        self.assert_error(post_job(self.team.api, self.foreign.site_id), 404, INVALID, "resource_missing")
        self.assertEqual(get_site(self.other.api, self.foreign.site_id)["state"], "online")
        self.assertEqual([site["id"] for site in self.team.api.get("/sites").json()], [self.device.site_id])

    def test_every_wrong_field_is_named(self):
        response = self.team.api.post(f"/site/{self.device.site_id}/job", body="", headers={
            "Content-Type": "text/plain", "X-Idempotency-Key": "not-a-uuid", "X-Description": "ab", "X-Needs-Ack": "perhaps", "X-Backup": "2"})
        body = self.assert_error(response, 422, INVALID, "validation_failed")
        self.assertLessEqual({"X-Idempotency-Key", "X-Description", "X-Needs-Ack", "X-Backup"}, set(body["errors"]))
        self.assertTrue(all(isinstance(text, str) and text for texts in body["errors"].values() for text in texts))

        response = self.team.user.put(f"/sites/{self.device.site_id}", json_body={"name": "x", "lat": 91, "lng": "east", "address": "a" * 300})
        body = self.assert_error(response, 422, INVALID, "validation_failed")
        self.assertEqual(set(body["errors"]), {"name", "lat", "lng", "address"})
        body = self.assert_error(self.team.user.put(f"/sites/{self.device.site_id}", json_body={"timezone": "Mars/Olympus"}), 422, INVALID, "validation_failed")
        self.assertEqual(set(body["errors"]), {"timezone"})

        response = self.team.api.post(f"/api/asynchronous/{self.device.site_id}", json_body={"script": "x" * 2001, "make_backup": "maybe"})
        body = self.assert_error(response, 422, INVALID, "validation_failed")
        self.assertEqual(set(body["errors"]), {"description", "script", "make_backup"})
        response = self.team.api.post("/jobs/batches", json_body={"sites": [], "description": "No sites", "script": ":put 1"})
        self.assertEqual(set(self.assert_error(response, 422, INVALID, "validation_failed")["errors"]), {"sites"})
        response = self.team.api.get(f"/site/{self.device.site_id}/job?status=lost&per_page=1000&page=0")
        self.assertEqual(set(self.assert_error(response, 422, INVALID, "validation_failed")["errors"]), {"status", "per_page", "page"})
        self.assertEqual(self.team.api.get(f"/site/{self.device.site_id}/job").json(), [])

    def test_bodies_that_are_no_json(self):
        put = lambda body, kind="application/json": self.team.user.put(f"/sites/{self.device.site_id}", body=body, headers={"Content-Type": kind})
        for body in (b"{", b"[]x", b'{"name": "a", "name": "b"}', b'{"name": "\xff\xfe"}', b"[" * 5000 + b"]" * 5000, b"\x00"):
            with self.subTest(body=body[:30]): self.assert_error(put(body), 400, INVALID, "malformed_json")
        for kind in ("text/xml", "application/x-www-form-urlencoded", "multipart/form-data"):
            self.assert_error(put(b"name=x", kind), 415, INVALID, "unsupported_media_type")
        for body in (b"[]", b'"text"', b"3", b"null"):
            with self.subTest(body=body): self.assertEqual(put(body).status, 422)

    def test_too_large_is_413(self):
        response = post_job(self.team.api, self.device.site_id, "#" * (512 * 1024 + 1))
        self.assert_error(response, 413, INVALID, "payload_too_large")
        # Announced is enough: the server does not wait for the body.
        answer = raw_exchange(self.server.port, f"PUT /sites/{self.device.site_id} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {self.team.access_token}\r\n"
                                                "Content-Type: application/json\r\nContent-Length: 2097152\r\n\r\n{".encode(), half_close=True)
        self.assertIn(b" 413 ", answer.partition(b"\r\n")[0])
        self.assertEqual(json.loads(answer.partition(b"\r\n\r\n")[2])["code"], "payload_too_large")
        for path in ("/poll", f"/adopt/{self.team.runbook}"):
            with self.subTest(path=path): self.assertEqual(self.device.http.post(path, body="a=" + "b" * 20_000, bearer=self.device.token).status, 413)
        largest = post_job(self.team.api, self.device.site_id, "#" * (512 * 1024))
        self.assertEqual(largest.status, 201)
        self.assertEqual(self.team.api.delete(f"/site/{self.device.site_id}/job/{largest.json()['id']}").status, 204)

    def test_other_methods_are_405(self):
        for method, path, allow in (("POST", "/sites/recent", "GET"), ("DELETE", "/poll", "POST"), ("PUT", "/jobs/batches", "POST")):
            response = self.team.user.request(method, path)
            self.assert_error(response, 405, INVALID, "method_not_allowed")
            self.assertIn(allow, response.headers["Allow"])

    def test_bad_cursors(self):
        for cursor in ("x", "AAAA.BBBB", "a" * 2000):
            with self.subTest(cursor=cursor[:10]):
                self.assert_error(self.team.api.get(f"/sites?cursor={cursor}"), 400, INVALID, "parameter_invalid")

    def test_requests_that_are_no_http(self):
        huge = b"POST /poll HTTP/1.1\r\nHost: x\r\nContent-Length: "
        cases = [(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b" 400 "), (b"GET / HTTP/3.7\r\nHost: x\r\n\r\n", b" 400 "), (b"GET  HTTP/1.1\r\n\r\n", b" 400 "),
                 (huge + b"99999999999999999999999999\r\n\r\n", b" 400 "), (huge + b"-1\r\n\r\n", b" 400 "), (huge + b"9223372036854775807\r\n\r\n", b" 413 "),
                 (huge + b"5\r\nContent-Length: 6\r\n\r\nhello", b" 400 "), (b"BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n", b" 501 "),
                 (b"GET / HTTP/1.1\r\n\r\n", b" 400 "), (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 20_000 + b"\r\n\r\n", b" 431 ")]
        for request, status in cases:
            with self.subTest(request=request[:60]):
                answer = raw_exchange(self.server.port, request)
                self.assertIn(status, answer.partition(b"\r\n")[0], answer[:200])
                body = json.loads(answer.partition(b"\r\n\r\n")[2])
                self.assertLessEqual({"type", "code", "message", "doc_url", "request_id"}, set(body))

    def test_paths_do_not_leave_their_place(self):
        for path in ("/../../etc/passwd", "/docs/../../../etc/passwd", "/docs/%2e%2e/%2e%2e/etc/passwd", "/docs/..%2f..%2fetc%2fpasswd", "/docs/....//etc/passwd",
                     f"/backups/{self.device.site_id}/..%2f..%2fsecrets.key", f"/backups/{self.device.site_id}/%2e%2e", "//etc/passwd", "/%00", "/%ff%fe"):
            with self.subTest(path=path):
                answer = raw_exchange(self.server.port, f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {self.team.api_key}\r\n"
                                                        "Connection: close\r\n\r\n".encode())
                self.assertRegex(answer.partition(b"\r\n")[0], rb" (400|404|422) ")
                self.assertNotIn(b"root:", answer)

    def test_forged_and_replayed_call_backs(self):
        create_job(self.team.api, self.device.site_id)
        handout = self.device.poll()
        job = lambda: get_job(self.team.api, self.device.site_id, handout.id)
        busy, done = handout.urls["busy"], handout.urls["done"]
        signature = done.rpartition("signature=")[2]
        flipped = signature[:-1] + ("0" if signature[-1] != "0" else "1")
        for forged in (busy.replace("status=busy", "status=done"), done.replace(signature, flipped), done.replace("&signature=" + signature, ""),
                       done.replace(handout.id, str(uuid.uuid4())), done + "&status=fail", done + f"&signature={signature}", done + "&expires=99999999999",
                       done.replace(signature, "")):
            with self.subTest(forged=forged.partition("?")[2]): self.assertEqual(self.device.http.get(forged).status, 403)
        self.assertEqual(job()["status"], "sent")
        self.device.run(handout)
        ended = job()
        self.assertEqual(ended["status"], "completed")
        for url in (busy, done, handout.urls["fail"]): self.assertEqual(self.device.http.get(url).status, 200)
        self.assertEqual(job(), ended)

    def test_tokens_of_devices(self):
        gone = Device(self.server, 77).adopt(self.team.runbook)
        self.addCleanup(gone.close)
        self.assertEqual(self.team.user.delete(f"/sites/{gone.site_id}", headers={"X-Force-Delete": "1"}).status, 204)
        removal = gone.heartbeat()
        self.assertEqual(removal.status, 200)
        self.assertIn("scheduler remove", removal.text)
        token = self.device.token
        altered = ("B" if token[40] != "B" else "C").join((token[:40], token[41:]))
        for wrong in ("", "x", altered, token[:-1], token + "A", token * 3, "%%%", self.team.api_key, self.team.access_token):
            with self.subTest(token=wrong[:12]):
                response = self.device.http.post("/poll", body=self.device.body(), headers={"Authorization": f"Bearer {wrong}"})
                self.assertEqual((response.status, response.body[:1] == b"{"), (401, False))
        self.assertEqual(self.device.http.post("/poll", body="uptime=1s").status, 401)

    def test_garbage_from_routers(self):
        adopt = lambda body: self.device.http.post(f"/adopt/{self.team.runbook}", body=body).status
        for body in (b"", b"name=x", b";;;;", b"\xff\xfe\x00\x01", b"=" * 1000, b"{}", self.rng.randbytes(8000)):
            with self.subTest(body=body[:20]):
                self.assertEqual(adopt(body), 422)
                self.assertEqual(self.device.http.post("/poll", body=body, bearer=self.device.token).status, 200)
        for token in ("0" * 22, "z" * 22, "A" * 16):
            with self.subTest(token=token):
                self.assertEqual(self.device.http.get(f"/{token}").status, 404)
                self.assertEqual(self.device.http.post(f"/adopt/{token}", body=b"").status, 404)
        self.assertEqual(get_site(self.team.api, self.device.site_id)["software_version"], "7.15.3")
        odd = Device(self.server, 78, **{"name": "Zürich \"HQ\" $x\\?", "model": "\x01\x02'; DROP TABLE site; --"})
        self.addCleanup(odd.close)
        odd.adopt(self.team.runbook)
        site = get_site(self.team.api, odd.site_id)
        self.assertEqual((site["identity"], site["model"]), ("Zürich \"HQ\" $x\\?", "'; DROP TABLE site; --"))
        self.assertEqual(self.team.user.delete(f"/sites/{odd.site_id}", headers={"X-Force-Delete": "1"}).status, 204)


class ErrorsOnSqlite(Errors, ServerCase):
    engine = "sqlite"


class ErrorsOnPostgres(Errors, ServerCase):
    engine = "postgres"


class RateLimits(ServerCase):
    config = {"ratelimit.enabled": True, "ratelimit.api_key": 10, "ratelimit.poll": 8, "ratelimit.bootstrap": 5}

    def test_too_many_requests(self):
        answers = [self.team.api.get("/sites") for _ in range(25)]
        limited = next(answer for answer in answers if answer.status == 429)
        self.assert_error(limited, 429, "rate_limit_error", "rate_limited")
        self.assertGreaterEqual(int(limited.headers["Retry-After"]), 1)
        self.assertEqual(answers[0].headers["X-RateLimit-Limit"], "10")
        device = Device(self.server, 1).adopt(self.team.runbook)
        self.addCleanup(device.close)
        # The limit of polls counts by the minute of the clock: twice the limit and one is too many in any case.
        polls = [device.heartbeat() for _ in range(17)]
        self.assertIn(429, [poll.status for poll in polls])
        self.assertTrue(all(poll.headers["Retry-After"] for poll in polls if poll.status == 429))
        self.assertIn(429, [device.bootstrap(self.team.runbook).status for _ in range(12)])


class BadStart(Case):
    """A mistake in the configuration stops the start with one line that names the key."""

    def start(self, *arguments, config=None, environment=None):
        with tempfile.TemporaryDirectory(prefix="openstrat-test-") as directory:
            file = pathlib.Path(directory, "openstrat.toml")
            # What is not under test is right, so that only the mistake can stop it.
            keys = {"data_dir": f"{directory}/data", "http.listen": [f"http://127.0.0.1:{free_port()}"], "sftp.port": free_port(), **(config or {})}
            file.write_text("".join(f"{key} = {toml_value(value)}\n" for key, value in keys.items()))
            return subprocess.run([binary("openstrat"), "serve", "--config", str(file), *arguments], capture_output=True, text=True, timeout=60,
                                  env=clean_environment(environment))

    def assert_stops(self, done, *words):
        self.assertNotEqual(done.returncode, 0)
        lines = done.stderr.strip().splitlines()
        self.assertEqual(len(lines), 1, done.stderr)
        for word in words: self.assertIn(word, lines[0])
        self.assertNotIn("terminate called", done.stderr)

    def test_unknown_keys(self):
        self.assert_stops(self.start(config={"http.lisen": "x"}), "http.lisen", "http.listen", "openstrat.toml:4")
        self.assert_stops(self.start(environment={"OPENSTRAT_JOBS_REDELIVERYS": "1"}), "OPENSTRAT_JOBS_REDELIVERYS", "OPENSTRAT_JOBS_REDELIVERIES")

    def test_wrong_values(self):
        self.assert_stops(self.start(config={"jobs.redeliveries": "many"}), "jobs.redeliveries", "openstrat.toml:4")
        self.assert_stops(self.start(config={"monitor.heartbeat.period_s": 1}), "monitor.heartbeat.period_s")
        self.assert_stops(self.start(environment={"OPENSTRAT_LOG_LEVEL": "loud"}), "log.level", "OPENSTRAT_LOG_LEVEL")
        self.assert_stops(self.start(config={"http.listen": ["nowhere:1"]}), "http.listen")
        self.assert_stops(self.start("--db", "mysql://localhost/x"), "db.url")
        self.assert_stops(self.start("--listen", "127.0.0.1"), "listen")
        self.assert_stops(self.start("--roles", "api,cook"), "roles", "cook")

    def test_unknown_flags_and_files(self):
        self.assert_stops(self.start("--colour"), "--colour")
        self.assert_stops(self.start("--config", "/does/not/exist.toml"), "/does/not/exist.toml")

    def test_a_port_that_is_taken(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            done = self.start(config={"http.listen": [f"http://127.0.0.1:{port}"]})
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(str(port), done.stdout + done.stderr)
