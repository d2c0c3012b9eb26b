"""The automatic matrix over every operation of the real server: who is not let in, who lacks the scope, who is of another team.

It reads the operations from `openstrat openapi`, so a new one is in it at once. What it cannot exercise by itself fails until it stands in
one of the tables below: a path parameter whose id of another team is not known, an operation without a scope, a public operation.
"""
import json
import re
import unittest

from tests.support.cases import Case
from tests.support.device import Device
from tests.support.jobs import create_job
from tests.support.openapi import fields, operations
from tests.support.teams import Team
from tests.support.tokens import bad_tokens

# ---- public operations: whoever calls them, they must know who may -------------------------------------------------
OPEN = {
    "/.well-known/": "published documents",
    "/healthz": "monitoring", "/readyz": "monitoring", "/metrics": "internal networks only",
    "/adopt/{id}": "runbook token", "/{id}": "runbook token", "/bootstrap/{id}": "runbook token",
    "/poll": "device token", "/notify/delete": "device token and signature",
    "/job/{job}/payload": "signed", "/job/{job}/update": "signed", "/backup-upload/{grant}": "signed",
    "/docs": "the API reference", "/openapi": "the API reference", "/assets": "the API reference",
    "/authorize": "OpenID Connect", "/oauth/": "OAuth: client credentials, codes, tokens", "/oidc/": "OpenID Connect", "/userinfo": "OpenID Connect",
    "/register": "sign-up", "/login": "sign-in", "/logout": "ends a session by its cookie", "/email/": "mailed link", "/password": "mailed link or cookie",
    "/unblock/": "mailed link", "/callback": "identity providers", "/challenge": "proof of work",
    "/": "page", "/account": "page", "/invites/{token}": "page", "/signin": "page", "/signup": "page", "/consent": "page", "/static/": "page", "/me/": "cookie",
    "/internal/mailbox": "capture mailbox, from loopback only", "/s/": "short link",
    "/infrastructure": "which addresses to let through a firewall", "/status": "monitoring", "/version": "monitoring",
    "/site-files/{key}": "signed link to a file",
    "/faults/token/{token}": "token of a shared link", "/fault/token/{token}": "token of a shared link",
}

# ---- operations without a scope: what every signed-in user may do --------------------------------------------------
NO_SCOPE = {
    "GET /scopes", "GET /permissions", "GET /regions",                       # catalogues
    "GET /search", "GET /search/docs",                                         # hits are limited to the caller's scopes and sites
    "GET /sites/recent",                                                     # own visits
    "GET /users/country-codes", "GET /users/states",                         # reference data
    "GET /me", "PUT /me",                                                    # own profile
    "GET /users/{user}", "PUT /users/{user}",                                # own profile; others: SCOPE_IN_HANDLER
    "GET /teams", "POST /teams", "GET /teams/{team}", "PUT /teams/{team}/switch", "GET /teams/{team}/members", "GET /teams/{team}/invites",
    "DELETE /teams/{team}/members/{user}", "PUT /teams/{team}/owner",        # leaving; the owner's right
    "POST /invites/{token}/accept",
    "GET /realtime/stream",                                                  # likewise
    "POST /realtime/ticket",                                                 # stands for the caller's own token; frames are limited to his scopes and sites
    "GET /system",                                                           # no role has it: operators of the installation
}
# Whole families that are about the caller himself.
OWN = ("/me/", "/oauth/", "/password", "/mfa/", "/email/", "/logout", "/userinfo", "/user/settings")
# Rights that a handler looks for, because they depend on whose thing it is: the scope, for the thing of a colleague.
SCOPE_IN_HANDLER = {
    "GET /users/{user}": "user:view", "PUT /users/{user}": "user:update", "POST /teams": "team:create",
    "DELETE /teams/{team}/members/{user}": "teams:remove-users",
}

# ---- bodies that a schema alone does not tell ----------------------------------------------------------------------
BODIES = {
    "POST /sites/{site}/allow-takeover": {"minutes": 5},
    "PUT /users/{user}": {"name": "Mallory was here"},
    "PUT /teams/{team}": {"name": "Mallory was here"},
    "PUT /roles/{role}": {"name": "Mallory was here"},
    "PUT /teams/{team}/api-credentials/{apiToken}": {"name": "Mallory was here"},
    "PUT /sites/{site}": {"name": "Mallory was here"},
    "PUT /runbooks/{runbook}": {"name": "Mallory was here", "disabled": True},
    "POST /jobs/batches/preview": lambda ids: {"sites": [ids["site"]]},
    "PUT /oauth/clients/{client}": {"name": "Mallory was here", "redirect_uris": ["https://mallory.example/"]},
    "PUT /tags/{tagId}": {"key": "mallory", "color": "#1F78B4"},
    "POST /tags/{tagId}/values": lambda ids: {"correlation_id": ids["site"], "correlation_type": "site", "value": "mallory"},
    "PUT /tags/{tagId}/values/{correlationId}": {"value": "mallory"},
    "PUT /fault/{fault}": {"message": "Mallory was here"},
    "POST /fault/{fault}/comment": {"comment": "Mallory was here"},
    "PUT /metadata/{resourceId}": {"metadata": {"mallory": "was here"}},
}
# Requests that take fields nobody has named: what they accept is data, not a property of the thing.
OPEN_BODIES = {"POST /oauth/token", "POST /oauth/introspect", "POST /oauth/revoke"}

# Answers that never end: tests/functional/test_realtime.py shows that they tell nothing of another team.
ENDLESS = {"GET /realtime/stream"}

# Answers to a foreign id that are no 404, because nobody knows whose it is: exactly what an id of nothing gets.
AS_FOR_NOTHING = {"GET /resources/{correlationId}/tags": (200, "[]")}


def is_listed(path, table):
    return any(path == entry or (path.startswith(entry) and entry not in ("/{id}", "/")) for entry in table)


class Matrix(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = cls.add_server()
        cls.acme, cls.mallory = Team(cls.server, "Acme"), Team(cls.server, "Mallory")
        cls.addClassCleanup(cls.acme.close)
        cls.addClassCleanup(cls.mallory.close)
        cls.operations = operations(json.loads(cls.server.run_cli("openapi").stdout))
        cls.people = [operation for operation in cls.operations if operation.takes_people]
        cls.make_things()

    @classmethod
    def make_things(cls):
        """One of everything in Acme; FOREIGN says how the path parameters call them."""
        user, acme = cls.acme.user, cls.acme
        device = Device(cls.server, 1)
        device.adopt(acme.runbook)
        site = user.get("/sites").json()[0]
        job = create_job(user, site["id"], description="acme job")
        batch = user.post("/jobs/batches", json_body={"sites": [site["id"]], "description": "acme batch", "script": "/system identity print"}).json()
        colleague = user.post("/users", json_body={"email": "colleague@acme.example", "name": "Acme colleague", "timezone": "UTC"}).json()["user"]
        role = user.post("/roles", json_body={"name": "Acme NOC", "scopes": ["site:view"]}).json()
        user.post(f"/teams/{acme.id}/invites", json_body={"email": "guest@acme.example"})
        invite = user.get(f"/teams/{acme.id}/invites").json()[0]
        key = user.post(f"/teams/{acme.id}/api-credentials", json_body={"name": "acme ci"}).json()
        runbook = user.get("/runbooks").json()[0]
        application = user.post("/oauth/clients", json_body={"name": "acme board", "redirect_uris": ["https://acme.example/callback"]}).json()
        tag = user.post("/tags", json_body={"key": "acme-region", "color": "#1F78B4"}).json()
        cls.foreign = {
            "site": site["id"], "router_id": site["id"], "correlationId": site["id"], "resourceId": site["id"], "job": job["id"], "batch": batch["id"],
            "user": colleague["id"], "role": role["id"], "invite": invite["id"], "apiToken": key["id"], "team": acme.id, "runbook": runbook["id"],
            "client": application["client_id"], "tagId": tag.get("id", "tag_01ARZ3NDEKTSV4RRFFQ69G5FAV"), "token": "an-invitation-of-nobody",
        }
        log = user.get("/audit-logs").json()["data"][0]
        cls.foreign["log"] = log.get("log_id") or log["id"]
        session = user.get("/me/sessions").json()[0]
        provider = user.post("/identity-providers", json_body={"type": "github", "name": "acme github", "client_id": "acme", "client_secret": "acme-secret-of-github"}).json()
        network = user.post("/security/ip-allowlist", json_body={"cidr": "198.51.100.0/24", "note": "acme office"}).json()
        fault = user.post("/fault", json_body={"type": "power", "severity": "low", "message": "acme has no power", "site_id": site["id"]}).json()
        share = user.post("/faults/token", json_body={"expire_after_minutes": 60}).json()
        cls.foreign |= {"fault": fault["id"], "site_id": site["id"]}
        nothing = "01890a5d-ac96-774b-bcce-b302099a8057"  # of what nobody else can have, or what only an attack makes
        cls.foreign_by_operation = {"/api/keys/{id}": key["id"], "/me/passkeys/{id}": nothing, "/me/sessions/{id}": session["id"], "/me/identities/{id}": nothing,
                                    "/identity-providers/{id}": provider["id"], "/security/ip-allowlist/{id}": network["id"], "/security/blocks/{id}": nothing, "/faults/tokens/{id}": share["id"]}
        # Not ids, or ids of a part: any value will do, the id beside it decides. `name` is the caller's own setting.
        cls.plain = {"file": "1732567800.rsc", "from": "1732567800.rsc", "to": "1732567900.rsc", "key": "01890a5d-ac96-774b-bcce-b302099a8057",
                     "name": "theme"}
        cls.marks = [value for name, value in cls.foreign.items() if len(value) > 20] + ["acme", "Acme", "colleague@"]
        cls.acme_before = cls.look(user)

    @classmethod
    def look(cls, client):
        """What Acme sees of its own things."""
        ids = cls.foreign
        paths = ["/sites/" + ids["site"], f"/site/{ids['site']}/job", "/users", "/roles", "/teams/" + ids["team"], f"/teams/{ids['team']}/api-credentials",
                 "/runbooks", "/tags", "/fault/" + ids["fault"], "/faults/tokens", "/identity-providers", "/security/ip-allowlist", "/backups/settings", f"/backups/{ids['site']}/settings"]
        texts = [path + " " + client.get(path).text for path in paths]
        volatile = r'"(log_url|last_seen\w*|last_used_at|uptime\w*|duration|last_login_at|updated_at)":("[^"]*"|[^,}]*)'
        return [re.sub(volatile, "", text) for text in texts]

    def path_of(self, operation):
        """With ids of Acme, and whether there is one among them; None and the reason when a parameter is not declared."""
        path, ids = operation.path, 0
        for name in operation.names:
            value = self.foreign_by_operation.get(operation.path) or self.foreign_by_operation.get(operation.path.rsplit("/", 1)[0]) or self.foreign.get(name)
            if value is not None: ids += 1
            else: value = self.plain.get(name)
            if value is None: return None, f"declare the path parameter {{{name}}} in Matrix.foreign (an id of another team) or Matrix.plain"
            path = path.replace("{" + name + "}", value)
        return path + operation.query(), ids

    def send(self, client, operation, path, token, body="sample"):
        headers = operation.headers()
        if token is not None: headers["Authorization"] = f"Bearer {token}" if token else ""
        if not token: headers.pop("Authorization", None)
        if body == "sample":
            own = BODIES.get(str(operation))
            if own is not None: body = json.dumps(own(self.foreign) if callable(own) else own)
            else: body = operation.body()
        if body is not None and operation.media_type(): headers.setdefault("Content-Type", operation.media_type())
        return client.request(operation.method, path, body=body, headers=headers)

    def each(self, wanted):
        for operation in wanted:
            path, ids = self.path_of(operation)
            if path is not None: yield operation, path, ids

    def report(self, wrong):
        self.assertEqual(wrong, [], "\n" + "\n".join(wrong))

    # ---- the tables are complete ------------------------------------------------------------------------------------
    def test_every_path_parameter_is_declared(self):
        self.report([f"{operation}: {self.path_of(operation)[1]}" for operation in self.people if self.path_of(operation)[0] is None])

    def test_every_public_operation_is_declared(self):
        self.report([f"{operation} is open to everybody: declare it in OPEN with the reason" for operation in self.operations
                     if operation.is_open and not is_listed(operation.path, OPEN) and not operation.takes("internal") and not operation.takes_people])

    def test_every_operation_without_a_scope_is_declared(self):
        self.report([f"{operation} asks for no scope: declare it in NO_SCOPE" for operation in self.people
                     if not operation.scopes and str(operation) not in NO_SCOPE and not operation.path.startswith(OWN) and set() not in operation.schemes])

    def test_there_are_many(self):
        self.assertGreater(len(self.people), 80)

    # ---- no credential, or a bad one --------------------------------------------------------------------------------
    def test_without_a_token_nothing_answers(self):
        wrong, client = [], self.server.client()
        for operation, path, _ in self.each(o for o in self.people if set() not in o.schemes):
            answer = self.send(client, operation, path, "")
            if answer.status != 401: wrong.append(f"{operation} without a token: {answer}")
        client.close()
        self.report(wrong)

    def test_a_bad_token_opens_nothing(self):
        tokens = bad_tokens(self.server, self.acme.email)
        tokens["API key with a wrong secret"] = self.acme.api_key[:-4] + "0000"
        tokens["API key of a wrong team"] = self.acme.api_key.replace(self.acme.id, self.mallory.id)
        wrong, client = [], self.server.client()
        # With ids of its own team, so that a good token would get through.
        for operation, path, _ in self.each(self.people):
            for what, token in tokens.items():
                answer = self.send(client, operation, path, token)
                if answer.status != 401: wrong.append(f"{operation} with a token that is {what}: {answer}")
        client.close()
        self.report(wrong)

    def test_people_open_nothing_that_is_for_machines(self):
        wrong = []
        for operation in self.operations:
            if operation.takes_people or not operation.takes("internal"): continue
            path = re.sub(r"\{\w+\}", self.foreign["site"], operation.path)
            answer = self.send(self.acme.user, operation, path, self.acme.access_token)
            if answer.status != 401: wrong.append(f"{operation} with a user's token: {answer}")
        self.report(wrong)

    # ---- without the scope ------------------------------------------------------------------------------------------
    def test_without_the_scope_is_403_and_names_it(self):
        member = self.make_member_without_roles()
        key = self.acme.create_key("nothing much", "ai:usage")
        wrong, client = [], self.server.client()
        for operation, path, _ in self.each(o for o in self.people if o.scopes):
            for scheme, token in (("bearer", member), ("apiKey", key)):
                if not operation.takes(scheme) or (scheme == "apiKey" and "ai:usage" in operation.scopes): continue
                answer = self.send(client, operation, path, token)
                if answer.status != 403 or answer.json().get("required_scope") != "|".join(operation.scopes):
                    wrong.append(f"{operation} without {operation.scopes} ({scheme}): {answer}")
        client.close()
        self.report(wrong)

    def test_rights_that_handlers_look_for(self):
        member = self.make_member_without_roles()
        wrong = []
        for operation, path, _ in self.each(o for o in self.people if str(o) in SCOPE_IN_HANDLER):
            answer = self.send(self.acme.user, operation, path, member)
            if answer.status != 403 or answer.json().get("required_scope") != SCOPE_IN_HANDLER[str(operation)]: wrong.append(f"{operation}: {answer}")
        self.report(wrong)

    def make_member_without_roles(self):
        email = f"nobody{self.rng.randrange(10**9)}@acme.example"
        made = self.acme.user.post("/users", json_body={"email": email, "name": "Nobody", "timezone": "UTC", "roles": []})
        self.assertEqual(made.status, 201, made)
        token = self.server.cli("admin", "create-token", "--email", email)["access_token"]
        self.addCleanup(self.acme.user.delete, "/users/" + made.json()["user"]["id"])
        return token

    # ---- another team's things --------------------------------------------------------------------------------------
    def test_foreign_ids_are_not_found_and_nothing_changes(self):
        wrong, client = [], self.server.client()
        for operation, path, ids in self.each(self.people):
            if ids == 0 or set() in operation.schemes: continue
            for scheme, token in (("bearer", self.mallory.access_token), ("apiKey", self.mallory.api_key)):
                if not operation.takes(scheme): continue
                answer = self.send(client, operation, path, token)
                if answer.status != 404 and AS_FOR_NOTHING.get(str(operation)) != (answer.status, answer.text): wrong.append(f"{operation} with ids of another team ({scheme}): {answer}")
        client.close()
        self.report(wrong)
        self.assertEqual(self.look(self.acme.user), self.acme_before)

    def test_foreign_ids_in_bodies_are_refused(self):
        ids, user = self.foreign, self.mallory.user
        batch = user.post("/jobs/batches", json_body={"sites": [ids["site"]], "description": "mallory", "script": "/system reboot"}).json()
        self.assertEqual(batch["accepted"], 0, batch)
        preview = user.post("/jobs/batches/preview", json_body={"sites": [ids["site"]]}).json()
        self.assertEqual((preview["counts"]["hit"], preview["skipped"][0]["reason"], preview["skipped"][0]["name"]), (0, "resource_missing", ""), preview)
        for listed in ("/jobs", "/jobs/batches"):
            self.assertEqual([row for row in user.get(listed).json()["data"] if "acme" in json.dumps(row)], [], listed)
        latest = user.post("/backups/latest", json_body={"sites": [ids["site"]]}).json()
        self.assertEqual(latest["results"][ids["site"]]["status"], "not_found", latest)
        checked = user.post("/scripts/check", json_body={"script": ":put 1", "sites": [ids["site"]]}).json()
        self.assertEqual((checked["not_found"], checked["by_version"], checked["unknown_version"]), ([ids["site"]], [], []))
        own = user.get("/users").json()[0]["id"]
        self.assertEqual(user.put("/users/" + own, json_body={"roles": [ids["role"]]}).status, 422)
        self.assertEqual(user.post(f"/teams/{self.mallory.id}/invites", json_body={"email": "x@mallory.example", "role": ids["role"]}).status, 422)
        self.assertEqual(user.put(f"/teams/{self.mallory.id}/owner", json_body={"user_id": ids["user"]}).status, 422)

    def test_lists_of_a_fresh_team_show_nothing_of_another(self):
        fresh = Team(self.server, "Fresh")  # Mallory's audit log holds what Mallory asked for
        self.addCleanup(fresh.close)
        wrong, client, listed = [], self.server.client(), 0
        for operation in self.people:
            if operation.method != "GET" or operation.names or set() in operation.schemes or str(operation) in ENDLESS: continue
            for scheme, token in (("bearer", fresh.access_token), ("apiKey", fresh.api_key)):
                if not operation.takes(scheme): continue
                answer = self.send(client, operation, operation.path + operation.query(), token)
                listed += answer.status == 200
                leaked = [mark for mark in self.marks if mark in answer.text]
                if leaked: wrong.append(f"{operation} shows {leaked}: {answer}")
        client.close()
        self.report(wrong)
        self.assertGreater(listed, 10)

    # ---- mass assignment --------------------------------------------------------------------------------------------
    def test_fields_that_nobody_may_set_are_refused(self):
        """Every property of the answer that the request does not name, and some that would be tempting."""
        wrong = []
        for operation, path, _ in self.each(o for o in self.people if o.body_schema is not None and str(o) not in OPEN_BODIES):
            body = json.loads(operation.body())
            if not isinstance(body, dict): continue
            known = fields(operation.body_schema, operation.document)
            if not known: continue
            extra = (fields(operation.view_schema, operation.document) | {"customer_id", "team_id", "owner_id", "is_admin", "scopes", "password_hash"}) - known
            for name in sorted(extra): body[name] = self.foreign["team"]
            token = self.acme.access_token if operation.takes("bearer") else self.acme.api_key
            answer = self.send(self.acme.user, operation, path, token, json.dumps(body))
            named = set(answer.json().get("errors", {})) if answer.status == 422 else set()
            if not extra <= named: wrong.append(f"{operation} does not refuse {sorted(extra - named)}: {answer}")
        self.report(wrong)
        self.assertEqual(self.look(self.acme.user), self.acme_before)


if __name__ == "__main__":
    unittest.main()
