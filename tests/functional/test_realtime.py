"""The live stream of the real server: what arrives, how fast, who gets it, how it ends and goes on."""
import time
import unittest

from tests.support.cases import Case
from tests.support.device import Device
from tests.support.jobs import create_job
from tests.support.server import Server
from tests.support.sse import Stream
from tests.support.teams import Team
from tests.support.waiting import wait_until


class StreamCase(Case):
    def stream(self, server=None, **more):
        stream = Stream(server or self.server, **more)
        self.addCleanup(stream.close)
        return stream

    def open(self, team, **more):
        stream = self.stream(bearer=team.access_token, **more)
        self.assertEqual(stream.status, 200, stream.body)
        return stream.settle()

    def add_person(self, team, name, **role):
        """A member with a token of his own; `role` is the body of a new role."""
        roles = []
        if role: roles = [team.user.post("/roles", json_body={"name": f"{name}'s", **role}).json()["id"]]
        email = f"{name}@{team.name.lower()}.example"
        made = team.user.post("/users", json_body={"email": email, "name": name, "timezone": "UTC", "roles": roles})
        self.assertEqual(made.status, 201, made)
        return made.json()["user"]["id"], team.server.cli("admin", "create-token", "--email", email)["access_token"]

    def metric(self, name, server=None):
        client = (server or self.server).client()
        line = next(line for line in client.get("/metrics").text.splitlines() if line.startswith(name + " "))
        client.close()
        return float(line.split()[1])


class Realtime(StreamCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = cls.add_server()
        cls.acme, cls.mallory = Team(cls.server, "Acme"), Team(cls.server, "Mallory")
        cls.addClassCleanup(cls.acme.close)
        cls.addClassCleanup(cls.mallory.close)
        cls.device = Device(cls.server, 1)
        cls.device.adopt(cls.acme.runbook)
        cls.device.heartbeat()
        cls.site = cls.acme.user.get("/sites").json()[0]["id"]

    def setUp(self):
        super().setUp()
        while handout := self.device.poll(): self.device.http.get(handout.urls["done"])  # jobs that other tests have left

    # ---- what arrives -----------------------------------------------------------------------------------------------
    def test_a_job_arrives_within_a_second_in_every_state(self):
        stream = self.open(self.acme)
        started = time.monotonic()
        job = create_job(self.acme.user, self.site, description="live job")
        frame = stream.wait("job.updated", job_id=job["id"], status="pending")
        self.assertLess(time.monotonic() - started, 1.0)
        self.assertEqual((frame.data["site_id"], frame.data["description"], frame.data["batch_id"]), (self.site, "live job", None))
        handout = self.device.poll()
        stream.wait("job.updated", job_id=job["id"], status="sent")
        self.device.http.get(handout.urls["busy"])
        stream.wait("job.updated", job_id=job["id"], status="busy")
        self.device.http.get(handout.urls["done"])
        stream.wait("job.updated", job_id=job["id"], status="completed")

    def test_a_batch_is_named(self):
        stream = self.open(self.acme)
        batch = self.acme.user.post("/jobs/batches", json_body={"sites": [self.site], "description": "live batch", "script": ":log info x"}).json()
        frame = stream.wait("job.updated", batch_id=batch["id"])
        self.acme.user.delete(f"/site/{self.site}/job/{frame.data['job_id']}")
        stream.wait("job.updated", job_id=frame.data["job_id"], status="deleted")

    def test_the_head_keeps_proxies_from_collecting(self):
        stream = self.open(self.acme)
        self.assertEqual(stream.headers["Content-Type"], "text/event-stream")
        self.assertEqual(stream.headers["X-Accel-Buffering"], "no")
        self.assertIn("no-store", stream.headers["Cache-Control"])
        self.assertEqual(stream.retry, 3000)

    def test_sites_come_change_and_go(self):
        stream = self.open(self.acme)
        router = Device(self.server, 77)
        router.adopt(self.acme.runbook)
        site = stream.wait("site.changed", what="adopted", site_id=router.site_id).data
        self.acme.user.put(f"/sites/{site['site_id']}", json_body={"name": "Renamed"})
        stream.wait("site.changed", what="updated", site_id=site["site_id"])
        self.acme.user.delete(f"/sites/{site['site_id']}")
        stream.wait("site.changed", what="deleting", site_id=site["site_id"])

    def test_heartbeats_of_watched_sites_only(self):
        watching, other = self.open(self.acme, watch=[self.site]), self.open(self.acme)
        before = time.time()
        def beat():  # one a second and site is told: the test before may have had it
            self.device.heartbeat()
            return "site.pulse" in watching.names()
        wait_until(beat, "a heartbeat is told", 10, every=0.3)
        frame = watching.wait("site.pulse", site_id=self.site)
        self.assertTrue(frame.data["online"])
        self.assertIsNone(frame.id)
        self.assertIn("T", frame.data["last_seen_at"])
        self.assertLess(time.time() - before, 3)
        create_job(self.acme.user, self.site, description="the next thing")
        other.wait("job.updated")
        self.assertNotIn("site.pulse", other.names())

    def test_changes_of_the_team_are_told(self):
        stream = self.open(self.acme)
        made = self.acme.user.post("/roles", json_body={"name": "Live role", "scopes": ["site:view"]}).json()
        self.acme.user.put(f"/roles/{made['id']}", json_body={"name": "Live role 2", "scopes": ["site:view"]})
        stream.wait("settings.changed", what="role")
        self.add_person(self.acme, "joe")
        stream.wait("settings.changed", what="member")
        key = self.acme.user.post(f"/teams/{self.acme.id}/api-credentials", json_body={"name": "live", "permissions": ["site:view"]}).json()
        self.acme.user.delete(f"/teams/{self.acme.id}/api-credentials/{key['id']}")
        stream.wait("settings.changed", what="key")

    # ---- who gets it ------------------------------------------------------------------------------------------------
    def test_another_team_sees_nothing(self):
        acme, mallory = self.open(self.acme), self.open(self.mallory, watch=[self.site])
        job = create_job(self.acme.user, self.site, description="not for mallory")
        acme.wait("job.updated", job_id=job["id"])
        own = Device(self.server, 9)
        own.adopt(self.mallory.runbook)
        mallory.wait("site.changed", what="adopted", site_id=own.site_id)
        self.assertEqual([frame for frame in mallory.frames if self.site in frame.text or job["id"] in frame.text], [])
        self.assertEqual([frame for frame in acme.frames if own.site_id in frame.text], [])

    def test_a_role_limited_to_tagged_sites_hears_of_these(self):
        far = Device(self.server, 5)
        far.adopt(self.acme.runbook)
        tag = self.acme.user.post("/tags", json_body={"key": "live-region", "color": "#1F78B4"}).json()
        self.acme.user.post(f"/tags/{tag['id']}/values", json_body={"correlation_id": self.site, "correlation_type": "site", "value": "emea"})
        role = self.acme.user.post("/roles", json_body={"name": "Live EMEA", "scopes": ["site:view", "job:view"]}).json()["id"]
        made = self.acme.user.post("/users", json_body={"email": "emea@acme.example", "name": "EMEA", "timezone": "UTC", "roles": []}).json()["user"]
        given = self.acme.user.put(f"/users/{made['id']}", json_body={"roles": [role], "role_sites": {role: {"live-region": ["emea"]}}})
        self.assertEqual(given.status, 200, given)
        token = self.server.cli("admin", "create-token", "--email", "emea@acme.example")["access_token"]
        limited, whole = self.stream(bearer=token).settle(), self.open(self.acme)
        foreign, own = create_job(self.acme.user, far.site_id, description="far away"), create_job(self.acme.user, self.site, description="near")
        limited.wait("job.updated", job_id=own["id"])
        whole.wait("job.updated", job_id=foreign["id"])
        self.assertEqual([frame for frame in limited.frames if far.site_id in frame.text], [])
        # The tag moves: the client is told to begin anew, and from then on hears of the other site.
        self.acme.user.post(f"/tags/{tag['id']}/values", json_body={"correlation_id": far.site_id, "correlation_type": "site", "value": "emea"})
        limited.wait("reset", reason="sites_changed")
        job = create_job(self.acme.user, far.site_id, description="not far any more")
        limited.wait("job.updated", job_id=job["id"])

    def test_without_the_scope_nothing_of_it_comes(self):
        _, token = self.add_person(self.acme, "viewer", scopes=["backup:view"])
        stream, whole = self.stream(bearer=token).settle(), self.open(self.acme)
        job = create_job(self.acme.user, self.site, description="unseen")
        whole.wait("job.updated", job_id=job["id"])
        self.assertEqual([frame for frame in stream.frames if frame.name not in ("settings.changed", "ready")], [])

    # ---- tickets ----------------------------------------------------------------------------------------------------
    def test_a_ticket_opens_one_stream(self):
        made = self.acme.user.post("/realtime/ticket")
        self.assertEqual(made.status, 201, made)
        ticket = made.json()["ticket"]
        stream = self.stream(ticket=ticket).settle()
        job = create_job(self.acme.user, self.site, description="by ticket")
        stream.wait("job.updated", job_id=job["id"])
        again = self.stream(ticket=ticket)
        self.assertEqual(again.status, 401)
        self.assertIn(b"ticket_invalid", again.body)

    def test_hostile_requests(self):
        token = self.acme.access_token
        self.assertEqual(self.stream().status, 401)
        self.assertEqual(self.stream(ticket="rt_" + "a" * 32).status, 401)
        self.assertEqual(self.stream(ticket="x" * 5000).status, 422)
        self.assertEqual(self.stream(bearer=token, watch="not-an-id").status, 422)
        self.assertEqual(self.stream(bearer=token, watch=["8c5d9b0e-1111-4222-8333-%012d" % i for i in range(201)]).status, 422)
        self.assertEqual(self.stream(bearer=token, last_event_id="9" * 300).status, 422)
        for last in ("nonsense", "0-0", "a-18446744073709551616", "\u00e4-1", "'; DROP TABLE site; --"):
            stream = self.stream(bearer=token, last_event_id=last)
            stream.wait("reset")
            stream.close()
        self.assertEqual(self.stream(bearer=token, watch=["8c5d9b0e-1111-4222-8333-%012d" % i for i in range(200)]).status, 200)

    def test_api_keys_may_watch(self):
        self.assertEqual(self.stream(bearer=self.acme.api_key).settle().status, 200)
        self.assertEqual(self.acme.api.post("/realtime/ticket").status, 401)

    # ---- limits -----------------------------------------------------------------------------------------------------
    def test_the_oldest_of_six_streams_is_superseded(self):
        _, token = self.add_person(self.acme, "tabs", scopes=["site:view"])
        streams = [self.stream(bearer=token).settle() for _ in range(6)]
        streams[0].wait("superseded")
        streams[0].wait_for_end()
        self.assertFalse(any(stream.ended for stream in streams[1:]))

    def test_a_client_that_leaves_is_noticed_at_once(self):
        before = self.metric("openstrat_realtime_streams")
        stream = self.open(self.acme)
        self.assertEqual(self.metric("openstrat_realtime_streams"), before + 1)
        stream.close()
        wait_until(lambda: self.metric("openstrat_realtime_streams") <= before, "the stream is gone", 5)

    # ---- the end ----------------------------------------------------------------------------------------------------
    def test_a_revoked_session_ends_its_stream_at_once(self):
        user, token = self.add_person(self.acme, "leaver", scopes=["site:view"])
        stream, other = self.stream(bearer=token).settle(), self.open(self.acme)
        started = time.monotonic()
        self.assertEqual(self.acme.user.delete(f"/users/{user}").status, 204)
        stream.wait("revoked")
        stream.wait_for_end()
        self.assertLess(time.monotonic() - started, 2.0)
        self.assertFalse(other.ended)

    def test_a_revoked_key_ends_its_stream(self):
        key = self.acme.user.post(f"/teams/{self.acme.id}/api-credentials", json_body={"name": "ci", "permissions": ["site:view"]}).json()
        stream = self.stream(bearer=key["api_key"]).settle()
        self.acme.user.delete(f"/teams/{self.acme.id}/api-credentials/{key['id']}")
        stream.wait("revoked", reason="key_revoked")
        stream.wait_for_end()

    def test_other_rights_count_at_once(self):
        user, token = self.add_person(self.acme, "mover", scopes=["site:view", "job:view"])
        stream, whole = self.stream(bearer=token).settle(), self.open(self.acme)
        self.acme.user.put(f"/users/{user}", json_body={"roles": []})
        stream.wait("reset", reason="rights_changed")
        job = create_job(self.acme.user, self.site, description="no more for mover")
        whole.wait("job.updated", job_id=job["id"])
        self.assertEqual([frame for frame in stream.frames if job["id"] in frame.text], [])

    # ---- coming back ------------------------------------------------------------------------------------------------
    def test_what_was_missed_comes_first(self):
        stream = self.open(self.acme)
        last = stream.last_id
        stream.close()
        job = create_job(self.acme.user, self.site, description="while away")
        for more in ({"last_event_id": last}, {"headers": {"Last-Event-ID": last}}):
            again = self.stream(bearer=self.acme.access_token, **more)
            again.wait("job.updated", job_id=job["id"], status="pending")
            self.assertNotIn("reset", again.names())


class Restart(StreamCase):
    def test_a_stop_ends_streams_and_another_life_begins_anew(self):
        self.server = self.add_server()
        team = Team(self.server, "Acme")
        self.addCleanup(team.close)
        stream = self.open(team)
        started = time.monotonic()
        self.server.stop()
        stream.wait_for_end()
        self.assertLess(time.monotonic() - started, 5, "a stop must not wait for streams")
        self.server.start()
        again = self.stream(bearer=team.access_token, last_event_id=stream.last_id)
        again.wait("reset", reason="history_gone")
        self.assertNotEqual(again.settle().last_id, stream.last_id)


class Tls(StreamCase):
    def test_the_same_over_tls(self):
        self.server = self.add_server(tls=True)
        team = Team(self.server, "Acme")
        self.addCleanup(team.close)
        router = Device(self.server, 1)
        stream = self.open(team)
        router.adopt(team.runbook)
        stream.wait("site.changed", what="adopted")
        stream.close()
        wait_until(lambda: self.metric("openstrat_realtime_streams") == 0, "the stream is gone", 5)


class QuietAndSlow(StreamCase):
    def test_a_quiet_stream_outlives_the_time_limits(self):
        self.server = self.add_server(config={"http.idle_timeout": "1s", "http.header_timeout": "1s", "http.body_timeout": "1s"})
        team = Team(self.server, "Acme")
        self.addCleanup(team.close)
        stream = self.open(team)
        wait_until(lambda: stream.pings > 0, "a ping", 30)
        self.assertFalse(stream.ended)

    def test_who_does_not_read_is_cut_off_and_may_come_back(self):
        self.server = self.add_server(config={"realtime.queue_bytes": "64KiB", "realtime.history_bytes": "16MiB"})
        team = Team(self.server, "Acme")
        self.addCleanup(team.close)
        router = Device(self.server, 1)
        router.adopt(team.runbook)
        slow = self.stream(bearer=team.access_token, receive_buffer=4096)
        self.assertEqual(slow.status, 200)
        reading = self.open(team)
        def fill():
            for _ in range(200): create_job(team.user, router.site_id, description="x" * 100)
            return self.metric("openstrat_realtime_frames_dropped_total") > 0
        wait_until(fill, "the slow stream is cut off", 120, every=0)
        self.assertFalse(reading.ended)
        wait_until(lambda: self.metric("openstrat_realtime_streams") == 1, "the slow connection is closed", 30)


class TwoNodes(StreamCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = cls.here = cls.add_server("postgres", name="node-a")
        cls.there = Server("node-b", db=cls.here.db, config={"secrets.key_file": str(cls.here.data_dir / "secret.key"), "public_url.api": cls.here.url})
        cls.processes.append(cls.there)
        cls.addClassCleanup(cls.there.close)
        cls.there.start()
        cls.team = Team(cls.here, "Acme")
        cls.addClassCleanup(cls.team.close)
        cls.device = Device(cls.here, 1)
        cls.device.adopt(cls.team.runbook)

    def test_what_happens_on_one_arrives_on_both(self):
        here, there = self.open(self.team), self.stream(self.there, bearer=self.team.access_token).settle()
        started = time.monotonic()
        job = create_job(self.team.user, self.device.site_id, description="for both")
        frames = [stream.wait("job.updated", job_id=job["id"], status="pending") for stream in (here, there)]
        self.assertLess(time.monotonic() - started, 2.0)
        self.assertEqual(frames[0].id, frames[1].id)

    def test_heartbeats_of_a_router_that_calls_the_other_node(self):
        stream = self.stream(self.there, bearer=self.team.access_token, watch=[self.device.site_id]).settle()
        self.device.heartbeat()
        stream.wait("site.pulse", site_id=self.device.site_id)

    def test_a_ticket_of_one_opens_a_stream_of_the_other(self):
        ticket = self.team.user.post("/realtime/ticket").json()["ticket"]
        self.assertEqual(self.stream(self.there, ticket=ticket).settle().status, 200)

    def test_a_client_goes_on_at_the_other_node_and_after_a_restart(self):
        stream = self.open(self.team)
        last = stream.last_id
        stream.close()
        witness = self.stream(self.there, bearer=self.team.access_token).settle()
        job = create_job(self.team.user, self.device.site_id, description="while between nodes")
        witness.wait("job.updated", job_id=job["id"])  # a node that has not read so far yet would say `reset`
        wait_until(lambda: self.open(self.team, last_event_id=last).wait("job.updated", job_id=job["id"]), "here", 10)
        for restart in (False, True):
            if restart: self.there.restart()
            again = self.stream(self.there, bearer=self.team.access_token, last_event_id=last)
            again.wait("job.updated", job_id=job["id"])
            self.assertNotIn("reset", again.names())

    def test_a_key_revoked_on_one_ends_streams_of_the_other(self):
        key = self.team.user.post(f"/teams/{self.team.id}/api-credentials", json_body={"name": "ci", "permissions": ["site:view"]}).json()
        stream = self.stream(self.there, bearer=key["api_key"]).settle()
        self.team.user.delete(f"/teams/{self.team.id}/api-credentials/{key['id']}")
        stream.wait("revoked")
        stream.wait_for_end()


if __name__ == "__main__":
    unittest.main()
