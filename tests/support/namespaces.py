"""Network namespaces, joined by a cable, with programs in them. Names hold our process id, so that test runs do not meet."""
import itertools
import os
import re
import signal
import subprocess

_numbers = itertools.count(1)


def ip(*words):
    return subprocess.run(["ip", *words], check=True, capture_output=True, text=True).stdout


def sweep():
    """Removes what test runs have left that were killed."""
    for name, pid in re.findall(r"^(os(\d+)[a-z]\d+)\b", ip("netns", "list"), re.M):
        if os.path.exists(f"/proc/{pid}"): continue
        for inside in ip("netns", "pids", name).split(): os.kill(int(inside), signal.SIGKILL)
        ip("netns", "del", name)


class Namespace:
    def __init__(self, role):
        self.name = f"os{os.getpid()}{role}{next(_numbers)}"
        ip("netns", "add", self.name)
        self.ip("link", "set", "lo", "up")

    def ip(self, *words):
        return ip("-n", self.name, *words)

    def command(self, *words):
        return ["ip", "netns", "exec", self.name, *words]

    def run(self, *words, timeout=30):
        """Exit status and output of a program inside."""
        done = subprocess.run(self.command(*words), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=timeout)
        return done.returncode, done.stdout

    def pings(self, address):
        return self.run("ping", "-c", "1", "-W", "2", address)[0] == 0

    def processes(self):
        return ip("netns", "pids", self.name).split()

    def programs(self):
        """Names of what runs inside."""
        names = []
        for pid in self.processes():
            try:
                with open(f"/proc/{pid}/comm") as comm: names.append(comm.read().strip())
            except FileNotFoundError:
                continue
        return sorted(names)

    def close(self):
        subprocess.run(["ip", "netns", "del", self.name], capture_output=True)


def join(one, one_address, other, other_address):
    """A cable between two namespaces; gives the names of its ends."""
    number = next(_numbers)
    ends = [f"c{os.getpid()}-{number}{side}" for side in "ab"]
    ip("link", "add", ends[0], "netns", one.name, "type", "veth", "peer", "name", ends[1], "netns", other.name)
    for space, end, address in ((one, ends[0], one_address), (other, ends[1], other_address)):
        space.ip("addr", "add", f"{address}/24", "dev", end)
        space.ip("link", "set", end, "up")
    return ends
