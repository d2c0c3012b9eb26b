"""One simulated router whose services listen, with passwords and keys of OpenSSH's client at hand."""
import os
import pathlib
import random
import pty
import re
import select
import subprocess
import tempfile
import time

from tests.support.processes import Process, binary, clean_environment


class Router(Process):
    """`script`: what it is set up with. Ports are the router's own plus an offset."""

    def __init__(self, script="", routeros="7.20.8", *more):
        self.files = tempfile.TemporaryDirectory(prefix="openstrat-test-")
        self.directory = pathlib.Path(self.files.name)
        super().__init__("openstrat-sim", self.directory / "sim.log")
        self.ask = self.directory / "ask"
        chance = random.SystemRandom()
        for _ in range(20):  # an address of its own: on 127.0.0.1 the connections of other tests hold ports
            self.address = f"127.{chance.randrange(64, 127)}.{chance.randrange(256)}.{chance.randrange(1, 255)}"
            self.offset = chance.randrange(20_000, 30_000)
            setup = self.directory / "setup.rsc"
            setup.write_text(script + "\n:put \"set up\"\n")
            self.launch([binary("openstrat-sim"), "--listen", self.address, "--port-offset", str(self.offset), "--routeros", routeros, "--script", str(setup), *more])
            if self.is_up(): return
            self.kill()
        raise AssertionError(f"no router came up\n{self.log_text()}")

    def is_up(self, timeout=20):
        end = time.monotonic() + timeout
        while time.monotonic() < end and self.is_running():
            if "set up" in self.log_text(): return "cannot open" not in self.log_text()
            time.sleep(0.02)
        return False

    def port(self, number):
        return number + self.offset

    def close(self):
        self.stop()
        self.files.cleanup()

    def key(self, kind="ed25519"):
        """A pair of key files; the private one."""
        path = self.directory / f"id_{kind}"
        if not path.exists(): subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", "somebody@desk", "-f", str(path)], check=True)
        return path

    def options(self, port="-p", key=None):
        chosen = ["-oPubkeyAuthentication=no"] if key is None else ["-oIdentitiesOnly=yes", f"-oIdentityFile={key}"]
        return ["-F", "/dev/null", f"-oHostName={self.address}", "-oStrictHostKeyChecking=no", "-oUserKnownHostsFile=/dev/null", "-oLogLevel=ERROR", "-oNumberOfPasswordPrompts=1", *chosen,
                port, str(self.port(22))]

    def environment(self, password):
        self.ask.write_text(f"#!/bin/sh\necho '{password}'\n")
        self.ask.chmod(0o700)
        return clean_environment({"SSH_ASKPASS": str(self.ask), "SSH_ASKPASS_REQUIRE": "force", "DISPLAY": "none", "TERM": "xterm"})

    def ssh(self, command, user="admin", password="", key=None, stdin=subprocess.DEVNULL, timeout=30, options=()):
        return subprocess.run(["ssh", *self.options(key=key), *options, f"{user}@127.0.0.1", *([] if command is None else [command])], stdin=stdin, capture_output=True,
                              timeout=timeout, start_new_session=True, env=self.environment(password))

    def scp(self, *files, old=False, password="", key=None, timeout=30):
        """Names with a leading colon are the router's."""
        named = [f"admin@127.0.0.1{name}" if str(name).startswith(":") else str(name) for name in files]
        return subprocess.run(["scp", *(["-O"] if old else []), *self.options("-P", key), *named], stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout,
                              start_new_session=True, env=self.environment(password))

    def sftp(self, batch, password="", key=None, timeout=30):
        commands = self.directory / "batch"
        commands.write_text(batch)
        return subprocess.run(["sftp", "-q", *self.options("-P", key), "-oBatchMode=no", "-b", str(commands), "admin@127.0.0.1"], stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=timeout, start_new_session=True, env=self.environment(password))

    def terminal(self, command=None, user="admin", password="", columns=80, lines=24):
        command = command or ["ssh", "-tt", *self.options(), f"{user}@127.0.0.1"]
        return Terminal(command, self.environment(password), columns, lines)


class Terminal:
    """A program on a terminal of its own."""

    def __init__(self, command, environment, columns, lines):
        import fcntl
        import struct
        import termios
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.child = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True, env=environment)
        os.close(theirs)
        self.fd, self.seen = ours, ""

    def read_until(self, end, timeout=30):
        """What came up to and with a match of the pattern."""
        limit = time.monotonic() + timeout
        while (found := re.search(end, self.seen)) is None:
            if time.monotonic() > limit: raise AssertionError(f"{end!r} did not come; there is: {self.seen[-2000:]!r}")
            if not select.select([self.fd], [], [], 0.1)[0]: continue
            try:
                data = os.read(self.fd, 65536)
            except OSError:
                data = b""
            if not data: raise AssertionError(f"the program ended before {end!r}: {self.seen[-2000:]!r}")
            self.seen += data.decode(errors="replace")
        text, self.seen = self.seen[:found.end()], self.seen[found.end():]
        return text

    def type(self, text, end=r"\[[^\]\r\n]*@[^\]\r\n]*\] [^\r\n]*> $"):
        os.write(self.fd, text.encode())
        return self.read_until(end)

    def ended(self, timeout=20):
        """The exit status, once the program has ended."""
        limit = time.monotonic() + timeout
        while self.child.poll() is None and time.monotonic() < limit:
            if select.select([self.fd], [], [], 0.1)[0]:
                try:
                    self.seen += os.read(self.fd, 65536).decode(errors="replace")
                except OSError:
                    break
        return self.child.wait(max(0.1, limit - time.monotonic()))

    def close(self):
        if self.child.poll() is None: self.child.kill()
        self.child.wait()
        os.close(self.fd)
