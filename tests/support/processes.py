"""Child processes whose output goes to a file, and free ports for them to listen on."""
import os
import pathlib
import random
import signal
import socket
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("OPENSTRAT_BUILD_DIR", ROOT / "build" / "dev"))
LOG_TAIL_BYTES = 12_000


def binary(name):
    path = BUILD / name
    if not path.exists(): raise AssertionError(f"{path} does not exist; build it, or set OPENSTRAT_BUILD_DIR")
    return str(path)


def clean_environment(extra=None):
    """Ours without OPENSTRAT_*: an unknown one would be a configuration mistake, a known one would change the test."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OPENSTRAT_")}
    environment.update(extra or {})
    return environment


def free_port():
    """A port that nobody listens on, below the range that outgoing connections take theirs from: it stays free until used."""
    for port in random.SystemRandom().sample(range(20_000, 32_000), 200):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise AssertionError("no free port")


class Process:
    """One child with its own process group; `log` collects stdout and stderr over all its starts."""

    def __init__(self, name, log):
        self.name, self.log, self.child = name, pathlib.Path(log), None

    def launch(self, command, environment=None, before_exec=None):
        assert self.child is None, f"{self.name} runs already"
        with open(self.log, "ab") as out:
            self.child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
                                          env=environment if environment is not None else clean_environment(), preexec_fn=before_exec)

    def is_running(self):
        return self.child is not None and self.child.poll() is None

    def pid(self):
        return self.child.pid

    def signal(self, number):
        self.child.send_signal(number)

    def stop(self, timeout=20):
        """Asks politely; the exit code. A child that does not end in time is killed and fails the test."""
        if self.child is None: return None
        child, self.child = self.child, None
        if child.poll() is None: child.send_signal(signal.SIGTERM)
        try:
            return child.wait(timeout)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
            raise AssertionError(f"{self.name} did not stop within {timeout} s\n{self.log_tail()}") from None

    def kill(self):
        """kill -9: what a power cut leaves of a process."""
        if self.child is None: return
        child, self.child = self.child, None
        child.kill()
        child.wait()

    def log_text(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def log_tail(self):
        return f"--- end of the log of {self.name} ---\n{self.log_text()[-LOG_TAIL_BYTES:]}\n---"
