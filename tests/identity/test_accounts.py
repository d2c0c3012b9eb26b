"""A person's own account with the real binary: register, confirm, sign in, sessions, forgotten and changed passwords."""
import re
import threading
import unittest

from tests.support.cases import Case
from tests.support.waiting import wait_until

PASSWORD, OTHER = "Correct-Horse-9-Battery", "Staple-Battery-8-Horse"
CHEAP = {"auth.registration": "open", "auth.password_memory": "64KiB", "auth.password_passes": 1}
LINK = re.compile(r"https?://\S+")


class Browser:
    """A cookie jar with a client; says where its requests come from, as browsers do."""

    def __init__(self, server, user_agent="Mozilla/5.0 (X11; Linux) Firefox/130.0"):
        self.server, self.client, self.cookie, self.user_agent = server, server.client(), None, user_agent

    def post(self, path, body, **headers):
        headers = {"Sec-Fetch-Site": "same-origin", "User-Agent": self.user_agent, **headers}
        if self.cookie: headers["Cookie"] = self.cookie
        answer = self.client.post(path, json_body=body, headers=headers)
        if set_cookie := answer.headers.get("Set-Cookie"): self.cookie = set_cookie.split(";")[0]
        return answer

    def login(self, email, password=PASSWORD): return self.post("/login", {"email": email, "password": password})

    def register(self, email, password=PASSWORD, **more):
        return self.post("/register", {"name": "Ann Lee", "email": email, "password": password, "terms": True, **more})


class Accounts(Case):
    engine = "sqlite"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = cls.add_server(cls.engine, config=CHEAP)
        cls.first = Browser(cls.server).register("owner@example.net", team_name="North")
        cls.browser_count = 0

    def browser(self): return Browser(self.server)

    def mails(self, address): return self.server.client().get(f"/internal/mailbox/messages?to={address}").json()

    def mail(self, address, words):
        """The newest mail whose subject has these words."""
        def find(): return next((mail for mail in self.mails(address) if words.lower() in mail["subject"].lower()), None)
        return wait_until(find, f"a mail about '{words}' to {address}, not only {[m['subject'] for m in self.mails(address)]}")

    def link(self, address, part):
        def find():
            for mail in self.mails(address):
                for link in LINK.findall(mail["text"]):
                    if part in link: return link
            return None
        return wait_until(find, f"a link with {part} to {address}")

    def open_link(self, link):
        answer = self.server.client().get(link)
        self.assertEqual(answer.status, 303, answer)
        return answer.headers["Location"]

    def add_user(self, email):
        self.assertEqual(self.browser().register(email).status, 201)
        self.assertEqual(self.open_link(self.link(email, "/email/verify/")), f"{self.server.url}/signin?email=verified")

    def token(self, email): return self.server.cli("admin", "create-token", "--email", email)["access_token"]

    def computations(self):
        return float(re.search(r"^openstrat_password_computations (\S+)", self.server.client().get("/metrics").text, re.M).group(1))

    def test_the_first_account_owns_the_first_team(self):
        self.assertEqual((self.first.status, self.first.json()["status"]), (201, "active"))
        teams = self.server.client(self.token("owner@example.net")).get("/me").json()
        self.assertTrue(teams["team_id"])
        self.assertTrue(teams["operator"])

    def test_register_confirm_sign_in_and_change_the_password(self):
        email = "ann@example.net"
        here, there = self.browser(), self.browser()
        self.assertEqual(here.register(email).json(), {"status": "verify_email"})
        self.assertEqual(here.login(email).json(), {"status": "verify_email"})
        self.assertIsNone(here.cookie)
        self.open_link(self.link(email, "/email/verify/"))
        for browser in (here, there):
            answer = browser.login(email)
            self.assertEqual((answer.status, answer.json()["status"]), (200, "signed_in"), answer)
            self.assertTrue(browser.cookie.startswith("session="))
        me = self.server.client(self.token(email))
        self.assertEqual((me.get("/me").json()["email"], me.get("/me").json()["operator"]), (email, False))
        before = me.get("/me/sessions").json()
        self.assertEqual(sorted(s["current"] for s in before), [False, False, True])
        self.assertEqual({s["device"] for s in before if not s["current"]}, {"Firefox on Linux"})
        self.assert_error(me.put("/password", json_body={"current_password": OTHER, "password": OTHER}), 422, "invalid_request_error", "validation_failed")
        self.assertEqual(me.put("/password", json_body={"current_password": PASSWORD, "password": OTHER}).status, 204)
        self.assertEqual([s["current"] for s in me.get("/me/sessions").json()], [True])
        self.assert_error(here.login(email), 401, "authentication_error", "credentials_invalid")
        self.assertEqual(here.login(email, OTHER).status, 200)
        self.mail(email, "password")
        [session] = [s for s in me.get("/me/sessions").json() if not s["current"]]
        self.assertEqual(me.delete(f"/me/sessions/{session['id']}").status, 204)
        self.assertEqual(len(me.get("/me/sessions").json()), 1)

    def test_a_forgotten_password(self):
        email = "forgot@example.net"
        self.add_user(email)
        browser = self.browser()
        known, unknown = (browser.post("/password/forgot", {"email": address}) for address in (email, "nobody@example.net"))
        self.assertEqual((known.status, known.body), (202, unknown.body))
        token = self.link(email, "/password/reset?token=").split("token=")[1]
        old = self.token(email)
        self.assertEqual(browser.post("/password/reset", {"token": token, "password": OTHER}).status, 204)
        self.assert_error(browser.post("/password/reset", {"token": token, "password": "Third-Horse-7-Word"}), 410, "invalid_request_error", "link_expired")
        self.assertEqual(self.server.client(old).get("/me").status, 401, "sessions end with the old password")
        self.assertEqual(browser.login(email, OTHER).status, 200)
        self.assertEqual(self.mails("nobody@example.net"), [])

    def test_nobody_learns_who_has_an_account(self):
        email = "hidden@example.net"
        self.add_user(email)
        browser = self.browser()
        def look(answer):
            body = answer.json()
            body.pop("request_id", None)
            return answer.status, body, sorted(h for h in answer.headers.keys() if h.lower() not in ("date", "x-request-id"))
        def cost(action):
            before = self.computations()
            answer = action()
            return look(answer), self.computations() - before
        for action in (lambda address: browser.login(address, "Wrong-Horse-7-Word"), lambda address: browser.register(address),
                       lambda address: browser.post("/email/resend", {"email": address}), lambda address: browser.post("/password/forgot", {"email": address})):
            self.assertEqual(cost(lambda: action(email)), cost(lambda: action("stranger@example.net")))
        self.mail(email, "account")

    def test_no_line_break_gets_anywhere(self):
        evil = "a\r\nBcc: victim@example.net\r\n\r\nx"
        browser = self.browser()
        for body in ({"name": evil}, {"email": f"a@example.net{evil}"}, {"team_name": evil}, {"timezone": evil}, {"invitation": evil}, {"password": evil}):
            answer = browser.register("crlf@example.net") if not body else browser.post(
                "/register", {"name": "A", "email": "crlf@example.net", "password": PASSWORD, "terms": True, **body})
            self.assertIn(answer.status, (201, 422), (body, answer))
        for path in ("/login", "/password/forgot", "/email/resend", "/login/mfa", "/password/reset"):
            answer = browser.post(path, {"email": f"ann@example.net{evil}", "password": evil} if path == "/login" else
                                  {"ticket": evil, "code": "123456"} if path == "/login/mfa" else {"token": evil, "password": PASSWORD} if path == "/password/reset" else {"email": evil})
            self.assertLess(answer.status, 500, (path, answer))
            self.assertNotIn("Bcc", str(answer.headers))
        strange = self.browser().post("/login", {"email": "ann@example.net", "password": "x"}, **{"User-Agent": "\xff\xfe"})
        self.assertTrue(strange.status == 401 or strange.json()["status"] == "challenge", strange)
        self.assertEqual(self.mails("victim@example.net"), [])

    def test_links_lead_to_our_own_pages_only(self):
        email = "redirect@example.net"
        self.browser().register(email)
        link = self.link(email, "/email/verify/")
        expired = f"{self.server.url}/signin?email=expired"
        for changed in (link + "&redirect=https://evil.example", link.replace("expires=", "expires=9"), re.sub(r"signature=\w{4}", "signature=0000", link), link.split("?")[0]):
            self.assertEqual(self.open_link(changed), expired, changed)
        self.assertEqual(self.open_link(link), f"{self.server.url}/signin?email=verified")

    def test_other_sites_are_refused(self):
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):
            self.assert_error(self.browser().post("/login", {"email": "ann@example.net", "password": "x"}, **headers), 403, "permission_error", "origin_invalid")

    def test_many_sign_ins_at_once_leave_the_rest_alone(self):
        """Argon2 is bounded: whoever does not fit is told to come again, and other requests are answered meanwhile."""
        statuses = []
        def attack():
            browser = self.browser()
            for _ in range(5): statuses.append(browser.login("nobody@example.net", "Wrong-Horse-7-Word").status)
        attackers = [threading.Thread(target=attack) for _ in range(30)]
        for attacker in attackers: attacker.start()
        self.assertEqual(self.server.client(timeout=10).get("/readyz").status, 200)
        for attacker in attackers: attacker.join()
        self.assertLessEqual(set(statuses), {401, 429, 503})
        self.assertEqual(len(statuses), 150)


class AccountsOnSqlite(Accounts): pass


class AccountsOnPostgres(Accounts): engine = "postgres"


del Accounts


class KilledBetweenAnswerAndMail(Case):
    def test_the_mail_still_comes(self):
        server = self.add_server(config=CHEAP)
        Browser(server).register("owner@example.net")
        for round in range(3):
            email = f"killed{round}@example.net"
            self.assertEqual(Browser(server).register(email).status, 201)
            server.kill()
            server.start()
            mails = wait_until(lambda: server.client().get(f"/internal/mailbox/messages?to={email}").json(), "the mail of before the kill")
            link = next(link for link in LINK.findall(mails[0]["text"]) if "/email/verify/" in link)
            self.assertIn("email=verified", server.client().get(link).headers["Location"])


class ByInvitationOnly(Case):
    def test_only_the_first_account_needs_none(self):
        server = self.add_server(config={**CHEAP, "auth.registration": "invite"})
        self.assertEqual(Browser(server).register("owner@example.net").json(), {"status": "active"})
        self.assert_error(Browser(server).register("second@example.net"), 403, "permission_error", "not_invited")


class Closed(Case):
    def test_not_even_the_first(self):
        server = self.add_server(config={**CHEAP, "auth.registration": "closed"})
        self.assert_error(Browser(server).register("owner@example.net"), 403, "permission_error", "registration_closed")


if __name__ == "__main__":
    unittest.main()
