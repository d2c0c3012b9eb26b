"""Base of the tests with real binaries: seeds, clean-up, and the logs of every process when a test fails."""
import os
import random
import unittest
import zlib

from tests.support.postgres import Postgres
from tests.support.server import Server
from tests.support.teams import Team

LONG = os.environ.get("OPENSTRAT_LONG") == "1"


class Case(unittest.TestCase):
    """`rng` is seeded from the test's name, or from OPENSTRAT_TEST_SEED to repeat a failure."""

    @classmethod
    def setUpClass(cls):
        cls.processes = []

    def setUp(self):
        self.seed = int(os.environ.get("OPENSTRAT_TEST_SEED") or zlib.crc32(self.id().encode()))
        self.rng = random.Random(self.seed)
        print(f"seed {self.seed} ", end="", flush=True)

    def run(self, result=None):
        before = len(result.failures) + len(result.errors)
        super().run(result)
        if len(result.failures) + len(result.errors) > before:
            for process in type(self).processes: print("\n" + process.log_tail(), flush=True)

    @classmethod
    def add_server(cls, engine="sqlite", **more):
        """A started server that lives as long as the class."""
        server = cls.make_server(engine, **more)
        server.start()
        return server

    @classmethod
    def make_server(cls, engine="sqlite", **more):
        if engine == "postgres":
            postgres = Postgres.shared()
            more["db"] = postgres.create_database()
            cls.addClassCleanup(postgres.drop_database, more["db"])
        server = Server(**more)
        cls.processes.append(server)
        cls.addClassCleanup(server.close)
        return server

    def assert_error(self, response, status, kind, code):
        """The documented body of an error; it is returned for further checks."""
        self.assertEqual(response.status, status, response)
        self.assertTrue(response.headers["Content-Type"].startswith("application/json"), response.headers["Content-Type"])
        body = response.json()
        self.assertEqual((body["type"], body["code"]), (kind, code), body)
        self.assertTrue(body["message"])
        self.assertTrue(body["doc_url"].endswith(f"/errors/{code}"), body["doc_url"])
        self.assertTrue(body["request_id"].startswith("req_"), body["request_id"])
        self.assertEqual(response.headers["X-Request-Id"], body["request_id"])
        return body


class ServerCase(Case):
    """One server and one team for all tests of a class. Subclasses say which engine and which configuration."""
    engine = "sqlite"
    config = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = cls.add_server(cls.engine, config=cls.config)
        cls.team = cls.add_team("North")

    @classmethod
    def add_team(cls, name):
        team = Team(cls.server, name)
        cls.addClassCleanup(team.close)
        return team
