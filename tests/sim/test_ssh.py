"""SSH and telnet of a simulated router, with OpenSSH's own clients."""
import errno
import re
import socket
import subprocess
import time
import unittest

from tests.support.processes import binary
from tests.support.router import Router, Terminal

PROMPT = r"\[admin@MikroTik\] > $"
SETUP = """/user set admin password=secret
/user group add name=eyes policy=ssh,read
/user add name=guest group=eyes password=guest
/user add name=nobody group=eyes password=nobody disabled=yes
"""


class RouterCase(unittest.TestCase):
    routeros = "7.20.8"
    setup = SETUP

    @classmethod
    def setUpClass(cls):
        cls.router = Router(cls.setup, cls.routeros)
        cls.addClassCleanup(cls.router.close)

    def run_on(self, command, **more):
        done = self.router.ssh(command, **{"password": "secret", **more})
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def ok(self, command, **more):
        status, out, error = self.run_on(command, **more)
        self.assertEqual((status, error), (0, ""), out)
        return out

    def log(self):
        return self.ok(":foreach line in=[/log find] do={ :put [/log get $line message] }")


class Commands(RouterCase):
    def test_output_status_and_line_ends(self):
        self.assertEqual(self.ok(":put 1"), "1\r\n")
        self.assertEqual(self.ok(":local a 5\n:put $a\n:put ($a + 1)"), "5\r\n6\r\n")
        export = self.ok("/export")
        self.assertRegex(export, r"^# \d{4}-\d\d-\d\d \d\d:\d\d:\d\d by RouterOS 7\.20\.8\r\n# software id = ")
        self.assertNotRegex(export, r"[^\r]\n")
        self.assertEqual(self.run_on("/ip address remove *99"), (1, "no such item\r\n", ""))
        self.assertEqual(self.run_on("nonsense"), (1, "bad command name nonsense (line 1 column 1)\r\n", ""))

    def test_wide_output_is_not_cut(self):
        self.ok('/ip firewall address-list add list=wide address=192.0.2.1 comment="' + "x" * 300 + '"')
        self.assertIn("x" * 300, self.ok("/ip firewall address-list print detail"))
        self.assertTrue(all(len(line) <= 100 for line in self.ok("/interface print", user="admin+c100w").splitlines()))

    def test_endless_output_costs_nothing(self):
        child = subprocess.Popen(["ssh", *self.router.options(), "admin@127.0.0.1", ":while (true) do={ :put \"" + "x" * 1000 + "\" }"], stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True, env=self.router.environment("secret"))
        child.stdout.read(1000)
        time.sleep(1)  # nobody reads: the pipe, the window and the router's queue fill up
        self.assertEqual(self.ok(":put 1"), "1\r\n")
        with open(f"/proc/{self.router.pid()}/status") as status: resident = int(re.search(r"VmRSS:\s+(\d+)", status.read())[1])
        self.assertLess(resident, 300_000)
        child.kill()
        child.communicate()
        self.assertEqual(self.ok(":put 2"), "2\r\n")

    def test_what_a_client_breaks_off_ends(self):
        child = subprocess.Popen(["ssh", *self.router.options(), "admin@127.0.0.1", ":put begun; :delay 1h"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                 stderr=subprocess.DEVNULL, start_new_session=True, env=self.router.environment("secret"))
        child.stdout.read(5)
        child.kill()
        child.communicate()
        for _ in range(100):
            if self.ok(":put [/system script job print count-only]") == "1\r\n": return
            time.sleep(0.05)
        self.fail("the command still runs")


class Logins(RouterCase):
    def test_passwords(self):
        self.assertEqual(self.run_on(":put 1", password="wrong")[0], 255)
        self.assertEqual(self.run_on(":put 1", user="stranger")[0], 255)
        self.assertEqual(self.run_on(":put 1", user="nobody", password="nobody")[0], 255)
        self.assertEqual(self.ok(":put [/system identity get name]", user="guest", password="guest"), "MikroTik\r\n")
        status, out, _ = self.run_on("/system identity set name=x", user="guest", password="guest")
        self.assertEqual((status, out), (1, "not enough permissions (9)\r\n"))
        log = self.log()
        self.assertIn("user admin logged in from 127.0.0.1 via ssh", log)
        self.assertIn("user guest logged out from 127.0.0.1 via ssh", log)
        self.assertIn("login failure for user admin from 127.0.0.1 via ssh", log)
        self.assertIn("login failure for user stranger from 127.0.0.1 via ssh", log)

    def test_keys_win_over_passwords(self):
        for kind in ("ed25519", "rsa"):
            key = self.router.key(kind)
            self.assertEqual(self.router.scp(f"{key}.pub", f":{kind}.pub", password="secret").returncode, 0)
            self.ok(f"/user add name={kind} group=full password=known; /user ssh-keys import public-key-file={kind}.pub user={kind}")
            with self.subTest(kind):
                self.assertEqual(self.ok(":put in", user=kind, key=key), "in\r\n")
                self.assertEqual(self.run_on(":put in", user=kind, password="known")[0], 255)
                self.ok("/ip ssh set always-allow-password-login=yes")
                self.assertEqual(self.ok(":put in", user=kind, password="known"), "in\r\n")
                self.ok("/ip ssh set always-allow-password-login=no")
                self.assertEqual(self.run_on(":put in", user="guest", key=key, password="guest")[0], 0, "a key of somebody else leaves the password")
        printed = self.ok("/user ssh-keys print")
        self.assertIn("ed25519", printed)
        self.assertIn("somebody@desk", printed)
        self.ok("/user ssh-keys remove [find user=rsa]")
        self.assertEqual(self.ok(":put in", user="rsa", password="known"), "in\r\n")
        self.assertEqual(self.run_on("/user ssh-keys import public-key-file=none.pub user=admin")[0], 1)

    def test_removing_the_session_ends_it(self):
        terminal = self.router.terminal(user="guest", password="guest")
        self.addCleanup(terminal.close)
        terminal.read_until(r"\[guest@MikroTik\] > $")
        self.assertIn("guest", self.ok("/user active print"))
        self.ok("/user active remove [find name=guest]")
        self.assertNotEqual(terminal.ended(), None)

    def test_host_keys(self):
        scan = lambda kind: subprocess.run(["ssh-keyscan", "-T", "5", "-p", str(self.router.port(22)), "-t", kind, self.router.address], capture_output=True, timeout=30).stdout.decode()
        first = scan("rsa").split()[-1]
        self.ok("/ip ssh export-host-key key-file-prefix=mine")
        self.assertIn(first, self.ok(":put [/file get mine_rsa.pub contents]"))
        self.ok("/ip ssh regenerate-host-key")
        self.assertNotEqual(scan("rsa").split()[-1], first)
        self.ok("/ip ssh import-host-key private-key-file=mine_rsa.pem")
        self.assertEqual(scan("rsa").split()[-1], first)
        self.ok("/ip ssh set strong-crypto=yes")
        self.assertEqual(self.ok(":put 1"), "1\r\n")
        self.assertEqual(self.run_on(":put 1", options=["-oCiphers=aes128-cbc"])[0], 255)
        self.ok("/ip ssh set strong-crypto=no")


class Files(RouterCase):
    def test_both_ways(self):
        local = self.router.directory / "big.bin"
        local.write_bytes(bytes(range(256)) * 3000)
        for old in (False, True):
            with self.subTest("scp -O" if old else "scp"):
                self.assertEqual(self.router.scp(local, ":up.bin", old=old, password="secret").returncode, 0)
                back = self.router.directory / "back.bin"
                self.assertEqual(self.router.scp(":up.bin", back, old=old, password="secret").returncode, 0)
                self.assertEqual(back.read_bytes(), local.read_bytes())
                self.assertNotEqual(self.router.scp(":absent.bin", back, old=old, password="secret").returncode, 0)
        self.assertEqual(self.ok(":put [/file get up.bin size]"), "768000\r\n")
        done = self.router.sftp(f"put {local} one.bin\nrename one.bin two.bin\nls -l\nget two.bin {self.router.directory}/two.bin\nrm two.bin\n", password="secret")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("two.bin", done.stdout.decode())
        self.assertEqual((self.router.directory / "two.bin").read_bytes(), local.read_bytes())
        self.assertEqual(self.ok(":put [:len [/file find name=two.bin]]"), "0\r\n")

    def test_too_large(self):
        local = self.router.directory / "huge.bin"
        with open(local, "wb") as file: file.truncate(100 << 20)
        self.assertNotEqual(self.router.scp(local, ":huge.bin", password="secret").returncode, 0)
        self.assertNotEqual(self.router.scp(local, ":huge.bin", old=True, password="secret").returncode, 0)

    def test_scripts_that_run_by_themselves(self):
        local = self.router.directory / "x.auto.rsc"
        local.write_text(':put "it runs"\n/ip pool add name=uploaded ranges=10.9.0.1-10.9.0.9\n')
        self.assertEqual(self.router.scp(local, ":x.auto.rsc", password="secret").returncode, 0)
        self.assertIn("it runs", self.ok(":delay 1s; :put [/file get x.auto.log contents]"))
        self.assertEqual(self.ok(":put [:len [/ip pool find name=uploaded]]"), "1\r\n")


class Prompt(RouterCase):
    def open(self, **more):
        terminal = self.router.terminal(password="secret", **more)
        self.addCleanup(terminal.close)
        terminal.greeting = terminal.read_until(PROMPT)
        return terminal

    def test_a_session(self):
        terminal = self.open()
        self.assertIn("MikroTik RouterOS 7.20.8 (c)", terminal.greeting)
        self.assertIn("Press F1 for help", terminal.greeting)
        self.assertIn("\r\n4\r\n", terminal.type(":put (2 + 2)\r"))
        self.assertIn("[admin@MikroTik] /ip/address> ", terminal.type("/ip/add\t\r"))
        self.assertIn("ADDRESS", terminal.type("print\r"))
        terminal.type("/\r")
        self.assertIn("ether1", terminal.type("/interface print without-paging\r"))
        self.assertIn("interrupted", terminal.type(":delay 1h\r\x03"))
        self.assertIn("global", terminal.type(":global word global; :put $word\r"))
        terminal.type("/quit\r", r"$")
        self.assertEqual(terminal.ended(), 0)

    def test_pages_follow_the_window(self):
        self.ok(":for i from=1 to=60 do={ /ip firewall address-list add list=paged address=(10.1.0.0 + $i) }")
        terminal = self.open(lines=10)
        page = terminal.type("/ip firewall address-list print\r", r"\[Q quit\|D dump\|down\]")
        self.assertEqual(page.count("\n"), 10, "what was typed, and nine lines")
        self.assertIn("10.1.0.60", terminal.type("d"))

    def test_reboot_asks_and_ends_the_session(self):
        router = Router(SETUP)
        self.addCleanup(router.close)
        terminal = router.terminal(password="secret")
        self.addCleanup(terminal.close)
        terminal.read_until(PROMPT)
        terminal.type("/system reboot\r", r"Reboot, yes\? \[y/N\]: $")
        terminal.type("y\r", "system will reboot shortly")
        self.assertNotEqual(terminal.ended(), None)

    def test_input_from_a_pipe(self):
        script = self.router.directory / "typed"
        script.write_text("/ip pool\nadd name=typed ranges=10.8.0.1-10.8.0.2\n:put [:len [find name=typed]]\n")
        with open(script) as typed: done = self.router.ssh(None, password="secret", stdin=typed, options=["-T"])
        self.assertEqual(done.returncode, 0)
        self.assertIn("\r\n1\r\n", done.stdout.decode())


class Version6(RouterCase):
    routeros = "6.49.17"

    def test_it_looks_like_version_6(self):
        terminal = self.router.terminal(password="secret")
        self.addCleanup(terminal.close)
        self.assertIn("[?]             Gives the list", terminal.read_until(PROMPT))
        self.assertIn("[admin@MikroTik] /ip address> ", terminal.type("ip address\r"))
        self.assertIn("add -- Create a new item", terminal.type("?"))
        self.assertIn("Flags: X - disabled, I - invalid, D - dynamic", terminal.type("print\r"))


class Nuisances(RouterCase):
    def connect(self, port=22):
        link = socket.create_connection((self.router.address, self.router.port(port)), timeout=10)
        self.addCleanup(link.close)
        return link

    def test_garbage(self):
        for bytes_sent in (b"GET / HTTP/1.0\r\n\r\n", b"\x00" * 5000, b"SSH-2.0-x\r\n" + b"\xff" * 5000, b"SSH-1.5-old\r\n", b"SSH-2.0-x\r\n\x00\x00\x00\x0c\x0a\x14" + b"\x00" * 300):
            link = self.connect()
            link.settimeout(10)
            try:
                link.sendall(bytes_sent)
                link.shutdown(socket.SHUT_WR)
                while link.recv(65536): pass
            except OSError as gone:  # the router may hang up first
                if gone.errno not in (errno.ECONNRESET, errno.EPIPE, errno.ENOTCONN): raise
        self.assertEqual(self.ok(":put 1"), "1\r\n")

    def test_a_hundred_who_say_nothing(self):
        idle = [self.connect() for _ in range(100)]
        self.assertEqual(self.ok(":put 1"), "1\r\n")
        self.assertEqual(len(idle), 100)


class Console(unittest.TestCase):
    """openstrat-sim --console, on a terminal and from a pipe."""

    def test_terminal(self):
        terminal = Terminal([binary("openstrat-sim"), "--console"], {"TERM": "xterm"}, 100, 30)
        self.addCleanup(terminal.close)
        self.assertIn("MikroTik RouterOS 7", terminal.read_until(PROMPT))
        self.assertIn("\r\n4\r\n", terminal.type(":put (2 + 2)\r"))
        terminal.type("/quit\r", "")
        self.assertEqual(terminal.ended(), 0)

    def test_pipe(self):
        done = subprocess.run([binary("openstrat-sim"), "--console"], input=b"/ip pool\nadd name=a ranges=10.0.0.1\n:put [:len [find]]\nnonsense\n:put end", capture_output=True, timeout=30)
        self.assertEqual(done.stdout, b"2\nbad command name nonsense (line 1 column 1)\nend\n")


if __name__ == "__main__":
    unittest.main()
