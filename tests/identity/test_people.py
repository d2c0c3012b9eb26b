"""Users, teams, roles and keys over the API, in the documented shapes."""
import re
import unittest

from tests.support.cases import Case
from tests.support.device import Device
from tests.support.teams import Team
from tests.support.waiting import wait_until

USER = {"id", "idp", "name", "email", "email_verified", "mobile", "mobile_verified", "allow_login", "country", "timezone", "date_format", "time_format",
        "locale", "picture", "mfa_enabled", "roles"}
TEAM = {"id", "name", "owner", "personal_team", "members", "invites", "current", "site_count", "site_limit", "roles"}
INVITE = {"id", "team_id", "email", "role", "created_at", "updated_at"}
ROLE = {"id", "name", "guard_name", "team_id", "system", "scopes", "users_count", "created_at", "updated_at"}
CREDENTIAL = {"id", "name", "team_id", "abilities", "expires_at", "last_used_at", "created_at", "updated_at"}
KEY = {"id", "object", "name", "key_prefix", "client_id", "created_at", "status", "permissions", "last_used_at"}


class People(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = cls.add_server()
        cls.team = Team(cls.server, "Acme")
        cls.addClassCleanup(cls.team.close)
        cls.user = cls.team.user
        cls.roles = {role["name"]: role["id"] for role in cls.user.get("/roles").json()}

    def has(self, thing, names):
        self.assertLessEqual(names, set(thing), names - set(thing))

    def add_user(self, name, **more):
        made = self.user.post("/users", json_body={"email": f"{name}@acme.example", "name": name, "timezone": "Europe/Berlin", **more})
        self.assertEqual(made.status, 201, made)
        return made.json()

    def token_of(self, name):
        return self.server.cli("admin", "create-token", "--email", f"{name}@acme.example")["access_token"]

    def test_users(self):
        made = self.add_user("bob", mobile={"local": "0170 1234567", "country": "DE"}, roles=[self.roles["Operator"]])
        self.assertEqual(set(made), {"user", "password"})
        self.assertTrue(made["password"])
        bob = made["user"]
        self.has(bob, USER)
        self.assertEqual(bob["mobile"], {"e164": "+491701234567", "local": "0170 1234567", "country": "DE"})
        self.assertEqual([role["id"] for role in bob["roles"]], [self.roles["Operator"]])
        self.assertIn(bob["id"], [user["id"] for user in self.user.get("/users").json()])
        changed = self.user.put(f"/users/{bob['id']}", json_body={"name": "Robert", "country": "fr", "mobile": None})
        self.assertEqual((changed.status, changed.json()["name"], changed.json()["country"], changed.json()["mobile"]), (200, "Robert", "FR", None))
        self.assertEqual(self.user.get("/users?per_page=1").headers["X-Total-Count"], str(len(self.user.get("/users").json())))
        self.assertEqual(self.user.delete(f"/users/{bob['id']}").status, 204)
        self.assertEqual(self.user.get(f"/users/{bob['id']}").status, 404)
        self.assertIsNone(self.add_user("boss", allow_login=False)["password"])

    def test_the_own_profile_needs_no_scope(self):
        carl = self.add_user("carl", roles=[])["user"]
        client = self.server.client(self.token_of("carl"))
        self.addCleanup(client.close)
        self.assertEqual(client.get(f"/users/{carl['id']}").status, 200)
        self.assertEqual(client.put(f"/users/{carl['id']}", json_body={"timezone": "Africa/Johannesburg"}).json()["timezone"], "Africa/Johannesburg")
        self.assert_error(client.put(f"/users/{carl['id']}", json_body={"roles": [self.roles["Administrator"]]}), 403, "permission_error", "scope_missing")
        self.assert_error(client.get(f"/users/{self.team.user_id}"), 403, "permission_error", "scope_missing")

    def test_the_own_profile_has_telephone_country_and_picture(self):
        self.add_user("petra", roles=[])
        client = self.server.client(self.token_of("petra"))
        self.addCleanup(client.close)
        picture = "data:image/png;base64,iVBORw0KGgo="
        changed = client.put("/me", json_body={"mobile": {"local": "0170 1234567", "country": "DE"}, "country": "de", "picture": picture})
        self.assertEqual(changed.status, 200, changed)
        me = client.get("/me").json()
        self.assertEqual((me["mobile"]["e164"], me["mobile_verified"], me["country"], me["picture"]), ("+491701234567", False, "DE", picture))
        self.assertIsNone(client.put("/me", json_body={"picture": None, "mobile": None}).json()["picture"])
        wrong = client.put("/me", json_body={"picture": "data:image/svg+xml;base64,PHN2Zz4=", "country": "XX"})
        self.assertEqual((wrong.status, sorted(wrong.json()["errors"])), (422, ["country", "picture"]), wrong)

    def test_reference_data(self):
        answer = self.user.get("/users/country-codes", headers={"Accept-Language": "de-CH,de;q=0.9"}).json()
        self.assertGreater(len(answer["countries"]), 240)
        germany = next(country for country in answer["countries"] if country["code"] == "DE")
        self.assertEqual(germany, {"code": "DE", "name": "Germany", "flag": "🇩🇪", "calling_code": "49", "currency": "EUR", "locale": "de-DE"})
        self.assertEqual(answer["guess"], {"country": "CH", "locale": "de-CH", "currency": "CHF"})
        states = self.user.get("/users/states?country=DE").json()
        self.assertEqual(list(states), ["DE"])
        self.assertIn({"code": "DE-BY", "name": "Bayern"}, states["DE"])
        self.assertEqual(len(self.user.get("/users/states").json()), len(answer["countries"]))

    def test_teams(self):
        made = self.user.post("/teams", json_body={"name": "Branch", "site_limit": 5})
        self.assertEqual(made.status, 201, made)
        branch = made.json()
        self.has(branch, TEAM)
        self.assertEqual((branch["current"], branch["site_count"], branch["site_limit"], branch["personal_team"]), (False, 0, 5, False))
        self.assertEqual(set(branch["owner"]), {"id", "name", "email", "picture"})
        self.assertEqual({team["name"] for team in self.user.get("/teams").json()}, {"Acme", "Branch"})
        self.assert_error(self.user.put(f"/teams/{branch['id']}", json_body={"name": "x"}), 403, "permission_error", "insufficient_role")
        switched = self.user.put(f"/teams/{branch['id']}/switch")
        self.assertEqual([team["name"] for team in switched.json() if team["current"]], ["Branch"])
        self.assertEqual(self.user.put(f"/teams/{branch['id']}", json_body={"name": "Branch offices"}).json()["name"], "Branch offices")
        self.assertEqual(self.user.post("/sites", json_body={"name": "first site"}).status, 201)
        self.assert_error(self.user.delete(f"/teams/{branch['id']}"), 409, "invalid_request_error", "in_use")
        self.assertEqual(self.user.delete(f"/teams/{branch['id']}?force=true").status, 204)
        self.assert_error(self.user.get("/sites"), 401, "authentication_error", "customer_missing")
        self.assertEqual(self.user.put(f"/teams/{self.team.id}/switch").status, 200)
        self.assertEqual(self.user.get("/sites").status, 200)

    def test_an_invitation_by_mail(self):
        invited = self.user.post(f"/teams/{self.team.id}/invites", json_body={"email": "eve@acme.example", "role": "Operator"})
        self.assertEqual((invited.status, set(invited.json())), (202, {"message"}))
        invite = self.user.get(f"/teams/{self.team.id}/invites").json()[0]
        self.has(invite, INVITE)
        self.assertEqual((invite["email"], invite["role"]), ("eve@acme.example", "Operator"))
        box = self.server.client()
        self.addCleanup(box.close)
        mails = wait_until(lambda: box.get("/internal/mailbox/messages?to=eve@acme.example").json(), "the mail is in the mailbox")
        mail = box.get(f"/internal/mailbox/{mails[0]['id']}").text
        token = re.search(r"/invites/(\w+)", mail).group(1)
        # The address has an account in another team, and the token of nobody else helps.
        self.server.cli("admin", "create-user", "--email", "eve@acme.example", "--password-stdin", "--team", "Eve's own", stdin=Team.PASSWORD + "\n")
        self.assert_error(self.user.post(f"/invites/{token}/accept"), 403, "permission_error", "not_invited")
        eve = self.server.client(self.token_of("eve"))
        self.addCleanup(eve.close)
        accepted = eve.post(f"/invites/{token}/accept")
        self.assertEqual((accepted.status, accepted.json()["name"]), (200, "Acme"))
        self.assertEqual([role["name"] for role in accepted.json()["roles"]], ["Operator"])
        self.assertEqual(eve.put(f"/teams/{self.team.id}/switch").status, 200)
        self.assertEqual(eve.get("/sites").status, 200)
        me = next(member for member in accepted.json()["members"] if member["email"] == "eve@acme.example")
        self.assertEqual(eve.delete(f"/teams/{self.team.id}/members/{me['id']}").status, 204)

    def test_roles(self):
        role = self.user.post("/roles", json_body={"name": "NOC", "scopes": ["sites:read", "jobs:write"]})
        self.assertEqual(role.status, 201, role)
        self.assertEqual(set(role.json()), ROLE)
        self.assertEqual((role.json()["scopes"], role.json()["guard_name"], role.json()["system"]), (["job:create", "job:delete", "site:view"], "api", False))
        path = f"/roles/{role.json()['id']}"
        dora = self.add_user("dora", roles=[role.json()["id"]])["user"]
        self.assert_error(self.user.delete(path), 409, "invalid_request_error", "in_use")
        self.assert_error(self.user.put(f"/roles/{self.roles['Viewer']}", json_body={"name": "x"}), 403, "permission_error", "insufficient_role")
        self.assertEqual(self.user.put(path, json_body={"name": "NOC 2"}).json()["name"], "NOC 2")
        self.assertEqual(self.user.delete(path + "?force=true").status, 204)
        self.assertEqual(self.user.get(f"/users/{dora['id']}").json()["roles"], [])

    def test_a_role_for_some_sites(self):
        for number in (1, 2): Device(self.server, number).adopt(self.team.runbook)
        north, south = [site["id"] for site in self.user.get("/sites").json()]
        tag = self.user.post("/tags", json_body={"key": "region", "color": "#1F78B4"}).json()
        for site, value in ((north, "north"), (south, "south")):
            applied = self.user.post(f"/tags/{tag['id']}/values", json_body={"correlation_id": site, "correlation_type": "site", "value": value})
            self.assertLess(applied.status, 300, applied)
        operator = self.roles["Operator"]
        fred = self.add_user("fred", roles=[operator], role_sites={operator: {"region": ["north"]}})["user"]
        self.assertEqual(fred["roles"], [{"id": operator, "name": "Operator", "sites": {"region": ["north"]}}])
        client = self.server.client(self.token_of("fred"))
        self.addCleanup(client.close)
        self.assertEqual([site["id"] for site in client.get("/sites").json()], [north])
        self.assertEqual(client.get("/sites").headers["X-Total-Count"], "1")
        self.assertEqual(client.get(f"/sites/{north}").status, 200)
        self.assertEqual(client.get(f"/sites/{south}").status, 404)
        self.assertEqual(client.put(f"/sites/{south}", json_body={"name": "mine now"}).status, 404)
        batch = client.post("/jobs/batches", json_body={"sites": [north, south], "description": "both", "script": ":log info x"}).json()
        self.assertIn("results", batch)
        self.assertEqual([item["site_id"] for item in batch["results"] if item["job"]], [north], batch)
        self.assertEqual(self.user.get(f"/site/{south}/job").json(), [])
        self.user.put(f"/users/{fred['id']}", json_body={"roles": [operator], "role_sites": {}})
        self.assertEqual(client.get(f"/sites/{south}").status, 200)

    def test_keys_through_both_doors(self):
        path = f"/teams/{self.team.id}/api-credentials"
        made = self.user.post(path, json_body={"name": "ci"})
        self.assertEqual(made.status, 200, made)
        self.has(made.json(), CREDENTIAL | {"api_key"})
        self.assertEqual(len(made.json()["api_key"].split(":")), 3)
        self.assertIsNone(made.json()["abilities"])
        self.assertNotIn("api:create", made.json()["permissions"])
        newer = self.user.post("/api/keys", json_body={"name": "newer", "permissions": ["sites:read"]})
        self.assertEqual((newer.status, newer.json()["status"], set(newer.json()["data"])), (201, "success", {"message", "key", "secret"}))
        key, secret = newer.json()["data"]["key"], newer.json()["data"]["secret"]
        self.has(key, KEY)
        self.assertRegex(key["id"], r"^api_key_[0-9A-Za-z]{27}$")
        self.assertTrue(secret.startswith(key["key_prefix"]) and len(key["key_prefix"]) == len("alto_sk_") + 5, key)
        self.assertTrue(key["client_id"])
        listed = self.user.get(path).json()
        self.assertEqual([one["name"] for one in listed][:2], ["newer", "ci"])
        self.assertFalse(any("api_key" in one for one in listed))
        self.assertEqual(self.user.get(f"/api/keys/{key['id']}").json()["name"], "newer")
        self.assertEqual(self.server.client(secret).get("/sites").status, 200)
        rotated = self.user.post(f"/api/keys/{key['id']}/rotate").json()["data"]
        self.assertEqual(rotated["key"]["id"], key["id"])
        self.assert_error(self.server.client(secret).get("/sites"), 401, "authentication_error", "token_invalid")
        self.assertEqual(self.server.client(rotated["secret"]).get("/sites").status, 200)
        self.assert_error(self.server.client(made.json()["api_key"]).get(path), 401, "authentication_error", "token_invalid")  # keys do not manage keys
        changed = self.user.put(f"{path}/{made.json()['id']}", json_body={"name": "ci 2", "expires_at": "2999-01-01T00:00:00Z", "permissions": ["site:view"]})
        self.assertEqual((changed.json()["name"], changed.json()["permissions"]), ("ci 2", ["site:view"]))
        self.assertEqual(self.user.put(f"{path}/{made.json()['id']}", json_body={"expires_at": "2020-01-01T00:00:00Z"}).status, 422)
        self.assertEqual(self.user.delete(f"{path}/{made.json()['id']}").status, 204)
        self.assert_error(self.server.client(made.json()["api_key"]).get("/sites"), 401, "authentication_error", "key_revoked")

    def test_who_holds_less_cannot_take_more_by_a_key(self):
        role = self.user.post("/roles", json_body={"name": "Key keeper", "scopes": ["api:view", "api:create", "api:update", "site:view"]}).json()
        self.add_user("gus", roles=[role["id"]])
        strong = self.user.post("/api/keys", json_body={"name": "strong", "permissions": ["job:create"]}).json()["data"]["key"]["id"]
        client = self.server.client(self.token_of("gus"))
        self.addCleanup(client.close)
        self.assertEqual(client.post("/api/keys", json_body={"name": "more", "permissions": ["job:create"]}).status, 422)
        refused = client.post(f"/api/keys/{strong}/rotate")
        self.assertEqual((refused.status, refused.json()["required_scope"]), (403, "job:create"))
        weak = client.post("/api/keys", json_body={"name": "weak", "permissions": ["site:view"]}).json()["data"]["key"]["id"]
        self.assertEqual(client.post(f"/api/keys/{weak}/rotate").status, 200)


if __name__ == "__main__":
    unittest.main()
