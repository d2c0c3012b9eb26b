"""Sign-in through other providers: the real binary against the certified oidc-provider, and against a small GitHub."""
import http.server
import json
import threading
import time
import urllib.parse

from tests.support.browser import Browser
from tests.support.cases import Case
from tests.support.openid_provider import OpenidProvider
from tests.support.processes import free_port
from tests.support.teams import Team


class FakeGithub(http.server.ThreadingHTTPServer):
    """/login/oauth and the two REST calls, as documented."""
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), GithubHandler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.user_id = 583231
        self.emails = [{"email": "octo@acme.example", "primary": True, "verified": True, "visibility": "private"}]
        threading.Thread(target=self.serve_forever, daemon=True).start()


class GithubHandler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_): pass

    def answer(self, value):
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        path, _, query = self.path.partition("?")
        if path == "/login/oauth/authorize":
            given = dict(urllib.parse.parse_qsl(query))
            self.send_response(302)
            self.send_header("Location", given["redirect_uri"] + "?" + urllib.parse.urlencode({"code": "c0de", "state": given["state"]}))
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif self.headers["Authorization"] != "Bearer gho_t": self.send_error(401)
        elif path == "/api/v3/user": self.answer({"login": "octocat", "id": self.server.user_id, "name": "Octo Cat", "email": None})
        elif path == "/api/v3/user/emails": self.answer(self.server.emails)
        else: self.send_error(404)

    def do_POST(self):
        form = dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        good = self.path == "/login/oauth/access_token" and form.get("code") == "c0de" and form.get("client_secret") == "gh-secret" and form.get("code_verifier")
        self.answer({"access_token": "gho_t", "token_type": "bearer", "scope": "read:user,user:email"} if good
                    else {"error": "bad_verification_code", "error_description": "The code passed is incorrect or expired."})


class Federation(Case):
    engine = "sqlite"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        server = cls.server = cls.make_server(cls.engine)
        cls.callback = f"{server.url}/callback"
        cls.provider = OpenidProvider(cls.callback)
        cls.processes.append(cls.provider)
        cls.addClassCleanup(cls.provider.close)
        cls.provider.start()
        cls.github = FakeGithub()
        cls.addClassCleanup(cls.github.server_close)
        cls.addClassCleanup(cls.github.shutdown)
        server.config["auth.providers"] = [
            {"id": "peer", "type": "oidc", "name": "Peer", "client_id": OpenidProvider.CLIENT_ID, "client_secret": OpenidProvider.CLIENT_SECRET,
             "issuer": cls.provider.issuer, "allowed_domains": ["acme.example"], "jit_provisioning": True, "team": "North"},
            {"id": "git", "type": "github", "name": "Git", "client_id": "gh", "client_secret": "gh-secret", "issuer": cls.github.url,
             "allowed_domains": ["acme.example"], "jit_provisioning": True, "team": "North"},
            {"id": "gone", "type": "oidc", "name": "Gone", "client_id": "x", "issuer": f"http://127.0.0.1:{free_port()}"}]
        server.write_config()
        server.start()
        cls.team = Team(server, "North")
        cls.addClassCleanup(cls.team.close)

    def setUp(self):
        super().setUp()
        self.browser = Browser()
        self.addCleanup(self.browser.close)

    def start_url(self, provider="instance-peer", more=""):
        return f"{self.server.url}/login/provider/{provider}{more}"

    def sign_in(self, name, browser=None, more=""):
        """Up to and with the callback."""
        browser = browser or self.browser
        back = self.provider.sign_in(browser, self.start_url(more=more), name, self.callback)
        return browser.get(back.location)

    def is_signed_in(self, browser=None):
        return "session" in (browser or self.browser).cookies.get(self.server.url, {})

    def identities_of(self, email):
        token = self.server.cli("admin", "create-token", "--email", email)["access_token"]
        client = self.server.client(token)
        try:
            return client.get("/me/identities").json()
        finally:
            client.close()

    def test_the_button_is_offered(self):
        buttons = self.team.user.get("/login/providers").json()
        self.assertEqual([button["name"] for button in buttons], ["Peer", "Git", "Gone"])
        self.assertEqual(buttons[0]["url"], self.start_url())

    def test_a_complete_sign_in_makes_a_user_once(self):
        page = self.sign_in("tom", more="?return_to=/healthz")
        self.assertEqual((page.status, page.location), (302, f"{self.server.url}/healthz"), page)
        self.assertTrue(self.is_signed_in())
        again = Browser()
        self.addCleanup(again.close)
        self.assertEqual(self.sign_in("tom", again).status, 302)
        identities = self.identities_of("tom@acme.example")
        self.assertEqual([(one["provider"], one["email"]) for one in identities], [("Peer", "tom@acme.example")])

    def test_a_new_key_of_the_provider_is_accepted(self):
        self.assertEqual(self.sign_in("kim").status, 302)
        self.provider.stop()
        self.provider.start()
        deadline = time.monotonic() + 30
        while True:  # an unknown key makes us ask at most every five seconds
            browser = Browser()
            self.addCleanup(browser.close)
            page = self.sign_in("kim", browser)
            if page.status == 302 or time.monotonic() > deadline: break
        self.assertEqual(page.status, 302, page)
        self.assertTrue(self.is_signed_in(browser))

    def test_an_unverified_address_is_refused(self):
        page = self.sign_in("unverified-eve")
        self.assertEqual(page.status, 403)
        self.assertIn("email_unverified", page.text)
        self.assertFalse(self.is_signed_in())

    def test_a_code_is_good_in_the_browser_that_asked_for_it(self):
        back = self.provider.sign_in(self.browser, self.start_url(), "mallory", self.callback)
        victim = Browser()
        self.addCleanup(victim.close)
        page = victim.get(back.location)
        self.assertEqual(page.status, 403)
        self.assertIn("state_invalid", page.text)
        self.assertFalse(self.is_signed_in(victim))
        self.assertEqual(self.browser.get(back.location).status, 302)
        self.assertEqual(self.browser.get(back.location).status, 403)  # and once

    def test_a_provider_that_is_down_gives_a_page(self):
        page = self.browser.get(self.start_url("instance-gone"))
        self.assertEqual(page.status, 502)
        self.assertIn("Gone cannot be reached", page.text)
        self.assertTrue(page.headers["Content-Type"].startswith("text/html"))

    def test_github(self):
        page = self.browser.follow(self.browser.get(self.start_url("instance-git")), stop_at=self.callback)
        page = self.browser.get(page.location)
        self.assertEqual(page.status, 302, page)
        self.assertTrue(self.is_signed_in())
        self.assertEqual(self.identities_of("octo@acme.example")[0]["type"], "github")

    def test_github_without_a_verified_address(self):
        self.github.emails, self.github.user_id, before = [{"email": "boss@acme.example", "primary": True, "verified": False}], 99, (self.github.emails, self.github.user_id)
        try:
            page = self.browser.follow(self.browser.get(self.start_url("instance-git")), stop_at=self.callback)
            page = self.browser.get(page.location)
        finally:
            self.github.emails, self.github.user_id = before
        self.assertEqual(page.status, 403)
        self.assertIn("email_unverified", page.text)
        self.assertFalse(self.is_signed_in())

    def create(self, **more):
        body = {"type": "oidc", "name": "Team SSO", "client_id": "x", "issuer": "https://sso.acme.example"} | more
        return self.team.user.post("/identity-providers", json_body=body)

    def test_urls_of_a_team_do_not_lead_inside(self):
        for issuer in (self.provider.issuer, "https://127.0.0.1", "https://[::1]", "https://[::ffff:127.0.0.1]", "https://169.254.169.254", "http://sso.acme.example",
                       "https://10.0.0.1:8443/realm"):
            with self.subTest(issuer):
                answer = self.create(issuer=issuer)
                self.assert_error(answer, 422, "invalid_request_error", "validation_failed")
                self.assertEqual(list(answer.json()["errors"]), ["issuer"])

    def test_a_name_that_leads_inside_is_refused_when_the_connection_is_made(self):
        made = self.create(issuer=f"https://localhost:{self.provider.port}")
        self.assertEqual(made.status, 201, made)
        page = self.browser.get(self.start_url(made.json()["id"]))
        self.assertEqual(page.status, 502)
        self.assertIn("not allowed (outbound.allow_cidrs)", page.text)

    def test_a_disabled_provider_is_no_way_in(self):
        made = self.create(enabled=False).json()
        self.assertEqual(self.browser.get(self.start_url(made["id"])).status, 404)
        self.assertEqual(self.team.user.delete(f"/identity-providers/{made['id']}").status, 204)

    def test_the_secret_is_never_shown(self):
        made = self.create(client_secret="do-not-show-this")
        everything = made.text + self.team.user.get("/identity-providers").text
        self.assertNotIn("do-not-show-this", everything)
        self.assertTrue(made.json()["has_client_secret"])
        self.assertEqual(made.json()["callback_url"], self.callback)


class FederationOnPostgres(Federation):
    engine = "postgres"
