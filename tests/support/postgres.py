"""PostgreSQL servers of tests/postgres.sh: the shared one of a test run, and private ones that a test may stop."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import uuid

from tests.support.processes import ROOT

SCRIPT = str(ROOT / "tests" / "postgres.sh")


class Postgres:
    def __init__(self, url, environment=None):
        self.url, self.environment = url, environment

    @classmethod
    def shared(cls):
        """The one that the test runner started, or one of this checkout."""
        url = os.environ.get("OPENSTRAT_TEST_POSTGRES")
        return cls(url) if url else cls(_run("start", dict(os.environ)))

    @classmethod
    def private(cls):
        directory = tempfile.mkdtemp(prefix="openstrat-pg-")
        os.chmod(directory, 0o755)
        environment = dict(os.environ, OPENSTRAT_TEST_POSTGRES_DIR=directory)
        postgres = cls(_run("start", environment), environment)
        postgres.directory = pathlib.Path(directory)
        return postgres

    def create_database(self):
        """A URL of an empty database; the server that holds it is thrown away after the tests, so nobody drops it."""
        name = "functional_" + uuid.uuid4().hex[:12]
        subprocess.run(["psql", "-q", "-X", "-d", self.url, "-c", f"CREATE DATABASE {name}"], check=True, capture_output=True, text=True)
        before, _, query = self.url.partition("?")
        return before[:before.rindex("/") + 1] + name + ("?" + query if query else "")

    def drop_database(self, url):
        name = url.partition("?")[0].rpartition("/")[2]
        subprocess.run(["psql", "-q", "-X", "-d", self.url, "-c", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"], capture_output=True)

    def start(self): _run("start", self.environment)
    def stop(self): _run("stop", self.environment)

    def close(self):
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)


def _run(action, environment):
    done = subprocess.run([SCRIPT, action], env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, f"postgres.sh {action}: {done.stdout}{done.stderr}"
    return done.stdout.strip()
