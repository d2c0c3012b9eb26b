"""Mails leave over real SMTP with TLS and sign-in, survive outages and kill -9, and say why when they are refused."""
import json

from tests.support.cases import Case
from tests.support.smtp import PASSWORD, Certificate, SmtpServer
from tests.support.waiting import wait_until


class SmtpCase(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.certificate = Certificate()
        cls.addClassCleanup(cls.certificate.close)

    def smtp(self, security="starttls"):
        server = SmtpServer(self.certificate, security).start()
        self.addCleanup(server.close)
        return server


class Delivery(SmtpCase):
    """`admin send-test-mail` delivers at once, without a running server."""

    def send(self, config, to="ada@example.net"):
        return self.make_server(config=config).run_cli("admin", "send-test-mail", "--to", to)

    def test_a_mail_is_well_formed(self):
        smtp = self.smtp()
        done = self.send(smtp.config() | {"brand.name": "Grüße, \"Netz\" AG", "mail.reply_to": "noc@example.net"})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout), {"sent_to": "ada@example.net", "server": f"127.0.0.1:{smtp.port}"})
        envelope = smtp.mails()[0]
        self.assertEqual((envelope["from"], envelope["to"]), ("noreply@example.net", ["ada@example.net"]))
        mail = smtp.to("ada@example.net")[0]
        self.assertEqual([], mail.defects + [defect for part in mail.walk() for defect in part.defects])
        self.assertEqual(mail["From"].addresses[0].display_name, "Grüße, \"Netz\" AG")
        self.assertEqual(mail["From"].addresses[0].addr_spec, "noreply@example.net")
        self.assertEqual((mail["To"], mail["Reply-To"], mail["Auto-Submitted"]), ("ada@example.net", "noc@example.net", "auto-generated"))
        self.assertEqual(mail["Subject"], "Grüße, \"Netz\" AG can send mails")
        self.assertIsNotNone(mail["Date"].datetime.tzinfo)
        self.assertRegex(mail["Message-ID"], r"^<[0-9a-f-]{36}@example\.net>$")
        self.assertEqual([part.get_content_type() for part in mail.iter_parts()], ["text/plain", "text/html"])
        self.assertIn("If you read it, mails arrive.", mail.get_body(("plain",)).get_content())
        self.assertIn("Grüße, &quot;Netz&quot; AG", mail.get_body(("html",)).get_content())

    def test_tls_from_the_first_byte(self):
        smtp = self.smtp("tls")
        self.assertEqual(self.send(smtp.config()).returncode, 0)
        self.assertEqual(len(smtp.to("ada@example.net")), 1)

    def test_nothing_is_said_to_a_server_that_cannot_be_trusted(self):
        smtp = self.smtp()
        plain = self.smtp("none")
        for config, word in ((smtp.config(ca_file=""), "certificate"), (smtp.config(password="wrong"), "535"),
                             (plain.config() | {"mail.smtp.security": "starttls"}, "STARTTLS")):
            done = self.send(config)
            self.assertEqual((done.returncode, done.stdout), (1, ""), word)
            self.assertIn(word, done.stderr)
            self.assertEqual(len(done.stderr.strip().splitlines()), 1)
            self.assertNotIn(PASSWORD, done.stderr)
        self.assertEqual(smtp.mails() + plain.mails(), [])

    def test_an_address_cannot_smuggle_commands(self):
        smtp = self.smtp()
        for address in ("ada@example.net\r\nRCPT TO:<eve@example.net>", "ada@example.net> SIZE=1", "no address"):
            self.assertEqual(self.send(smtp.config(), to=address).returncode, 1)
        self.assertEqual(smtp.mails(), [])

    def test_doctor_tries_the_server(self):
        smtp = self.smtp()
        self.assertIn("answers and takes the password", self.make_server(config=smtp.config()).run_cli("doctor").stdout)
        self.assertRegex(self.make_server(config=smtp.config(password="wrong")).run_cli("doctor").stdout, r"WARNING mail: .*535")
        smtp.stop()
        self.assertRegex(self.make_server(config=smtp.config()).run_cli("doctor").stdout, "WARNING mail: ")
        self.assertEqual(smtp.mails(), [])


class Outbox(SmtpCase):
    """Mails that are left to the running server."""
    engine = "sqlite"

    def start_server(self, smtp):
        server = self.make_server(self.engine, config=smtp.config() | {"mail.first_retry": "1s"})
        server.start()
        return server

    def queue(self, server, to):
        self.assertEqual(server.cli("admin", "send-test-mail", "--queue", "--to", to), {"queued_to": to})

    def metric(self, server, name):
        text = server.client().get("/metrics").text
        return float(next(line.split()[-1] for line in text.splitlines() if line.startswith(name + " ")))

    def test_an_outage_delays_mails(self):
        smtp = self.smtp()
        smtp.stop()
        server = self.start_server(smtp)
        self.queue(server, "ada@example.net")
        wait_until(lambda: self.metric(server, "openstrat_mail_attempts_deferred_total") >= 1, "the first attempt has failed")
        smtp.start()
        wait_until(lambda: smtp.to("ada@example.net"), "the mail arrives once the server is back")
        wait_until(lambda: self.metric(server, "openstrat_mails_sent_total") == 1, "it is counted")
        self.assertEqual(len(smtp.to("ada@example.net")), 1)
        self.assertNotIn("ada@example.net", server.log_text())

    def test_kill_9_loses_nothing(self):
        smtp = self.smtp()
        smtp.stop()
        server = self.start_server(smtp)
        people = [f"person{number}@example.net" for number in range(3)]
        for person in people: self.queue(server, person)
        wait_until(lambda: self.metric(server, "openstrat_mail_attempts_deferred_total") >= 1, "they are tried")
        server.kill()
        smtp.start()
        server.start()
        # A mail that was just being tried is taken up again when its lease of 30 s ends.
        for person in people: wait_until(lambda: smtp.to(person), f"the mail to {person} arrives after the crash", timeout=90)
        wait_until(lambda: self.metric(server, "openstrat_mails_sent_total") == len(people), "all are counted")
        self.assertEqual([len(smtp.to(person)) for person in people], [1] * len(people))

    def test_a_refused_mail_says_why_and_can_be_sent_again(self):
        smtp = self.smtp()
        smtp.refuse({"gone@example.net": "550 5.1.1 <gone@example.net> is not here any more"})
        server = self.start_server(smtp)
        self.queue(server, "gone@example.net")
        failed = wait_until(lambda: server.run_cli("admin", "failed-mails").stdout.strip(), "the mail has failed", every=0.5)
        mail = json.loads(failed)
        self.assertEqual((mail["to"], mail["template"]), ("gone@example.net", "test"))
        self.assertIn("550 5.1.1 <the recipient> is not here any more", mail["error"])
        self.assertNotIn("gone@example.net", server.log_text())
        smtp.refuse({})
        self.assertEqual(server.cli("admin", "retry-mails"), {"queued_again": 1})
        wait_until(lambda: smtp.to("gone@example.net"), "it arrives when the server takes it")


class OutboxOnPostgres(Outbox):
    engine = "postgres"


class Capture(Case):
    def test_without_a_server_mails_can_be_read_here(self):
        server = self.add_server()
        server.cli("admin", "send-test-mail", "--queue", "--to", "ada@example.net")
        client = server.client()
        mails = wait_until(lambda: client.get("/internal/mailbox/messages?to=ada@example.net").json(), "the mail is in the mailbox")
        self.assertEqual(mails[0]["subject"], "OpenStrat can send mails")
        page = client.get("/internal/mailbox").text
        self.assertIn(f'/internal/mailbox/{mails[0]["id"]}', page)
        self.assertIn("no SMTP server", page)
        server.cli("admin", "send-test-mail", "--to", "eve@example.net")
        self.assertEqual(len(client.get("/internal/mailbox/messages?to=eve@example.net").json()), 1)
