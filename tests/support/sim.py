"""Simulated routers: openstrat-sim against a server under test."""
from tests.support.processes import Process, binary


class Sim(Process):
    def __init__(self, server, name="openstrat-sim"):
        super().__init__(name, server.directory / f"{name}.log")
        self.server = server

    def start(self, runbook, count, routeros, *more):
        self.launch([binary("openstrat-sim"), "--server", self.server.url, "--runbook", runbook, "--count", str(count),
                     "--routeros", routeros, *map(str, more)])
        return self

    def close(self):
        self.stop()
