"""A router played by hand: only HTTP, exactly what a person with curl can do."""
import re

from tests.support import rsc
from tests.support.http_client import Client


class Handout:
    """A job as the answer of a poll carries it. `payload` is None for a stub, whose script lies behind `payload_url`."""

    def __init__(self, script):
        self.script = script
        self.token = rsc.value_after(script, ":local jt")
        self.urls = {}
        for text in rsc.strings(script):
            if found := re.fullmatch(r"https?://\S+/job/([0-9a-f-]{36})/update\?status=(busy|done|fail)&\S+", text):
                self.id = found.group(1)
                self.urls[found.group(2)] = text
        parts = rsc.list_after(script, ":local parts")
        self.payload, self.backup = parts[-1], parts[0] if len(parts) > 1 else None
        self.payload_url = next((t for t in rsc.strings(self.payload) if re.search(r"/job/[0-9a-f-]{36}/payload\?", t)), None)
        if self.payload_url: self.payload = None
        self.remaining = int(re.search(r"finished, remaining (\d+)", script).group(1))


class Grant:
    """What a backup fragment tells the router to upload with."""

    def __init__(self, text):
        self.user, self.password, self.port, self.name = re.search(
            r'port=(\d+) user="([0-9a-f-]{36})" password="(\w+)" src-path=\$bkfile dst-path="(\d+\.rsc)"', text).group(2, 3, 1, 4)


class Device:
    def __init__(self, server, number=1, source=None, timeout=30.0, **facts):
        self.http = Client(server.url, source=source, timeout=timeout)
        self.server, self.token, self.site_id, self.answer = server, None, None, ""
        self.uptime_s = 3600
        self.facts = {"name": f"router-{number}", "serial-number": f"SN{number:08d}", "software-id": f"SW{number:06d}", "architecture-name": "arm64",
                      "routerboard": "true", "platform": "MikroTik", "model": "RB5009UG+S+", "board-name": "RB5009UG+S+", "revision": "r2",
                      "cpu": "ARM64", "cpu-count": "4", "cpu-frequency": "1400", "cpu-load": "3", "total-memory": "1073741824",
                      "free-memory": "805306368", "total-hdd-space": "1073741824", "free-hdd-space": "1000000000", "build-time": "2024-07-24 11:00:00",
                      "nlevel": "5", "version": "7.15.3 (stable)", "factory-software": "7.4.1", "factory-firmware": "7.4.1",
                      "current-firmware": "7.15.3", "upgrade-firmware": "7.15.3", "firmware-type": "70x0", **facts}

    def body(self):
        minutes, seconds = divmod(self.uptime_s, 60)
        hours, minutes = divmod(minutes, 60)
        days, hours = divmod(hours, 24)
        return ";".join(f"{key}={value}" for key, value in self.facts.items()) + f";uptime={days}d{hours:02}:{minutes:02}:{seconds:02}"

    def bootstrap(self, runbook):
        return self.http.get(f"/{runbook}")

    def send_adoption(self, runbook, body=None, **headers):
        """The answer as it came; the device keeps its identity."""
        names = {"Content-Type": "text/plain", **{name.replace("_", "-"): value for name, value in headers.items()}}
        return self.http.post(f"/adopt/{runbook}", body=self.body() if body is None else body, headers=names)

    def adopt(self, runbook, **headers):
        """Adopts and takes the new identity; AssertionError when the server refuses."""
        response = self.send_adoption(runbook, **headers)
        assert response.status == 200, response
        self.answer = response.text
        token = re.search(r"Authorization: Bearer ([A-Za-z0-9_-]{40,})", self.answer)
        assert token, f"the answer of the adoption carries no device token: {self.answer[:500]}"
        self.token = token.group(1)
        self.site_id = re.search(r"/deployments/([0-9a-f-]{36})/overview", self.answer).group(1)
        return self

    def heartbeat(self, body=None, token=None, **headers):
        self.uptime_s += 1
        return self.http.post("/poll", body=self.body() if body is None else body, bearer=token or self.token,
                              headers={"Content-Type": "text/plain", **headers})

    def poll(self, **more):
        """One heartbeat; the job that came with the answer, or None."""
        response = self.heartbeat(**more)
        assert response.status == 200, response
        return self.handout(response)

    @staticmethod
    def handout(response):
        return Handout(response.text) if response.body else None

    def report(self, handout, status, error=None):
        url = handout.urls[status]
        if error is not None: url += "&error=" + error
        return self.http.get(url)

    def run(self, handout):
        """Busy, then done, as a router whose payload succeeds."""
        for status in ("busy", "done"):
            response = self.report(handout, status)
            assert response.status == 200 and response.body == b"", response

    def close(self):
        self.http.close()
