"""Log entries that leave simulated routers: datagrams and streams, three formats."""
import re
import socket
import time
import unittest

from tests.support.simulated import SimulatedRouters

WAIT_S = 20
TIME = r"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d"


class SyslogCase(unittest.TestCase):
    routeros = "7.20.8"

    def setUp(self):
        self.routers = SimulatedRouters(self.routeros)
        self.addCleanup(self.routers.close)
        self.identity = self.routers.run_script(":put [/system identity get name]").strip()

    def listen(self, kind):
        link = socket.socket(socket.AF_INET, kind)
        self.addCleanup(link.close)
        link.bind(("127.0.0.1", 0))
        link.settimeout(WAIT_S)
        return link

    def configure(self, link, action="", rule=""):
        self.routers.run_script(f"/system logging action set remote remote=127.0.0.1 remote-port={link.getsockname()[1]} {action}; "
                                f"/system logging add topics=script action=remote {rule}")

    def datagram(self, link, script):
        self.routers.run_script(script)
        bytes_, self.sender = link.recvfrom(65_536)
        return bytes_.decode()


class Datagrams(SyslogCase):
    def test_default_is_topics_and_message(self):
        link = self.listen(socket.SOCK_DGRAM)
        self.configure(link, rule="prefix=core1")
        self.assertEqual(self.datagram(link, ":log info hello"), "script,info core1: hello")
        self.assertEqual(self.sender[0], self.routers.address())  # how a collector knows routers apart

    def test_syslog(self):
        link = self.listen(socket.SOCK_DGRAM)
        self.configure(link, "remote-log-format=syslog syslog-facility=local1")
        self.assertRegex(self.datagram(link, ":log warning hello"), rf"^<140>{TIME} {re.escape(self.identity)} script,warning hello$")
        self.routers.run_script("/system logging action set remote syslog-time-format=iso8601 syslog-severity=emergency")
        self.assertRegex(self.datagram(link, ":log warning hello"), r"^<136>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000 ")

    def test_cef(self):
        link = self.listen(socket.SOCK_DGRAM)
        self.configure(link, "remote-log-format=cef")
        self.assertRegex(self.datagram(link, ':log error "a = b"'),
                         rf"^{TIME} {re.escape(self.identity)} CEF:0\|MikroTik\|hEX\|7\.20\.8 \(stable\)\|\d+\|script,error\|High\|dvchost={re.escape(self.identity)} "
                         rf"dvc={re.escape(self.routers.address())} msg=a \\= b\r\n$")

    def test_rules_decide(self):
        link = self.listen(socket.SOCK_DGRAM)
        self.configure(link, rule="regex=\"^pass\"")
        self.routers.run_script(":log info block")
        self.assertEqual(self.datagram(link, ':log info "pass this"'), "script,info pass this")


class Version6(SyslogCase):
    routeros = "6.49.17"

    def test_bsd_syslog(self):
        link = self.listen(socket.SOCK_DGRAM)
        self.configure(link, "bsd-syslog=yes")
        self.assertRegex(self.datagram(link, ":log error hello"), rf"^<27>{TIME} {re.escape(self.identity)} script,error hello$")


class Streams(SyslogCase):
    def receive(self, peer, end):
        text = b""
        while not text.endswith(end): text += peer.recv(65_536)
        return text.decode()

    def test_entries_wait_for_the_server(self):
        link = self.listen(socket.SOCK_STREAM)
        self.configure(link, "remote-protocol=tcp remote-log-format=cef")
        self.routers.run_script(":log info one")  # nobody listens yet: refused, and tried again after five seconds
        time.sleep(0.2)
        self.routers.run_script(":log info two")
        link.listen()
        peer, _ = link.accept()
        self.addCleanup(peer.close)
        peer.settimeout(WAIT_S)
        self.assertEqual(len(self.receive(peer, b"msg=two\r\n").split("\r\n")), 3)
        self.routers.run_script(":log info three")
        self.assertTrue(self.receive(peer, b"\r\n").endswith("msg=three\r\n"))

    def test_syslog_and_default_run_together(self):
        link = self.listen(socket.SOCK_STREAM)
        link.listen()
        self.configure(link, "remote-protocol=tcp")
        self.routers.run_script(":log info one; :log info two")
        peer, _ = link.accept()
        self.addCleanup(peer.close)
        peer.settimeout(WAIT_S)
        self.assertEqual(self.receive(peer, b"two"), "script,info onescript,info two")


class Files(SyslogCase):
    def test_disk(self):
        self.routers.run_script("/system logging add topics=script action=disk; :log info kept")
        self.assertRegex(self.routers.run_script(":put [/file get log.0.txt contents]"), r"^[A-Z][a-z]{2}/\d\d/\d{4} \d\d:\d\d:\d\d script,info kept\n")
