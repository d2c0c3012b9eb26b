"""The web application as the real server hands it out: caching, policy, fallbacks, sign-in leads there, renewal in a frame."""
import gzip
import html
import json
import pathlib
import re
import tempfile
import unittest

from tests.support.cases import Case
from tests.support.chromium import Chromium
from tests.support.teams import Team
from tests.support.waiting import wait_until

PASSWORD = "Correct-Horse-9-Battery"
CHEAP = {"auth.registration": "invite", "auth.password_memory": "64KiB", "auth.password_passes": 1}
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
NOTHING = "This server was built without the web application"

# The least that has the parts of a real one: a module, a page for the callback, styles by nonce, a worker.
FILES = {
    "index.html": """<!doctype html><meta name="config" content="%CONFIG%"><title>tiny</title><style nonce="%NONCE%">h1 { color: rgb(1, 2, 3) }</style>
<h1>Tiny</h1><p id="out"></p><script>document.title = 'inline scripts run'</script><script type="module" src="/app/assets/main-1.js"></script>""",
    "callback.html": """<!doctype html><title>callback</title><script type="module" src="/app/assets/callback-1.js"></script>""",
    "assets/main-1.js": """const config = JSON.parse(document.querySelector('meta').content);
window.config = config;
window.renew = () => new Promise(resolve => {
  addEventListener('message', event => resolve(event.data), { once: true });
  const query = new URLSearchParams({ client_id: 'openstrat-web', redirect_uri: config.portal + '/callback', response_type: 'code', scope: 'openid', state: 's',
    code_challenge: '%s', code_challenge_method: 'S256', prompt: 'none' });
  document.body.append(Object.assign(document.createElement('iframe'), { src: config.auth + '/authorize?' + query }));
});
document.getElementById('out').textContent = 'running';""" % CHALLENGE,
    "assets/callback-1.js": "parent.postMessage(location.search, location.origin);",
    "sw.js": "self.addEventListener('fetch', () => {});",
    "manifest.webmanifest": "{}",
}


class TinyApp(Case):
    """Served from a directory, so that these tests know every byte."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        directory = tempfile.TemporaryDirectory(prefix="openstrat-web-")
        cls.addClassCleanup(directory.cleanup)
        cls.dist = pathlib.Path(directory.name)
        for name, content in FILES.items():
            (cls.dist / name).parent.mkdir(exist_ok=True)
            (cls.dist / name).write_text(content)
        cls.server = cls.add_server(config={"web.directory": str(cls.dist), **CHEAP})

    def fetch(self, path, method="GET", **headers):
        client = self.server.client()
        self.addCleanup(client.close)
        return client.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def test_places_files_and_nothing_else(self):
        for path in ("/app/", "/app/sites", "/app/sites/1/jobs"):
            page = self.fetch(path)
            self.assertEqual((page.status, page.headers["Content-Type"]), (200, "text/html; charset=utf-8"), path)
            self.assertIn("<h1>Tiny</h1>", page.text)
        self.assertEqual(self.fetch("/app").headers["Location"], "/app/")
        self.assertEqual(self.fetch("/app/manifest.webmanifest").headers["Content-Type"], "application/manifest+json")
        self.assertEqual(self.fetch("/app/sw.js").headers["Service-Worker-Allowed"], "/app/")
        for path in ("/app/assets/main-2.js", "/app/nothing.js", "/app/../openstrat.toml", "/app/%2e%2e/openstrat.toml", "/app/..%2fopenstrat.toml", "/app/assets/%2e%2e/index.html"):
            self.assertEqual(self.fetch(path).status, 404, path)

    def test_head_has_the_headers_and_no_body(self):
        for path in ("/app/", "/app/assets/main-1.js"):
            got, head = self.fetch(path), self.fetch(path, "HEAD")
            self.assertEqual((head.status, head.body), (200, b""))
            self.assertEqual(head.headers["Content-Length"], str(len(got.body)))

    def test_the_page_carries_configuration_and_policy(self):
        page = self.fetch("/app/")
        config = json.loads(html.unescape(re.search('content="([^"]*)"', page.text)[1]))
        self.assertEqual((config["api"], config["portal"]), (self.server.url, self.server.url + "/app"))
        self.assertEqual(set(config), {"api", "auth", "portal", "docs", "brand", "version", "openSignUp", "realtime"})
        nonce = re.search('nonce="([^"]*)"', page.text)[1]
        self.assertIn(f"style-src 'self' 'nonce-{nonce}'", page.headers["Content-Security-Policy"])
        self.assertNotIn(nonce, self.fetch("/app/").text)

    def test_a_directory_is_read_anew(self):
        path = self.dist / "assets/changing-1.js"
        path.write_text("one")
        first = self.fetch("/app/assets/changing-1.js")
        self.assertEqual((first.body, first.headers["Cache-Control"]), (b"one", "no-store"))
        path.write_text("two")
        self.assertEqual(self.fetch("/app/assets/changing-1.js").body, b"two")

    def test_people_are_led_there_and_a_frame_renews_their_tokens(self):
        self.assertEqual(self.fetch("/").headers["Location"], self.server.url + "/app/")
        browser = Chromium()
        self.addCleanup(browser.close)
        browser.open(self.server.url + "/app/")
        wait_until(lambda: browser.seen("document.getElementById('out').textContent") == "running", "the module runs under the policy")
        self.assertEqual(browser.run("document.title"), "tiny", "inline scripts do not run")
        self.assertEqual(browser.run("getComputedStyle(document.querySelector('h1')).color"), "rgb(1, 2, 3)")
        self.assertIn("error=login_required", browser.run("window.renew()"))

        browser.open(self.server.url + "/signup")
        browser.run("""for (const [id, value] of Object.entries({name: 'Ann', email: 'ann@example.net', password: %s, team_name: 'North'})) document.getElementById(id).value = value;
                       document.getElementById('terms').checked = true; document.querySelector('#sign-up-form [type=submit]').click()""" % json.dumps(PASSWORD))
        wait_until(lambda: browser.seen("location.pathname") == "/signin", "the account is made")
        wait_until(lambda: browser.seen("document.readyState") == "complete", "the page to sign in")
        browser.run("""document.getElementById('email').value = 'ann@example.net'; document.getElementById('password').value = %s;
                       document.querySelector('#password-form [type=submit]').click()""" % json.dumps(PASSWORD))
        wait_until(lambda: browser.seen("location.pathname + typeof window.renew") == "/app/function", "the sign-in leads to the application")
        answer = browser.run("window.renew()")
        self.assertRegex(answer, r"^\?.*code=")
        self.assertIn("state=s", answer)


class OwnHost(Case):
    """A portal on another origin than the API."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = cls.add_server(config={"public_url.portal": "https://portal.example/app"})

    def test_its_pages_may_call_the_api(self):
        client = self.server.client()
        self.addCleanup(client.close)
        asked = client.request("OPTIONS", "/sites", headers={"Origin": "https://portal.example", "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization"})
        self.assertEqual((asked.status, asked.headers["Access-Control-Allow-Origin"]), (204, "https://portal.example"))
        self.assertEqual(asked.headers["Access-Control-Allow-Headers"], "authorization")
        answer = client.get("/sites", headers={"Origin": "https://portal.example"})
        self.assertEqual((answer.status, answer.headers["Access-Control-Allow-Origin"]), (401, "https://portal.example"))
        self.assertIsNone(answer.headers["Access-Control-Allow-Credentials"])
        for name in ("Link", "X-Total-Count", "X-Request-Id", "Retry-After", "ETag", "X-RateLimit-Remaining"):
            self.assertIn(name, answer.headers["Access-Control-Expose-Headers"])
        for origin in ("https://evil.example", "http://portal.example", "https://portal.example:8443", "null"):
            self.assertIsNone(client.get("/sites", headers={"Origin": origin}).headers["Access-Control-Allow-Origin"], origin)


class Embedded(Case):
    """What the build has put into the program: the web application, or (OPENSTRAT_WEB=OFF) a page that says that it is not there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = cls.add_server()

    def fetch(self, path, **headers):
        client = self.server.client()
        self.addCleanup(client.close)
        return client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def test_the_program_carries_it(self):
        page = self.fetch("/app/sites")
        if page.status == 404:
            self.assertIn(NOTHING, page.text)
            self.assertEqual(self.fetch("/").headers["Location"], "/account")
            return
        self.assertEqual(self.fetch("/").headers["Location"], self.server.url + "/app/")
        for rest in ("%CONFIG%", "%NONCE%", "<script>"): self.assertNotIn(rest, page.text)
        scripts = re.findall(r'src="(/app/assets/[^"]+\.js)"', page.text)
        self.assertTrue(scripts)
        plain = self.fetch(scripts[0])
        self.assertEqual(plain.headers["Cache-Control"], "public, max-age=31536000, immutable")
        packed = self.fetch(scripts[0], Accept_Encoding="gzip")
        self.assertEqual((packed.headers["Content-Encoding"], packed.headers["Vary"]), ("gzip", "Accept-Encoding"))
        self.assertEqual(gzip.decompress(packed.body), plain.body)
        small = self.fetch(scripts[0], Accept_Encoding="gzip, deflate, br, zstd")
        self.assertEqual(small.headers["Content-Encoding"], "br")
        self.assertLess(len(small.body), len(packed.body))
        self.assertEqual(self.fetch(scripts[0], Accept_Encoding="br", If_None_Match=small.headers["ETag"]).status, 304)


class Lists(Case):
    def test_long_answers_are_compressed_for_those_who_take_it(self):
        team = Team(self.add_server(config=CHEAP), "Lists")
        self.addCleanup(team.close)
        plain = team.user.get("/roles")
        packed = team.user.get("/roles", headers={"Accept-Encoding": "gzip, br"})
        self.assertEqual((plain.status, plain.headers["Content-Encoding"], packed.headers["Content-Encoding"]), (200, None, "gzip"))
        self.assertEqual(packed.headers["Vary"], "Accept-Encoding")
        self.assertLess(len(packed.body), len(plain.body))
        self.assertEqual(json.loads(gzip.decompress(packed.body)), plain.json())


if __name__ == "__main__":
    unittest.main()
