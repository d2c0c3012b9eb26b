"""The SMTP server of tests/support/smtp.py as a process: aiosmtpd is a package of Debian's Python, which need not be the one that runs the tests.

usage: /usr/bin/python3 smtp_program.py DIRECTORY      reads options.json there (and replies.json before each recipient), writes mails/N.json
"""
import base64
import json
import pathlib
import signal
import ssl
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

HERE = pathlib.Path(sys.argv[1])
OPTIONS = json.loads((HERE / "options.json").read_text())


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        replies = json.loads((HERE / "replies.json").read_text())
        if address in replies: return replies[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = {"from": envelope.mail_from, "to": list(envelope.rcpt_tos), "content": base64.b64encode(envelope.content).decode()}
        number = len(list((HERE / "mails").glob("*.json")))
        draft = HERE / "mails" / f"{number:04}.draft"
        draft.write_text(json.dumps(mail))
        draft.rename(draft.with_suffix(".json"))
        return "250 taken"


def authenticate(server, session, envelope, mechanism, data):
    good = (data.login, data.password) == (OPTIONS["user"].encode(), OPTIONS["password"].encode())
    return AuthResult(success=good, handled=False)


def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(OPTIONS["certificate"], OPTIONS["key"])
    more = {"starttls": {"tls_context": context, "require_starttls": True, "auth_required": True},
            "tls": {"ssl_context": context, "auth_required": True, "auth_require_tls": False}, "none": {}}[OPTIONS["security"]]
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    controller = Controller(Handler(), hostname="127.0.0.1", port=OPTIONS["port"], authenticator=authenticate, **more)
    controller.start()
    (HERE / "ready").touch()
    signal.sigwait([signal.SIGTERM])
    controller.stop()


if __name__ == "__main__":
    main()
