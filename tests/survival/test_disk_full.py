"""The disk of the data directory is full: clear 503s, nothing accepted is lost, and freed space is enough to go on."""
import os
import pathlib
import resource
import signal
import subprocess
import tempfile

from tests.support.cases import Case
from tests.support.device import Device
from tests.support.jobs import create_job, get_job, post_job
from tests.support.server import Server
from tests.support.teams import Team
from tests.support.waiting import wait_until

SCRIPT = "# " + "x" * 60_000 + "\n:put big\n"


class SmallDisk:
    """A tmpfs of a few megabytes; filled up with a file."""

    def __init__(self):
        self.mount = tempfile.mkdtemp(prefix="openstrat-disk-")
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48m", "openstrat-test", self.mount], check=True)
        self.data_dir, self.ballast = pathlib.Path(self.mount, "data"), pathlib.Path(self.mount, "ballast")

    prepare = None

    def fill(self, _):
        with open(self.ballast, "wb", buffering=0) as file:
            try:
                while True: file.write(b"\0" * 4096)
            except OSError:
                pass

    def free(self, _):
        self.ballast.unlink()

    def close(self):
        subprocess.run(["umount", "-l", self.mount], check=True)
        os.rmdir(self.mount)


class SmallFiles:
    """Without the right to mount: no file of the server may grow."""

    def __init__(self):
        self.directory = tempfile.TemporaryDirectory(prefix="openstrat-disk-")
        self.data_dir = pathlib.Path(self.directory.name, "data")

    @staticmethod
    def prepare():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    def fill(self, server):
        largest = max(file.stat().st_size for file in self.data_dir.rglob("*") if file.is_file())
        resource.prlimit(server.pid(), resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))

    def free(self, server):
        resource.prlimit(server.pid(), resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    def close(self):
        self.directory.cleanup()


class DiskFull(Case):
    def test_a_full_disk_is_503_and_heals(self):
        disk = SmallDisk() if os.geteuid() == 0 else SmallFiles()
        self.addCleanup(disk.close)
        server = Server(data_dir=disk.data_dir)
        type(self).processes.append(server)
        self.addCleanup(server.close)
        server.start(before_exec=disk.prepare)
        team = Team(server, "North")
        device = Device(server, 1).adopt(team.runbook)
        self.addCleanup(device.close)
        self.assertIsNone(device.poll())
        before = create_job(team.api, device.site_id, ":put before")
        pid = server.pid()

        disk.fill(server)
        accepted = []

        def refused():
            response = post_job(team.api, device.site_id, SCRIPT)
            if response.status == 201: accepted.append(response.json()["id"])  # there was room left in what SQLite owns already
            return response.status != 201 and response

        self.assert_error(wait_until(refused, "a job is refused", 60, every=0), 503, "api_error", "maintenance")
        for _ in range(20):
            response = post_job(team.api, device.site_id, SCRIPT)
            self.assert_error(response, 503, "api_error", "maintenance")
            self.assertTrue(response.headers["Retry-After"])
        self.assertEqual(server.client().get("/healthz").status, 200)
        self.assertEqual(get_job(team.api, device.site_id, before["id"])["status"], "pending", "reading goes on")
        self.assertIn(device.heartbeat().status, (200, 503))
        self.assertIn(server.client().get("/readyz").status, (200, 503))

        disk.free(server)
        wait_until(lambda: (r := post_job(team.api, device.site_id, SCRIPT)).status == 201 and accepted.append(r.json()["id"]) is None,
                   "jobs are accepted again", 60)
        wait_until(lambda: server.client().get("/readyz").status == 200, "ready", 30)
        self.assertEqual(server.pid(), pid)
        self.assertTrue(server.is_running())

        def drained():
            response = device.heartbeat()
            if response.status == 200 and response.body: device.run(device.handout(response))
            return all(get_job(team.api, device.site_id, job)["status"] == "completed" for job in [before["id"], *accepted[-1:]])

        wait_until(drained, "accepted jobs run", 120, every=0)
        server.restart()
        for job in [before["id"], *accepted]: self.assertEqual(get_job(team.api, device.site_id, job)["status"], "completed")
