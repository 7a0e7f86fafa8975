"""A line to the database that can lose an answer: the statement arrives, what it came to does not.

A socket in a folder of its own that passes on what it is sent; where the plan says so, it waits
until the database has answered, and hangs up on both without a word.
"""

import contextlib
import selectors
import socket
import threading
from pathlib import Path

from chaos.plan import DROP

NAME = ".s.PGSQL.5432"


class Line:
    """The socket, served by a thread for each connection until `close`."""

    def __init__(self, server: Path, folder: Path) -> None:
        self.folder, self._server = folder, server
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(folder / NAME))
        self._listening.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._pass_on, args=(client,), daemon=True).start()

    def _pass_on(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as server, contextlib.suppress(OSError):
            server.connect(str(self._server / NAME))
            with selectors.DefaultSelector() as ready:
                ready.register(client, selectors.EVENT_READ, server)
                ready.register(server, selectors.EVENT_READ, client)
                self._until_either_ends(ready, client)

    def _until_either_ends(self, ready: selectors.BaseSelector, client: socket.socket) -> None:
        """Pass on what comes; once an answer is to be lost, the next one ends it. What the client
        still sends meanwhile (the rest of a COPY) arrives: before its end there is no answer."""
        loses = False
        while True:
            for key, _ in ready.select():
                source: socket.socket = key.fileobj  # type: ignore[assignment]
                said = source.recv(65536)
                if not said or (loses and source is not client):
                    return
                loses = loses or (source is client and self._loses())
                key.data.sendall(said)

    def _loses(self) -> bool:
        try:
            (self.folder / DROP).unlink()
        except FileNotFoundError:
            return False
        return True
