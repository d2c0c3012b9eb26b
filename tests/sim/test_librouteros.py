"""The simulator's API as librouteros sees it: the Debian package, unmodified."""
import random
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
import unittest

sys.path.append("/usr/lib/python3/dist-packages")  # where Debian puts it, whichever Python runs the tests
import librouteros
from librouteros.exceptions import ConnectionClosed, FatalError, MultiTrapError, TrapError
from librouteros.login import plain, token
from librouteros.query import And, Key, Or

from tests.support.processes import binary
from tests.support.sim_router import PORT_OFFSET, SimFleet, SimRouter
from tests.support.waiting import wait_until


class ApiCase(unittest.TestCase):
    routeros = "7.20.8"
    setup = ""

    @classmethod
    def setUpClass(cls):
        cls.router = SimRouter(cls.routeros, setup=cls.setup)
        cls.addClassCleanup(cls.router.close)

    def connect(self, user="admin", password="", service="api", **options):
        api = librouteros.connect(host=self.router.address, port=self.router.port(service), username=user, password=password, **options)
        self.addCleanup(api.close)
        return api

    def raw(self):
        connection = socket.create_connection((self.router.address, self.router.port("api")), 10)
        self.addCleanup(connection.close)
        return connection


class Common:
    """What holds for both majors."""

    def test_login(self):
        api = self.connect()
        self.assertEqual(tuple(api("/system/identity/print")), ({"name": "MikroTik"},))

    def test_query_finds_what_was_added(self):
        api = self.connect()
        created = tuple(api("/ip/address/add", address="172.16.1.1/24", interface="ether1"))[0]["ret"]
        number, address = Key(".id"), Key("address")
        rows = tuple(api.path("/ip/address").select(number, address).where(number == created, address == "172.16.1.1/24"))
        self.assertEqual(rows, ({".id": created, "address": "172.16.1.1/24"},))

    def test_a_word_whose_length_has_a_zero_byte(self):
        api = self.connect()
        comment = "a" * (256 - len("=comment="))
        created = tuple(api("/ip/address/add", address="172.16.2.1/24", interface="ether1", comment=comment))[0]["ret"]
        self.assertEqual([row["comment"] for row in api("/ip/address/print") if row[".id"] == created], [comment])

    def test_add_then_remove(self):
        addresses = self.connect().path("ip", "address")
        created = addresses.add(interface="ether1", address="192.168.1.1/24")
        addresses.remove(created)
        number = Key(".id")
        self.assertEqual(tuple(addresses.select(number).where(number == created)), ())

    def test_add_then_update(self):
        addresses = self.connect().path("ip", "address")
        created = addresses.add(interface="ether1", address="192.168.2.1/24")
        addresses.update(**{".id": created, "address": "172.16.9.1/24", "disabled": True})
        address, disabled = Key("address"), Key("disabled")
        self.assertEqual(tuple(addresses.select(address, disabled).where(Key(".id") == created)), ({"address": "172.16.9.1/24", "disabled": True},))

    def test_a_generator_that_nobody_reads_to_its_end(self):
        api = self.connect()
        for _ in api.path("interface"): break
        interfaces = tuple(api.path("interface"))
        self.assertEqual(len([i for i in interfaces if i["type"] == "ether"]), 5)
        self.assertIn("mtu", interfaces[0])

    def test_and_or_in(self):
        names = self.connect().path("interface").select(Key("name"))
        kind, name = Key("type"), Key("name")
        self.assertEqual({r["name"] for r in names.where(Or(name == "ether1", name == "ether2"))}, {"ether1", "ether2"})
        names = self.connect().path("interface").select(Key("name"))
        self.assertEqual({r["name"] for r in names.where(And(kind == "ether", name != "ether1"))}, {"ether2", "ether3", "ether4", "ether5"})
        names = self.connect().path("interface").select(Key("name"))
        self.assertEqual({r["name"] for r in names.where(name.In("ether3", "ether4"))}, {"ether3", "ether4"})

    def test_wrong_password(self):
        with self.assertRaisesRegex(TrapError, r"invalid user name or password \(6\)"): self.connect(password="guess")
        log = tuple(self.connect()("/log/print"))
        self.assertTrue(any(f"login failure for user admin from 127.0.0.1 via api" in row["message"] for row in log), log)

    def test_unknown_menu_is_two_traps(self):
        with self.assertRaises(MultiTrapError) as caught: tuple(self.connect()("/system/nonsense/print"))
        self.assertEqual(str(caught.exception), "no such command or directory (nonsense), no such command prefix")

    def test_unknown_command(self):
        with self.assertRaisesRegex(TrapError, "no such command"): tuple(self.connect()("/system/identity/nonsense"))

    def test_traps_do_not_end_the_session(self):
        api = self.connect()
        with self.assertRaisesRegex(TrapError, "no such item"): api.path("ip", "address").remove("*FFFF")
        with self.assertRaisesRegex(TrapError, "input does not match any value of interface"): api.path("ip", "address").add(address="10.0.0.1/8", interface="nope")
        self.assertEqual(len(tuple(api("/system/identity/print"))), 1)

    def test_quit(self):
        with self.assertRaisesRegex(FatalError, "session terminated on request"): tuple(self.connect()("/quit"))

    def test_not_logged_in(self):
        raw = self.raw()
        raw.sendall(b"\x10/interface/print\x00")
        self.assertEqual(raw.recv(100), b"\x06!fatal\x0dnot logged in\x00")

    def test_a_huge_word(self):
        raw = self.raw()
        raw.sendall(b"\xf0" + struct.pack("!I", 0x7FFFFFFF) + b"x" * 1000)
        self.assertIn(b"not logged in", raw.recv(100))
        api = self.connect()
        with self.assertRaises((ConnectionClosed, OSError)): tuple(api("/log/info", message="x" * (5 << 20)))

    def test_garbage(self):
        for bytes_ in (b"\xff" * 5000, b"\x00" * 5000 + b"\xf8", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 50, bytes(range(256)) * 20):
            raw = self.raw()
            try:
                raw.sendall(bytes_)
                raw.shutdown(socket.SHUT_WR)
                while raw.recv(65536): pass
            except ConnectionError: pass
        self.assertEqual(len(tuple(self.connect()("/system/identity/print"))), 1)

    def test_a_fetch_tells_its_steps(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            threading.Thread(target=self.answer_once, args=(server,), daemon=True).start()
            port = server.getsockname()[1]
            rows = tuple(self.connect()("/tool/fetch", url=f"http://127.0.0.1:{port}/x", output="user"))
        self.assertEqual([row["status"] for row in rows], ["connecting", "finished"])
        with self.assertRaisesRegex(TrapError, "failure"): tuple(self.connect()("/tool/fetch", url=f"http://127.0.0.1:{port}/gone", output="user"))

    def answer_once(self, server):
        connection, _ = server.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi")

    def test_anonymous_tls(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.set_ciphers("ADH:@SECLEVEL=0")
        api = self.connect(service="api-ssl", ssl_wrapper=context.wrap_socket)
        self.assertEqual(len(tuple(api("/system/identity/print"))), 1)

    def test_scripts_are_executed(self):
        api = self.connect()
        tuple(api("/execute", script=":global seen [/system identity get name]\n/ip pool add name=by-script ranges=10.1.1.1"))
        wait_until(lambda: list(api.path("ip", "pool").select(Key("name")).where(Key("name") == "by-script")), "the script has run")
        tuple(api("/ip/pool/remove", **{"numbers": "by-script"}))

    def test_listen_and_cancel(self):
        listener, other = self.connect(), self.connect()
        listener.protocol.writeSentence("/ip/pool/listen", ".tag=7")
        time.sleep(0.2)  # the router is asked on another connection: nothing orders the two
        pools = other.path("ip", "pool")
        number = pools.add(name="listened", ranges="10.2.2.2")
        self.assertEqual(self.words(listener)["name"], "listened")
        pools.update(**{".id": number, "ranges": "10.3.3.3"})
        self.assertEqual(self.words(listener)["ranges"], "10.3.3.3")
        pools.remove(number)
        self.assertEqual(self.words(listener), {".id": number, ".dead": "yes"})
        listener.protocol.writeSentence("/cancel", "=tag=7", ".tag=8")
        replies = [listener.protocol.readSentence() for _ in range(3)]
        self.assertEqual(replies, [("!trap", ("=category=2", "=message=interrupted", ".tag=7")), ("!done", (".tag=7",)), ("!done", (".tag=8",))])

    def words(self, api):
        reply, words = api.protocol.readSentence()
        self.assertEqual((reply, words[-1]), ("!re", ".tag=7"))
        return dict(word[1:].split("=", 1) for word in words if word.startswith("="))


class OnSeven(Common, ApiCase):
    def test_execute_as_string(self):
        self.assertEqual(tuple(self.connect()("/execute", script=":put 1; :put two", **{"as-string": ""})), ({"ret": "1\r\ntwo\r\n"},))

    def test_the_challenge_is_answered_and_refused(self):
        with self.assertRaisesRegex(TrapError, "invalid user name or password"): self.connect(login_method=token)

    def test_unknown_parameter(self):
        with self.assertRaisesRegex(TrapError, "unknown parameter colour"): self.connect().path("ip", "address").add(colour="red")

    def test_empty_is_said(self):
        api = self.connect()
        api.protocol.writeSentence("/interface/print", "?name=none")
        self.assertEqual([api.protocol.readSentence() for _ in range(2)], [("!empty", ()), ("!done", ())])

    def test_what_a_read_only_user_may(self):
        admin = self.connect()
        tuple(admin("/user/add", name="eye", group="read", password="pa ss"))
        eye = self.connect(user="eye", password="pa ss")
        self.assertTrue(tuple(eye("/interface/print")))
        with self.assertRaisesRegex(TrapError, r"not enough permissions \(9\)"): tuple(eye("/system/identity/set", name="mine"))
        self.assertNotIn("password", str(tuple(eye("/user/print"))))
        self.assertIn("eye", [row["name"] for row in admin("/user/active/print")])

    def test_a_certificate(self):
        admin = self.connect()
        tuple(admin("/certificate/add", **{"name": "web", "common-name": "router.example"}))
        tuple(admin("/ip/service/set", numbers="api-ssl", certificate="web"))
        self.addCleanup(lambda: tuple(admin("/ip/service/set", numbers="api-ssl", certificate="none")))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        api = self.connect(service="api-ssl", ssl_wrapper=context.wrap_socket)
        self.assertEqual(len(tuple(api("/system/identity/print"))), 1)


class OnSix(Common, ApiCase):
    routeros = "6.49.17"

    def test_as_string_is_unknown(self):
        with self.assertRaisesRegex(TrapError, "^unknown parameter$"): tuple(self.connect()("/execute", script=":put 1", **{"as-string": ""}))

    def test_nothing_is_said_of_empty_answers(self):
        api = self.connect()
        api.protocol.writeSentence("/interface/print", "?name=none")
        self.assertEqual(api.protocol.readSentence(), ("!done", ()))


class OnAncient(ApiCase):
    """Before 6.43 the password is proved, not sent."""
    routeros = "6.42.12"
    setup = "/user set admin password=secret"

    def test_token(self):
        self.assertEqual(tuple(self.connect(password="secret", login_method=token)("/system/identity/print")), ({"name": "MikroTik"},))
        with self.assertRaisesRegex(TrapError, "cannot log in"): self.connect(password="guess", login_method=token)

    def test_plain_gets_a_challenge(self):
        api = self.connect(password="secret", login_method=plain)
        with self.assertRaises(FatalError): tuple(api("/system/identity/print"))


class Crowd(ApiCase):
    setup = "/ip service set api max-sessions=120"

    def test_a_hundred_connections(self):
        failures = []

        def work(number):
            try:
                api = self.connect()
                for round_ in range(5):
                    tuple(api("/ip/firewall/address-list/add", list="crowd", address=f"10.{number}.{round_}.1"))
                    if len(tuple(api("/system/identity/print"))) != 1: failures.append((number, round_))
            except Exception as why: failures.append((number, why))

        threads = [threading.Thread(target=work, args=(number,)) for number in range(100)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        self.assertEqual(failures, [])
        admin = self.connect()
        self.assertEqual(tuple(admin("/ip/firewall/address-list/print", **{"count-only": ""})), ({"ret": 500},))
        self.assertEqual(len(tuple(admin("/user/active/print"))), 101)

    def test_beyond_the_limit_the_door_is_shut(self):
        admin = self.connect()
        tuple(admin("/ip/service/set", numbers="api", **{"max-sessions": "1"}))
        self.addCleanup(lambda: tuple(admin("/ip/service/set", numbers="api", **{"max-sessions": "120"})))
        with self.assertRaises((ConnectionClosed, OSError)): self.connect()


class Fleet(unittest.TestCase):
    def test_each_router_has_an_address(self):
        second, third = (random.SystemRandom().randrange(1, 255) for _ in range(2))
        fleet = SimFleet(f"127.{second}.{third}.0/24", 20, "6.49.17,7.20.8")
        self.addCleanup(fleet.close)
        versions = set()
        for number in range(1, 21):
            api = librouteros.connect(host=f"127.{second}.{third}.{number}", port=8728 + PORT_OFFSET, username="admin", password="")
            self.addCleanup(api.close)
            versions.add(next(iter(api("/system/resource/print")))["version"].split(" ")[0])
            self.assertIn(f"-{number:04}", next(iter(api("/system/identity/print")))["name"])
        self.assertEqual(versions, {"6.49.17", "7.20.8"})
        with self.assertRaises(OSError): librouteros.connect(host=f"127.{second}.{third}.21", port=8728 + PORT_OFFSET, username="admin", password="")

    def test_a_network_that_is_too_small(self):
        done = subprocess.run([binary("openstrat-sim"), "--listen", "127.1.1.0/30", "--count", "5"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30)
        self.assertEqual(done.returncode, 2)
        self.assertIn("--listen: 127.1.1.0/30 has 2 addresses, and there are 5 routers", done.stdout)
