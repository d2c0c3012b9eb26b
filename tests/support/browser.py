"""A browser as far as sign-in needs one: cookies of each host, redirects, forms without scripts."""
import html
import re
import urllib.parse

from tests.support.http_client import Client


class Page:
    def __init__(self, url, response):
        self.url, self.response = url, response
        self.status, self.text, self.headers = response.status, response.text, response.headers

    @property
    def location(self):
        target = self.headers.get("Location")
        return urllib.parse.urljoin(self.url, target) if target else None

    def __repr__(self):
        return f"<{self.status} {self.url} {self.text[:400]}>"


class Browser:
    """Cookies have no paths here: the newest of a name counts."""

    def __init__(self):
        self.cookies, self.clients = {}, {}

    def request(self, method, url, form=None, headers=None):
        parts = urllib.parse.urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        jar = self.cookies.setdefault(origin, {})
        headers = dict(headers or {})
        if jar: headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in jar.items())
        body = None
        if form is not None:
            body = urllib.parse.urlencode(form)
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": origin}
        client = self.clients.setdefault(origin, Client(origin))
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        response = client.request(method, path or "/", body=body, headers=headers)
        for line in response.headers.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            if re.search(r"max-age=0|expires=Thu, 01 Jan 1970", line, re.I): jar.pop(name, None)
            else: jar[name] = value
        return Page(url, response)

    def get(self, url):
        return self.request("GET", url)

    def follow(self, page, stop_at=None):
        """Goes after redirects; stops before a URL that begins with `stop_at`."""
        for _ in range(20):
            if page.location is None or (stop_at and page.location.startswith(stop_at)): return page
            page = self.get(page.location)
        raise AssertionError(f"too many redirects: {page}")

    def submit(self, page, **values):
        """Sends the first form of the page, its hidden fields and `values`."""
        form = re.search(r"<form[^>]*>.*?</form>", page.text, re.S)
        assert form, f"no form in {page}"
        action = re.search(r'action="([^"]*)"', form.group())
        fields = {name: html.unescape(value) for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form.group())}
        target = urllib.parse.urljoin(page.url, html.unescape(action.group(1)) if action else page.url)
        return self.request("POST", target, form=fields | values)

    def close(self):
        for client in self.clients.values(): client.close()
