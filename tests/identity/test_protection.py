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
        "redirect_uri": SHOWN, "redirect_uris": SHOWN, "logout_uris": SHOWN, "post_logout_redirect_uri": SHOWN,  # browsers are sent there, after an exact comparison
        "picture": SHOWN, "link": SHOWN,
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
