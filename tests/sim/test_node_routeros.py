"""The simulator's API as node-routeros and routeros-client see it: the npm packages, unmodified."""
import json
import pathlib
import subprocess
import unittest

from tests.support.sim_router import SimRouter

PACKAGES = pathlib.Path(__file__).parent / "npm"


def run_client(router):
    done = subprocess.run(["node", "session.cjs", router.address, str(router.port("api")), str(router.port("api-ssl"))], cwd=PACKAGES,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=120)
    if done.returncode != 0 or not done.stdout.strip(): raise AssertionError(done.stdout + done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


class Clients:
    @classmethod
    def setUpClass(cls):
        cls.router = SimRouter(cls.routeros)
        cls.addClassCleanup(cls.router.close)
        cls.results = run_client(cls.router)

    def test_no_step_failed(self):
        self.assertEqual({k: v for k, v in self.results.items() if k.endswith("Failed")}, {})

    def test_writing(self):
        self.assertRegex(self.results["added"], r"^\*[0-9A-F]+$")
        self.assertEqual(self.results["printed"], "192.168.84.10/24")
        self.assertEqual(self.results["removed"], [])
        self.assertEqual(self.results["interfaces"], ["ether1", "ether2", "ether3", "ether4", "ether5"])
        self.assertEqual(self.results["trap"], "no such item")
        self.assertIn("no such command", self.results["unknown"])
        self.assertEqual(self.results["together"], 50)
        self.assertEqual(self.results["ping"], 2)

    def test_streaming(self):
        self.assertEqual(self.results["listened"], ["streamed", "yes"])
        self.assertGreaterEqual(self.results["sections"], 2)
        self.assertEqual(self.results["afterwards"], "MikroTik")

    def test_logging_in(self):
        self.assertEqual(self.results["wrong"].lower(), "username or password is invalid")  # the package's own words for the trap
        self.assertEqual(self.results["forbidden"], "not enough permissions (9)")
        self.assertEqual((self.results["again"], self.results["tls"]), ("MikroTik", "MikroTik"))

    def test_client(self):
        self.assertEqual(self.results["identity"], "MikroTik")
        self.assertEqual(self.results["rule"], {"chain": "forward", "port": "80", "source": "192.168.88.5"})
        self.assertEqual((self.results["disabled"], self.results["left"]), (True, 0))


class OnSeven(Clients, unittest.TestCase):
    routeros = "7.16.2"


class OnSix(Clients, unittest.TestCase):
    routeros = "6.49.17"
