"""OAuth 2.0 and OpenID Connect with the real server: certified client libraries complete every flow, attacks fail."""
import base64
import hashlib
import hmac
import json
import time
import unittest
import urllib.parse

from tests.support.browser import Browser
from tests.support.cases import ServerCase
from tests.support.peers import Peer, PeerError
from tests.support.teams import Team

CALLBACK = "https://app.example/callback"
BYE = "https://app.example/bye"


def query_of(url):
    return {name: values[0] for name, values in urllib.parse.parse_qs(urllib.parse.urlsplit(url).query).items()}


def b64(data):
    return base64.urlsafe_b64encode(data if isinstance(data, bytes) else json.dumps(data).encode()).rstrip(b"=").decode()


def payload(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"  # what looks like a program is asked for a proof of work


class Person(Browser):
    """Somebody at a browser; `cookie` is the session, None: signed out."""

    def __init__(self, server):
        super().__init__()
        self.server = server

    def sign_in(self, email, password):
        client = self.server.client()
        response = client.post("/login", json_body={"email": email, "password": password}, headers={"Origin": self.server.url, "User-Agent": FIREFOX})
        client.close()
        assert response.status == 200, response
        name, value = response.headers["Set-Cookie"].split(";")[0].split("=", 1)
        self.cookies.setdefault(self.server.url, {})[name] = value
        return self

    @property
    def cookie(self):
        return "; ".join(f"{name}={value}" for name, value in self.cookies.get(self.server.url, {}).items()) or None

    def get(self, url):
        return super().get(url if url.startswith("http") else self.server.url + url)

    def visit_application(self, url):
        """Follows an authorization URL, allows what is asked, and tells where the application is called back."""
        page = self.get(url)
        if page.status == 200: page = self.submit(page, decision="allow")
        assert page.status == 303, page
        return page.headers["Location"]

    def post_from(self, origin, path, fields):
        """A form that a page of `origin` sends."""
        client = self.server.client()
        response = client.post(path, body=urllib.parse.urlencode(fields),
                               headers={"Content-Type": "application/x-www-form-urlencoded", "Cookie": self.cookie, "Origin": origin})
        client.close()
        return response


class OidcCase(ServerCase):
    config = {"auth.password_memory": "64KiB", "auth.password_passes": 1}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.peer = Peer("oidc_client.mjs")
        cls.addClassCleanup(cls.peer.close)
        cls.browser = cls.new_browser(cls.team)

    @classmethod
    def new_browser(cls, team):
        browser = Person(cls.server).sign_in(team.email, Team.PASSWORD)
        cls.addClassCleanup(browser.close)
        return browser

    @classmethod
    def register(cls, auth="client_secret_basic", team=None, alg=None, **more):
        """An application as its library needs to know it."""
        fields = {"name": f"App {auth}", "token_endpoint_auth_method": auth, "redirect_uris": [CALLBACK], "post_logout_redirect_uris": [BYE],
                  "grant_types": ["authorization_code", "refresh_token"] + (["client_credentials"] if auth != "none" else []), **more}
        if alg: fields["jwks"] = cls.peer.call("public_jwks", algs=[alg])
        response = (team or cls.team).user.post("/oauth/clients", json_body=fields)
        assert response.status == 201, response
        made = response.json()
        return {"issuer": cls.server.url, "client_id": made["client_id"], "auth": auth, "secret": made.get("client_secret"), "alg": alg,
                "redirect_uri": fields["redirect_uris"][0] if fields["redirect_uris"] else None}

    def sign_in(self, client, browser=None, **parameters):
        """The whole flow: tokens as the library verified them."""
        asked = self.peer.call("authorization_url", client=client, parameters=parameters)
        url = (browser or self.browser).visit_application(asked["url"])
        return self.peer.call("callback", client=client, url=url, checks=asked["checks"])

    def code_for(self, client, browser=None, **parameters):
        asked = self.peer.call("authorization_url", client=client, parameters=parameters)
        return query_of((browser or self.browser).visit_application(asked["url"]))["code"], asked["checks"]

    def token(self, client, **form):
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if client["auth"] == "client_secret_basic":
            pair = f"{client['client_id']}:{client['secret']}".encode()
            headers["Authorization"] = "Basic " + base64.b64encode(pair).decode()
        else:
            form["client_id"] = client["client_id"]
        return self.server.client().post("/oauth/token", body=urllib.parse.urlencode(form), headers=headers)

    def assert_peer_error(self, code, op, **parameters):
        with self.assertRaises(PeerError) as caught: self.peer.call(op, **parameters)
        self.assertEqual(caught.exception.code, code, caught.exception)

    def userinfo_status(self, token):
        return self.server.client().get("/userinfo", bearer=token).status

    def eventually_refused(self, token):
        """Within a second, as promised."""
        until = time.monotonic() + 1.0
        while time.monotonic() < until:
            if self.userinfo_status(token) == 401: return
            time.sleep(0.05)
        self.assertEqual(self.userinfo_status(token), 401)


class Flows:
    """What well-behaved applications do."""

    def test_every_kind_of_client_signs_a_person_in(self):
        kinds = [("client_secret_basic", None), ("client_secret_post", None), ("none", None)]
        kinds += [("private_key_jwt", alg) for alg in ("RS256", "PS256", "ES256")]
        for auth, alg in kinds:
            with self.subTest(auth=auth, alg=alg):
                client = self.register(auth, alg=alg)
                tokens = self.sign_in(client)
                self.assertEqual(tokens["claims"]["sub"], f"local|{self.team.user_id}")
                self.assertEqual(tokens["claims"]["email"], self.team.email)
                self.assertEqual(tokens["expires_in"], 86400)
                info = self.peer.call("userinfo", client=client, token=tokens["access_token"], subject=tokens["claims"]["sub"])
                self.assertEqual(info["email"], self.team.email)
                again = self.peer.call("refresh", client=client, token=tokens["refresh_token"])
                self.assertNotEqual(again["refresh_token"], tokens["refresh_token"])
                self.assertEqual(again["claims"]["sub"], tokens["claims"]["sub"])

    def test_discovery_is_what_the_library_wants(self):
        metadata = self.peer.call("metadata", client=self.register())
        self.assertEqual(metadata["issuer"], self.server.url)
        self.assertTrue(metadata["authorization_response_iss_parameter_supported"])

    def test_the_web_application_needs_no_consent(self):
        portal = self.server.url + "/app"
        web = {"issuer": self.server.url, "client_id": "openstrat-web", "auth": "none", "redirect_uri": portal + "/callback"}
        asked = self.peer.call("authorization_url", client=web)
        response = self.browser.get(asked["url"])
        self.assertEqual(response.status, 303, response)
        tokens = self.peer.call("callback", client=web, url=response.headers["Location"], checks=asked["checks"])
        self.assertEqual(self.server.client(tokens["access_token"]).get("/sites").status, 200)

    def test_oauth4webapi_and_the_older_library_agree(self):
        client = self.register()
        asked = self.peer.call("authorization_url", client=client)
        done = self.peer.call("oauth4webapi_callback", client=client, url=self.browser.visit_application(asked["url"]), checks=asked["checks"])
        self.assertEqual(done["claims"]["sub"], done["userinfo"]["sub"])
        asked = self.peer.call("v5_authorization_url", client=client)
        done = self.peer.call("v5_callback", client=client, url=self.browser.visit_application(asked["url"]), checks=asked["checks"])
        self.assertEqual(done["userinfo"]["email"], self.team.email)
        self.assertTrue(done["introspected"]["active"])
        self.assertFalse(done["after"]["active"])

    def test_client_credentials_act_for_the_team(self):
        for auth, alg in (("client_secret_basic", None), ("client_secret_post", None), ("private_key_jwt", "ES256")):
            with self.subTest(auth=auth):
                client = self.register(auth, alg=alg, scopes=["site:view"], grant_types=["client_credentials"], redirect_uris=[])
                token = self.peer.call("client_credentials", client=client, parameters={"scope": "site:view"})
                self.assertEqual(token["scope"], "site:view")
                machine = self.server.client(token["access_token"])
                self.assertEqual(machine.get("/sites").status, 200)
                self.assertEqual(machine.get("/runbooks").json()["required_scope"], "site:create|cpf:view")
                self.assertEqual(machine.get("/me/authorizations").status, 401)
                self.assertEqual(self.team.user.delete(f"/oauth/clients/{client['client_id']}").status, 204)
                time.sleep(1.0)
                self.assertEqual(machine.get("/sites").status, 401)

    def test_introspection_and_revocation(self):
        client = self.register()
        tokens = self.sign_in(client)
        self.assertTrue(self.peer.call("introspect", client=client, token=tokens["access_token"])["active"])
        self.peer.call("revoke", client=client, token=tokens["refresh_token"])
        self.assertFalse(self.peer.call("introspect", client=client, token=tokens["access_token"])["active"])
        self.eventually_refused(tokens["access_token"])

    def test_max_age_and_prompt_login_ask_for_a_new_sign_in(self):
        client = self.register()
        browser = self.new_browser(self.team)
        self.sign_in(client, browser)
        for parameters in ({"prompt": "login"}, {"max_age": "0"}):
            asked = self.peer.call("authorization_url", client=client, parameters=parameters)
            response = browser.get(asked["url"])
            self.assertTrue(response.headers["Location"].startswith(self.server.url + "/signin?return_to=%2Fauthorize%3F"), response.headers["Location"])
            back = query_of(response.headers["Location"])["return_to"]
            self.assertIn("/signin", browser.get(back).headers["Location"])
            browser.sign_in(self.team.email, Team.PASSWORD)
            url = browser.visit_application(back)
            tokens = self.peer.call("callback", client=client, url=url, checks=asked["checks"], max_age=60)
            self.assertGreaterEqual(tokens["claims"]["auth_time"], int(time.time()) - 5)

    def test_prompt_none(self):
        client = self.register()
        stranger = Person(self.server)
        self.addCleanup(stranger.close)
        for browser, code in ((stranger, "login_required"), (self.browser, "consent_required")):
            asked = self.peer.call("authorization_url", client=client, parameters={"prompt": "none"})
            location = browser.get(asked["url"]).headers["Location"]
            self.assert_peer_error(code, "callback", client=client, url=location, checks=asked["checks"])
        self.sign_in(client)
        self.assertTrue(self.sign_in(client, prompt="none")["id_token"])

    def test_the_person_may_say_no(self):
        client = self.register()
        asked = self.peer.call("authorization_url", client=client)
        page = self.browser.get(asked["url"])
        self.assertIn("App client_secret_basic", page.text)
        response = self.browser.submit(page, decision="deny")
        self.assert_peer_error("access_denied", "callback", client=client, url=response.headers["Location"], checks=asked["checks"])

    def test_signing_out_through_the_application(self):
        client = self.register()
        browser = self.new_browser(self.team)
        tokens = self.sign_in(client, browser)
        url = self.peer.call("end_session_url", client=client, parameters={"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": BYE, "state": "s1"})
        response = browser.get(url)
        self.assertEqual(response.headers["Location"], BYE + "?state=s1")
        self.assertIsNone(browser.cookie)
        self.eventually_refused(tokens["access_token"])
        self.assertEqual(self.token(client, grant_type="refresh_token", refresh_token=tokens["refresh_token"]).json()["error"], "invalid_grant")

    def test_signing_out_without_a_hint_asks(self):
        browser = self.new_browser(self.team)
        page = browser.get("/oidc/logout")
        self.assertEqual(page.status, 200)
        response = browser.submit(page)
        self.assertIn("You are signed out", response.text)
        self.assertIsNone(browser.cookie)

    def test_a_person_takes_consent_back(self):
        client = self.register()
        tokens = self.sign_in(client)
        listed = self.team.user.get("/me/authorizations").json()
        self.assertIn(client["client_id"], [line["client_id"] for line in listed])
        self.assertEqual(self.team.user.delete(f"/me/authorizations/{client['client_id']}").status, 204)
        self.eventually_refused(tokens["access_token"])


class Attacks:
    """What others try."""

    def test_a_stolen_code(self):
        client, thief = self.register(), self.register()
        code, checks = self.code_for(client)
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": checks["verifier"]}
        tokens = self.token(client, **form).json()
        self.assertEqual(self.token(client, **form).json()["error"], "invalid_grant")
        self.eventually_refused(tokens["access_token"])
        self.assertEqual(self.token(client, grant_type="refresh_token", refresh_token=tokens["refresh_token"]).json()["error"], "invalid_grant")
        for changed in ({"code_verifier": "x" * 43}, {"code_verifier": ""}, {"redirect_uri": CALLBACK + "/"}, {"redirect_uri": ""}):
            with self.subTest(changed=changed):
                code, checks = self.code_for(client)
                wrong = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": checks["verifier"], **changed}
                self.assertEqual(self.token(client, **wrong).json()["error"], "invalid_grant")
        code, checks = self.code_for(client)
        self.assertEqual(self.token(thief, grant_type="authorization_code", code=code, redirect_uri=CALLBACK, code_verifier=checks["verifier"]).json()["error"], "invalid_grant")

    def test_a_forged_answer_is_noticed(self):
        client = self.register()
        asked = self.peer.call("authorization_url", client=client)
        url = self.browser.visit_application(asked["url"])
        for checks in ({**asked["checks"], "state": "other"},):
            with self.assertRaises(PeerError): self.peer.call("callback", client=client, url=url, checks=checks)
        with self.assertRaises(PeerError): self.peer.call("callback", client=client, url=url.replace("iss=http", "iss=https"), checks=asked["checks"])
        with self.assertRaises(PeerError): self.peer.call("callback", client=client, url=url, checks={**asked["checks"], "nonce": "other"})

    def test_a_refresh_token_that_comes_twice(self):
        client, other = self.register(), self.register()
        first = self.sign_in(client)
        self.assertEqual(self.token(other, grant_type="refresh_token", refresh_token=first["refresh_token"]).json()["error"], "invalid_grant")
        second = self.peer.call("refresh", client=client, token=first["refresh_token"])
        self.assert_peer_error("invalid_grant", "refresh", client=client, token=first["refresh_token"])
        self.assert_peer_error("invalid_grant", "refresh", client=client, token=second["refresh_token"])
        self.eventually_refused(second["access_token"])
        entries = self.server.run_cli("doctor")  # the chain with the entry about it holds
        self.assertNotIn("damaged", entries.stdout)

    def test_redirects_lead_to_registered_addresses_only(self):
        client = self.register()
        for target in (CALLBACK + "/more", CALLBACK + "?x=1", "https://app.example/", "https://app.example@evil.example/callback", "https://evil.example/callback",
                       "https://app.example.evil.example/callback", "//evil.example", "javascript:alert(1)", "https://app.example/callback#x",
                       "https://app.example\\@evil.example/callback", "https://app.example/callback%0d%0aX: y"):
            with self.subTest(target=target):
                asked = self.peer.call("authorization_url", client=client, parameters={"redirect_uri": target})
                response = self.browser.get(asked["url"])
                self.assertEqual(response.status, 400)
                self.assertIsNone(response.headers["Location"])
                self.assertIn("default-src 'none'", response.headers["Content-Security-Policy"])

    def test_return_to_is_a_path_of_ours(self):
        client = self.register()
        stranger = Person(self.server)
        self.addCleanup(stranger.close)
        asked = self.peer.call("authorization_url", client=client, parameters={"state": "//evil.example", "login_hint": "https://evil.example"})
        location = stranger.get(asked["url"]).headers["Location"]
        self.assertTrue(location.startswith(self.server.url + "/signin?return_to=%2Fauthorize%3F"), location)

    def test_headers_cannot_be_injected(self):
        client = self.register()
        url = f"/authorize?response_type=code&client_id={client['client_id']}&redirect_uri={urllib.parse.quote(CALLBACK)}&state=a%0d%0aSet-Cookie:%20x=y&scope=openid"
        response = self.browser.get(url)
        self.assertEqual(query_of(response.headers["Location"])["error"], "invalid_request")
        self.assertIsNone(response.headers["Set-Cookie"])

    def test_forged_tokens(self):
        client = self.register()
        tokens = self.sign_in(client)
        head, body, signature = tokens["access_token"].split(".")
        jwks = self.server.client().get("/.well-known/jwks.json")
        kid = jwks.json()["keys"][0]["kid"]
        none = b64({"alg": "none", "typ": "JWT"}) + "." + body + "."
        signed_part = b64({"alg": "HS256", "typ": "JWT", "kid": kid}) + "." + body
        confused = signed_part + "." + b64(hmac.new(jwks.body, signed_part.encode(), hashlib.sha256).digest())
        later = head + "." + b64({**payload(tokens["access_token"]), "exp": 4102444800}) + "." + signature
        for name, token in (("none", none), ("none with signature", none + signature), ("public key as secret", confused), ("changed", later),
                            ("ID token", tokens["id_token"]), ("refresh token", tokens["refresh_token"]), ("cut", tokens["access_token"][:-2])):
            with self.subTest(name=name):
                self.assertEqual(self.userinfo_status(token), 401)
                self.assertEqual(self.server.client(token).get("/sites").status, 401)
        for hint in (none, confused, tokens["access_token"]):
            page = self.browser.get("/oidc/logout?" + urllib.parse.urlencode({"id_token_hint": hint}))
            self.assertIn("Sign out?", page.text)

    def test_consent_cannot_be_clicked_by_another_site(self):
        client = self.register()
        page = self.browser.get(self.peer.call("authorization_url", client=client)["url"])
        self.assertIn("frame-ancestors 'none'", page.headers["Content-Security-Policy"])
        ticket = page.text.split('name="ticket" value="')[1].split('"')[0]
        response = self.browser.post_from("https://evil.example", "/authorize/consent", {"ticket": ticket, "decision": "allow"})
        self.assertEqual(response.status, 403)
        other = self.new_browser(self.team)
        self.assertEqual(other.post_from(self.server.url, "/authorize/consent", {"ticket": ticket, "decision": "allow"}).status, 400)

    def test_another_teams_applications_are_out_of_reach(self):
        other = self.add_team(f"South {self.id()[-20:]}")
        client = self.register(team=other)
        asked = self.peer.call("authorization_url", client=client)
        self.assertEqual(query_of(self.browser.get(asked["url"]).headers["Location"])["error"], "access_denied")
        for method, path in (("GET", ""), ("PUT", ""), ("DELETE", ""), ("POST", "/rotate")):
            body = {"name": "x", "redirect_uris": [CALLBACK]} if method == "PUT" else None
            self.assertEqual(self.team.user.request(method, f"/oauth/clients/{client['client_id']}{path}", json_body=body).status, 404)

    def test_an_application_is_not_the_person(self):
        client = self.register(scopes=["site:view"])
        tokens = self.sign_in(client)
        application = self.server.client(tokens["access_token"])
        self.assertEqual(application.get("/sites").status, 200)
        self.assertEqual(application.get("/me/authorizations").status, 403)
        self.assertEqual(application.post("/oauth/clients", json_body={"name": "x", "redirect_uris": [CALLBACK]}).status, 403)


class SqliteFlows(Flows, OidcCase):
    pass


class PostgresFlows(Flows, OidcCase):
    engine = "postgres"


class SqliteAttacks(Attacks, OidcCase):
    pass


class TwoNodes(OidcCase):
    """What ends on one node ends on the other within a second."""
    engine = "postgres"

    def test_revocation(self):
        key = str(self.server.data_dir / "secret.key")  # one installation: the same database, master key and public names
        second = self.make_server(db=self.server.db, config={"secrets.key_file": key, "public_url.api": self.server.url})
        second.start()
        client = self.register()
        tokens = self.sign_in(client)
        there = second.client(tokens["access_token"])
        self.assertEqual(there.get("/userinfo").status, 200)
        self.peer.call("revoke", client=client, token=tokens["refresh_token"])
        time.sleep(1.0)
        self.assertEqual(there.get("/userinfo").status, 401)


if __name__ == "__main__":
    unittest.main()
