"""A team with everything that a test needs to act for it, made with `openstrat admin`."""


class Team:
    """`user` and `api` are clients with an access token and an API key; `runbook` is the token routers are adopted with."""

    PASSWORD = "Correct-Horse-9-Battery"

    def __init__(self, server, name, scopes="all"):
        self.server, self.name, self.email = server, name, f"{name.lower().replace(' ', '.')}@example.net"
        made = server.cli("admin", "create-user", "--email", self.email, "--password-stdin", "--team", name, stdin=self.PASSWORD + "\n")
        self.id, self.user_id = made["team_id"], made["user_id"]
        assert made["customer_id"] == self.id, made
        self.access_token = server.cli("admin", "create-token", "--email", self.email)["access_token"]
        self.api_key = self.create_key("tests", scopes)
        runbook = server.cli("admin", "create-runbook", "--team", self.id, "--name", "Branch offices")
        self.runbook, self.bootstrap_command = runbook["token"], runbook["bootstrap_command"]
        self.user, self.api = server.client(self.access_token), server.client(self.api_key)

    def close(self):
        self.user.close()
        self.api.close()

    def create_key(self, name, scopes="all"):
        return self.server.cli("admin", "create-api-key", "--team", self.id, "--name", name, "--scopes", scopes)["token"]
