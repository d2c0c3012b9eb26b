"""REST of simulated routers, with curl and Python's own client: the requests that the documentation and known clients make."""
import base64
import concurrent.futures
import json
import socket
import subprocess
import unittest
import urllib.error
import urllib.request

from tests.support.simulated import SimulatedRouters

SETUP = """/certificate add name=web common-name=router.example
/ip service set www-ssl certificate=web disabled=no max-sessions=400
/ip service set www max-sessions=400
/user group add name=rest-read policy=read,api,rest-api
/user add name=monitoring group=rest-read password=watch
"""


class RestCase(unittest.TestCase):
    routeros = "7.20.8"
    setup = SETUP

    @classmethod
    def setUpClass(cls):
        cls.routers = SimulatedRouters(cls.routeros)
        cls.addClassCleanup(cls.routers.close)
        cls.routers.run_script(cls.setup)
        cls.plain = f"http://{cls.routers.address()}:{cls.routers.port(80)}"
        cls.secure = f"https://{cls.routers.address()}:{cls.routers.port(443)}"

    def curl(self, *arguments, user="admin:"):
        """Status and body of one request."""
        done = subprocess.run(["curl", "-sS", "-k", "-g", "-u", user, "-m", "30", "-w", "\n%{http_code}", *arguments], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, f"{arguments}\n{done.stderr}")
        body, _, status = done.stdout.rpartition("\n")
        return int(status), json.loads(body) if body.startswith(("[", "{")) else body

    def send(self, method, path, body, user="admin:"):
        return self.curl("-X", method, f"{self.plain}/rest{path}", "-H", "content-type: application/json", "--data", json.dumps(body), user=user)

    def urllib(self, method, path, body=None, user="admin", password=""):
        request = urllib.request.Request(f"{self.plain}/rest{path}", method=method, data=None if body is None else json.dumps(body).encode())
        request.add_header("Authorization", "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode())
        if body is not None: request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=30) as answer: return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            with error: return error.code, json.loads(error.read())


class Documented(RestCase):
    """The examples of the manual."""

    def test_read(self):
        for base in self.plain, self.secure:
            status, resource = self.curl(f"{base}/rest/system/resource")
            self.assertEqual((status, resource["version"], resource["platform"]), (200, "7.20.8 (stable)", "MikroTik"))
            self.assertTrue(all(isinstance(value, str) for value in resource.values()))
        self.assertEqual(self.curl("-G", f"{self.plain}/rest/interface", "-d", "type=ether", "-d", "name=ether2", "-d", ".proplist=name"),
                         (200, [{".id": "*2", "name": "ether2"}]))
        self.assertEqual(self.curl(f"{self.plain}/rest/interface/ether1?.proplist=name,type"), (200, {"name": "ether1", "type": "ether"}))

    def test_a_row_from_birth_to_death(self):
        status, made = self.send("PUT", "/ip/address", {"address": "192.168.111.111/32", "interface": "ether3"})
        self.assertEqual((status, made["address"], made["disabled"], made["network"]), (201, "192.168.111.111/32", "false", "192.168.111.111"))
        status, changed = self.send("PATCH", f"/ip/address/{made['.id']}", {"comment": "test"})
        self.assertEqual((status, changed["comment"]), (200, "test"))
        self.assertEqual(self.curl(f"{self.plain}/rest/ip/address?comment=test&interface=ether3")[1][0][".id"], made[".id"])
        address = f"{self.plain}/rest/ip/address/{made['.id']}"
        self.assertEqual(self.curl("-X", "DELETE", address), (204, ""))
        self.assertEqual(self.curl("-X", "DELETE", address), (404, {"error": 404, "message": "Not Found"}))

    def test_queries(self):
        status, rows = self.send("POST", "/interface/print", {".proplist": ["name", "type"], ".query": ["type=ether", "type=vlan", "#|!"]})
        self.assertEqual(status, 200)
        self.assertTrue(rows and all(row["type"] not in ("ether", "vlan") for row in rows), rows)
        self.assertEqual(self.send("POST", "/interface/print", {"count-only": "", ".query": ["type=ether"]}), (200, {"ret": "5"}))

    def test_commands(self):
        self.assertEqual(self.send("POST", "/system/identity/set", {"name": "branch-office-1"}), (200, []))
        self.assertEqual(self.curl(f"{self.plain}/rest/system/identity"), (200, {"name": "branch-office-1"}))
        self.assertEqual(self.send("POST", "/execute", {"script": ":put 1", "as-string": ""}), (200, {"ret": "1\r\n"}))
        self.assertRegex(self.send("POST", "/execute", {"script": "/log/info test"})[1]["ret"], r"^\*[0-9A-F]+$")

    def test_the_tree_describes_itself(self):
        status, rows = self.send("POST", "/console/inspect", {"request": "child", "path": "ip,address,add", ".proplist": "name,node-type"})
        self.assertEqual(status, 200)
        self.assertEqual(rows[0], {"name": "add", "node-type": "cmd"})
        self.assertIn({"name": "interface", "node-type": "arg"}, rows)


class Clients(RestCase):
    """What known clients send."""

    def test_terraform(self):
        """Creates with PUT, reads with a filter on `.id`, unsets with `!name`, everything as strings."""
        status, made = self.urllib("PUT", "/interface/vlan", {"name": "vlan7", "interface": "ether2", "vlan-id": "7", "disabled": "no"})
        self.assertEqual(status, 201, made)
        self.assertEqual(self.urllib("GET", f"/interface/vlan?.id={made['.id']}")[1][0]["vlan-id"], "7")
        self.assertEqual(self.urllib("GET", "/interface/vlan?.id=*FFFF"), (200, []))
        status, changed = self.urllib("PATCH", f"/interface/vlan/{made['.id']}", {"name": "vlan7", "comment": "x", "mtu": "1400"})
        self.assertEqual((status, changed["mtu"], changed["comment"]), (200, "1400", "x"))
        self.assertNotIn("comment", self.urllib("PATCH", f"/interface/vlan/{made['.id']}", {"!comment": ""})[1])
        self.assertEqual(self.urllib("DELETE", f"/interface/vlan/{made['.id']}"), (204, None))

    def test_typed_values(self):
        """Programs that send what their language has: booleans, numbers, null, lists."""
        status, made = self.urllib("PUT", "/ip/firewall/filter", {"chain": "input", "action": "accept", "protocol": "tcp", "dst-port": 8291, "disabled": True, "comment": "y"})
        self.assertEqual((status, made["dst-port"], made["disabled"]), (201, "8291", "true"), made)
        status, changed = self.urllib("PATCH", f"/ip/firewall/filter/{made['.id']}", {"disabled": False, "comment": None, "connection-state": ["established", "related"]})
        self.assertEqual((status, changed["connection-state"]), (200, "established,related"))
        self.assertNotIn("comment", changed)

    def test_names_with_unusual_bytes(self):
        self.assertEqual(self.urllib("PUT", "/system/script", {"name": "day & night/1", "source": ":put \"a\\nb\"\n"})[0], 201)
        status, script = self.urllib("GET", "/system/script/day%20%26%20night%2F1")
        self.assertEqual((status, script["source"]), (200, ":put \"a\\nb\"\n"))
        self.assertEqual(self.urllib("DELETE", "/system/script/day%20%26%20night%2F1")[0], 204)


class Refusals(RestCase):
    def test_wrong_users(self):
        for user in "admin:wrong", "nobody:", "monitoring:":
            self.assertEqual(self.curl(f"{self.plain}/rest/system/identity", user=user), (401, {"error": 401, "message": "Unauthorized"}))
        self.assertEqual(self.curl(f"{self.plain}/rest/system/identity", user="monitoring:watch")[0], 200)
        self.assertEqual(self.send("PUT", "/ip/pool", {"name": "x", "ranges": "10.0.0.1"}, user="monitoring:watch"),
                         (500, {"detail": "not enough permissions (9)", "error": 500, "message": "Internal Server Error"}))
        self.assertIn("login failure for user admin from 127.", self.routers.run_script("/log print"))

    def test_wrong_requests(self):
        self.assertEqual(self.curl(f"{self.plain}/rest/ip/nowhere")[0], 400)
        self.assertEqual(self.curl("-X", "DELETE", f"{self.plain}/rest/interface/ether1"),
                         (406, {"detail": "no such command or directory (remove)", "error": 406, "message": "Not Acceptable"}))
        self.assertEqual(self.curl("-X", "BREW", f"{self.plain}/rest/ip/address")[0], 501)
        self.assertEqual(self.curl("-X", "PUT", f"{self.plain}/rest/ip/pool", "--data", "{}")[0], 415)
        self.assertEqual(self.send("PUT", "/ip/pool", {"name": "y", "ranges": "nonsense", "next-pool": "z"})[0], 400)
        self.assertEqual(self.send("POST", "/file/add", {"name": "x", "contents": "x" * 126 * 1024}), (413, {"error": 413, "message": "Payload Too Large"}))

    def test_garbage(self):
        for garbage in b"\x16\x03\x01\x02\x00", b"GET\r\n\r\n", b"\0" * 20_000, b"GET / HTTP/1.1\r\nX: " + b"x" * 20_000:
            with socket.create_connection((self.routers.address(), self.routers.port(80)), 30) as link:
                link.sendall(garbage + b"\r\n\r\n")
                self.assertRegex(link.recv(100), rb"^HTTP/1.1 4\d\d ")
        self.assertEqual(self.curl(f"{self.plain}/rest/system/identity")[0], 200)

    def test_many_at_once(self):
        with concurrent.futures.ThreadPoolExecutor(100) as pool:
            answers = list(pool.map(lambda i: self.urllib("GET", "/interface" if i % 2 else "/ip/address")[0], range(300)))
        self.assertEqual(answers, [200] * 300)


class Older(RestCase):
    routeros = "7.8"
    setup = SETUP.replace(" max-sessions=400", "").replace("/ip service set www\n", "")

    def test_rest_needs_https_before_7_9(self):
        self.assertEqual(self.curl(f"{self.plain}/rest/system/identity")[0], 404)
        self.assertEqual(self.curl(f"{self.secure}/rest/system/identity")[0], 200)


class Oldest(RestCase):
    routeros = "6.49"
    setup = ":put 1"

    def test_there_is_only_the_login_page(self):
        status, page = self.curl(f"{self.plain}/")
        self.assertEqual(status, 200)
        self.assertIn("RouterOS v6.49", page)
        self.assertEqual(self.curl(f"{self.plain}/rest/system/identity")[0], 404)


if __name__ == "__main__":
    unittest.main()
