"""Distributes the ingest of exports over a Dask cluster and merges the results."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import os
import tempfile
import uuid
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from itertools import accumulate
from pathlib import Path
from typing import Final, Protocol, TypeVar, cast
from urllib.parse import urlsplit

from pmkit.core.errors import ClusterError, InputError, PmkitError
from pmkit.core.locations import put_file
from pmkit.core.progress import Progress, ReadingProgress, reading_progress
from pmkit.core.wording import amount
from pmkit.ingest.bytes.chunks import Piece
from pmkit.ingest.cache import create_cache_folder
from pmkit.ingest.cache_entry import load
from pmkit.ingest.cache_key import code_version, folder_of
from pmkit.ingest.cluster import tasks
from pmkit.ingest.request import Request
from pmkit.store.ledger import Ledger

# A worker's thread parses a range of this size in a second or two, with some 400 MB of memory.
RANGE_BYTES: Final = 64 << 20
# Number of ranges that one task merges.
MERGED_AT_ONCE: Final = 64
# How often a task is tried before the command gives up.
_ATTEMPTS: Final = 3
_CONNECT_S: Final = 5
_WORKERS_S: Final = 30
_PROTOCOLS: Final = ("tcp", "tls", "ws", "wss", "ucx")

_Result = TypeVar("_Result")


class _AsyncClient(Protocol):
    """The methods of an asynchronous `distributed.Client`, which Dask annotates as if they were synchronous."""

    def wait_for_workers(self, n_workers: int, timeout: float) -> Awaitable[None]:
        """Wait until there are this many workers."""

    def run(self, function: Callable[..., _Result], *args: object, on_error: str) -> Awaitable[dict[str, _Result | Exception]]:
        """Run a function on every worker, and return the results by the workers' addresses."""

    def submit(self, func: Callable[..., _Result], *args: object, retries: int, pure: bool) -> Awaitable[_Result]:
        """Run a function on one of the workers."""


def spread(
    requests: Mapping[str, Request],
    address: str,
    size: int = RANGE_BYTES,
    progress: Progress = lambda _: None,
    *,
    merged_at_once: int = MERGED_AT_ONCE,
) -> None:
    """Parse the exports that are not yet in the cache on a Dask cluster.

    Plain logs are divided into ranges of bytes that begin with events; every other export is one
    task. After a run that was cancelled or failed, the next run keeps what was finished.

    Parameters
    ----------
    requests : mapping of str to Request
        The exports by source name; the workers need access to all of them and to the cache.
    address : str
        Address of the scheduler, such as `tcp://scheduler:8786`; `local` starts a cluster of
        processes on this machine.
    size : int
        Bytes per range.
    progress : callable, optional
        Called with progress messages, for each export and in total.
    merged_at_once : int
        Number of ranges that one task merges.

    Raises
    ------
    InputError
        When there is no such cluster, when its workers cannot access the cache or have another
        version of pmkit, or when an export cannot be read.
    ClusterError
        When a task failed every time that it was tried; the message names the export and the range. All other
        exports are finished first.
    """
    if address != "local" and not _is_scheduler_address(address):
        raise InputError(
            f"--cluster {address}: expected local, or the address of a scheduler with its port, such as tcp://scheduler:8786"
        )
    try:
        import distributed  # noqa: F401, PLC0415 - an extra
    except ImportError as missing:
        raise InputError("--cluster needs Dask; `pip install 'pmkit[cluster]'` installs it") from missing
    # Dask warns about its own coroutines when a client could not be created; the error itself is reported.
    warnings.filterwarnings("ignore", "coroutine .* was never awaited", RuntimeWarning, module=r"distributed\.client")
    # pmkit reports progress and errors itself.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    run = _Run(requests, create_cache_folder(), size, reading_progress(progress, totals=True), merged_at_once)
    asyncio.run(run.on(address))


class _Run:
    """A run over all exports."""

    def __init__(
        self, requests: Mapping[str, Request], cache: Path, size: int, progress: ReadingProgress, merged_at_once: int
    ) -> None:
        self._requests = requests
        self._cache = cache
        self._size = size
        self._progress = progress
        self._merged_at_once = merged_at_once
        self._code = code_version()
        self._client: _AsyncClient
        # They stay on the workers; if a worker dies, another one computes its inspections again.
        self._inspections: dict[str, Awaitable[tasks.Inspection | PmkitError]] = {}

    async def on(self, address: str) -> None:
        """Ingest the exports on the cluster at an address."""
        async with _connect(address) as self._client:
            await self._check_workers(address)
            inspections = await self._all({source: self._inspect(source) for source in self._requests})
            self._progress.plan({source: inspection.size for source, inspection in inspections.items()})
            await self._all({source: self._export(source, inspection) for source, inspection in inspections.items()})

    async def _all(self, work: Mapping[str, Coroutine[object, object, _Result]]) -> dict[str, _Result]:
        """Return the results of all coroutines; if some fail, the others are finished before the errors are raised."""
        outcomes = await asyncio.gather(*work.values(), return_exceptions=True)
        errors = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
        unexpected = next((error for error in errors if not isinstance(error, PmkitError)), None)
        if unexpected is not None:
            raise unexpected
        if errors:
            kind = InputError if all(isinstance(error, InputError) for error in errors) else ClusterError
            raise kind("\n".join(dict.fromkeys(map(str, errors))))
        return {source: result for source, result in zip(work, outcomes, strict=True) if not isinstance(result, BaseException)}

    async def _check_workers(self, address: str) -> None:
        """Raise InputError unless all workers have this version of pmkit and access to the cache."""
        try:
            await self._client.wait_for_workers(1, timeout=_WORKERS_S)
        except TimeoutError as error:
            raise InputError(f"--cluster {address}: the scheduler has no workers; start some with `dask worker`") from error
        token = self._cache / f".seen-{uuid.uuid4().hex}"
        with tempfile.NamedTemporaryFile() as empty:
            put_file(Path(empty.name), token)
        try:
            states = await self._client.run(tasks.worker_state, token, on_error="return")
        finally:
            token.unlink()
        for worker, state in states.items():
            if isinstance(state, Exception):
                raise InputError(f"worker {worker} cannot run pmkit ({state}); `pip install 'pmkit[cluster]'` there")
            code, sees_cache = state
            if code != self._code:
                raise InputError(f"worker {worker} has another pmkit than this machine; install the same version on both")
            if not sees_cache:
                raise InputError(
                    f"worker {worker} does not see the cache {self._cache}; set PMKIT_CACHE to a folder that all machines "
                    "share, or to a URL such as s3://bucket/pmkit"
                )

    async def _do(self, what: str, task: Callable[..., _Result], *arguments: object) -> _Result:
        """Run a task on a worker, up to `_ATTEMPTS` times if it fails, and return its result; `what` names it in errors."""
        return await self._result(what, self._submit(task, *arguments))

    def _submit(self, task: Callable[..., _Result], *arguments: object) -> Awaitable[_Result | PmkitError]:
        guarded: Callable[..., _Result | PmkitError] = tasks.run_guarded
        return self._client.submit(guarded, self._code, task, *arguments, retries=_ATTEMPTS - 1, pure=False)

    async def _result(self, what: str, future: Awaitable[_Result | PmkitError]) -> _Result:
        try:
            result = await future
        except Exception as error:
            died = type(error).__name__ == "KilledWorker"
            why = "the workers that tried it died; has each a gigabyte of memory?" if died else f"{type(error).__name__}: {error}"
            raise ClusterError(f"{what}: failed {_ATTEMPTS} times: {why}") from error
        if isinstance(result, PmkitError):
            raise result
        return result

    async def _inspect(self, source: str) -> tasks.Inspection:
        self._inspections[source] = self._submit(tasks.inspect_export, self._requests[source], self._size)
        return await self._result(source, self._inspections[source])

    async def _export(self, source: str, inspection: tasks.Inspection) -> None:
        request = self._requests[source]
        self._progress.start(source)
        if inspection.undivided:
            self._progress(f"{source}: {amount(inspection.size)} in one task, because {inspection.undivided}")
        if inspection.plan is None or not await self._parse_by_ranges(source, request, inspection.size):
            await self._do(source, tasks.parse_whole, source, request, self._cache)
        self._progress.finish(source)

    async def _parse_by_ranges(self, source: str, request: Request, total: int) -> bool:
        """Parse a log of `total` bytes by ranges; return False if its bytes need repair, which takes the whole file."""
        digest = await self._do(source, tasks.digest, request, self._cache)
        folder = folder_of(request, digest, self._cache)
        if await asyncio.to_thread(load, source, digest, folder) is not None:
            return True
        pieces = await self._find_pieces(source, request, total)
        if pieces is None:
            return False
        data = folder.with_name(f"{folder.name}.by-{self._size}")
        ledgers = await asyncio.gather(*(self._parse(source, request, piece, data) for piece in pieces))
        names = await self._merge(source, data, [tasks.name_of(piece) for piece in pieces])
        await self._do(f"{source}: merging", tasks.finish, source, data, names, ledgers, folder)
        return True

    async def _find_pieces(self, source: str, request: Request, total: int) -> list[Piece] | None:
        """Return the ranges of a log, each from one event to another; None if its bytes need repair."""
        numbers = range(math.ceil(total / self._size))
        ranges = await asyncio.gather(*(self._find_range(source, request, nth, total) for nth in numbers))
        if not all(each.plain for each in ranges):
            return None
        above = accumulate((each.lines for each in ranges), initial=0)
        return [Piece(each.begin, each.end, lines) for each, lines in zip(ranges, above, strict=False) if each.begin < each.end]

    async def _find_range(self, source: str, request: Request, nth: int, total: int) -> tasks.LogRange:
        what = f"{source}, bytes {nth * self._size:,} to {min((nth + 1) * self._size, total):,}"
        return await self._do(what, tasks.find_range, request, self._inspections[source], nth, self._size)

    async def _merge(self, source: str, data: Path, names: list[str]) -> list[str]:
        """Merge ranges on the workers, one group per task, until a single group is left, and return the names in it."""
        level, step = 0, self._merged_at_once
        while len(names) > step:
            level += 1
            groups = [names[start : start + step] for start in range(0, len(names), step)]
            names = await asyncio.gather(
                *(
                    self._do(f"{source}: merging", tasks.merge, data, group, f"sum-{level}-{n:06}")
                    for n, group in enumerate(groups)
                )
            )
        return names

    async def _parse(self, source: str, request: Request, piece: Piece, data: Path) -> Ledger:
        what = f"{source}, bytes {piece.begin:,} to {piece.end:,}"
        ledger = await self._do(what, tasks.parse, request, self._inspections[source], piece, data)
        self._progress.advance(source, piece.end - piece.begin)
        return ledger


def _is_scheduler_address(address: str) -> bool:
    """Return whether an address has one of the protocols of Dask, a host and a port."""
    try:
        parts = urlsplit(address)
        return parts.scheme in _PROTOCOLS and bool(parts.hostname) and bool(parts.port)
    except ValueError:
        return False


@contextlib.asynccontextmanager
async def _connect(address: str) -> AsyncIterator[_AsyncClient]:
    """Connect to a cluster, or start one on this machine."""
    from distributed import Client, LocalCluster  # noqa: PLC0415 - an extra

    if address == "local":
        async with (
            LocalCluster(
                n_workers=os.cpu_count() or 1,
                threads_per_worker=1,
                dashboard_address=None,
                silence_logs=logging.CRITICAL,
                asynchronous=True,
            ) as cluster,
            Client(cluster, asynchronous=True) as client,
        ):
            yield cast("_AsyncClient", client)
        return
    try:
        client = await Client(address, asynchronous=True, timeout=_CONNECT_S)
    except (ValueError, TypeError, ImportError, RuntimeError) as unusable:
        raise InputError(f"--cluster {address}: cannot connect: {unusable}") from unusable
    except (OSError, TimeoutError) as refused:
        raise InputError(f"--cluster {address}: no scheduler answers there; is it the address that it printed?") from refused
    async with client:
        yield cast("_AsyncClient", client)
