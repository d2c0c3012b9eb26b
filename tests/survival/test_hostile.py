"""Clients that are slow, huge, broken or lie. Everybody else must not notice."""
import json
import pathlib
import socket
import ssl
import threading
import time

from tests.support.cases import ServerCase
from tests.support.device import Device
from tests.support.http_client import Client, raw_exchange
from tests.support.jobs import create_job, get_job, get_site
from tests.support.processes import free_port
from tests.support.waiting import wait_until

SLOW_CONNECTIONS = 200
GARBAGE_CONNECTIONS = 200
FUZZED_HEARTBEATS = 400
PROMPT_S = 3.0


class Hostile(ServerCase):
    config = {"http.header_timeout": "3s", "http.body_timeout": "4s"}

    @classmethod
    def setUpClass(cls):
        cls.tls_port = free_port()
        super().setUpClass()
        cls.device = Device(cls.server, 1).adopt(cls.team.runbook)
        cls.addClassCleanup(cls.device.close)

    @classmethod
    def make_server(cls, engine="sqlite", **more):
        server = super().make_server(engine, **more)
        server.config["http.listen"] = [server.url, f"127.0.0.1:{cls.tls_port}"]
        server.write_config()
        return server

    def assert_alive(self):
        started = time.monotonic()
        self.assertEqual(self.device.heartbeat().status, 200)
        self.assertEqual(get_site(self.team.api, self.device.site_id)["state"], "online")
        self.assertLess(time.monotonic() - started, PROMPT_S)

    def resident_bytes(self):
        return int(pathlib.Path(f"/proc/{self.server.pid()}/statm").read_text().split()[1]) * 4096

    def slow_connections(self, first, dribble):
        """Connections that send `first` and then a byte of `dribble` each now and then, until the server closes them."""
        connections = []
        for _ in range(SLOW_CONNECTIONS):
            connection = socket.create_connection(("127.0.0.1", self.server.port), timeout=10)
            self.addCleanup(connection.close)
            connection.sendall(first)
            connection.setblocking(False)
            connections.append(connection)
        open_ones = set(connections)

        def all_closed():
            for connection in list(open_ones):
                try:
                    connection.send(dribble)
                    if connection.recv(4096) == b"": open_ones.discard(connection)
                except BlockingIOError:
                    continue
                except OSError:
                    open_ones.discard(connection)
            self.assert_alive()
            return not open_ones

        self.assert_alive()
        wait_until(all_closed, "the slow connections are closed", 40, every=0.2)

    def test_slow_headers_block_nobody(self):
        self.slow_connections(b"POST /poll HTTP/1.1\r\nHost: x\r\n", b"X")

    def test_slow_bodies_block_nobody(self):
        self.slow_connections(b"POST /poll HTTP/1.1\r\nHost: x\r\nContent-Length: 10000\r\n\r\nname=", b"x")

    def test_silent_tls_handshakes_block_nobody(self):
        connections = [socket.create_connection(("127.0.0.1", self.tls_port), timeout=30) for _ in range(SLOW_CONNECTIONS)]
        for connection in connections:
            self.addCleanup(connection.close)
            connection.sendall(b"\x16\x03\x01\x02\x00")
        self.assert_alive()
        client = Client(f"https://127.0.0.1:{self.tls_port}")
        self.addCleanup(client.close)
        self.assertEqual(client.get("/healthz").status, 200)
        for connection in connections: self.assertEqual(connection.recv(4096)[:1] or b"\x15", b"\x15", "closed, or a TLS alert")

    def test_huge_bodies_are_refused_at_once(self):
        before = self.resident_bytes()
        for length in (10 ** 10, 2 ** 62):
            started = time.monotonic()
            answer = raw_exchange(self.server.port, f"POST /poll HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\nname=x".encode())
            self.assertIn(b" 413 ", answer.partition(b"\r\n")[0])
            self.assertLess(time.monotonic() - started, 10)
        endless = b"POST /poll HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + b"10000\r\n" + b"a" * 0x10000 + b"\r\n"
        more = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=20) as connection:
            sent = 0
            try:
                connection.sendall(endless)
                while sent < 200 * 1024 * 1024:
                    connection.sendall(more)
                    sent += len(more)
            except OSError:
                pass
            self.assertLess(sent, 100 * 1024 * 1024, "the server reads on and on")
        deep = json.dumps({"name": "x"})[:-1] + ', "a": ' + "[" * 100_000 + "]" * 100_000 + "}"
        response = self.team.user.put(f"/sites/{self.device.site_id}", body=deep, headers={"Content-Type": "application/json"})
        self.assertIn(response.status, (400, 422))
        self.assertLess(self.resident_bytes() - before, 64 * 1024 * 1024)
        self.assert_alive()

    def test_garbage_connections(self):
        starts = (b"", b"GET ", b"POST /poll HTTP/1.1\r\n", b"POST /poll HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                  b"\x16\x03\x01", b"SSH-2.0-x\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n")
        requests = [(self.server.port if self.rng.random() < 0.7 else self.tls_port, self.rng.choice(starts) + self.rng.randbytes(self.rng.randrange(1, 3000)))
                    for _ in range(GARBAGE_CONNECTIONS)]
        accepted = []

        def send(some):
            for port, data in some:
                answer = raw_exchange(port, data, timeout=15, half_close=True)
                if answer.startswith(b"HTTP/1.1 2"): accepted.append(data[:60])

        threads = [threading.Thread(target=send, args=(requests[i::8],)) for i in range(8)]
        for thread in threads: thread.start()
        for thread in threads: thread.join(120)
        self.assertEqual(accepted, [])
        self.assert_alive()

    def test_fuzzed_heartbeats(self):
        victim = Device(self.server, 2).adopt(self.team.runbook)
        self.addCleanup(victim.close)
        pieces = [piece.encode() for piece in victim.body().split(";")]
        odd = [b"", b"=", b";", b"\x00", b"\xff\xfe", b"name", b"uptime=-1", b"uptime=9999999999w", b"cpu-load=1e999", b"total-memory=18446744073709551616",
               b"version=" + b"7" * 5000, b"free-memory=NaN", b"routerboard=maybe", b"serial-number=", "name=Zürich \U0001f600".encode(), b"name=\xc3\x28"]
        statuses = []
        for _ in range(FUZZED_HEARTBEATS):
            parts = self.rng.sample(pieces, self.rng.randrange(len(pieces) + 1)) + self.rng.choices(odd, k=self.rng.randrange(5))
            self.rng.shuffle(parts)
            body = bytearray(b";".join(parts))
            for _ in range(self.rng.randrange(6)):
                if body: body[self.rng.randrange(len(body))] = self.rng.randrange(256)
            response = victim.http.post("/poll", body=bytes(body[:16_000]), bearer=victim.token)
            statuses.append(response.status)
        self.assertEqual(set(statuses), {200})
        site = get_site(self.team.api, victim.site_id)
        self.assertEqual(site["state"], "online")
        self.assertEqual(self.team.api.get(f"/api/routers/{victim.site_id}/oem").status, 200)
        self.assertEqual(self.team.user.get(f"/site/mikrotik-stats/{victim.site_id}").status, 200)
        victim.facts["version"] = "7.17 (stable)"
        self.assertIsNone(victim.poll())
        self.assertEqual(get_site(self.team.api, victim.site_id)["software_version"], "7.17")

    def test_routers_with_a_wrong_clock(self):
        router = Device(self.server, 3, **{"build-time": "Jan/01/1970 00:00:00"}).adopt(self.team.runbook)
        self.addCleanup(router.close)
        base = router.body().rpartition(";uptime=")[0]
        for uptime in ("0s", "10w", "99999w9d99:99:99", "292000y", "-1d", "1d10h30m15s", "00:00:00", "4294967295", "1w2d03:04:05", "106751991167300w"):
            with self.subTest(uptime=uptime):
                self.assertEqual(router.heartbeat(body=f"{base};uptime={uptime}").status, 200)
                site = get_site(self.team.api, router.site_id)
                self.assertEqual((site["state"], site["has_pulse"]), ("online", True))
        # The clock that counts is ours: a job still runs.
        job = create_job(self.team.api, router.site_id)
        router.run(router.handout(router.heartbeat(body=f"{base};uptime=1s")))
        self.assertEqual(get_job(self.team.api, router.site_id, job["id"])["status"], "completed")

    def test_replays_and_forgeries_under_load(self):
        job = create_job(self.team.api, self.device.site_id)
        handout = self.device.poll()
        done = handout.urls["done"]
        before, signature = done[:-64], done[-64:]
        forged = [before + self.rng.randbytes(32).hex() for _ in range(100)]
        forged += [before + signature[:i] + format(int(signature[i], 16) ^ 1, "x") + signature[i + 1:] for i in range(64)]
        self.assertEqual({self.device.http.get(url).status for url in forged}, {403})
        self.assertEqual(get_job(self.team.api, self.device.site_id, job["id"])["status"], "sent")
        self.device.run(handout)
        ended = get_job(self.team.api, self.device.site_id, job["id"])
        for url in list(handout.urls.values()) * 20: self.assertEqual(self.device.http.get(url).status, 200)
        self.assertEqual(get_job(self.team.api, self.device.site_id, job["id"]), ended)

    def test_idle_connections_cost_little(self):
        before = self.resident_bytes()
        connections = [socket.create_connection(("127.0.0.1", self.server.port), timeout=10) for _ in range(1000)]
        try:
            self.assert_alive()
            self.assertLess(self.resident_bytes() - before, 64 * 1024 * 1024)
        finally:
            for connection in connections: connection.close()

    def test_a_tls_client_that_breaks_off(self):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        for _ in range(30):
            plain = socket.create_connection(("127.0.0.1", self.tls_port), timeout=10)
            wrapped = context.wrap_socket(plain)
            wrapped.sendall(b"POST /poll HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\nhalf")
            wrapped.detach()
            plain.close()
        self.assert_alive()
