"""A headless Chromium, driven over the DevTools protocol through pipes, with a passkey of its own (virtual authenticator)."""
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--remote-debugging-pipe")


class Chromium:
    """One browser with one page. `close()` ends it and removes its profile."""

    def __init__(self, timeout=60.0):
        program = shutil.which("chromium")
        assert program, "chromium is missing; tools/install.sh installs it"
        self.timeout, self.number, self.buffer, self.session = timeout, 0, b"", None
        self.profile = tempfile.mkdtemp(prefix="openstrat-chromium-")
        ours_out, theirs_in = os.pipe(), os.pipe()  # what it reads stands on its descriptor 3, what it writes on 4
        read_end, write_end = ours_out[0], theirs_in[1]

        def place():
            # Through high numbers first: one of the pipes may already be 3 or 4.
            high = [os.dup2(read_end, 100), os.dup2(write_end, 101)]
            for number, at in zip((3, 4), high): os.dup2(at, number, inheritable=True)

        self.process = subprocess.Popen([program, *FLAGS, f"--user-data-dir={self.profile}", "about:blank"], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, close_fds=False, preexec_fn=place)
        os.close(read_end)
        os.close(write_end)
        self.to, self.of = ours_out[1], theirs_in[0]
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def call(self, method, **parameters):
        """The result of a command; AssertionError with the browser's words when it fails."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session: message["sessionId"] = self.session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + self.timeout
        while True:
            answer = self._receive(deadline)
            if answer.get("id") != self.number: continue  # an event
            assert "error" not in answer, f"{method}: {answer['error']}"
            return answer["result"]

    def _receive(self, deadline):
        while b"\0" not in self.buffer:
            ready, _, _ = select.select([self.of], [], [], max(0, deadline - time.monotonic()))
            assert ready, "the browser does not answer"
            chunk = os.read(self.of, 1 << 20)
            assert chunk, f"the browser has ended with {self.process.poll()}"
            self.buffer += chunk
        text, _, self.buffer = self.buffer.partition(b"\0")
        return json.loads(text)

    def open(self, url):
        self.call("Page.enable")
        assert "errorText" not in (done := self.call("Page.navigate", url=url)), done
        deadline = time.monotonic() + self.timeout
        while self.seen("document.readyState + ' ' + location.href") != f"complete {url}":
            assert time.monotonic() < deadline, f"{url} does not load"
            time.sleep(0.02)

    def run(self, expression):
        """The value of an expression in the page; a promise is awaited."""
        answer = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True, userGesture=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"].get("exception", {}).get("description") or answer["exceptionDetails"]
        return answer["result"].get("value")

    def seen(self, expression):
        """As run(), for what is looked at again and again: None while the page gives way to the next one."""
        try:
            return self.run(expression)
        except AssertionError as e:
            if not any(words in str(e) for words in ("navigated", "Promise was collected", "context was destroyed", "Cannot find context", "Cannot find default execution context")): raise
            return None

    def add_authenticator(self, **options):
        """A passkey that is always touched and knows its user."""
        self.call("WebAuthn.enable")
        settings = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True,
                    "automaticPresenceSimulation": True, **options}
        return self.call("WebAuthn.addVirtualAuthenticator", options=settings)["authenticatorId"]

    def create_passkey(self, options):
        """navigator.credentials.create(), JSON in and out."""
        return json.loads(self.run(f"""(async () => {{
            const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON({json.dumps(options)});
            return JSON.stringify((await navigator.credentials.create({{publicKey}})).toJSON());
        }})()"""))

    def use_passkey(self, options):
        """navigator.credentials.get(), JSON in and out."""
        return json.loads(self.run(f"""(async () => {{
            const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON({json.dumps(options)});
            return JSON.stringify((await navigator.credentials.get({{publicKey}})).toJSON());
        }})()"""))

    def close(self):
        for end in (self.to, self.of): os.close(end)
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)
