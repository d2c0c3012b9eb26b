"""Programs of others (tests/peers) as child processes that answer a line of JSON with a line of JSON."""
import json
import pathlib
import subprocess

from tests.support.processes import clean_environment

PEERS = pathlib.Path(__file__).resolve().parents[1] / "peers"
NODE = PEERS / "node_modules/node/bin/node"


class PeerError(Exception):
    """What the program made of our server's answer."""

    def __init__(self, error):
        super().__init__(f"{error['kind']} {error['code']}: {error['message']}")
        self.kind, self.code, self.status = error["kind"], error["code"], error["status"]


class Peer:
    def __init__(self, script):
        self.child = subprocess.Popen([str(NODE), script], cwd=PEERS, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                      env=clean_environment({"NODE_NO_WARNINGS": "1"}))

    def call(self, op, **parameters):
        self.child.stdin.write(json.dumps({"op": op, **parameters}) + "\n")
        self.child.stdin.flush()
        line = self.child.stdout.readline()
        if not line: raise AssertionError(f"the peer ended with {self.child.wait(5)}")
        answer = json.loads(line)
        if "error" in answer: raise PeerError(answer["error"])
        return answer["ok"]

    def close(self):
        self.child.stdin.close()
        self.child.wait(10)
        self.child.stdout.close()
