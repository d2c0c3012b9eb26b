#!/usr/bin/env python3
"""Our server against nginx, both answering a constant, in alternating runs on the same machine.

Other programs may load the machine, so the figure to trust is the server's CPU time per request
(/proc/PID/stat of all its processes); rates are given as the median of the runs.

  bench/http_vs_nginx/run.py --build build/release [--seconds 3] [--runs 5] [--json FILE]
"""
import argparse, json, os, pathlib, shutil, signal, socket, statistics, subprocess, sys, tempfile, time

TICK = os.sysconf("SC_CLK_TCK")
ANSWER = "ok"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def make_certificate(directory, name, key_arguments):
    crt, key = directory / f"{name}.crt", directory / f"{name}.key"
    subprocess.run(["openssl", "req", "-x509", "-nodes", "-days", "30", "-subj", "/CN=bench", *key_arguments,
                    "-keyout", key, "-out", crt], check=True, stderr=subprocess.DEVNULL)
    return crt, key


def processes(parent):
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


def start_ours(build, certificates, directory):
    arguments = [str(build / "http-constant"), "--threads", "2", "--body", ANSWER]
    for pair in certificates:
        arguments += ["--certificate", str(pair[0]), "--certificate", str(pair[1])]
    server = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, cwd=directory)
    ports = json.loads(server.stdout.readline())
    return server, ports["http"], ports["https"]


def start_nginx(certificates, directory):
    http, https = free_port(), free_port()
    lines = "".join(f"ssl_certificate {c}; ssl_certificate_key {k};\n" for c, k in certificates)
    config = directory / "nginx.conf"
    config.write_text(f"""
worker_processes 2; daemon off; pid {directory}/nginx.pid; error_log {directory}/error.log crit;
events {{ worker_connections 8192; }}
http {{
  access_log off; keepalive_requests 1000000000; client_body_temp_path {directory}/body;
  proxy_temp_path {directory}/p; fastcgi_temp_path {directory}/f; uwsgi_temp_path {directory}/u; scgi_temp_path {directory}/s;
  ssl_protocols TLSv1.2 TLSv1.3; ssl_session_cache off; ssl_session_tickets on;
  server {{
    listen 127.0.0.1:{http} reuseport backlog=65535; listen 127.0.0.1:{https} ssl reuseport backlog=65535;
    {lines}
    location / {{ default_type text/plain; return 200 "{ANSWER}"; }}
  }}
}}""")
    server = subprocess.Popen([shutil.which("nginx") or "/usr/sbin/nginx", "-c", config, "-e", directory / "error.log"])
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", http), 1).close()
            return server, http, https
        except OSError:
            time.sleep(0.02)
    sys.exit("nginx did not start")


def load_tls(build, port, seconds, extra):
    out = subprocess.run([build / "openstrat-load", "--port", str(port), "--connections", "64", "--seconds", str(seconds), *extra],
                         check=True, capture_output=True, text=True).stdout
    result = json.loads(out)
    if result["not_2xx"] or result["failed"] > result["answered"] / 100:
        sys.exit(f"bench: the server failed requests: {out}")
    return result["answered"], result["per_second"]


def load_wrk(port, seconds):
    out = subprocess.run(["wrk", "-t1", "-c64", f"-d{seconds}s", f"http://127.0.0.1:{port}/"], check=True,
                         capture_output=True, text=True).stdout
    answered = next(int(line.split()[0]) for line in out.splitlines() if "requests in" in line)
    rate = next(float(line.split()[1]) for line in out.splitlines() if line.startswith("Requests/sec"))
    return answered, rate


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build/release"))
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    build = options.build.resolve()

    with tempfile.TemporaryDirectory() as temporary:
        directory = pathlib.Path(temporary)
        p256 = make_certificate(directory, "p256", ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"])
        rsa = make_certificate(directory, "rsa", ["-newkey", "rsa:2048"])
        servers = {"ours": start_ours(build, [p256, rsa], directory), "nginx": start_nginx([p256, rsa], directory)}
        scenarios = {
            "new TLS connection, P-256": lambda s: load_tls(build, s[2], options.seconds, ["--body-size", "400"]),
            "new TLS connection, RSA-2048": lambda s: load_tls(build, s[2], options.seconds,
                                                               ["--body-size", "400", "--ciphers", "ECDHE-RSA-AES128-GCM-SHA256"]),
            "TLS keep-alive": lambda s: load_tls(build, s[2], options.seconds, ["--keep-alive"]),
            "plain keep-alive": lambda s: load_wrk(s[1], options.seconds),
        }
        report = {}
        try:
            for name, load in scenarios.items():
                rates, costs = {"ours": [], "nginx": []}, {"ours": [], "nginx": []}
                for _ in range(options.runs):
                    for who, server in servers.items():
                        pids = processes(server[0].pid)
                        before = cpu_seconds(pids)
                        answered, rate = load(server)
                        rates[who].append(rate)
                        costs[who].append((cpu_seconds(pids) - before) / answered * 1e6)
                row = {who: {"per_second": statistics.median(rates[who]), "cpu_us": statistics.median(costs[who])} for who in servers}
                row["rate_ratio"] = row["ours"]["per_second"] / row["nginx"]["per_second"]
                row["cpu_ratio"] = row["ours"]["cpu_us"] / row["nginx"]["cpu_us"]
                report[name] = row
                print(f"{name:30} ours {row['ours']['per_second']:9.0f}/s {row['ours']['cpu_us']:7.1f} us CPU   "
                      f"nginx {row['nginx']['per_second']:9.0f}/s {row['nginx']['cpu_us']:7.1f} us   "
                      f"rate x{row['rate_ratio']:.2f}  CPU x{row['cpu_ratio']:.2f}", flush=True)
        finally:
            for server in servers.values():
                server[0].send_signal(signal.SIGTERM)
                server[0].wait()
        if options.json:
            options.json.write_text(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
