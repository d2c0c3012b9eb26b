"""Uploads as a router does it, with curl: user, one-time password, one file."""
import subprocess

from tests.support.processes import clean_environment


def upload(server, grant, content, timeout=20):
    """Whether the server has confirmed the upload."""
    done = subprocess.run(["curl", "--silent", "--show-error", "--insecure", "--max-time", str(timeout), "--user", f"{grant.user}:{grant.password}",
                           "--upload-file", "-", f"sftp://127.0.0.1:{server.sftp_port}/{grant.name}"],
                          input=content, capture_output=True, timeout=timeout + 10, env=clean_environment())
    return done.returncode == 0
