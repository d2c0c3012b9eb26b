"""SNMP of simulated routers, with net-snmp's own tools."""
import os
import re
import socket
import subprocess
import time
import unittest

from tests.support.simulated import SimulatedRouters

SYSTEM = "1.3.6.1.2.1.1"
NAME = f"{SYSTEM}.5.0"
VENDOR = "1.3.6.1.4.1.14988.1.1"
ANSWER_S = 20


class SnmpCase(unittest.TestCase):
    routeros = "7.20.8"
    models = "rb750gr3"
    count = 1
    setup = "/snmp set enabled=yes"

    @classmethod
    def setUpClass(cls):
        cls.routers = SimulatedRouters(cls.routeros, cls.count, cls.models)
        cls.addClassCleanup(cls.routers.close)
        cls.routers.run_script(cls.setup)

    def tool(self, program, *arguments, timeout="5", retries="1", index=0):
        target = f"{self.routers.address(index)}:{self.routers.port(161)}"
        before, after = [a for a in arguments if a.startswith("-")], [a for a in arguments if not a.startswith("-")]
        environment = dict(os.environ, MIBS="", SNMPCONFPATH=str(self.routers.directory), SNMP_PERSISTENT_DIR=str(self.routers.directory))
        return subprocess.run([program, "-On", "-t", timeout, "-r", retries, *before, target, *after], capture_output=True, text=True, timeout=120, env=environment)

    def ok(self, program, *arguments, **more):
        done = self.tool(program, *arguments, **more)
        self.assertEqual(done.returncode, 0, f"{arguments}\n{done.stdout}\n{done.stderr}")
        return done.stdout.strip()

    def get(self, oid, *options, **more):
        return self.ok("snmpget", "-v2c", "-cpublic", "-Oqv", *options, oid, **more)

    def secure(self, user, level, *options):
        return ["-v3", f"-u{user}", f"-l{level}", *options]


class Reading(SnmpCase):
    setup = "/snmp set enabled=yes contact=noc@example.org location=\"Rack 7\"; /system identity set name=edge; /interface ethernet set ether2 comment=\"to the roof\""

    def test_versions_one_and_two(self):
        for version in "-v1", "-v2c":
            self.assertEqual(self.ok("snmpget", version, "-cpublic", "-Oqv", f"{SYSTEM}.1.0", f"{SYSTEM}.4.0", NAME, f"{SYSTEM}.6.0").splitlines(),
                             ['"RouterOS RB750Gr3"', '"noc@example.org"', '"edge"', '"Rack 7"'])
        self.assertEqual(self.get(f"{SYSTEM}.2.0"), ".1.3.6.1.4.1.14988.1")

    def test_interfaces(self):
        names = self.ok("snmpwalk", "-v2c", "-cpublic", "-Oqv", "1.3.6.1.2.1.2.2.1.2").split()
        self.assertIn('"ether1"', names)
        self.assertEqual(int(self.get("1.3.6.1.2.1.2.1.0")), len(names))
        self.assertEqual(self.get("1.3.6.1.2.1.31.1.1.1.18.2"), '"to the roof"')
        self.assertEqual(self.ok("snmpget", "-v2c", "-cpublic", "-OUn", "1.3.6.1.2.1.2.2.1.3.1"), ".1.3.6.1.2.1.2.2.1.3.1 = INTEGER: 6")

    def test_what_is_absent_is_not_zero(self):
        self.assertIn("No Such Instance", self.ok("snmpget", "-v2c", "-cpublic", f"{VENDOR}.3.17.0"))
        self.assertIn("No Such Object", self.ok("snmpget", "-v2c", "-cpublic", "1.3.6.1.4.1.9.9.1.0"))
        self.assertIn("(noSuchName)", self.tool("snmpget", "-v1", "-cpublic", f"{VENDOR}.3.17.0").stderr)

    def oids_of_a_walk(self, *options):
        lines = [line for line in self.ok(*options, "1.3").splitlines() if line.startswith(".1.3") and "No more variables" not in line]
        return [tuple(int(part) for part in line.split(" ", 1)[0].strip(".").split(".")) for line in lines]

    def test_the_whole_tree_is_in_order_and_ends(self):
        bulk = self.oids_of_a_walk("snmpbulkwalk", "-v2c", "-cpublic", "-Cr50")
        self.assertEqual(bulk, sorted(set(bulk)))
        self.assertGreater(len(bulk), 200)
        self.assertEqual(self.oids_of_a_walk("snmpwalk", "-v2c", "-cpublic"), bulk)
        old = self.oids_of_a_walk("snmpwalk", "-v1", "-cpublic")
        self.assertLess(len(old), len(bulk))  # no 64-bit counters
        self.assertTrue(set(old) < set(bulk))

    def test_strangers_and_garbage_get_no_answer(self):
        self.assertIn("Timeout", self.tool("snmpget", "-v2c", "-cwrong", NAME, timeout="1", retries="0").stderr)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
            link.settimeout(0.3)
            for bytes_ in b"", b"\x00" * 1400, b"\x30\x82\xff\xff\x02\x01\x01", os.urandom(500), b"\x30" * 60_000:
                link.sendto(bytes_, (self.routers.address(), self.routers.port(161)))
                self.assertRaises(TimeoutError, link.recv, 65_536)
        self.assertEqual(self.get(NAME), '"edge"')


class Writing(SnmpCase):
    setup = "/snmp set enabled=yes; /snmp community set [find name=public] write-access=yes; /system script add name=hello source=\":put \\\"hello from snmp\\\"\""

    def test_a_name_is_written(self):
        self.ok("snmpset", "-v2c", "-cpublic", NAME, "s", "New $name \"x\"")
        self.assertEqual(self.routers.run_script(":put [/system identity get name]"), 'New $name "x"\n')
        refused = self.tool("snmpset", "-v2c", "-cpublic", f"{SYSTEM}.1.0", "s", "x")
        self.assertIn("notWritable", refused.stderr)

    def test_scripts_run(self):
        names = self.ok("snmpwalk", "-v2c", "-cpublic", "-Oq", f"{VENDOR}.8.1.1.2")
        number = re.search(r"\.(\d+) \"hello\"", names)[1]
        self.assertEqual(self.get(f"{VENDOR}.18.1.1.2.{number}"), '"hello from snmp"')
        self.ok("snmpset", "-v1", "-cpublic", f"{VENDOR}.8.1.1.3.{number}", "s", "1")

    def test_without_the_right_nothing_is_written(self):
        self.routers.run_script("/snmp community add name=reader")
        self.assertIn("noAccess", self.tool("snmpset", "-v2c", "-creader", NAME, "s", "x").stderr)


class Secure(SnmpCase):
    setup = "; ".join(["/snmp set enabled=yes"] + [
        f"/snmp community add name={name} security={security} authentication-protocol={auth} encryption-protocol={priv} "
        "authentication-password=first-password encryption-password=second-password"
        for name, security, auth, priv in [("plain", "none", "MD5", "DES"), ("md5des", "private", "MD5", "DES"), ("md5aes", "private", "MD5", "AES"),
                                           ("shades", "private", "SHA1", "DES"), ("shaaes", "private", "SHA1", "AES"), ("signed", "authorized", "SHA1", "AES")]])

    def test_every_level(self):
        auth = ["-Afirst-password"]
        priv = [*auth, "-Xsecond-password"]
        for options in (self.secure("plain", "noAuthNoPriv"), self.secure("signed", "authNoPriv", "-aSHA", *auth), self.secure("signed", "authPriv", "-aSHA", "-xAES", *priv),
                        self.secure("md5des", "authPriv", "-aMD5", "-xDES", *priv), self.secure("md5aes", "authPriv", "-aMD5", "-xAES", *priv),
                        self.secure("shades", "authPriv", "-aSHA", "-xDES", *priv), self.secure("shaaes", "authPriv", "-aSHA", "-xAES", *priv)):
            self.assertEqual(self.ok("snmpget", *options, "-Oqv", f"{SYSTEM}.1.0"), '"RouterOS RB750Gr3"', options)
        walked = self.ok("snmpbulkwalk", *self.secure("shaaes", "authPriv", "-aSHA", "-xAES", *priv), "1.3.6.1.2.1.2.2")
        self.assertGreater(len(walked.splitlines()), 50)

    def test_what_is_wrong_is_told(self):
        for options, why in ((self.secure("nobody", "noAuthNoPriv"), "Unknown user name"), (self.secure("signed", "noAuthNoPriv"), "nsupported security level"),
                             (self.secure("signed", "authNoPriv", "-aSHA", "-Awrong-password"), "Authentication failure"),
                             (self.secure("shaaes", "authPriv", "-aSHA", "-xAES", "-Afirst-password", "-Xwrong-password"), "ecryption error")):
            self.assertIn(why, self.tool("snmpget", *options, NAME, timeout="1", retries="0").stderr, options)


class Version6(SnmpCase):
    routeros = "6.49.17"

    def test_health_is_scalars(self):
        self.assertGreater(int(self.get(f"{VENDOR}.3.8.0")), 200)
        self.assertEqual(self.get("1.3.6.1.2.1.47.1.1.1.1.2.65536"), '"RouterOS 6.49.17 (long-term) on RB750Gr3"')


class Switching(SnmpCase):
    def test_the_port_follows_the_setting(self):
        self.assertEqual(self.get(NAME)[:1], '"')
        self.routers.run_script("/snmp set enabled=no")
        self.assertNotEqual(self.tool("snmpget", "-v2c", "-cpublic", NAME, timeout="1", retries="0").returncode, 0)
        self.routers.run_script("/snmp set enabled=yes; /snmp community set [find name=public] addresses=10.0.0.0/8")
        self.assertIn("Timeout", self.tool("snmpget", "-v2c", "-cpublic", NAME, timeout="1", retries="0").stderr)

    def test_traps_arrive(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as trapd:
            trapd.bind(("127.0.0.1", 0))
            trapd.settimeout(ANSWER_S)
            routers = SimulatedRouters(options=["--connect-to", f"192.0.2.50:162:127.0.0.1:{trapd.getsockname()[1]}"])
            self.addCleanup(routers.close)
            routers.run_script("/snmp set enabled=yes trap-target=192.0.2.50 trap-version=2 trap-generators=interfaces trap-interfaces=all; "
                               "/interface ethernet set ether4 disabled=yes")
            bytes_, sender = trapd.recvfrom(65_536)
        self.assertIn(b"\x2b\x06\x01\x06\x03\x01\x01\x05\x03", bytes_)  # linkDown
        self.assertEqual(sender[0], routers.address())


class ManyRouters(SnmpCase):
    count = 50

    def test_each_answers_for_itself(self):
        names = set()
        for index in range(self.count):
            self.routers.run_script("/snmp set enabled=yes", index)
            names.add(self.get(NAME, index=index))
        self.assertEqual(len(names), self.count)
