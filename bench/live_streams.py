#!/usr/bin/env python3
"""Clients of the live stream: opens `--streams` of them, reads for `--seconds` once a line comes on standard input, and prints what it got as JSON.

`latency_ms` is the time from a frame's `occurred_at` to its arrival, on the same clock, at every hundredth stream.
"""
import argparse, datetime, json, re, resource, selectors, socket, ssl, statistics, sys, time

OCCURRED = re.compile(rb'"occurred_at":"([^"]+)"')


def connect(options, context):
    connection = socket.create_connection(("127.0.0.1", options.port))
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    if context: connection = context.wrap_socket(connection)
    connection.sendall(f"GET /realtime/stream HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {options.token}\r\n\r\n".encode())
    head = connection.recv(4096)
    if b" 200 " not in head.split(b"\r\n", 1)[0]: sys.exit(f"refused: {head[:300]}")
    connection.setblocking(False)
    return connection


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name, kind in (("port", int), ("token", str), ("streams", int), ("seconds", float)): parser.add_argument(f"--{name}", type=kind, required=True)
    parser.add_argument("--tls", action="store_true")
    options = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    context = None
    if options.tls:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    poll, frames, size, latency = selectors.DefaultSelector(), 0, 0, []
    for number in range(options.streams): poll.register(connect(options, context), selectors.EVENT_READ, number)
    print("open", flush=True)
    sys.stdin.readline()
    until = time.monotonic() + options.seconds
    while time.monotonic() < until:
        for key, _ in poll.select(0.1):
            try:
                data = key.fileobj.recv(65536)
            except (BlockingIOError, ssl.SSLWantReadError):
                continue
            if not data: sys.exit("a stream ended")
            frames += data.count(b"event: ")
            size += len(data)
            if key.data % 100 == 0:
                now = time.time()
                latency += [1000 * (now - datetime.datetime.fromisoformat(at.decode().replace("Z", "+00:00")).timestamp()) for at in OCCURRED.findall(data)]
    latency.sort()
    print(json.dumps({"frames": frames, "bytes": size, "latency_ms": {"median": statistics.median(latency), "p99": latency[int(len(latency) * 0.99)]} if latency else {}}), flush=True)


if __name__ == "__main__":
    main()
