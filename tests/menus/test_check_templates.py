"""The device scripts against recorded menu trees, and the checker itself against a small tree of its own."""
import gzip
import json
import os
import pathlib
import stat
import subprocess
import sys
import tempfile
import unittest

CHECKER = pathlib.Path(__file__).resolve().parent / "check_templates.py"
BUILD = pathlib.Path(os.environ.get("OPENSTRAT_BUILD_DIR", CHECKER.parent.parent.parent / "build" / "dev"))


def cmd(*args):
    return {"_type": "cmd", **{a: {"_type": "arg"} for a in args}}


TREE = {
    "do": cmd("command", "on-error"), "put": cmd("message"), "local": cmd("name", "value"), "parse": cmd("value"),
    "ip": {"_type": "dir", "address": {"_type": "dir", "add": cmd("address", "comment"), "set": cmd("comment"),
                                       "find": cmd("where"), "remove": cmd("numbers")}},
    "tool": {"_type": "dir", "fetch": cmd("url", "as-value")},
    "routing": {"_type": "dir", "bgp": {"_type": "dir"}},
    "system": {"_type": "dir", "scheduler": {"_type": "dir", "add": cmd("name", "on-event")}},
}


class Checker(unittest.TestCase):
    def check(self, *scripts):
        with tempfile.TemporaryDirectory() as directory:
            with gzip.open(pathlib.Path(directory, "7.12.json.gz"), "wt") as file:
                json.dump(TREE, file)
            program = pathlib.Path(directory, "program")
            lines = "\n".join(json.dumps({"name": f"s{i}", "script": s}) for i, s in enumerate(scripts))
            program.write_text(f"#!/bin/sh\ncat <<'END'\n{lines}\nEND\n")
            program.chmod(program.stat().st_mode | stat.S_IXUSR)
            env = dict(os.environ, OPENSTRAT_MENU_TREES=directory)
            done = subprocess.run([sys.executable, str(CHECKER), str(program)], env=env, capture_output=True, text=True)
            return done.returncode, done.stdout

    def test_accepts_what_the_tree_has(self):
        code, text = self.check(
            ':do {/ip address remove [find where comment~"x" dynamic=no]} on-error={}',
            '/ip/address\nadd address=1.1.1.1 comment="# no script"\n# a comment: /ip bogus\n:put "plain /text"',
            '/system scheduler add name=x on-event=":do {/tool fetch url=\\"u\\" as-value} on-error={}"',
            ':local x [:parse "/routing bgp peer remove [find where comment~\\"x\\"]"]')
        self.assertEqual((code, "0 findings" in text), (0, True), text)

    def test_finds_wrong_names_however_deep(self):
        for script, name in [
                ("/ip adress add address=1.1.1.1", "/ip/adress"),
                ("/ip address add adress=1.1.1.1", "/ip/address/add adress"),
                ('/ip address remove [find where coment~"x"]', "/ip/address/find where coment"),
                ('/system scheduler add name=x on-event="/tool fech url=\\"u\\""', "/tool/fech"),
                (':local x [:parse ":local y [:parse \\"/ip adress remove 1\\"]"]', "/ip/adress"),
                ("/tool fetch url=u as-valu", "/tool/fetch as-valu"),
                (':put ("a" . [/ip adress find])', "/ip/adress")]:
            code, text = self.check(script)
            self.assertEqual(code, 1, script)
            self.assertIn(name + ":", text)

    def test_names_of_some_versions_belong_into_strings(self):
        code, text = self.check("/routing bgp peer remove 1")
        self.assertEqual(code, 1)
        self.assertIn("only inside a string", text)


class Scripts(unittest.TestCase):
    def test_use_only_names_that_routers_have(self):
        program = BUILD / "routeros-templates"
        done = subprocess.run([sys.executable, str(CHECKER), str(program)], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
