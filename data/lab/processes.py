"""Start and stop the programs of the shop, and only those that were started here."""

import os
import pathlib
import signal
import subprocess


class Processes:
    """Named child processes, each the leader of its own session.

    Stopping a child signals its whole process group, so that gunicorn's workers end with
    their master, and nothing that was not started here is ever signalled.
    """

    def __init__(self, out: pathlib.Path) -> None:
        self._out = out
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, argv: list[str], env: dict[str, str] | None = None, cwd=None) -> None:
        """Start `argv` under `name`; its output goes to a file of that name."""
        log = (self._out / f"{name}.out").open("ab")
        self._running[name] = subprocess.Popen(
            argv,
            env={**os.environ, **(env or {})},
            cwd=cwd,
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )

    def stop(self, name: str, grace_s: float = 8.0, ask: signal.Signals = signal.SIGTERM) -> None:
        """Ask the leader to end; after `grace_s` seconds, kill what is left of its group."""
        child = self._running.pop(name)
        child.send_signal(ask)
        try:
            child.wait(grace_s)
        except subprocess.TimeoutExpired:
            pass
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        child.wait()

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send one signal to the leader of `name`."""
        self._running[name].send_signal(number)

    def wait(self, name: str) -> int:
        """Wait until `name` ends by itself."""
        return self._running.pop(name).wait()

    def dead(self) -> list[str]:
        """Name the children that have ended without being asked."""
        return [name for name, child in self._running.items() if child.poll() is not None]

    def stop_all(self) -> None:
        """Stop every child, the youngest first."""
        for name in reversed(list(self._running)):
            ask = signal.SIGINT if name == "postgres" else signal.SIGTERM
            self.stop(name, ask=ask)
