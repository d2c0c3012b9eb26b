"""The server under test: `openstrat serve` in a data directory of its own."""
import http.client
import json
import pathlib
import shutil
import subprocess
import tempfile

from tests.support.http_client import Client
from tests.support.processes import Process, binary, clean_environment, free_port
from tests.support.waiting import wait_until

READY_S = 60


def toml_value(value):
    if isinstance(value, bool): return "true" if value else "false"
    if isinstance(value, (int, float)): return str(value)
    if isinstance(value, list): return "[" + ", ".join(toml_value(item) for item in value) + "]"
    if isinstance(value, dict): return "{" + ", ".join(f"{name} = {toml_value(item)}" for name, item in value.items()) + "}"
    return json.dumps(value)


class Server(Process):
    """Keeps port, data directory and database over restarts. `config` holds configuration keys, `db` a URL (default: SQLite)."""

    def __init__(self, name="server", config=None, db=None, data_dir=None, tls=False):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="openstrat-test-"))
        super().__init__(name, self.directory / "log")
        self.data_dir = pathlib.Path(data_dir) if data_dir else self.directory / "data"
        self.port, self.sftp_port = free_port(), free_port()
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self.db = db or f"sqlite:{self.data_dir / 'openstrat.db'}"
        self.config_file = self.directory / "openstrat.toml"
        # One address for all routers and users of a test: no rate limits unless a test is about them.
        self.config = {"data_dir": str(self.data_dir), "db.url": self.db, "sftp.port": self.sftp_port, "ratelimit.enabled": False,
                       "http.listen": [f"127.0.0.1:{self.port}" if tls else self.url], "public_url.api": self.url, **(config or {})}
        self.write_config()

    def write_config(self):
        self.config_file.write_text("".join(f"{key} = {toml_value(value)}\n" for key, value in self.config.items()))

    def start(self, before_exec=None):
        """Returns when it is ready for requests."""
        self.launch([binary("openstrat"), "serve", "--config", str(self.config_file)], before_exec=before_exec)
        wait_until(self._is_ready, f"{self.name} is ready", READY_S, every=0.02)
        return self

    def _is_ready(self):
        if not self.is_running(): raise AssertionError(f"{self.name} ended with {self.child.poll()} instead of getting ready\n{self.log_tail()}")
        client = Client(self.url, timeout=5)
        try:
            return client.get("/readyz").status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            client.close()

    def restart(self):
        self.stop()
        return self.start()

    def client(self, bearer=None, **more):
        return Client(self.url, bearer, **more)

    def run_cli(self, *arguments, stdin="", environment=None, timeout=120):
        """`openstrat ARGUMENTS --config …` as a finished process."""
        return subprocess.run([binary("openstrat"), *map(str, arguments), "--config", str(self.config_file)], input=stdin, text=True,
                              capture_output=True, timeout=timeout, env=clean_environment(environment))

    def cli(self, *arguments, **more):
        """The JSON that the command prints; AssertionError when it fails."""
        done = self.run_cli(*arguments, **more)
        assert done.returncode == 0, f"openstrat {' '.join(map(str, arguments))}: exit code {done.returncode}\n{done.stdout}{done.stderr}"
        return json.loads(done.stdout)

    def close(self):
        try:
            self.stop()
        finally:
            shutil.rmtree(self.directory, ignore_errors=True)
