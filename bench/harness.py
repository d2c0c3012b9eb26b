"""What every measurement needs: servers to start, load to put on them, and honest figures of what that cost.

The machine may be busy with other things and the load generator takes processors from the server, so whatever can be
compared is compared in alternating runs, and the CPU time a request (/proc/PID/stat of all processes of a server) counts
more than the rate.
"""
import json, os, pathlib, re, shutil, signal, socket, statistics, subprocess, time, urllib.request

TICK = os.sysconf("SC_CLK_TCK")
ROOT = pathlib.Path(__file__).resolve().parent.parent


class Failed(Exception):
    """A measurement that could not be made, and why."""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for_port(port, process, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise Failed(f"a server ended with status {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.005)
    raise Failed("a server did not start")


def processes(parent):
    """The process and its children, like nginx's workers."""
    found = [parent]
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(fields[1]) == parent:
                found.append(int(entry.name))
    return found


def cpu_seconds(pids):
    total = 0
    for pid in pids:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICK


def memory_mb(pid):
    """Resident memory that belongs to the process alone or that it wrote to: no page of a file that anybody may drop."""
    fields = dict(re.findall(r"^(\w+):\s+(\d+) kB", pathlib.Path(f"/proc/{pid}/status").read_text(), re.M))
    return {"rss": int(fields["VmRSS"]) / 1024, "anonymous": int(fields["RssAnon"]) / 1024}


def make_certificate(directory, name, key_arguments):
    crt, key = directory / f"{name}.crt", directory / f"{name}.key"
    if not crt.exists():
        subprocess.run(["openssl", "req", "-x509", "-nodes", "-days", "30", "-subj", "/CN=bench", *key_arguments,
                        "-keyout", key, "-out", crt], check=True, stderr=subprocess.DEVNULL)
    return crt, key


def certificates(directory):
    return [make_certificate(directory, "p256", ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]),
            make_certificate(directory, "rsa", ["-newkey", "rsa:2048"])]


class Server:
    """A started process; `http` and `https` are its ports."""

    def __init__(self, process, http, https):
        self.process, self.http, self.https = process, http, https

    def cpu(self):
        return cpu_seconds(processes(self.process.pid))

    def memory(self):
        return memory_mb(self.process.pid)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def start_nginx(directory, answer="ok"):
    http, https = free_port(), free_port()
    lines = "".join(f"ssl_certificate {c}; ssl_certificate_key {k};\n" for c, k in certificates(directory))
    config = directory / "nginx.conf"
    config.write_text(f"""
worker_processes 2; worker_rlimit_nofile 20000; daemon off; pid {directory}/nginx.pid; error_log {directory}/error.log crit;
events {{ worker_connections 16384; }}
http {{
  access_log off; keepalive_requests 1000000000; client_body_temp_path {directory}/body;
  proxy_temp_path {directory}/p; fastcgi_temp_path {directory}/f; uwsgi_temp_path {directory}/u; scgi_temp_path {directory}/s;
  ssl_protocols TLSv1.2 TLSv1.3; ssl_session_cache off; ssl_session_tickets on;
  server {{
    listen 127.0.0.1:{http} reuseport backlog=65535; listen 127.0.0.1:{https} ssl reuseport backlog=65535;
    {lines}
    location / {{ default_type text/plain; return 200 "{answer}"; }}
  }}
}}""")
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    if not pathlib.Path(program).exists():
        raise Failed("nginx is not installed (apt-get install nginx-light)")
    process = subprocess.Popen([program, "-c", config, "-e", directory / "error.log"])
    wait_for_port(http, process)
    return Server(process, http, https)


class Instance:
    """A data directory with a team, an API key and seeded sites; the server runs on it when started."""

    def __init__(self, build, directory, sites, database=None):
        self.build, self.directory, self.sites = build, directory, sites
        self.data = directory / "data"
        self.requests, self.table = directory / "polls", directory / "sites.tsv"
        self.database = ["--db", database] if database else []
        directory.mkdir(parents=True, exist_ok=True)
        user = self.admin("create-user", "--email", "bench@example.com", "--password", "Correct-horse-battery-7", "--team", "Bench")
        self.team = user["team_id"]
        self.api_key = self.admin("create-api-key", "--team", self.team, "--name", "bench")["token"]
        if sites:
            run([build / "openstrat-bench-seed", "--data-dir", self.data, *self.database, "--team", self.team, "--sites", str(sites),
                 "--requests", self.requests, "--table", self.table])

    def admin(self, *arguments):
        return json.loads(run([self.build / "openstrat", "admin", *arguments, "--data-dir", self.data, *self.database]))

    def polls(self):
        """The heartbeat requests, byte for byte (text mode would change their line ends)."""
        return [request.decode() for request in self.requests.read_bytes().split(b"\0") if request]

    def site_rows(self):
        return [line.split("\t") for line in self.table.read_text().splitlines()]

    def start(self, *settings):
        """Running and ready; `start_seconds` is how long that took."""
        http, https = free_port(), free_port()
        pairs = certificates(self.directory)
        began = time.monotonic()
        process = subprocess.Popen(
            [self.build / "openstrat", "serve", "--data-dir", self.data, *self.database, "--log-level", "error",
             "--listen", f"http://127.0.0.1:{http}", "--listen", f"127.0.0.1:{https}",
             "--set", "tls.cert=" + ",".join(str(c) for c, _ in pairs), "--set", "tls.key=" + ",".join(str(k) for _, k in pairs),
             "--set", "ratelimit.enabled=false", "--set", f"sftp.port={free_port()}", "--set", f"public_url.device=http://127.0.0.1:{http}",
             *(word for setting in settings for word in ("--set", setting))])
        wait_for_port(http, process)
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{http}/readyz", timeout=10).read()
                break
            except OSError:
                time.sleep(0.005)
        server = Server(process, http, https)
        server.start_seconds, server.start_cpu = time.monotonic() - began, server.cpu()
        return server


def run(command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode != 0:
        raise Failed(f"{pathlib.Path(str(command[0])).name}: {done.stderr.strip() or done.stdout.strip() or done.returncode}")
    return done.stdout


def load(build, port, *arguments, tolerate_failed=0.01):
    """One run of openstrat-load. Answers other than 2xx spoil a measurement, so they end it."""
    result = json.loads(run([build / "openstrat-load", "--port", port, *arguments]))
    if result["not_2xx"] or result["failed"] > result["answered"] * tolerate_failed:
        raise Failed(f"requests failed: {result}")
    return result


def settle(server):
    """What a run before left to do must not count for the next one."""
    deadline, before = time.monotonic() + 30, server.cpu()
    while time.monotonic() < deadline:
        time.sleep(0.25)
        now = server.cpu()
        if now - before < 0.05:
            return
        before = now


def compare(servers, put_load, runs):
    """Alternating runs of put_load(server) on {name: server}; medians of rate, CPU time a request and p99."""
    figures = {name: {"rate": [], "cpu_us": [], "p99_ms": []} for name in servers}
    for _ in range(runs):
        for name, server in servers.items():
            settle(server)
            before = server.cpu()
            result = put_load(server)
            figures[name]["cpu_us"].append((server.cpu() - before) / result["answered"] * 1e6)
            figures[name]["rate"].append(result["per_second"])
            figures[name]["p99_ms"].append(result["latency_us"]["p99"] / 1000)
    return {name: {what: statistics.median(values) for what, values in one.items()} for name, one in figures.items()}


def write_requests(path, requests):
    path.write_bytes(b"".join(request.encode() + b"\0" for request in requests))
    return path


def machine():
    cpu = next((line.split(":", 1)[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), "unknown")
    memory = int(re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text()).group(1)) / 2**20
    os_name = re.search(r'PRETTY_NAME="(.*)"', pathlib.Path("/etc/os-release").read_text()).group(1)
    openssl = subprocess.run(["openssl", "version"], capture_output=True, text=True).stdout.strip()
    return {"cpu": cpu, "processors": os.cpu_count(), "memory_gib": round(memory, 1), "os": os_name, "kernel": os.uname().release, "openssl": openssl}
