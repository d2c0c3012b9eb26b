"""The certified provider of tests/peers as a process."""
import http.client
import pathlib
import tempfile

from tests.support.http_client import Client
from tests.support.processes import Process, ROOT, free_port
from tests.support.waiting import wait_until

PEERS = ROOT / "tests" / "peers"


class OpenidProvider(Process):
    """Keeps its port and issuer over restarts; its keys are new at every start."""
    CLIENT_ID, CLIENT_SECRET = "openstrat", "peer-secret-of-the-tests"

    def __init__(self, redirect_uri):
        self.directory = tempfile.TemporaryDirectory(prefix="openstrat-peer-")
        super().__init__("oidc-provider", pathlib.Path(self.directory.name) / "log")
        self.port, self.redirect_uri = free_port(), redirect_uri
        self.issuer = f"http://127.0.0.1:{self.port}"

    def start(self):
        node = PEERS / "node_modules" / ".bin" / "node"
        assert node.exists(), "the packages of tests/peers are missing: run tools/install.sh"
        self.launch([str(node), str(PEERS / "openid_provider.mjs"), str(self.port), self.redirect_uri])
        wait_until(self._is_ready, "oidc-provider is ready", 60, every=0.05)
        return self

    def _is_ready(self):
        if not self.is_running(): raise AssertionError(f"oidc-provider ended\n{self.log_tail()}")
        client = Client(self.issuer, timeout=5)
        try:
            return client.get("/state/ready").status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            client.close()

    def sign_in(self, browser, url, name, stop_at):
        """Types the name into the provider's own pages and agrees; the page whose redirect leads back to `stop_at`."""
        page = browser.follow(browser.get(url), stop_at)
        page = browser.submit(page, prompt="login", login=name, password="any")
        page = browser.follow(page, stop_at)
        if page.location is None:
            page = browser.follow(browser.submit(page, prompt="consent"), stop_at)
        assert page.location, f"the provider does not lead back: {page}"
        return page

    def close(self):
        try:
            self.stop()
        finally:
            self.directory.cleanup()
