"""What every answer tells browsers, limits that nodes keep together, the solver of the challenge, breached passwords: with the real binaries."""
import hashlib
import html.parser
import json
import re
import subprocess
import tempfile
import time
import unittest

from tests.support.cases import Case, ServerCase
from tests.support.processes import ROOT
from tests.support.server import Server
from tests.support.teams import Team

SOLVER = ROOT / "src" / "protection" / "page" / "proof-of-work.js"
SAMPLE = "00000000-0000-4000-8000-000000000000"


def is_devices(operation):
    """Answers for routers are plain text, and short."""
    return any("text/plain" in answer.get("content", {}) for answer in operation.get("responses", {}).values())


class Links(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.found, self.inline = [], []

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag in ("script", "link", "img") and (target := attributes.get("src") or attributes.get("href")): self.found.append(target)
        if tag == "style" or (tag == "script" and "src" not in attributes) or any(name.startswith("on") or name == "style" for name in attributes):
            self.inline.append((tag, attributes))


class SecurityHeaders(ServerCase):
    def check(self, response, what):
        headers, kind = response.headers, response.headers["Content-Type"] or ""
        with self.subTest(what):
            self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
            self.assertEqual(headers["Referrer-Policy"], "no-referrer")
            self.assertIn("frame-ancestors 'none'", headers["Content-Security-Policy"])
            self.assertNotRegex(headers["Content-Security-Policy"], r"unsafe-eval|script-src[^;]*unsafe-inline|\*")
            self.assertTrue(headers["Cache-Control"])
            self.assertIsNone(headers["Strict-Transport-Security"], "without TLS it must not be promised")
            if kind.startswith("text/html"):
                self.assertEqual(headers["X-Frame-Options"], "DENY")
                self.assertIn("camera=()", headers["Permissions-Policy"])

    def test_every_operation_of_the_table(self):
        document = self.server.client().get("/openapi.json").json()
        checked = 0
        for path, operations in document["paths"].items():
            url = re.sub(r"\{[^}]+\}", SAMPLE, path)
            for method, operation in operations.items():
                if method not in ("get", "post", "put", "patch", "delete"): continue
                for bearer in (None, self.team.access_token):
                    if bearer and method != "get": continue  # whatever they would do, the answer has passed the same place
                    if bearer and "text/event-stream" in operation["responses"].get("200", {}).get("content", {}): continue  # never ends
                    body = b"{}" if method in ("post", "put", "patch") else None
                    response = self.server.client(bearer).request(method.upper(), url, body=body, headers={"Content-Type": "application/json"} if body else {})
                    self.assertLess(response.status, 500, f"{method} {path}: {response}")
                    if is_devices(operation) and (response.headers["Content-Type"] or "text/plain").startswith("text/plain"): continue
                    self.check(response, f"{method} {path} {response.status}")
                    checked += 1
                    if bearer and response.status == 200: self.assertNotIn("public", response.headers["Cache-Control"], path) if operation.get("security") else None
        self.assertGreater(checked, 60)

    def test_pages_keep_their_own_rules(self):
        client = self.server.client()
        for path in ("/docs", "/docs/errors", "/docs/errors/scope_missing", "/docs/errors/none"):
            page = client.get(path)
            self.assertTrue(page.headers["Content-Type"].startswith("text/html"))
            self.check(page, path)
            links = Links()
            links.feed(page.text)
            self.assertEqual(links.inline, [], path)
            for target in links.found:
                self.assertTrue(target.startswith("/") and not target.startswith("//"), f"{path} loads {target}")
                self.assertEqual(client.get(target).status, 200, target)
        self.check(client.get("/nowhere"), "unknown path")
        self.check(client.request("PATCH", "/scopes"), "other method")
        solver = client.get("/assets/proof-of-work.js")
        self.assertEqual(solver.text, SOLVER.read_text())
        self.check(solver, "solver")

    def test_routers_read_no_more_than_they_need(self):
        poll = self.server.client().post("/poll", body=b"{}", headers={"Content-Type": "application/json"})
        self.assertIsNone(poll.headers["Content-Security-Policy"])


class Tls(Case):
    def test_browsers_are_told_to_keep_to_tls(self):
        server = self.add_server(tls=True)
        self.assertEqual(server.client().get("/docs").headers["Strict-Transport-Security"], "max-age=31536000")
        self.assertEqual(server.client().get("/scopes").headers["Strict-Transport-Security"], "max-age=31536000")


class SharedLimits(Case):
    """Two processes on one PostgreSQL database, one API key with 60 requests a minute."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        first = cls.make_server("postgres", config={"ratelimit.enabled": True})
        key_file = first.directory / "secret.key"
        first.config["secrets.key_file"] = str(key_file)
        first.write_config()
        second = Server("second", db=first.db, config={"ratelimit.enabled": True, "secrets.key_file": str(key_file), "public_url.api": first.url})
        cls.processes.append(second)
        cls.addClassCleanup(second.close)
        cls.nodes = [first.start(), second.start()]
        cls.team = Team(first, "North")
        cls.addClassCleanup(cls.team.close)

    def call(self, clients, count):
        """How many of `count` requests were admitted, spread over the clients."""
        return sum(clients[i % len(clients)].get("/scopes").status == 200 for i in range(count))

    def test_all_nodes_together_admit_what_one_would(self):
        key = self.team.create_key("limited", "site:view")
        clients = [node.client(key) for node in self.nodes]
        started = time.monotonic()
        admitted = self.call(clients, 300)
        for _ in range(8):
            time.sleep(0.25)  # more than one exchange
            admitted += self.call(clients, 10)
        seconds = time.monotonic() - started
        # The limit, what came back meanwhile, and at most one limit more that the second node gave away before it heard.
        self.assertGreaterEqual(admitted, 60)
        self.assertLessEqual(admitted, 60 + 60 + seconds + 2)
        owed = max(admitted - 60 - seconds, 0)
        refused = clients[1].get("/scopes")
        self.assertEqual(refused.status, 429)
        self.assertGreaterEqual(int(refused.headers["Retry-After"]), 1)
        self.assertEqual(refused.headers["X-RateLimit-Limit"], "60")
        self.assertEqual(refused.headers["RateLimit-Policy"], '"default";q=60;w=60')
        print(f"admitted {admitted} in {seconds:.1f} s, owed {owed:.0f} ", end="")

    def test_the_second_node_knows_what_the_first_gave_away(self):
        key = self.team.create_key("other", "site:view")
        first, second = (node.client(key) for node in self.nodes)
        started = time.monotonic()
        self.assertEqual(self.call([first], 60), 60)
        time.sleep(0.6)
        self.call([second], 1)  # the first one shows that the caller is here, too
        time.sleep(0.6)
        late = self.call([second], 60)
        self.assertLessEqual(late, time.monotonic() - started + 1)


class PublicLimits(ServerCase):
    config = {"ratelimit.enabled": True, "ratelimit.public_token": 5, "ratelimit.sign_in": 3}

    def test_operations_without_sign_in_count_by_address(self):
        client = self.server.client()
        answers = [client.get("/.well-known/jwks.json") for _ in range(6)]
        self.assertEqual([answer.status for answer in answers], [200] * 5 + [429])
        self.assert_error(answers[-1], 429, "rate_limit_error", "rate_limited")
        self.assertEqual(self.server.client(source="127.0.0.2").get("/.well-known/jwks.json").status, 200)
        self.assertEqual([client.get("/unblock/x").status for _ in range(4)], [403] * 3 + [429])
        bogus = {"Authorization": "Bearer nonsense"}
        self.assertEqual(client.get("/.well-known/jwks.json", headers=bogus).status, 429, "a made-up credential is no way around it")


class Solver(unittest.TestCase):
    def test_the_page_finds_what_the_server_accepts(self):
        for bits, length in ((8, 22), (12, 22), (16, 22), (9, 1), (9, 40), (9, 100)):
            challenge = f"pow1.{bits}.1770105600000000.{'s' * length}.{'m' * 22}"
            proof = subprocess.run(["node", "-e", f"process.stdout.write(require({json.dumps(str(SOLVER))}).search({json.dumps(challenge)}))"],
                                   check=True, capture_output=True, text=True, timeout=60).stdout
            self.assertRegex(proof, re.escape(challenge) + r"\.\d+$")
            digest = int.from_bytes(hashlib.sha256(proof.encode()).digest(), "big")
            self.assertEqual(digest >> (256 - bits), 0, f"{bits} bits")

    def test_without_workers_it_searches_in_slices(self):
        program = f"require({json.dumps(str(SOLVER))}).solve('pow1.10.1.salt.mac').then(proof => process.stdout.write(proof))"
        proof = subprocess.run(["node", "-e", program], check=True, capture_output=True, text=True, timeout=60).stdout
        self.assertEqual(int.from_bytes(hashlib.sha256(proof.encode()).digest(), "big") >> 246, 0)


class UrlFields(ServerCase):
    """Every field that takes a URL: who opens it, and that the address it leads to is judged first (src/http/client_ssrf_test.cpp has the ways around)."""
    GUARDED = "http::Client with Destination::public_only"
    SHOWN = "is shown or compared, nobody here opens it"
    KNOWN = {
        "notify_url": GUARDED, "X-Notify-Url": GUARDED,
        # Of identity providers; without TLS to outbound.allow_cidrs only. Those of the configuration file are the operator's.
        "issuer": GUARDED, "token_url": GUARDED, "userinfo_url": GUARDED, "jwks_url": GUARDED,
        "authorize_url": SHOWN, "logout_url": SHOWN,
        "endpoint": SHOWN,  # a filter of the audit log
        "redirect_uri": SHOWN, "redirect_uris": SHOWN, "post_logout_redirect_uri": SHOWN, "post_logout_redirect_uris": SHOWN,  # browsers are sent there, after an exact comparison
        "picture": SHOWN, "link": SHOWN, "url": SHOWN,  # short links: a browser follows
    }
    NAME = re.compile(r"(^|[_-])(ur[il]s?|webhook|callback|endpoint|issuer|hook|href|link|logo|picture)$", re.I)

    def names(self, schema, document, seen=frozenset()):
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            if name not in seen: yield from self.names(document["components"]["schemas"][name], document, seen | {name})
            return
        for part in ("anyOf", "oneOf", "allOf"):
            for inner in schema.get(part, []): yield from self.names(inner, document, seen)
        for name, inner in schema.get("properties", {}).items():
            yield name
            yield from self.names(inner, document, seen)
        if "items" in schema: yield from self.names(schema["items"], document, seen)

    def test_no_field_is_forgotten(self):
        document = self.server.client().get("/openapi.json").json()
        unknown, found = [], set()
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                if not isinstance(operation, dict): continue
                taken = [parameter["name"] for parameter in operation.get("parameters", []) if "name" in parameter]
                for content in operation.get("requestBody", {}).get("content", {}).values(): taken += self.names(content.get("schema", {}), document)
                for name in filter(self.NAME.search, taken):
                    found.add(name)
                    if name not in self.KNOWN: unknown.append(f"{method} {path}: {name}")
        self.assertEqual(unknown, [], "a URL that a user can shape must go through the guarded client: say how in KNOWN, and test it")
        self.assertLessEqual({"notify_url", "X-Notify-Url"}, found)


class SignIn(ServerCase):
    """The steps of an attacker at POST /login, and what the owner of the account gets to see."""
    config = {"ratelimit.enabled": True, "ratelimit.sign_in": 10_000, "auth.password_memory": "8KiB", "auth.password_passes": 1}
    BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}

    def login(self, email, password, source=None, proof=None, agent=None):
        body = {"email": email, "password": password, **({"proof": proof} if proof else {})}
        headers = {**self.BROWSER, **({"User-Agent": agent} if agent else {}), "Origin": self.server.url, "Sec-Fetch-Site": "same-origin"}
        return self.server.client(source=source).post("/login", json_body=body, headers=headers)

    @staticmethod
    def solve(challenge):
        bits = int(challenge.split(".")[1])
        for number in range(1 << 30):
            proof = f"{challenge}.{number}"
            if int.from_bytes(hashlib.sha256(proof.encode()).digest()[:8], "big") >> (64 - bits) == 0: return proof

    def answer(self, email, password, **more):
        """The answer after the challenge, if there is one."""
        response = self.login(email, password, **more)
        while response.status == 200 and response.json()["status"] == "challenge":
            response = self.login(email, password, proof=self.solve(response.json()["challenge"]["challenge"]), **more)
        return response

    def test_ten_wrong_passwords_block_one_address_for_one_account(self):
        team, other = self.add_team("Blocked"), self.add_team("Neighbour")
        unknown, source = "nobody@example.net", "127.0.0.3"
        for email in (team.email, unknown):
            self.assertEqual([self.answer(email, "Wrong-Horse-9-Battery", source=source).status for _ in range(10)], [401] * 10)
        known, nobody = self.login(team.email, Team.PASSWORD, source=source), self.login(unknown, Team.PASSWORD, source=source)
        for refused in (known, nobody): self.assert_error(refused, 429, "rate_limit_error", "too_many_attempts")
        bodies = [refused.json() for refused in (known, nobody)]
        for body in bodies: body.pop("request_id")
        self.assertEqual(*bodies)
        self.assertEqual(self.answer(other.email, Team.PASSWORD, source=source).status, 200)
        self.assertEqual(self.answer(team.email, Team.PASSWORD, source="127.0.0.4").status, 200)
        self.server.restart()
        self.assertEqual(self.login(team.email, Team.PASSWORD, source=source).status, 429)
        blocks = self.server.client(team.access_token).get("/security/blocks").json()["data"]
        self.assertEqual([(block["email"], block["address"]) for block in blocks], [(team.email, source)])
        self.assertEqual(self.server.client(team.access_token).delete(f"/security/blocks/{blocks[0]['id']}").status, 204)
        self.assertEqual(self.answer(team.email, Team.PASSWORD, source=source).status, 200)

    def test_programs_have_to_work(self):
        team = self.add_team("Programs")
        first = self.login(team.email, Team.PASSWORD, source="127.77.0.1", agent="python-requests/2.31")
        self.assertEqual((first.status, first.json()["status"]), (200, "challenge"))
        proof = self.solve(first.json()["challenge"]["challenge"])
        elsewhere = self.login(team.email, Team.PASSWORD, source="127.77.0.2", agent="python-requests/2.31", proof=proof)
        self.assertEqual(elsewhere.json()["status"], "challenge")
        solved = self.login(team.email, Team.PASSWORD, source="127.77.0.1", agent="python-requests/2.31", proof=proof)
        self.assertEqual(solved.json()["status"], "signed_in")


class BreachedPasswords(ServerCase):
    def test_a_list_becomes_a_filter(self):
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
            for i in range(2000): file.write(hashlib.sha1(f"Breached-{i}".encode()).hexdigest().upper() + f":{i + 1}\r\n")
            file.flush()
            made = self.server.cli("admin", "import-breached-passwords", file.name)
        self.assertEqual((made["passwords"], made["lines"]), (2000, 2000))
        self.assertEqual((self.server.data_dir / "breached-passwords.filter").stat().st_size, made["bytes"])

    def test_what_is_no_list_is_refused(self):
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
            file.write("hunter2\n")
            file.flush()
            done = self.server.run_cli("admin", "import-breached-passwords", file.name)
        self.assertEqual(done.returncode, 1)
        self.assertIn("line 1", done.stderr)


if __name__ == "__main__":
    unittest.main()
