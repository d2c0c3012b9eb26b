"""A real SMTP server (aiosmtpd) that keeps what it is given, with TLS and sign-in, and that can be told to refuse."""
import base64
import json
import pathlib
import shutil
import subprocess
import tempfile
from email import message_from_bytes, policy

from tests.support.processes import Process, free_port
from tests.support.waiting import wait_until

USER, PASSWORD = "openstrat", "c0rrect horse"
PROGRAM = ["/usr/bin/python3", str(pathlib.Path(__file__).with_name("smtp_program.py"))]


class Certificate:
    """A self-signed certificate for 127.0.0.1, for as long as the object lives."""

    def __init__(self):
        self.directory = tempfile.TemporaryDirectory(prefix="openstrat-smtp-")
        self.file, self.key = (str(pathlib.Path(self.directory.name, name)) for name in ("cert.pem", "key.pem"))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
                        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", self.key, "-out", self.file], check=True, capture_output=True)

    def close(self):
        self.directory.cleanup()


class SmtpServer(Process):
    """`security` is starttls, tls or none. Keeps its port and its mails over stop() and start()."""

    def __init__(self, certificate, security="starttls"):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="openstrat-smtp-"))
        super().__init__("smtp", self.directory / "log")
        self.certificate, self.security, self.port = certificate, security, free_port()
        (self.directory / "mails").mkdir()
        (self.directory / "options.json").write_text(json.dumps({"port": self.port, "security": security, "user": USER, "password": PASSWORD,
                                                                 "certificate": certificate.file, "key": certificate.key}))
        self.refuse({})

    def refuse(self, replies):
        """recipient → what RCPT TO answers instead of 250."""
        (self.directory / "replies.json").write_text(json.dumps(replies))

    def start(self):
        ready = self.directory / "ready"
        ready.unlink(missing_ok=True)
        self.launch([*PROGRAM, str(self.directory)])
        wait_until(lambda: ready.exists() or not self.is_running(), "the SMTP server listens")
        assert self.is_running(), self.log_tail()
        return self

    def close(self):
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    def config(self, password=PASSWORD, ca_file=None):
        return {"mail.smtp.host": "127.0.0.1", "mail.smtp.port": self.port, "mail.smtp.security": self.security, "mail.smtp.username": USER,
                "mail.smtp.password": password, "mail.smtp.ca_file": self.certificate.file if ca_file is None else ca_file, "mail.from": "noreply@example.net"}

    def mails(self):
        """Everything taken so far: {from, to, content}."""
        return [json.loads(file.read_text()) for file in sorted((self.directory / "mails").glob("*.json"))]

    def to(self, address):
        """The mails to one address, parsed."""
        return [message_from_bytes(base64.b64decode(mail["content"]), policy=policy.default) for mail in self.mails() if address in mail["to"]]
