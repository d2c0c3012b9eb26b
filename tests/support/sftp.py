"""Uploads as a router does them: user, one-time password, one file. With OpenSSH's client, because it tells when the server did not
confirm the end of the file (curl's does not)."""
import pathlib
import subprocess
import tempfile

from tests.support.processes import clean_environment


def upload(server, grant, content, timeout=30):
    """Whether the server has confirmed the upload."""
    with tempfile.TemporaryDirectory(prefix="openstrat-test-") as name:
        directory = pathlib.Path(name)
        (directory / "export.rsc").write_bytes(content)
        (directory / "batch").write_text(f"put {directory}/export.rsc {grant.name}\n")
        ask = directory / "ask"
        ask.write_text(f"#!/bin/sh\necho {grant.password}\n")
        ask.chmod(0o700)
        done = subprocess.run(["sftp", "-q", "-oBatchMode=no", "-oStrictHostKeyChecking=no", "-oUserKnownHostsFile=/dev/null", "-oPubkeyAuthentication=no",
                               "-oNumberOfPasswordPrompts=1", f"-oConnectTimeout={timeout}", "-b", str(directory / "batch"), "-P", str(server.sftp_port),
                               f"{grant.user}@127.0.0.1"], stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout, start_new_session=True,
                              env=clean_environment({"SSH_ASKPASS": str(ask), "SSH_ASKPASS_REQUIRE": "force", "DISPLAY": "none"}))
    return done.returncode == 0
