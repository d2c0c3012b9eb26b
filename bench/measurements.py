"""The budgets of docs/architecture.md, one function each. Every function yields rows of the table."""
import contextlib, dataclasses, http.client, json, os, pathlib, re, statistics, subprocess, sys, tempfile, time, urllib.request, uuid

import harness
from harness import Failed, compare, load


@dataclasses.dataclass
class Row:
    what: str
    ours: str
    yardstick: str = "-"
    ratio: float | None = None
    budget: str = "-"
    ok: bool | None = None      # None: there is no budget, the figure is for information
    figures: dict = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Settings:
    build: pathlib.Path
    directory: pathlib.Path
    sites: int = 100_000
    seconds: float = 4
    runs: int = 5


class Bench:
    def __init__(self, settings):
        self.s = settings
        self._instances = {}

    def instance(self, sites, name=None, database=None):
        """Seeded once, used by many measurements."""
        name = name or f"sites-{sites}"
        if name not in self._instances:
            self._instances[name] = harness.Instance(self.s.build, self.s.directory / name, sites, database)
        return self._instances[name]

    def fleet(self):
        return self.instance(self.s.sites)

    @contextlib.contextmanager
    def warm_server(self, instance=None, *settings):
        """Every site has sent a first heartbeat, which looks for a job in the database; later ones are quiet."""
        instance = instance or self.fleet()
        with instance.start(*settings) as server:
            server.first_round = load(self.s.build, server.http, "--plain", "--keep-alive", "--connections", 64, "--once",
                                      "--seconds", 300, "--requests", instance.requests)
            yield server

    # -- heartbeats -------------------------------------------------------------------------------------------------------

    def tls(self):
        """A new TLS connection for each heartbeat, as routers do it, against nginx that answers a constant."""
        kinds = {"P-256": [], "RSA-2048": ["--ciphers", "ECDHE-RSA-AES128-GCM-SHA256"]}
        with self.warm_server() as ours, harness.start_nginx(self.s.directory) as nginx:
            for kind, extra in kinds.items():
                def put(server):
                    return load(self.s.build, server.https, "--connections", 64, "--seconds", self.s.seconds,
                                "--requests", self.fleet().requests, *extra)
                f = compare({"ours": ours, "nginx": nginx}, put, self.s.runs)
                rate, cpu = (f["ours"][what] / f["nginx"][what] for what in ("rate", "cpu_us"))
                yield Row(f"heartbeats, new TLS connection, {kind}", f"{f['ours']['rate']:.0f}/s", f"{f['nginx']['rate']:.0f}/s nginx",
                          rate, "≥ 0.9 ×", rate >= 0.9, f)
                yield Row(f"  CPU time of each, {kind}", f"{f['ours']['cpu_us']:.0f} µs", f"{f['nginx']['cpu_us']:.0f} µs nginx",
                          cpu, "≤ 1.3 ×", cpu <= 1.3)

    def keepalive(self):
        """Plain kept-alive connections: what the heartbeat path itself costs."""
        build, seconds = self.s.build, self.s.seconds
        with self.warm_server() as ours, harness.start_nginx(self.s.directory) as nginx:
            first = ours.first_round
            yield Row("first heartbeat of each site after a start, keep-alive", f"{first['per_second']:.0f}/s", figures=first)

            def put(server):
                return load(build, server.http, "--plain", "--keep-alive", "--connections", 64, "--seconds", seconds,
                            "--requests", self.fleet().requests)
            f = compare({"ours": ours, "nginx": nginx}, put, self.s.runs)
            rate = f["ours"]["rate"] / f["nginx"]["rate"]
            yield Row(f"heartbeats, plain keep-alive, {self.s.sites:,} sites", f"{f['ours']['rate']:.0f}/s", f"{f['nginx']['rate']:.0f}/s nginx",
                      rate, "≥ 0.5 ×", rate >= 0.5, f)
            yield Row("  CPU time of each", f"{f['ours']['cpu_us']:.1f} µs", f"{f['nginx']['cpu_us']:.1f} µs nginx",
                      f["ours"]["cpu_us"] / f["nginx"]["cpu_us"])
            yield self._latency({"ours": ours, "nginx": nginx}, self.fleet().requests, f["ours"]["rate"] / 2, 20)

    def _latency(self, servers, requests, rate, limit_ms):
        """p99 while requests come by the clock. nginx at the same rate tells how much of it is the machine's."""
        def put(server):
            return load(self.s.build, server.http, "--plain", "--keep-alive", "--connections", 64, "--seconds", self.s.seconds, "--rate", rate,
                        "--requests", requests)
        f = compare(servers, put, self.s.runs)
        p99 = f["ours"]["p99_ms"]
        return Row(f"  p99 at half of the peak ({rate:.0f}/s)", f"{p99:.1f} ms", f"{f['nginx']['p99_ms']:.1f} ms nginx", None, f"≤ {limit_ms} ms",
                   p99 <= limit_ms, f)

    def reconnect(self):
        """All routers at once after an outage: new TLS connections, first heartbeats, transactions."""
        routers = min(10_000, self.s.sites)
        instance = self.fleet()
        first = harness.write_requests(self.s.directory / "reconnect", instance.polls()[:routers])
        times = []
        for _ in range(min(3, self.s.runs)):
            with instance.start() as server:
                before = server.cpu()
                result = load(self.s.build, server.https, "--connections", routers, "--once", "--seconds", 120, "--requests", first, tolerate_failed=100)
                if result["answered"] < routers:
                    raise Failed(f"only {result['answered']} of {routers} were answered in two minutes")
                times.append((result["seconds"], server.cpu() - before))
                again = result["failed"]  # timed out in the crowd and tried again at once
        seconds, cpu = (statistics.median(column) for column in zip(*times))
        yield Row(f"{routers:,} routers reconnect at once (P-256), all answered", f"{seconds:.1f} s", f"{cpu:.1f} s CPU", None, "≤ 7 s of both cores",
                  cpu <= 14, {"seconds": seconds, "cpu_seconds": cpu, "tried_again": again})

    # -- reading ----------------------------------------------------------------------------------------------------------

    def _get(self, instance, target):
        return f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {instance.api_key}\r\n\r\n"

    def read(self):
        """Site details by API key, every site in turn."""
        instance, build, seconds = self.fleet(), self.s.build, self.s.seconds
        requests = harness.write_requests(self.s.directory / "details", (self._get(instance, f"/sites/{row[0]}") for row in instance.site_rows()))
        with instance.start() as ours, harness.start_nginx(self.s.directory) as nginx:
            def put(server):
                return load(build, server.http, "--plain", "--keep-alive", "--connections", 32, "--seconds", seconds, "--requests", requests)
            f = compare({"ours": ours, "nginx": nginx}, put, self.s.runs)
            rate = f["ours"]["rate"]
            yield Row(f"site details, {self.s.sites:,} sites", f"{rate:.0f}/s", f"{f['nginx']['rate']:.0f}/s nginx", rate / f["nginx"]["rate"],
                      "≥ 10,000/s", rate >= 10_000, f)
            yield Row("  CPU time of each", f"{f['ours']['cpu_us']:.1f} µs", f"{f['nginx']['cpu_us']:.1f} µs nginx")
            yield self._latency({"ours": ours, "nginx": nginx}, requests, min(rate / 2, 10_000), 5)

    def _last_page(self, instance, server, size):
        """Target of the last full page, found as a client finds it: along the Link headers, in big steps and then in pages."""
        target, seen, last = "/sites", 0, None
        while target:
            request = urllib.request.Request(f"http://127.0.0.1:{server.http}{target}", headers={"Authorization": f"Bearer {instance.api_key}"})
            with urllib.request.urlopen(request) as answer:
                count, link = len(json.loads(answer.read())), answer.headers.get("Link", "")
            seen += count
            if count == size:
                last = target
            cursor = re.search(r"[?&](cursor=[^&>]+)[^>]*>; rel=\"next\"", link)
            left = instance.sites - seen
            target = cursor and f"/sites?per_page={500 if left > 500 + size else size}&{cursor[1]}"
        return last

    def _summary_ms(self, instance, server):
        """The summary when nobody asked in the last five seconds: the median of three."""
        took = []
        for _ in range(3):
            time.sleep(5.2)
            request = urllib.request.Request(f"http://127.0.0.1:{server.http}/sites/summary", headers={"Authorization": f"Bearer {instance.api_key}"})
            started = time.perf_counter()
            with urllib.request.urlopen(request) as answer:
                answer.read()
            took.append((time.perf_counter() - started) * 1000)
        return sorted(took)[1]

    def list(self):
        """A page of 50 sites: the first and the last, of a small and of a big fleet."""
        small, size, base = 1000, 50, None
        for sites in sorted({small, self.s.sites}):
            instance = self.instance(sites)
            with instance.start() as server:
                targets = {"first page": f"/sites?per_page={size}", "last page by number": f"/sites?per_page={size}&page={sites // size}"}
                if sites > 5000:  # a smaller fleet comes whole when nobody asks for pages, so nothing leads on by cursor
                    targets["last page by cursor"] = self._last_page(instance, server, size)
                targets |= {f"first page by {order}": f"/sites?per_page={size}&sort={order}" for order in ("state", "-last_seen_at", "model", "-version")}
                for name, target in targets.items():
                    requests = harness.write_requests(self.s.directory / "list", [self._get(instance, target)])

                    def put(server):
                        return load(self.s.build, server.http, "--plain", "--keep-alive", "--connections", 8, "--seconds", self.s.seconds / 2,
                                    "--requests", requests)
                    f = compare({"ours": server}, put, self.s.runs)["ours"]
                    base = base or f
                    ratio = f["cpu_us"] / base["cpu_us"]
                    bound = f is not base and "number" not in name  # an offset has to be counted; nothing promises otherwise
                    yield Row(f"list of {sites:,} sites, {name} of {size}", f"{f['cpu_us']:.0f} µs CPU", f"{base['cpu_us']:.0f} µs first of {small:,}",
                              None if f is base else ratio, "≤ 1.3 ×" if bound else "-", ratio <= 1.3 if bound else None, f)
                summary = self._summary_ms(instance, server)
                yield Row(f"summary of {sites:,} sites, counted anew", f"{summary:.0f} ms", "kept for 5 s", None, "≤ 50 ms", summary <= 50, {"ms": summary})

    # -- size and start ---------------------------------------------------------------------------------------------------

    def memory(self):
        with self.instance(0, "empty").start() as server:
            time.sleep(2)
            idle = server.memory()
            yield Row("memory, idle", f"{idle['rss']:.0f} MB", f"{idle['anonymous']:.0f} MB of it not file pages", None, "≤ 60 MB", idle["rss"] <= 60, idle)
        connections = self._connections()
        for name, extra in (("plain", ["--plain"]), ("TLS", [])):
            with self.fleet().start("http.idle_timeout=10m") as server:
                port = server.http if extra else server.https
                # All sites at their real interval of 30 s, for a minute, over as many connections as this machine lets a process have.
                process = subprocess.Popen([str(word) for word in (
                    self.s.build / "openstrat-load", "--port", port, *extra, "--keep-alive", "--connections", connections,
                    "--rate", self.s.sites / 30, "--seconds", 65, "--requests", self.fleet().requests)], stdout=subprocess.PIPE, text=True)
                time.sleep(60)
                used, sockets = server.memory(), len(os.listdir(f"/proc/{server.process.pid}/fd"))
                out = process.communicate()[0]
                if not out:
                    raise Failed(f"openstrat-load ended with status {process.returncode}")
                result = json.loads(out)
                used.update(connections=sockets, answered=result["answered"], not_2xx=result["not_2xx"], p99_ms=result["latency_us"]["p99"] / 1000)
                yield Row(f"memory, {self.s.sites:,} sites every 30 s over {connections:,} {name} connections", f"{used['rss']:.0f} MB",
                          f"{used['anonymous']:.0f} MB of it not file pages", None, "≤ 400 MB", used["rss"] <= 400, used)

    def _connections(self):
        import resource
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        return min(25_000, hard - 500, self.s.sites)  # 28,000 local ports lead to one address

    def start(self):
        for instance, name, limit in ((self.instance(0, "empty"), "empty", 1), (self.fleet(), f"{self.s.sites:,} sites", 3)):
            times = []
            for _ in range(self.s.runs):
                with instance.start() as server:
                    times.append((server.start_seconds, server.start_cpu))
            seconds, cpu = (statistics.median(column) for column in zip(*times))
            yield Row(f"start to ready, {name}", f"{seconds:.2f} s", f"{cpu:.2f} s CPU", None, f"≤ {limit} s", seconds <= limit,
                      {"seconds": seconds, "cpu_seconds": cpu})

    # -- databases --------------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _postgres(self, name):
        """A durable PostgreSQL of our own; yields the URL of a fresh database in it, called `name`."""
        script = harness.ROOT / "tests" / "postgres.sh"
        environment = dict(os.environ, OPENSTRAT_TEST_POSTGRES_FSYNC="on", OPENSTRAT_TEST_POSTGRES_DIR=str(self.s.directory / "postgres"))
        started = subprocess.run([script, "start"], env=environment, capture_output=True, text=True)
        if started.returncode != 0:
            raise Failed(started.stderr.strip())
        try:
            url = started.stdout.strip()
            harness.run(["psql", "-q", "-c", f"CREATE DATABASE {name}", url])
            yield url.replace(":///postgres?", f":///{name}?")
        finally:
            subprocess.run([script, "stop"], env=environment, check=True)

    def _changing(self, instance, path, one_in):
        """Heartbeats that go round all sites; once in `one_in` rounds a site reports another version, which has to be committed."""
        polls = instance.polls()
        upgraded = [request.replace("version=7.16.2 ", "version=7.17.1 ") for request in polls]
        return harness.write_requests(path, ((upgraded if (turn + i) // one_in % 2 else polls)[i]
                                             for turn in range(2 * one_in) for i in range(len(polls))))

    def postgres(self):
        """SQLite and PostgreSQL under the same heartbeats."""
        sites = min(2000, self.s.sites)
        with self._postgres("heartbeats") as url:
            instances = {"sqlite": self.instance(sites, "sqlite"), "postgres": self.instance(sites, "postgres", url)}
            with self.warm_server(instances["sqlite"]) as sqlite, self.warm_server(instances["postgres"]) as postgres:
                for label, one_in in (("1 in 20 with a transition", 20), ("all with a transition", 1)):
                    files = {name: self._changing(instance, self.s.directory / f"{name}-{one_in}", one_in) for name, instance in instances.items()}
                    ports = {sqlite.http: files["sqlite"], postgres.http: files["postgres"]}
                    def put(server):
                        return load(self.s.build, server.http, "--plain", "--keep-alive", "--connections", 64, "--seconds", self.s.seconds,
                                    "--requests", ports[server.http])
                    f = compare({"sqlite": sqlite, "postgres": postgres}, put, self.s.runs)
                    ratio = f["postgres"]["rate"] / f["sqlite"]["rate"]
                    yield Row(f"heartbeats on PostgreSQL, {label}", f"{f['postgres']['rate']:.0f}/s", f"{f['sqlite']['rate']:.0f}/s SQLite",
                              ratio, "≥ 0.5 ×", ratio >= 0.5, f)

    def jobs(self):
        """create → hand-out → busy → done, each committed to disk before its answer."""
        with self._postgres("jobs") as url:
            for name, database in (("SQLite", None), ("PostgreSQL", url)):
                instance = self.instance(min(1000, self.s.sites), f"jobs-{name}", database)
                with self.warm_server(instance) as server:
                    results = [json.loads(harness.run([self.s.build / "openstrat-bench-jobs", "--port", server.http, "--api-key", instance.api_key,
                                                       "--sites", instance.table, "--routers", 64, "--seconds", self.s.seconds]))
                               for _ in range(self.s.runs)]
                rate = statistics.median(r["per_second"] for r in results)
                p99 = {step: statistics.median(r["p99_us"][step] for r in results) / 1000 for step in results[0]["p99_us"]}
                yield Row(f"jobs from creation to done, {name}, 64 routers", f"{rate:.0f}/s", f"{4 * rate:.0f} durable answers/s",
                          figures={"per_second": rate, "p99_ms": p99})

    # -- live streams -----------------------------------------------------------------------------------------------------

    def live(self):
        """Many open streams of one team: what they cost while nothing happens, and while jobs are created at a fixed rate."""
        streams, per_second, seconds = min(5000, self.s.sites), 50, max(10.0, 2 * self.s.seconds)
        instance = self.instance(min(1000, self.s.sites), "live")
        for tls in (False, True):
            with instance.start("realtime.streams_per_person=100000") as server:
                before = server.memory()["anonymous"]
                client = subprocess.Popen([sys.executable, pathlib.Path(__file__).with_name("live_streams.py"), "--port", str(server.https if tls else server.http), "--token", instance.api_key,
                                           "--streams", str(streams), "--seconds", str(seconds), *(["--tls"] if tls else [])], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
                if client.stdout.readline() != "open\n": raise Failed("the streams did not open")
                kind = "TLS" if tls else "plain"
                kib = 1024 * (server.memory()["anonymous"] - before) / streams
                idle_cpu = server.cpu()
                time.sleep(5)
                idle = (server.cpu() - idle_cpu) / 5
                yield Row(f"memory of an idle live stream, {kind}, {streams:,} of them", f"{kib:.1f} KiB", f"{100 * idle:.1f} % of a processor", figures={"kib": kib, "idle_cpu": idle})
                cpu, began = server.cpu(), time.monotonic()
                client.stdin.write("\n")
                client.stdin.flush()
                self._create_jobs(instance, server, per_second, seconds)
                result = json.loads(client.stdout.readline())
                used = (server.cpu() - cpu) / (time.monotonic() - began)
                memory = 1024 * (server.memory()["anonymous"] - before) / streams
                client.wait()
                yield Row(f"{streams:,} live streams × {per_second} events/s, {kind}", f"{100 * used:.0f} % CPU", f"{result['frames'] / seconds:.0f} frames/s read",
                          figures={"cpu": used, "kib": memory, **result})
                yield Row("  from the event to the client, median and p99", f"{result['latency_ms']['median']:.0f} ms", f"{result['latency_ms']['p99']:.0f} ms")

    def _create_jobs(self, instance, server, per_second, seconds):
        sites = [row[0] for row in instance.site_rows()]
        connection = http.client.HTTPConnection("127.0.0.1", server.http)
        began = time.monotonic()
        for number in range(int(per_second * seconds)):
            time.sleep(max(0, began + number / per_second - time.monotonic()))
            connection.request("POST", f"/site/{sites[number % len(sites)]}/job", body=":log info bench",
                               headers={"Authorization": f"Bearer {instance.api_key}", "Content-Type": "text/plain", "X-Idempotency-Key": str(uuid.uuid4()), "X-Description": "live bench"})
            answer = connection.getresponse()
            answer.read()
            if answer.status != 201: raise Failed(f"a job was not created: {answer.status}")

    # -- simulator and build ----------------------------------------------------------------------------------------------

    def simulator(self):
        for name in ("sim_lang_bench", "sim_config_bench", "sim_device_bench"):
            program = self.s.build / name
            if not program.exists(): continue
            for line in harness.run([program]).splitlines():
                what, figure = line.split(": ", 1)
                speed = figure.split(" (")[0]
                if what == "parse export":
                    yield Row(f"simulator: {what}", speed, budget="≥ 20 MB/s", ok=float(speed.split()[0]) >= 20)
                else:
                    yield Row(f"simulator: {what}", speed)
        sim = self.s.build / "openstrat-sim"
        if not sim.exists():
            raise Failed("openstrat-sim is not built")
        instance = self.instance(0, "simulated")
        token = instance.admin("create-runbook", "--team", instance.team)["token"]
        routers = min(5000, self.s.sites)
        with instance.start() as server:
            began = time.monotonic()
            process = subprocess.Popen([sim, "--server", f"http://127.0.0.1:{server.http}", "--runbook", token, "--count", str(routers),
                                        "--adopt-per-second", "5000"],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                while self._metric(server, "openstrat_sites_known") < routers:
                    if process.poll() is not None or time.monotonic() - began > 300:
                        raise Failed("the simulated routers were not all adopted")
                    time.sleep(0.2)
                seconds, memory = time.monotonic() - began, harness.memory_mb(process.pid)["rss"]
            finally:
                process.terminate()
                process.wait()
        yield Row(f"simulator: {routers:,} routers start and are adopted", f"{seconds:.1f} s", f"{memory:.0f} MB", figures={"seconds": seconds, "rss_mb": memory})

    def _metric(self, server, name):
        text = urllib.request.urlopen(f"http://127.0.0.1:{server.http}/metrics").read().decode()
        return next((float(line.split()[-1]) for line in text.splitlines() if line.startswith(name + " ")), 0)

    def build_times(self):
        """A clean build without cache, then one after a service file was touched; of the development preset."""
        environment = dict(os.environ, CCACHE_DISABLE="1")
        directory = tempfile.mkdtemp(dir=self.s.directory)
        def timed(command):
            began = time.monotonic()
            if subprocess.run(command, cwd=harness.ROOT, env=environment, stdout=subprocess.DEVNULL).returncode != 0:
                raise Failed("the build failed")
            return time.monotonic() - began
        timed(["cmake", "--preset", "dev", "-B", directory])
        clean = timed(["cmake", "--build", directory, "-j", str(os.cpu_count())])
        yield Row("clean build without cache", f"{clean / 60:.1f} min", "", None, "≤ 12 min", clean <= 720)
        (harness.ROOT / "src/fleet/site_service.cpp").touch()
        touched = timed(["cmake", "--build", directory, "-j", str(os.cpu_count())])
        yield Row("build after touching one service", f"{touched:.0f} s", "", None, "≤ 20 s", touched <= 20)
