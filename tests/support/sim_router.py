"""One simulated router whose services listen on an address of its own."""
import pathlib
import random
import re
import shutil
import tempfile

from tests.support.processes import Process, binary
from tests.support.waiting import wait_until

PORT_OFFSET = 20_000


class SimRouter(Process):
    """Any loopback address is ours, so that tests and routers do not meet; ports are the router's own plus PORT_OFFSET."""

    def __init__(self, routeros="7.20.8", *options, setup=""):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="openstrat-sim-"))
        super().__init__(f"openstrat-sim-{routeros}", self.directory / "log.txt")
        self.address = "127.{}.{}.{}".format(*(random.SystemRandom().randrange(1, 255) for _ in range(3)))
        command = [binary("openstrat-sim"), "--routeros", routeros, "--listen", self.address, "--port-offset", str(PORT_OFFSET), *options]
        if setup:
            script = self.directory / "setup.rsc"
            script.write_text(setup + "\n:put \"setup done\"\n")
            command += ["--script", str(script)]
        self.launch(command)
        ready = "setup done" if setup else " listens: "
        wait_until(lambda: not self.is_running() or ready in self.output(), "the router's services are open")
        if not self.is_running(): raise AssertionError(self.output())

    def port(self, service):
        """The port of a service, from what the program says."""
        found = re.search(rf"\b{service} {re.escape(self.address)}:(\d+)", self.output())
        if not found: raise AssertionError(f"{service} does not listen: {self.output()}")
        return int(found.group(1))

    def output(self):
        return self.log_text()

    def close(self):
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)
