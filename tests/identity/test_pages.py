"""The pages of the sign-in host in a real browser: first account, sign-in with its steps, forgotten password, invitation."""
import base64
import hashlib
import hmac
import json
import re
import struct
import time
import unittest

from tests.support.cases import Case
from tests.support.chromium import Chromium
from tests.support.waiting import wait_until

PASSWORD, OTHER = "Correct-Horse-9-Battery", "Staple-Battery-8-Horse"
# Without the web application people stay on the pages that are tested here.
CHEAP = {"roles": ["api", "device", "worker"], "auth.registration": "invite", "auth.password_memory": "64KiB", "auth.password_passes": 1}
LINK = re.compile(r"https?://\S+")


class Pages(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = cls.add_server(config=CHEAP)
        cls.browser = Chromium()
        cls.addClassCleanup(cls.browser.close)
        cls.email = "ann@example.net"
        cls.make_first_account()

    # ---- what a person does ----

    @classmethod
    def go(cls, path): cls.browser.open(cls.server.url + path)

    @classmethod
    def fill(cls, **fields):
        for name, value in fields.items():
            cls.browser.run(f"""(() => {{ const e = document.getElementById({json.dumps(name)});
                if (e.type === 'checkbox') e.checked = {json.dumps(bool(value))}; else e.value = {json.dumps(value)}; e.dispatchEvent(new Event('input', {{bubbles: true}})); }})()""")

    @classmethod
    def press(cls, selector): cls.browser.seen(f"document.querySelector({json.dumps(selector)}).click()")

    @classmethod
    def at(cls, path):
        wait_until(lambda: cls.browser.seen("document.readyState + location.pathname + location.search") == "complete" + path,
                   f"the page {path}, not {cls.text()!r}")

    @classmethod
    def text(cls): return cls.browser.seen("document.querySelector('main')?.innerText") or ""

    @classmethod
    def wait_for(cls, words): wait_until(lambda: words in cls.text(), f"'{words}' on the page, not {cls.text()!r}")

    @classmethod
    def make_first_account(cls):
        cls.browser.open(cls.server.url + "/signup")
        cls.fill(name="Ann Lee", email=cls.email, password=PASSWORD, team_name="North", terms=True)
        cls.press("#sign-up-form [type=submit]")
        cls.at("/signin?login_hint=ann%40example.net")

    def sign_in(self, email, password, path="/signin"):
        self.browser.call("Network.clearBrowserCookies")
        self.go(path)
        self.fill(email=email, password=password)
        self.press("#password-form [type=submit]")

    def mailed_link(self, address, part):
        def find():
            mails = self.server.client().get(f"/internal/mailbox/messages?to={address}").json()
            return next((link for mail in mails for link in LINK.findall(mail["text"]) if part in link), None)
        return wait_until(find, f"a link with {part} to {address}")

    # ---- the tests ----

    def test_sign_in_and_out(self):
        self.sign_in(self.email, PASSWORD)
        self.at("/account")
        self.assertIn("ann@example.net", self.text())
        self.press("#sign-out")
        self.at("/signin?notice=signed_out")
        self.assertIn("You are signed out", self.text())

    def test_a_wrong_password_is_told_and_the_form_stays(self):
        self.sign_in(self.email, "Wrong-Password-1")
        self.wait_for("password")
        wait_until(lambda: self.browser.seen("document.getElementById('message')?.classList.contains('bad')"), "the message")
        self.assertEqual(self.browser.run("document.getElementById('email').value"), self.email)
        self.assertFalse(self.browser.run("document.querySelector('#password-form [type=submit]').disabled"))

    def test_an_empty_field_is_marked_and_gets_the_focus(self):
        self.go("/signin")
        self.press("#password-form [type=submit]")
        self.assertEqual(self.browser.run("document.activeElement.id"), "email")
        self.assertEqual(self.browser.run("document.getElementById('email').getAttribute('aria-invalid')"), "true")
        self.assertEqual(self.browser.run("document.getElementById('email-error').textContent"), "Is required.")

    def test_the_second_step(self):

        email = self.add_member("mfa@example.net")
        client = self.server.client(self.server.cli("admin", "create-token", "--email", email)["access_token"])
        secret = client.post("/oauth/2fa", json_body={"password": PASSWORD}).json()["secret"]

        def code(at):
            key = base64.b32decode(secret + "=" * (-len(secret) % 8))
            digest = hmac.new(key, struct.pack(">Q", int(at) // 30), hashlib.sha1).digest()
            offset = digest[-1] & 15
            return f"{(struct.unpack('>I', digest[offset:offset + 4])[0] & 0x7fffffff) % 1000000:06d}"
        confirmed = client.post("/oauth/2fa/confirm", json_body={"code": code(time.time())})
        self.assertEqual(confirmed.status, 200, confirmed)
        recovery = re.findall(r"[0-9A-Za-z]{4,}(?:-[0-9A-Za-z]{4,})+", confirmed.text)[0]
        self.sign_in(email, PASSWORD)
        self.wait_for("Second step")
        self.fill(code="000000" if code(time.time()) != "000000" else "111111")
        self.press("#code-form [type=submit]")
        wait_until(lambda: self.browser.seen("document.getElementById('message')?.classList.contains('bad')"), "the message")
        self.fill(code=recovery)
        self.press("#code-form [type=submit]")
        self.at("/account")

    def test_a_forgotten_password(self):
        email = self.add_member("bob@example.net")
        self.browser.call("Network.clearBrowserCookies")
        self.go("/password/forgot")
        self.fill(email=email)
        self.press("#forgot-form [type=submit]")
        self.wait_for("a link is on its way")
        link = self.mailed_link(email, "/password/reset?")
        self.browser.call("Page.navigate", url=link)
        self.at("/password/reset")
        self.assertNotIn("token", self.browser.run("location.href"), "the secret leaves the address bar")
        self.fill(password="short")
        self.press("#reset-form [type=submit]")
        self.wait_for("at least 8 characters")
        self.fill(password=OTHER)
        self.press("#reset-form [type=submit]")
        self.at("/signin?notice=password")
        self.sign_in(email, OTHER)
        self.at("/account")

    def test_an_invited_person_makes_an_account_and_joins(self):
        self.sign_in(self.add_member("cleo@example.net"), PASSWORD)
        self.at("/account")
        self.assertIn("cleo@example.net", self.text())

    def test_without_an_invitation_there_is_no_form(self):
        self.browser.call("Network.clearBrowserCookies")
        self.go("/signup")
        self.assertIn("by invitation", self.text())

    def test_the_way_back_is_kept_and_foreign_ones_are_dropped(self):
        self.sign_in(self.email, PASSWORD, "/signin?return_to=/password/forgot")
        self.at("/password/forgot")
        self.sign_in(self.email, PASSWORD, "/signin?return_to=https://evil.example/")
        self.at("/account")

    def add_member(self, email):
        """Invited by the owner, takes the mailed link, registers, joins."""
        owner = self.server.client(self.server.cli("admin", "create-token", "--email", self.email)["access_token"])
        team = owner.get("/me").json()["team_id"]
        self.assertEqual(owner.post(f"/teams/{team}/invites", json_body={"email": email}).status, 202)
        link = self.mailed_link(email, "/invites/")
        self.browser.call("Network.clearBrowserCookies")
        self.browser.open(link)
        self.press("a[href^='/signup']")
        wait_until(lambda: self.browser.seen("document.readyState + location.pathname") == "complete/signup", "the form")
        self.fill(name="Guest", email=email, password=PASSWORD, terms=True)
        self.press("#sign-up-form [type=submit]")
        wait_until(lambda: self.browser.seen("document.readyState + location.pathname") == "complete/signin", f"the sign-in page, not {self.text()!r}")
        self.fill(password=PASSWORD)
        self.press("#password-form [type=submit]")
        wait_until(lambda: self.browser.seen("document.readyState === 'complete' && location.pathname.startsWith('/invites/') && !!document.getElementById('accept')"), f"the invitation, not {self.text()!r}")
        self.press("#accept")
        self.at("/account")
        members = [member["email"] for member in owner.get(f"/teams/{team}").json()["members"]]
        self.assertIn(email, members)
        return email


if __name__ == "__main__":
    unittest.main()
