"""Simulated routers without a server: openstrat-sim with services that listen, and its control socket."""
import json
import pathlib
import random
import shutil
import socket
import tempfile
import time

from tests.support.processes import Process, binary

START_S = 60


class SimulatedRouters(Process):
    """`count` routers of one version, each on an address of its own in a random network of loopback; ports are moved up by `offset`."""

    def __init__(self, routeros="7.20.8", count=1, models="rb750gr3", options=()):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="openstrat-sim-"))
        super().__init__("openstrat-sim", self.directory / "log")
        chance = random.SystemRandom()
        self.offset = chance.randrange(20_000, 30_000)
        network = f"127.{chance.randrange(64, 127)}.{chance.randrange(256)}"
        self.first = f"{network}.1"
        where = self.first if count == 1 else f"{network.rsplit('.', 1)[0]}.0.0/16"
        self.base = network.rsplit(".", 1)[0]
        self.control = self.directory / "control"
        self.launch([binary("openstrat-sim"), "--count", str(count), "--routeros", routeros, "--models", models, "--listen", where, "--port-offset", str(self.offset),
                     "--control", str(self.control), *options])
        end = time.monotonic() + START_S
        while not self.answers():
            if not self.is_running() or time.monotonic() > end: raise AssertionError("openstrat-sim did not start\n" + self.log_tail())
            time.sleep(0.02)
        self.count = count

    def answers(self):
        """The socket is there a moment before anybody listens on it."""
        with socket.socket(socket.AF_UNIX) as link: return link.connect_ex(str(self.control)) == 0

    def address(self, index=0):
        return self.first if self.count == 1 else f"{self.base}.{(index + 1) // 256}.{(index + 1) % 256}"

    def port(self, number):
        return number + self.offset

    def ask(self, **request):
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(60)
            link.connect(str(self.control))
            link.sendall(json.dumps(request).encode() + b"\n")
            answer = link.makefile().readline()
        return json.loads(answer)

    def run_script(self, script, index=0):
        """What the script prints; fails when it fails."""
        answer = self.ask(do="run", router=str(index), script=script)
        assert answer.get("ok") and not answer.get("error"), f"{script}: {answer}"
        return answer["output"]

    def close(self):
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)
