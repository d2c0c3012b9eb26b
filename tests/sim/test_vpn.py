"""Routers in network namespaces, with OpenVPN and WireGuard that are really there. Needs root, as the namespaces do."""
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

from tests.support.namespaces import Namespace, ip, join, sweep
from tests.support.processes import Process, binary
from tests.support.waiting import wait_until

SERVER, ROUTER = "192.0.2.1", "192.0.2.2"
CONNECT_S = 40


def openssl(*words):
    subprocess.run(["openssl", *words], check=True, capture_output=True)


class Programs(unittest.TestCase):
    """A directory, and processes that end with the test."""

    @classmethod
    def setUpClass(cls):
        if os.geteuid() != 0: raise AssertionError("network namespaces need root")
        sweep()

    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="openstrat-vpn-"))
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)

    def start(self, name, command):
        process = Process(name, self.directory / f"{name}.log")
        self.addCleanup(process.kill)
        process.launch(command)
        return process


class TwoNetworks(Programs):
    """A server and a router, each in a namespace of its own, with a cable between them."""
    routeros = "7.20.8"

    def setUp(self):
        super().setUp()
        self.server, self.space = Namespace("s"), Namespace("r")
        self.addCleanup(self.space.close)
        self.addCleanup(self.server.close)
        join(self.server, SERVER, self.space, ROUTER)
        self.port = random.SystemRandom().randrange(20_000, 60_000)

    def start_router(self, script=""):
        self.control = self.directory / "control"
        self.router = self.start("openstrat-sim", [binary("openstrat-sim"), "--namespace", self.space.name, "--control", str(self.control), "--routeros", self.routeros,
                                                   "--models", "rb750gr3"])
        wait_until(lambda: self.answers() or not self.router.is_running(), "the router runs")
        if not self.router.is_running(): self.fail(self.router.log_text())
        if script: self.run_on(script)

    def answers(self):
        with socket.socket(socket.AF_UNIX) as link: return link.connect_ex(str(self.control)) == 0

    def ask(self, **request):
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(60)
            link.connect(str(self.control))
            link.sendall(json.dumps({"router": "0", **request}).encode() + b"\n")
            return json.loads(link.makefile().readline())

    def run_on(self, script):
        answer = self.ask(do="run", script=script)
        self.assertTrue(answer.get("ok") and not answer.get("error"), f"{script}: {answer}")
        return answer["output"].strip()

    def value(self, expression):
        return self.run_on(f":put {expression}")

    def log(self):
        return self.run_on(":foreach l in=[/log find] do={ :put [/log get $l message] }")

    def wait_for(self, expression, expected, timeout=CONNECT_S):
        wait_until(lambda: self.value(expression) == expected, f"{expression} is {expected}; log:\n{self.run_on('/log print')}\n{self.router.log_text()}", timeout, every=0.2)

    def wait_for_log(self, line, timeout=CONNECT_S):
        wait_until(lambda: line in self.log(), f"{line!r} in the log", timeout, every=0.2)

    def serve_file(self, address):
        """A web server behind the tunnel."""
        (self.directory / "hello.txt").write_text("hello from behind the tunnel")
        self.start("http", self.server.command("python3", "-m", "http.server", "--bind", address, "--directory", str(self.directory), "8088"))
        wait_until(lambda: self.server.run("curl", "-s", f"http://{address}:8088/hello.txt")[0] == 0, "the web server answers")

    def fetched(self, address):
        return self.value(f'([/tool fetch url="http://{address}:8088/hello.txt" output=user as-value]->"data")')

    def rest_name(self, address):
        """What the router's REST says of its name, asked from the server's side."""
        status, answer = self.server.run("curl", "-s", "-m", "10", "-u", "admin:", f"http://{address}/rest/system/resource")
        self.assertEqual(status, 0, answer)
        return json.loads(answer)["board-name"]


class OpenVpnServer:
    def __init__(self, case, protocol, cipher, network="10.8.0", port=None):
        self.case, self.process = case, None
        directory = self.directory = case.directory
        self.certificate("ca", None)
        self.certificate("server", "ca")
        check = directory / "check"
        check.write_text("#!/bin/sh\n[ \"$(sed -n 1p \"$1\")\" = 'bob' ] && [ \"$(sed -n 2p \"$1\")\" = 'se\"cret \\1' ]\n")
        check.chmod(0o755)
        self.config = directory / "server.conf"
        self.config.write_text(f"""dev tun0
dev-type tun
proto {protocol}
port {port or case.port}
mode server
tls-server
topology subnet
ifconfig {network}.1 255.255.255.0
ifconfig-pool {network}.2 {network}.100 255.255.255.0
push "topology subnet"
push "route-gateway {network}.1"
push "route 10.44.0.0 255.255.0.0"
keepalive 1 4
ca ca.pem
cert server.pem
key server.key
dh none
verify-client-cert none
username-as-common-name
script-security 2
auth-user-pass-verify {check} via-file
data-ciphers {cipher}
data-ciphers-fallback {cipher}
auth SHA1
verb 3
""")

    def certificate(self, name, authority):
        key, request, out = (str(self.directory / f"{name}{end}") for end in (".key", ".csr", ".pem"))
        curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}")
        if authority is None: return openssl("req", "-x509", *curve, "-keyout", key, "-out", out, "-days", "10")
        openssl("req", *curve, "-keyout", key, "-out", request)
        openssl("x509", "-req", "-in", request, "-CA", str(self.directory / f"{authority}.pem"), "-CAkey", str(self.directory / f"{authority}.key"), "-CAcreateserial", "-out", out,
                "-days", "10")

    def start(self):
        self.process = self.case.start("openvpn-server", self.case.server.command("openvpn", "--cd", str(self.directory), "--config", str(self.config)))
        return self

    def stop(self):
        self.process.kill()


CLIENT = r'/interface ovpn-client add name=hq connect-to=192.0.2.1 port={port} user=bob password="se\"cret \\1" cipher={cipher} auth=sha1 {more} disabled=no'


class OpenVpn(TwoNetworks):
    cipher, protocol = "aes256-cbc", "udp"
    named = "AES-256-CBC"

    def client(self, more="protocol=udp"):
        return CLIENT.format(port=self.port, cipher=self.cipher, more=more)

    def connected(self, more="protocol=udp"):
        self.vpn = OpenVpnServer(self, self.protocol, self.named).start()
        self.start_router(self.client(more))
        self.wait_for("[/interface get hq running]", "true")

    def test_connects_and_carries(self):
        self.connected()
        self.assertTrue(self.server.pings("10.8.0.2"))
        self.assertEqual(self.value("[/ip address get [find interface=hq dynamic] address]"), "10.8.0.2/24")
        self.assertEqual(self.value("[/ip address get [find interface=hq dynamic] network]"), "10.8.0.0")
        shown = self.run_on("/interface ovpn-client monitor hq once")
        for words in ("status: connected", "encoding: AES-256-CBC/SHA1", "local-address: 10.8.0.2", "remote-address: 10.8.0.1"): self.assertIn(words, shown)
        log = self.log()
        for words in ("hq: initializing...", "hq: connecting...", "hq: using encoding - AES-256-CBC/SHA1", "hq: connected"): self.assertIn(words, log)
        self.assertNotIn("terminating", log)
        self.assertEqual(self.rest_name("10.8.0.2"), "hEX")
        self.serve_file("10.8.0.1")
        self.assertEqual(self.fetched("10.8.0.1"), "hello from behind the tunnel")
        wait_until(lambda: int(self.value("[/interface get hq rx-byte]")) > 0, "bytes are counted")
        self.assertIn("10.44.0.0/16", self.space.ip("route"), "what the server pushes")
        arguments = "".join(pathlib.Path(f"/proc/{pid}/cmdline").read_text() for pid in self.space.processes())
        self.assertNotIn("cret", arguments)

    def test_a_wrong_password_is_said_and_mended(self):
        OpenVpnServer(self, self.protocol, self.named).start()
        self.start_router(self.client().replace("cret", "crets"))
        self.wait_for_log("hq: terminating... - authentication failed")
        self.assertEqual(self.value('([/interface ovpn-client monitor hq once as-value]->"status")'), "terminated - authentication failed")
        self.assertEqual(self.value("[/interface get hq running]"), "false")
        self.run_on(r'/interface ovpn-client set hq password="se\"cret \\1"')
        self.wait_for("[/interface get hq running]", "true")

    def test_comes_back_after_an_outage_even_with_another_certificate(self):
        self.connected()
        self.vpn.stop()
        self.wait_for("[/interface get hq running]", "false")
        self.assertIn("hq: disconnected", self.log())
        self.vpn.certificate("server", "ca")
        self.vpn.start()
        self.wait_for("[/interface get hq running]", "true")
        self.assertTrue(self.server.pings("10.8.0.2") or self.server.pings("10.8.0.3"))

    def test_processes_end_with_their_reason(self):
        self.connected()
        self.assertEqual(self.space.programs(), ["openvpn"])
        self.run_on("/interface ovpn-client set hq disabled=yes")
        wait_until(lambda: self.space.programs() == [], "disabled: the process is gone")
        self.assertEqual(self.value("[:len [/ip address find interface=hq]]"), "0")
        self.run_on("/interface ovpn-client set hq disabled=no")
        self.wait_for("[/interface get hq running]", "true")
        self.ask(do="cut")
        wait_until(lambda: self.space.programs() == [], "cut: the process is gone")
        self.ask(do="restore")
        self.wait_for("[/interface get hq running]", "true")
        self.ask(do="power-off")
        wait_until(lambda: self.space.programs() == [], "no power: the process is gone")
        self.ask(do="power-on")
        wait_until(lambda: "openvpn" in self.space.programs(), "booted again", 60)
        self.wait_for("[/interface get hq running]", "true")
        self.run_on("/interface ovpn-client remove hq")
        wait_until(lambda: self.space.programs() == [], "removed: the process is gone")
        self.run_on(self.client())
        self.wait_for("[/interface get hq running]", "true")
        self.router.kill()
        wait_until(lambda: self.space.programs() == [], "killed with -9: nothing is left")

    def test_certificates_are_verified_when_asked_for(self):
        self.connected()
        authority = (self.directory / "ca.pem").read_text().replace("\n", "\\n")
        other = OpenVpnServer.certificate
        other(self.vpn, "other", None)
        wrong = (self.directory / "other.pem").read_text().replace("\n", "\\n")
        self.run_on(f'/file add name=wrong.pem contents="{wrong}"; /certificate import file-name=wrong.pem passphrase=""')
        self.run_on("/interface ovpn-client set hq verify-server-certificate=yes")
        self.wait_for_log("hq: terminating... - TLS failed")
        self.assertEqual(self.value("[/interface get hq running]"), "false")
        self.run_on(f'/file add name=ca.pem contents="{authority}"; /certificate import file-name=ca.pem passphrase=""')
        self.wait_for("[/interface get hq running]", "true")

    def test_a_server_may_ask_for_a_certificate(self):
        vpn = OpenVpnServer(self, self.protocol, self.named)
        vpn.config.write_text(vpn.config.read_text().replace("verify-client-cert none", "verify-client-cert require"))
        vpn.start()
        vpn.certificate("client", "ca")
        both = "".join((self.directory / f"client.{end}").read_text() for end in ("pem", "key")).replace("\n", "\\n")
        self.start_router(self.client())
        self.wait_for_log("hq: terminating... - ")
        self.run_on(f'/file add name=client.pem contents="{both}"; /certificate import file-name=client.pem passphrase=""')
        self.run_on("/interface ovpn-client set hq certificate=[/certificate get [find] name]")
        self.wait_for("[/interface get hq running]", "true")

    def test_the_default_route_leads_into_the_tunnel(self):
        self.connected("protocol=udp add-default-route=yes")
        self.server.ip("addr", "add", "203.0.113.7/32", "dev", "lo")
        self.serve_file("203.0.113.7")
        self.assertEqual(self.fetched("203.0.113.7"), "hello from behind the tunnel")


class OpenVpnOf6(TwoNetworks):
    """TCP only, ciphers with other names, no pushed routes."""
    routeros = "6.49.17"

    def test_connects_over_tcp(self):
        OpenVpnServer(self, "tcp-server", "AES-256-CBC").start()
        self.start_router(CLIENT.format(port=self.port, cipher="aes256", more=""))
        self.wait_for("[/interface get hq running]", "true")
        self.assertTrue(self.server.pings("10.8.0.2"))
        self.assertNotIn("10.44.0.0/16", self.space.ip("route"))


class WireGuard(TwoNetworks):
    def setUp(self):
        super().setUp()
        self.start_router("/interface wireguard add name=wg1; /ip address add address=10.9.0.2/24 interface=wg1")
        self.public = self.value("[/interface wireguard get wg1 public-key]")
        self.start_server()

    def start_server(self):
        # The name of the device is that of a socket that all namespaces share.
        self.device = f"wgs{os.getpid()}-{random.SystemRandom().randrange(1000)}"
        self.wireguard = self.start("wireguard-go", self.server.command("env", "LOG_LEVEL=error", "wireguard-go", "--foreground", self.device))
        self.addCleanup(pathlib.Path(f"/var/run/wireguard/{self.device}.sock").unlink, missing_ok=True)
        wait_until(lambda: self.server.run("wg", "show", self.device)[0] == 0, "wireguard-go runs")
        key = self.directory / "key"
        if not key.exists(): key.write_text(subprocess.run(["wg", "genkey"], check=True, capture_output=True, text=True).stdout)
        self.server_public = subprocess.run(["wg", "pubkey"], input=key.read_text(), check=True, capture_output=True, text=True).stdout.strip()
        status, out = self.server.run("wg", "set", self.device, "listen-port", str(self.port), "private-key", str(key), "peer", self.public, "allowed-ips", "10.9.0.2/32")
        self.assertEqual(status, 0, out)
        self.server.ip("addr", "add", "10.9.0.1/24", "dev", self.device)
        self.server.ip("link", "set", self.device, "up")

    def add_peer(self, more=""):
        self.run_on(f'/interface wireguard peers add interface=wg1 public-key="{self.server_public}" endpoint-address={SERVER} endpoint-port={self.port} '
                    f'allowed-address=10.9.0.0/24,10.20.0.0/16{more} persistent-keepalive=1s')

    def test_connects_and_carries(self):
        self.wait_for("[/interface get wg1 running]", "true")
        self.add_peer()
        wait_until(lambda: self.server.pings("10.9.0.2"), "a ping through the tunnel")
        peer = "[/interface wireguard peers get [find] %s]"
        self.wait_for(peer % "current-endpoint-address", SERVER)
        self.assertEqual(self.value(peer % "current-endpoint-port"), str(self.port))
        self.assertRegex(self.value(peer % "last-handshake"), r"^00:00:[0-5]\d$")
        wait_until(lambda: int(self.value(peer % "rx")) > 0 and int(self.value(peer % "tx")) > 0, "bytes are counted")
        self.assertEqual(self.rest_name("10.9.0.2"), "hEX")
        self.serve_file("10.9.0.1")
        self.assertEqual(self.fetched("10.9.0.1"), "hello from behind the tunnel")

    def test_routes_lead_into_the_tunnel(self):
        self.add_peer(",0.0.0.0/0")
        self.server.ip("addr", "add", "10.20.0.1/32", "dev", "lo")
        self.server.ip("addr", "add", "203.0.113.7/32", "dev", "lo")
        self.run_on("/ip route add dst-address=10.20.0.0/16 gateway=wg1")
        self.serve_file("10.20.0.1")
        self.assertEqual(self.fetched("10.20.0.1"), "hello from behind the tunnel")
        self.run_on("/ip dhcp-client remove [find]; /ip route add dst-address=0.0.0.0/0 gateway=wg1")
        self.start("web", self.server.command("python3", "-m", "http.server", "--bind", "203.0.113.7", "--directory", str(self.directory), "8088"))
        wait_until(lambda: self.server.run("curl", "-s", "http://203.0.113.7:8088/hello.txt")[0] == 0, "the web server answers")
        self.assertEqual(self.fetched("203.0.113.7"), "hello from behind the tunnel")
        self.run_on("/ip route remove [find dst-address=10.20.0.0/16]")
        wait_until(lambda: "10.20.0.0/16" not in self.space.ip("route", "show", "table", "all"), "the route is gone")

    def test_follows_the_configuration_and_the_server(self):
        self.add_peer()
        wait_until(lambda: self.server.pings("10.9.0.2"), "a ping through the tunnel")
        self.run_on("/ip address set [find interface=wg1] address=10.9.0.3/24")
        self.server.run("wg", "set", self.device, "peer", self.public, "allowed-ips", "10.9.0.3/32")
        wait_until(lambda: self.server.pings("10.9.0.3"), "the other address answers")
        self.run_on("/interface wireguard peers disable [find]")
        wait_until(lambda: not self.server.pings("10.9.0.3"), "no peer, no answer")
        self.run_on("/interface wireguard peers enable [find]")
        wait_until(lambda: self.server.pings("10.9.0.3"), "an answer again")
        self.run_on("/interface wireguard disable wg1")
        wait_until(lambda: self.space.programs() == [], "disabled: the process is gone")
        self.assertEqual(self.value("[/interface get wg1 running]"), "false")
        self.run_on("/interface wireguard enable wg1")
        wait_until(lambda: self.server.pings("10.9.0.3"), "an answer after enabling")
        [process] = self.space.processes()
        os.kill(int(process), signal.SIGKILL)
        wait_until(lambda: self.server.pings("10.9.0.3"), "wireguard-go is started again")
        number = self.router.pid()
        self.router.kill()
        wait_until(lambda: self.space.programs() == [], "killed with -9: nothing is left")
        ours = f"wg{to_base36(number)}-"
        wait_until(lambda: not any(name.startswith(ours) for name in os.listdir("/var/run/wireguard")), "no socket is left")


def to_base36(number):
    digits = ""
    while number: number, digit = divmod(number, 36); digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits


class OwnNamespaces(Programs):
    def setUp(self):
        super().setUp()
        letters = random.SystemRandom()
        self.prefix = "t" + "".join(letters.choice("abcdefghijklmnop") for _ in range(6))
        self.network = f"198.18.{letters.randrange(256)}.0/24"
        self.addCleanup(self.sweep)

    def sweep(self):
        for name in self.left(): subprocess.run(["ip", "netns", "del", name], capture_output=True)
        subprocess.run(["ip", "link", "del", f"{self.prefix}-br"], capture_output=True)

    def left(self):
        return sorted(name for name in re.findall(r"^\S+", ip("netns", "list"), re.M) if name.startswith(self.prefix))

    def start_fleet(self, name):
        fleet = self.start(name, [binary("openstrat-sim"), "--namespaces", self.prefix, "--namespace-network", self.network, "--count", "3", "--routeros", "7.20.8"])
        wait_until(lambda: "services of 3 routers are open" in fleet.log_text() or not fleet.is_running(), "the routers run")
        self.assertTrue(fleet.is_running(), fleet.log_text())
        return fleet

    def identity(self, number):
        address = self.network.replace("0/24", str(number + 2))
        done = subprocess.run(["curl", "-s", "-m", "10", "-u", "admin:", f"http://{address}/rest/system/identity"], capture_output=True, text=True)
        return json.loads(done.stdout)["name"]

    def test_each_router_has_one_and_none_is_left(self):
        fleet = self.start_fleet("first")
        self.assertEqual(self.left(), [f"{self.prefix}{number}" for number in (1, 2, 3)])
        self.assertEqual(len({self.identity(number) for number in range(3)}), 3)
        second = subprocess.run([binary("openstrat-sim"), "--namespaces", self.prefix, "--namespace-network", self.network], capture_output=True, text=True)
        self.assertEqual((second.returncode, second.stderr), (2, f"openstrat-sim: --namespaces: another openstrat-sim uses '{self.prefix}'\n"))
        fleet.kill()
        self.assertEqual(len(self.left()), 3, "killed with -9: they stay")
        fleet = self.start_fleet("again")
        self.identity(2)
        self.assertEqual(fleet.stop(), 0)
        self.assertEqual(self.left(), [])
        self.assertNotIn(f"{self.prefix}-br", ip("link"))

    def test_what_is_wrong_is_said(self):
        def says(*options, before=()):
            done = subprocess.run([*before, binary("openstrat-sim"), *options], capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 2, done.stderr)
            return done.stderr
        self.assertEqual(says("--namespace", self.prefix), f"openstrat-sim: there is no network namespace '{self.prefix}'; 'ip netns add {self.prefix}' makes one\n")
        space = Namespace("x")
        self.addCleanup(space.close)
        powerless = ("setpriv", "--bounding-set", "-sys_admin", "--inh-caps", "-sys_admin")
        self.assertEqual(says("--namespace", space.name, before=powerless),
                         "openstrat-sim: entering a network namespace needs the right CAP_SYS_ADMIN: start openstrat-sim as root\n")
        self.assertIn("--namespace is for one router", says("--namespace", space.name, "--count", "2", "--control", str(self.directory / "control")))
        self.assertIn("is not one to eight", says("--namespaces", "r1"))
        self.assertIn("is no network of IPv4 with 4 addresses", says("--namespaces", self.prefix, "--count", "3", "--namespace-network", "198.18.0.0/30"))


if __name__ == "__main__":
    unittest.main()
