"""The audit log of the real server: what was answered is in it, also when the process is killed."""
import json
import threading
import uuid

from tests.support.cases import Case
from tests.support.teams import Team
from tests.support.waiting import wait_until


def entries(client):
    answer = client.get("/audit-logs/export?format=ndjson&http_verb=POST&sort=asc")
    assert answer.status == 200, answer
    return [json.loads(line) for line in answer.text.splitlines()]


class Audit(Case):
    def start(self, engine):
        server = self.make_server(engine)
        self.addCleanup(server.close)
        server.start()
        return server, Team(server, "North")

    def check_kill(self, engine):
        server, team = self.start(engine)
        answered, stop = [], threading.Event()

        def work(seed):
            client = server.client(team.access_token)
            while not stop.is_set():
                request_id = f"req-{seed}-{uuid.uuid4().hex}"
                try:
                    answer = client.post("/sites", json_body={"nonsense": True}, headers={"X-Request-Id": request_id})
                except Exception:  # noqa: the server was killed; whether the request counted is open
                    return
                self.assertEqual(answer.status, 422, answer)
                answered.append(request_id)

        threads = [threading.Thread(target=work, args=(seed,), daemon=True) for seed in range(4)]
        for thread in threads: thread.start()
        wait_until(lambda: len(answered) > 200, "requests are answered")
        server.kill()
        stop.set()
        for thread in threads: thread.join()
        server.start()
        seen = []
        def all_there():
            seen[:] = [entry["request_id"] for entry in entries(team.api)]
            return set(answered) <= set(seen)
        wait_until(all_there, "every answered request is in the log")
        self.assertEqual(len(seen), len(set(seen)), "an entry came twice")
        self.assertLessEqual(len(seen), len(answered) + 4)
        check = team.api.get("/audit-logs/verify").json()
        self.assertTrue(check["whole"], check)

    def test_a_kill_loses_nothing_on_sqlite(self):
        self.check_kill("sqlite")

    def test_a_kill_loses_nothing_on_postgresql(self):
        self.check_kill("postgres")

    def test_who_did_what(self):
        server, team = self.start("sqlite")
        refused = team.user.post("/sites", json_body={"name": ["no", "text"], "password": "hunter2"})
        self.assertEqual(refused.status, 422, refused)
        entry = wait_until(lambda: next((e for e in entries(team.user) if e["endpoint"] == "/sites"), None), "the entry")
        self.assertEqual((entry["email"], entry["actor_kind"], entry["status_code"]), (team.email, "user", 422))
        self.assertEqual(entry["request_payload"]["password"], "***")
        self.assertEqual(entry["request_id"], refused.headers["X-Request-Id"])
        other = Team(server, "South")
        self.assertEqual(other.user.get("/audit-logs").json()["data"], [])
        self.assertEqual(other.user.get(f"/audit-logs/{entry['log_id']}").status, 404)
