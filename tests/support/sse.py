"""A client of the live stream: reads frames on a thread of its own, as a browser's EventSource does, without coming back by itself."""
import http.client
import json
import socket
import threading
import time
import urllib.parse

from tests.support.http_client import Client


class Frame:
    def __init__(self, name, id, text):
        self.name, self.id, self.text = name, id, text

    @property
    def data(self): return json.loads(self.text)

    def __repr__(self): return f"<{self.name} {self.id} {self.text}>"


class Stream:
    """`status` tells whether it was opened. `ticket`, `watch`, `last_event_id` become parameters, `bearer` the header. With a
    `receive_buffer` of so many bytes (plain HTTP only) nobody reads after the head: a client that has fallen asleep."""

    def __init__(self, server, bearer=None, headers=None, timeout=60.0, receive_buffer=None, **query):
        self.frames, self.last_id, self.retry, self.pings, self.ended = [], None, None, 0, False
        self.changed = threading.Condition()
        self.client = Client(server.url, timeout=timeout)
        self.connection = self.client._connect() if receive_buffer is None else self._sleepy(receive_buffer)
        query = {name: ",".join(value) if isinstance(value, (list, tuple)) else value for name, value in query.items() if value is not None}
        headers = {"Accept": "text/event-stream", **({"Authorization": f"Bearer {bearer}"} if bearer else {}), **(headers or {})}
        self.connection.request("GET", "/realtime/stream" + ("?" + urllib.parse.urlencode(query, safe=",") if query else ""), headers=headers)
        self.socket = self.connection.sock
        self.answer = self.connection.getresponse()
        self.status, self.headers = self.answer.status, self.answer.headers
        self.body = self.answer.read() if self.status != 200 else b""
        self.thread = threading.Thread(target=self._read, daemon=True)
        if self.status == 200 and receive_buffer is None: self.thread.start()

    def _sleepy(self, receive_buffer):
        connection = http.client.HTTPConnection(self.client.host, self.client.port)
        connection.sock = socket.socket()
        connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)  # before the window is told
        connection.sock.connect((self.client.host, self.client.port))
        return connection

    def _read(self):
        name, data, id = "message", [], None
        try:
            while line := self.answer.readline():
                line = line.decode().rstrip("\n")
                field, _, value = line.partition(":")
                value = value.removeprefix(" ")
                if field == "event": name = value
                elif field == "data": data.append(value)
                elif field == "id": id = value
                elif field == "retry": self.retry = int(value)
                elif line.startswith(":"): self.pings += 1
                elif not line:
                    with self.changed:
                        if id is not None: self.last_id = id
                        if data: self.frames.append(Frame(name, id, "\n".join(data)))
                        self.changed.notify_all()
                    name, data, id = "message", [], None
        except (OSError, ValueError, http.client.HTTPException, AttributeError):
            pass
        with self.changed:
            self.ended = True
            self.changed.notify_all()

    def wait(self, name, timeout=10.0, **fields):
        """The first frame of this name whose data has these fields; AssertionError when it does not come."""
        def found(): return next((f for f in self.frames if f.name == name and all(f.data.get(key) == value for key, value in fields.items())), None)
        with self.changed: self.changed.wait_for(lambda: found() or self.ended, timeout)
        assert found(), f"no {name} {fields} in {timeout} s, but {self.frames}{' and the end' if self.ended else ''}"
        return found()

    def wait_for_end(self, timeout=10.0):
        started = time.monotonic()
        with self.changed: assert self.changed.wait_for(lambda: self.ended, timeout), f"no end in {timeout} s, but {self.frames}"
        return time.monotonic() - started

    def settle(self):
        """Until the greeting is here."""
        with self.changed: assert self.changed.wait_for(lambda: self.last_id or self.ended, 10), "no greeting"
        return self

    def names(self): return [frame.name for frame in self.frames]

    def close(self):
        try:
            self.socket.shutdown(2)
        except OSError:
            pass
        self.client.close()
        self.connection.close()
        if self.thread.is_alive(): self.thread.join(5)
