"""The commands of `openstrat` as an operator types them."""
import json
import pathlib
import re
import subprocess
import tempfile

from tests.support.cases import Case, ServerCase
from tests.support.device import Device
from tests.support.jobs import create_job, get_job, get_site
from tests.support.processes import binary, clean_environment
from tests.support.teams import Team

COMMANDS = ("serve", "demo", "admin", "admin create-user", "admin create-api-key", "admin create-runbook", "admin create-token", "admin send-test-mail", "admin failed-mails", "admin retry-mails", "backup", "restore",
            "openapi", "migrate", "doctor", "version", "config")


def run(*arguments, stdin="", environment=None, program="openstrat", cwd=None):
    return subprocess.run([binary(program), *map(str, arguments)], input=stdin, capture_output=True, text=True, timeout=60, cwd=cwd,
                          env=clean_environment(environment))


class CommandLine(Case):
    def assert_one_line(self, done, *words):
        self.assertNotEqual(done.returncode, 0, done.stdout)
        lines = done.stderr.strip().splitlines()
        self.assertEqual(len(lines), 1, done.stderr)
        for word in words: self.assertIn(word, lines[0])

    def test_every_command_explains_itself(self):
        for command in ("", *COMMANDS):
            with self.subTest(command=command):
                done = run(*command.split(), "--help")
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertGreater(len(done.stdout.splitlines()), 3)
        everything = run("--help").stdout
        for command in COMMANDS: self.assertIn(command.split()[0], everything)
        self.assertEqual(run("--help", program="openstrat-sim").returncode, 0)

    def test_version(self):
        done = run("version")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, r"\d+\.\d+\.\d+")

    def test_bad_input_is_one_line(self):
        with tempfile.TemporaryDirectory(prefix="openstrat-test-") as directory:
            here = ("--data-dir", f"{directory}/data")
            junk = pathlib.Path(directory, "junk")
            junk.write_bytes(b"no archive at all")
            for arguments, word in ((("dance",), "dance"), (("admin", "dance"), "dance"), (("serve", "--colour", "red"), "--colour"), (("backup", *here), ""),
                                    (("admin", "create-user", "--team", "T", "--password", "x", *here), "email"),
                                    (("admin", "create-user", "--email", "no-address", "--password", "Correct-Horse-9-Battery", "--team", "T", *here), "mail"),
                                    (("admin", "create-user", "--email", "a@example.net", "--password", "short", "--team", "T", *here), "password"),
                                    (("admin", "create-api-key", "--team", "nobody", "--name", "x", *here), "nobody"),
                                    (("admin", "create-token", "--email", "nobody@example.net", *here), "e-mail address"),
                                    (("restore", junk, "--data-dir", f"{directory}/new"), "junk"),
                                    (("restore", f"{directory}/absent", "--data-dir", f"{directory}/new"), "absent"),
                                    (("config", "--config", f"{directory}/absent.toml"), "absent.toml")):
                with self.subTest(arguments=arguments[:2]): self.assert_one_line(run(*arguments), word)

    def test_openapi_document(self):
        with tempfile.TemporaryDirectory(prefix="openstrat-test-") as directory:
            done = run("openapi", cwd=directory)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertEqual(list(pathlib.Path(directory).iterdir()), [], "it needs no data directory and makes none")
        document = json.loads(done.stdout)
        self.assertRegex(document["openapi"], r"^3\.1\.")
        self.assertNotIn("/work", done.stdout)
        operations = {}
        for path, item in document["paths"].items():
            names = set(re.findall(r"{(\w+)}", path))
            for method, operation in item.items():
                if method == "parameters": continue
                with self.subTest(operation=f"{method} {path}"):
                    self.assertNotIn(operation["operationId"], operations)
                    operations[operation["operationId"]] = path
                    self.assertTrue(operation["summary"])
                    self.assertTrue(operation["responses"])
                    parameters = operation.get("parameters", []) + item.get("parameters", [])
                    self.assertEqual({p["name"] for p in parameters if p.get("in") == "path"}, names)
        for expected in ("/poll", "/adopt/{id}", "/sites/{site}", "/site/{site}/job", "/api/routers", "/backups/{site}"):
            self.assertIn(expected, document["paths"])
        for reference in re.findall(r'"\$ref":\s*"([^"]+)"', done.stdout):
            target = document
            self.assertTrue(reference.startswith("#/"), reference)
            for part in reference[2:].split("/"): target = target[part.replace("~1", "/").replace("~0", "~")]

    def test_configuration_shows_value_and_origin(self):
        with tempfile.TemporaryDirectory(prefix="openstrat-test-") as directory:
            file = pathlib.Path(directory, "openstrat.toml")
            file.write_text('jobs.redeliveries = 7\ndb.url = "postgresql://user:hush@localhost/x"\n')
            done = run("config", "--config", file, environment={"OPENSTRAT_LOG_FORMAT": "json"})
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        line = lambda key: next(line for line in done.stdout.splitlines() if re.match(rf"{re.escape(key)}\b", line.strip()))
        self.assertIn("7", line("jobs.redeliveries"))
        self.assertIn("openstrat.toml:1", line("jobs.redeliveries"))
        self.assertIn("OPENSTRAT_LOG_FORMAT", line("log.format"))
        self.assertIn("default", line("jobs.delivery_timeout_s"))
        self.assertNotIn("hush", done.stdout)


class Instance(ServerCase):
    def test_admin_refuses_what_is_wrong(self):
        taken = self.server.run_cli("admin", "create-user", "--email", self.team.email, "--password", Team.PASSWORD, "--team", "Another")
        scope = self.server.run_cli("admin", "create-api-key", "--team", self.team.id, "--name", "x", "--scopes", "site:view,site:fly")
        for done, word in ((taken, "e-mail address"), (scope, "site:fly")):
            self.assertNotEqual(done.returncode, 0)
            self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
            self.assertIn(word, done.stderr)

    def test_doctor(self):
        done = self.server.run_cli("doctor")
        self.assertIn("ratelimit", done.stdout + done.stderr)
        self.assertNotIn("terminate called", done.stderr)

    def test_migrate_again_changes_nothing(self):
        for _ in range(2): self.assertEqual(self.server.run_cli("migrate").returncode, 0)
        self.assertEqual(self.team.api.get("/sites").status, 200)

    def test_the_served_document_is_the_printed_one(self):
        served = self.server.client().get("/openapi.json")
        self.assertEqual(served.status, 200)
        self.assertEqual(set(served.json()["paths"]), set(json.loads(run("openapi").stdout)["paths"]))
        self.assertEqual(self.server.client().get("/docs").status, 200)

    def test_backup_and_restore(self):
        """Also into the other engine: everything that routers and users hold stays good."""
        device = Device(self.server, 1).adopt(self.team.runbook)
        self.addCleanup(device.close)
        started, waiting = (create_job(self.team.api, device.site_id, f":put {i}") for i in (1, 2))
        handout = device.poll()
        archive = self.server.directory / "instance.backup"
        done = self.server.run_cli("backup", archive)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertGreater(archive.stat().st_size, 1000)
        self.assertEqual(archive.stat().st_mode & 0o077, 0, "the archive holds the key")

        for engine in ("sqlite", "postgres"):
            with self.subTest(engine=engine):
                # Access tokens name their issuer; a restored instance with another URL has to be told of the old one.
                copy = self.make_server(engine, name=f"restored-{engine}", config={"auth.trusted_issuers": [self.server.url]})
                restored = copy.run_cli("restore", archive)
                self.assertEqual(restored.returncode, 0, restored.stderr)
                copy.start()
                user, api = copy.client(self.team.access_token), copy.client(self.team.api_key)
                self.assertEqual(get_site(api, device.site_id)["state"], "online")
                twin = Device(copy, 1)
                self.addCleanup(twin.close)
                self.assertEqual(twin.http.post("/poll", body=device.body(), bearer=device.token).body, b"")
                for status in ("busy", "done"):
                    url = copy.url + handout.urls[status][len(self.server.url):]
                    self.assertEqual(twin.http.get(url).status, 200)
                self.assertEqual(get_job(api, device.site_id, started["id"])["status"], "completed")
                twin.token = device.token
                self.assertEqual(twin.poll().id, waiting["id"])
                runbooks = user.get("/runbooks")
                self.assertEqual(runbooks.status, 200, runbooks)
                self.assertEqual(twin.bootstrap(self.team.runbook).status, 200)

                again = copy.run_cli("restore", archive)
                self.assertNotEqual(again.returncode, 0, "an instance in use is not overwritten")
        self.assertEqual(get_job(self.team.api, device.site_id, started["id"])["status"], "sent", "the original is untouched")

        damaged = bytearray(archive.read_bytes())
        damaged[len(damaged) // 2] ^= 0xFF
        broken = self.server.directory / "broken.backup"
        broken.write_bytes(damaged)
        target = self.make_server(name="never-restored")
        done = target.run_cli("restore", broken)
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
