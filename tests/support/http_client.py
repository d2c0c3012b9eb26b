"""A small HTTP/1.1 client: one kept-alive connection, TLS without verification, a time limit on everything. One thread at a time."""
import http.client
import json
import socket
import ssl
import urllib.parse


class Response:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"<{self.status} {self.text[:300]}>"


class Client:
    """`bearer` goes with every request; `source` is the local address to call from (127.0.0.2 is another router)."""

    def __init__(self, url, bearer=None, source=None, timeout=30.0):
        parts = urllib.parse.urlsplit(url)
        self.url, self.tls, self.host, self.port = url.rstrip("/"), parts.scheme == "https", parts.hostname, parts.port
        self.bearer, self.source, self.timeout, self.connection = bearer, source, timeout, None

    def get(self, path, **more): return self.request("GET", path, **more)
    def post(self, path, **more): return self.request("POST", path, **more)
    def put(self, path, **more): return self.request("PUT", path, **more)
    def delete(self, path, **more): return self.request("DELETE", path, **more)

    def request(self, method, path, body=None, json_body=None, headers=None, bearer=None):
        """`path` may be a whole URL of this server. Errors of the connection are OSError or http.client.HTTPException."""
        if path.startswith("http"):
            assert path.startswith(self.url + "/"), f"{path} does not point to {self.url}"
            path = path[len(self.url):]
        headers = dict(headers or {})
        token = bearer if bearer is not None else self.bearer
        if token: headers.setdefault("Authorization", f"Bearer {token}")
        if json_body is not None:
            body = json.dumps(json_body)
            headers.setdefault("Content-Type", "application/json")
        if isinstance(body, str): body = body.encode()
        while True:
            reused = self.connection is not None
            if not reused: self.connection = self._connect()
            try:
                self.connection.request(method, path, body=body, headers=headers)
                answer = self.connection.getresponse()
                response = Response(answer.status, answer.headers, answer.read())
                if answer.will_close: self.close()
                return response
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                self.close()
                if not reused: raise  # a kept connection may have been closed while it was idle: once more on a fresh one
            except (OSError, http.client.HTTPException):
                self.close()
                raise

    def _connect(self):
        source = (self.source, 0) if self.source else None
        if self.tls:
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            connection = http.client.HTTPSConnection(self.host, self.port, timeout=self.timeout, source_address=source, context=context)
        else:
            connection = http.client.HTTPConnection(self.host, self.port, timeout=self.timeout, source_address=source)
        connection.connect()
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def close(self):
        if self.connection is not None: self.connection.close()
        self.connection = None

    def __del__(self):
        if getattr(self, "connection", None) is not None: self.close()


def raw_exchange(port, data, timeout=20.0, half_close=False):
    """Sends bytes as they are; everything the server answers until it closes or `timeout` passes."""
    answer = b""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as connection:
        try:
            connection.sendall(data)
            if half_close: connection.shutdown(socket.SHUT_WR)
            while chunk := connection.recv(65536): answer += chunk
        except (socket.timeout, ConnectionResetError, BrokenPipeError):
            pass
    return answer
