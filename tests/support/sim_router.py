"""Simulated routers whose services listen, each on an address of its own."""
import pathlib
import random
import re
import shutil
import tempfile

from tests.support.processes import Process, binary
from tests.support.waiting import wait_until

PORT_OFFSET = 20_000


class Listening(Process):
    def __init__(self, name):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="openstrat-sim-"))
        super().__init__(name, self.directory / "log.txt")

    def start(self, command, ready):
        self.launch([binary("openstrat-sim"), "--port-offset", str(PORT_OFFSET), *command])
        wait_until(lambda: not self.is_running() or ready in self.output(), "the services are open")
        if not self.is_running(): raise AssertionError(self.output())

    def output(self):
        return self.log_text()

    def close(self):
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)


class SimFleet(Listening):
    def __init__(self, network, count, routeros):
        super().__init__("openstrat-sim-fleet")
        self.start(["--listen", network, "--count", str(count), "--routeros", routeros], f"services of {count} routers are open")


class SimRouter(Listening):
    """Any loopback address is ours, so that tests and routers do not meet; ports are the router's own plus PORT_OFFSET."""

    def __init__(self, routeros="7.20.8", *options, setup=""):
        super().__init__(f"openstrat-sim-{routeros}")
        self.address = "127.{}.{}.{}".format(*(random.SystemRandom().randrange(1, 255) for _ in range(3)))
        command = ["--routeros", routeros, "--listen", self.address, *options]
        if setup:
            script = self.directory / "setup.rsc"
            script.write_text(setup + "\n:put \"setup done\"\n")
            command += ["--script", str(script)]
        self.start(command, "setup done" if setup else " listens: ")

    def port(self, service):
        """The port of a service, from what the program says."""
        found = re.search(rf"\b{service} {re.escape(self.address)}:(\d+)", self.output())
        if not found: raise AssertionError(f"{service} does not listen: {self.output()}")
        return int(found.group(1))
