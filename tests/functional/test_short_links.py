"""Short links of a running server: made by a service, followed by a browser, on the API's host and on one of their own."""
import hashlib

from tests.support.cases import ServerCase
from tests.support.waiting import wait_until

TOKEN = "service-token-of-the-short-link-tests"


class ShortLinks(ServerCase):
    config = {"internal.tokens": [{"service": "workflows", "hash": hashlib.sha256(TOKEN.encode()).hexdigest(), "allow": ["/short-links"]}],
              "public_url.short": "https://go.example", "short_links.direct_hosts": ["partner.example"],
              "ratelimit.enabled": True, "ratelimit.short_link": 20}

    def shorten(self, url):
        answer = self.server.client(TOKEN).post("/short-links", json_body={"url": url, "ttl_days": 7})
        self.assertEqual(answer.status, 201, answer)
        return answer.json()

    def test_a_link_from_making_to_the_limit(self):
        link = self.shorten("https://partner.example/report?a=1")
        self.assertEqual(link["short_url"], "https://go.example/" + link["code"])
        browser = self.server.client()
        self.addCleanup(browser.close)
        accept = {"Accept": "text/html,application/xhtml+xml"}
        for path, headers in ((f"/s/{link['code']}", accept), (f"/{link['code']}", {**accept, "Host": "go.example"})):
            answer = browser.get(path, headers=headers)
            self.assertEqual((answer.status, answer.headers["Location"]), (302, "https://partner.example/report?a=1"), path)
            self.assertEqual((answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]), ("no-store", "no-referrer"))
        self.assertEqual(browser.get("/healthz", headers={"Host": "go.example"}).status, 404, "the short host serves links")
        self.assertEqual(browser.get("/healthz").status, 200)

        foreign = self.shorten("https://shop.example/")
        page = browser.get("/s/" + foreign["code"], headers=accept)
        self.assertEqual(page.status, 200)
        self.assertIn("<strong>shop.example</strong>", page.text)
        self.assertIn("default-src 'none'", page.headers["Content-Security-Policy"])
        page = browser.get("/s/0000000", headers=accept)
        self.assertEqual(page.status, 404)
        self.assertIn("Unknown link", page.text)
        self.assert_error(browser.get("/s/0000000"), 404, "invalid_request_error", "resource_missing")

        own = self.server.client(TOKEN).post("/short-links", json_body={"url": self.server.url + "/sites"})
        self.assertEqual(own.status, 422, "an address of ours without a signature")
        self.assert_error(self.team.user.post("/short-links", json_body={"url": "https://shop.example/"}), 401, "authentication_error", "token_invalid")
        wait_until(lambda: browser.get("/s/" + foreign["code"]).status == 429, "one address is slowed down", 10)
