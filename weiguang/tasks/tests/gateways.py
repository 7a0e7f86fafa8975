"""Real gateways on this machine, that keep what they are sent: a robot's and a mail server's."""

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_string
from email.header import decode_header, make_header
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

KEY: Final = "693a91f6-7abc-4bc4-97a0-0ec2sifa5aaa"
TOKEN: Final = "8c1f" * 16
MAILBOX: Final = "somebody@example.gov.cn"
SLOTS: Final = ("08:30", "14:00")


@dataclass
class Robots:
    """What came to the robots' gateway, and what it answers."""

    address: str = ""
    came: list[tuple[str, str]] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    status: int = 200
    code: int = 0
    location: str = ""
    # While it is cleared, nobody is answered.
    answers: threading.Event = field(default_factory=threading.Event)
    asked: threading.Event = field(default_factory=threading.Event)

    @property
    def said(self) -> list[str]:
        """The texts, in the order in which they came."""
        return [text for _path, text in self.came]


@contextmanager
def robots() -> Iterator[Robots]:
    """A gateway that takes what WeCom and DingTalk take."""
    kept = Robots()
    kept.answers.set()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            assert said["msgtype"] == "text"
            assert set(said) == {"msgtype", "text"}
            assert set(said["text"]) == {"content"}
            kept.came.append((self.path, said["text"]["content"]))
            kept.asked.set()
            kept.answers.wait(20)
            self.send_response(kept.status)
            if kept.location:
                self.send_header("Location", kept.location)
            self.end_headers()
            self.wfile.write(json.dumps({"errcode": kept.code}).encode())

        def log_message(self, *args: Any) -> None:
            """Nothing is printed."""

    with _served(ThreadingHTTPServer(("127.0.0.1", 0), Door)) as port:
        kept.address = f"http://127.0.0.1:{port}"
        yield kept


@dataclass
class Mail:
    """What came to the mail server: to whom, and the whole text as it was sent."""

    address: str = ""
    came: list[tuple[str, str]] = field(default_factory=list)

    def read(self) -> list[tuple[str, str]]:
        """The subject and the body of each message."""
        found = []
        for _to, text in self.came:
            letter = message_from_string(text)
            parts = [each for each in letter.walk() if not each.is_multipart()]
            bodies = [each.get_payload(decode=True).decode().strip() for each in parts]  # type: ignore[union-attr]
            found.append((str(make_header(decode_header(letter["Subject"]))), "|".join(bodies)))
        return found


@contextmanager
def mail() -> Iterator[Mail]:
    """A mail server that takes everything."""
    kept = Mail()

    class Door(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            to, self.letter = "", ""
            self._say("220 ready")
            while line := self.rfile.readline().decode().strip():
                word = line[:4].upper()
                if word == "RCPT":
                    to = line.partition("<")[2].partition(">")[0]
                if word == "DATA":
                    self._say("354 go on")
                    kept.came.append((to, self._letter()))
                self._say("221 bye" if word == "QUIT" else "250 fine")
                if word == "QUIT":
                    return

        def _letter(self) -> str:
            lines = []
            while (line := self.rfile.readline().decode()) != ".\r\n":
                lines.append(line)
            return "".join(lines)

        def _say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    with _served(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Door)) as port:
        kept.address = f"mailto://127.0.0.1:{port}?from=notice@example.gov.cn"
        yield kept


@contextmanager
def _served(server: socketserver.BaseServer) -> Iterator[int]:
    with server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server.server_address[1]  # type: ignore[misc]
        finally:
            server.shutdown()
            thread.join()


def webhook(gateway: Robots, key: str = KEY) -> str:
    return f"{gateway.address}/cgi-bin/webhook/send?key={key}"
