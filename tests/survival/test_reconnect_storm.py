"""The whole fleet comes back at once after an outage of ours: every router over a new TLS connection, as real ones do."""
import asyncio
import multiprocessing
import resource
import ssl
import time
import types

from tests.support.cases import LONG, ServerCase
from tests.support.device import Device
from tests.support.processes import free_port

SITES = 10_000 if LONG else 2_000
BOUND_S = 240 if LONG else 60
PROCESSES = 4
IN_FLIGHT = 500  # connections a process opens at the same moment
ANSWER_S = 30


def adopt_some(url, runbook, numbers):
    tokens, client, server = [], None, types.SimpleNamespace(url=url)
    for number in numbers:
        device = Device(server, number)
        if client: device.http = client
        client = device.adopt(runbook).http  # one kept-alive connection for all
        tokens.append((number, device.token, device.body()))
    return tokens


async def heartbeat(port, context, token, body):
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
    try:
        writer.write(f"POST /poll HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nContent-Type: text/plain\r\n"
                     f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode())
        line = await reader.readline()
        return int(line.split()[1])
    finally:
        writer.close()


async def storm(port, routers):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    slots, statuses, broken = asyncio.Semaphore(IN_FLIGHT), {}, 0

    async def come_back(token, body):
        nonlocal broken
        async with slots:
            for _ in range(3):  # a router whose connection was cut tries again with its next poll
                try:
                    status = await asyncio.wait_for(heartbeat(port, context, token, body), ANSWER_S)
                    statuses[status] = statuses.get(status, 0) + 1
                    return
                except (OSError, ValueError, IndexError, asyncio.TimeoutError):
                    broken += 1

    await asyncio.gather(*(come_back(token, body) for _, token, body in routers))
    return statuses, broken


def storm_some(port, routers, ready, go):
    ready.release()
    go.wait(120)
    return asyncio.run(storm(port, routers))


class ReconnectStorm(ServerCase):
    @classmethod
    def make_server(cls, engine="sqlite", **more):
        server = super().make_server(engine, **more)
        cls.tls_port = free_port()
        server.config["http.listen"] = [server.url, f"127.0.0.1:{cls.tls_port}"]
        server.write_config()
        return server

    def test_everybody_is_answered(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 20_000), hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        context = multiprocessing.get_context("fork")
        with multiprocessing.Manager() as manager, context.Pool(PROCESSES) as pool:
            started = time.monotonic()
            parts = pool.starmap(adopt_some, [(self.server.url, self.team.runbook, range(i, SITES, PROCESSES)) for i in range(PROCESSES)])
            adopted = time.monotonic() - started
            self.assertEqual(sum(map(len, parts)), SITES)
            self.server.restart()

            ready, go = manager.Semaphore(0), manager.Event()
            storms = pool.starmap_async(storm_some, [(self.tls_port, part, ready, go) for part in parts])
            for _ in range(PROCESSES): self.assertTrue(ready.acquire(timeout=60))
            started = time.monotonic()
            go.set()
            results = storms.get(BOUND_S + 60)
            elapsed = time.monotonic() - started
        statuses = {}
        for some, _ in results:
            for status, count in some.items(): statuses[status] = statuses.get(status, 0) + count
        broken = sum(count for _, count in results)
        print(f"[{SITES} adopted in {adopted:.1f} s, back in {elapsed:.1f} s, {broken} connections tried again] ", end="")
        self.assertEqual(statuses, {200: SITES})
        self.assertLess(elapsed, BOUND_S)
        listed = self.team.api.get("/sites?status=online&per_page=1")
        self.assertEqual(int(listed.headers["X-Total-Count"]), SITES)
