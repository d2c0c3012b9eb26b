"""What users build (`make build`, `make run`, `make bench`) is configured without the tests: the suites would not notice that it broke."""
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


class Release(unittest.TestCase):
    def test_the_release_preset_can_be_configured(self):
        with tempfile.TemporaryDirectory(prefix="openstrat-release-") as directory:
            done = subprocess.run(["cmake", "--preset", "release", "-B", directory], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            self.assertEqual(done.returncode, 0, done.stdout[-3000:])


if __name__ == "__main__":
    unittest.main()
