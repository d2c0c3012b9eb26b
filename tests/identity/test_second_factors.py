"""Second factors on the real server: an authenticator app played with Python's own HMAC, passkeys made by a real browser."""
import base64
import hashlib
import hmac
import http.server
import struct
import threading
import time

from tests.support.cases import Case
from tests.support.chromium import Chromium
from tests.support.processes import free_port
from tests.support.teams import Team
from tests.support.waiting import wait_until


def totp(secret, at):
    """RFC 6238 for a base32 secret."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", int(at) // 30), hashlib.sha1).digest()
    number = struct.unpack(">I", digest[digest[-1] & 15:][:4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


class SecondFactors(Case):
    engine = "sqlite"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = cls.make_server(cls.engine)
        # Browsers make passkeys for host names only.
        cls.page = f"http://localhost:{cls.server.port}"
        cls.server.config["public_url.auth"] = cls.page
        cls.server.config["roles"] = ["api", "device", "worker"]  # without the web application people stay on the sign-in host
        cls.server.write_config()
        cls.server.start()

    def add_team(self, name):
        team = Team(self.server, name)
        self.addCleanup(team.close)
        return team

    def fresh_code(self, app):
        """A code that was not used yet: of the next step that counts, without waiting for it. One step ahead is allowed."""
        app["step"] = max(app["step"] + 1, int(time.time()) // 30)
        while app["step"] > int(time.time()) // 30 + 1: time.sleep(0.2)
        return totp(app["secret"], app["step"] * 30)

    def add_app(self, team):
        started = team.user.post("/oauth/2fa", json_body={"password": team.PASSWORD})
        self.assertEqual(started.status, 200, started)
        app = {"secret": started.json()["secret"], "step": 0}
        done = team.user.post("/oauth/2fa/confirm", json_body={"code": self.fresh_code(app)})
        self.assertEqual(done.status, 200, done)
        app["recovery_codes"] = done.json()["recovery_codes"]
        return app


class Apps(SecondFactors):
    def test_an_app_is_set_up_and_switched_off(self):
        team = self.add_team("Apps")
        self.assert_error(team.user.post("/oauth/2fa", json_body={}), 403, "permission_error", "proof_required")
        app = self.add_app(team)
        self.assertEqual(len(set(app["recovery_codes"])), 10)
        self.assert_error(team.user.get("/oauth/2fa-secret-key"), 404, "invalid_request_error", "resource_missing")
        self.assertEqual(team.user.get("/oauth/2fa-recovery-codes").json()["remaining"], 10)
        refused = self.assert_error(team.user.delete("/oauth/2fa", json_body={"password": "wrong", "code": app["recovery_codes"][0]}),
                                    422, "invalid_request_error", "validation_failed")
        self.assertEqual(list(refused["errors"]), ["password"])
        done = team.user.delete("/oauth/2fa", json_body={"password": team.PASSWORD, "code": app["recovery_codes"][0]})
        self.assertEqual(done.status, 204, done)
        self.assertEqual(team.user.get("/oauth/2fa-recovery-codes").json()["remaining"], 0)

    def test_the_operator_takes_the_factors_of_a_locked_out_person_away(self):
        team = self.add_team("Locked out")
        self.add_app(team)
        self.assertTrue(team.user.get("/me").json()["mfa_enabled"])
        self.assertIn("user_id", self.server.cli("admin", "reset-mfa", "--email", team.email))
        wait_until(lambda: not team.user.get("/me").json()["mfa_enabled"], "the factors are gone")
        self.assertEqual(self.server.run_cli("admin", "reset-mfa", "--email", "nobody@example.net").returncode, 1)

    def test_a_code_counts_once_also_over_a_restart(self):
        team = self.add_team("Once")
        app = self.add_app(team)
        code = self.fresh_code(app)
        self.assertEqual(team.user.post("/oauth/2fa-recovery-codes", json_body={"code": code}).status, 200)
        self.server.restart()
        again = team.user.post("/oauth/2fa-recovery-codes", json_body={"code": code})
        self.assert_error(again, 422, "invalid_request_error", "validation_failed")

    def test_api_keys_and_strangers_have_nothing_to_do_with_it(self):
        team = self.add_team("Keys")
        self.assert_error(team.api.post("/oauth/2fa", json_body={}), 401, "authentication_error", "token_invalid")
        self.assert_error(self.server.client().get("/me/passkeys"), 401, "authentication_error", "token_missing")


class AppsOnPostgres(Apps):
    engine = "postgres"


class Passkeys(SecondFactors):
    def open_browser(self, url=None, **authenticator):
        browser = Chromium()
        self.addCleanup(browser.close)
        browser.open(url or self.page + "/healthz")
        browser.add_authenticator(**authenticator)
        return browser

    def options(self, team):
        answer = team.user.post("/me/passkeys/options", json_body={"password": team.PASSWORD})
        self.assertEqual(answer.status, 200, answer)
        return answer.json()

    def add_passkey(self, team, browser, name="Laptop"):
        answer = team.user.post("/me/passkeys", json_body={"name": name, "credential": browser.create_passkey(self.options(team))})
        self.assertEqual(answer.status, 201, answer)
        return answer.json()

    def test_a_browser_makes_a_passkey(self):
        team = self.add_team("Browser")
        browser = self.open_browser()
        added = self.add_passkey(team, browser)
        self.assertEqual(len(added["recovery_codes"]), 10)
        passkey, = team.user.get("/me/passkeys").json()
        self.assertEqual(passkey["id"], added["passkey"]["id"])
        self.assertEqual((passkey["name"], passkey["rp_id"], passkey["usable"], passkey["transports"], passkey["discoverable"]),
                         ("Laptop", "localhost", True, ["internal"], True))
        self.assertEqual(team.user.put(f"/me/passkeys/{passkey['id']}", json_body={"name": "Key ring"}).json()["name"], "Key ring")
        self.assertEqual(team.user.delete(f"/me/passkeys/{passkey['id']}", json_body={"password": team.PASSWORD}).status, 204)
        self.assertEqual(team.user.get("/me/passkeys").json(), [])

    def at(self, browser, path):
        wait_until(lambda: browser.seen("document.readyState + location.pathname") == "complete" + path, f"the page {path}")

    def test_a_passkey_alone_signs_in(self):
        team = self.add_team("Alone")
        browser = self.open_browser()
        self.add_passkey(team, browser)
        browser.open(self.page + "/signin")
        browser.seen("document.getElementById('passkey').click()")
        self.at(browser, "/account")
        self.assertIn(team.email, browser.run("document.body.innerText"))

    def test_a_passkey_is_the_second_step_after_the_password(self):
        team = self.add_team("Second")
        browser = self.open_browser()
        self.add_passkey(team, browser)
        browser.open(self.page + "/signin")
        browser.run(f"document.getElementById('email').value = {team.email!r}; document.getElementById('password').value = {team.PASSWORD!r}")
        browser.seen("document.querySelector('#password-form [type=submit]').click()")
        wait_until(lambda: browser.seen("document.getElementById('factor-passkey')?.hidden") is False, "the second step")
        browser.seen("document.querySelector('#factor-passkey button').click()")
        self.at(browser, "/account")

    def test_the_browser_does_not_make_a_second_one_on_the_same_device(self):
        team = self.add_team("Twice")
        browser = self.open_browser()
        self.add_passkey(team, browser)
        with self.assertRaisesRegex(AssertionError, "InvalidStateError"): browser.create_passkey(self.options(team))

    def test_an_answer_of_a_page_of_another_origin_is_refused(self):
        class Page(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/plain")
                self.end_headers()

            def log_message(self, *arguments): pass

        port = free_port()
        other = http.server.HTTPServer(("127.0.0.1", port), Page)
        self.addCleanup(other.server_close)
        self.addCleanup(other.shutdown)
        threading.Thread(target=other.serve_forever, daemon=True).start()
        team = self.add_team("Phished")
        browser = self.open_browser(f"http://localhost:{port}/")  # the same relying party id: only the origin tells them apart
        answer = team.user.post("/me/passkeys", json_body={"credential": browser.create_passkey(self.options(team))})
        self.assertIn("another origin", self.assert_error(answer, 422, "invalid_request_error", "passkey_invalid")["message"])

    def test_an_answer_is_not_taken_twice(self):
        team = self.add_team("Replay")
        browser = self.open_browser()
        body = {"credential": browser.create_passkey(self.options(team))}
        self.assertEqual(team.user.post("/me/passkeys", json_body=body).status, 201)
        self.assert_error(team.user.post("/me/passkeys", json_body=body), 422, "invalid_request_error", "passkey_invalid")
