"""Distributes the ingest of exports over a Dask cluster and merges the results."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import os
import tempfile
import uuid
from collections.abc import AsyncIterator, Mapping
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

from pmkit.core.errors import ClusterError, InputError, PmkitError
from pmkit.core.locations import is_url, put_file
from pmkit.core.progress import Progress, ReadingProgress, reading_progress
from pmkit.ingest.bytes.chunks import Piece
from pmkit.ingest.cache import create_cache_folder
from pmkit.ingest.cache_entry import load
from pmkit.ingest.cache_key import code_version, folder_of
from pmkit.ingest.cluster import tasks
from pmkit.ingest.request import Request

# A worker's thread parses a range of this size in a second or two, with some 400 MB of memory.
RANGE_BYTES: Final = 64 << 20
# Number of ranges that one task merges.
MERGED_AT_ONCE: Final = 64
_RETRIES: Final = 2
_CONNECT_S: Final = 5
_WORKERS_S: Final = 30


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
        When a task failed three times; the message names the export and the range. All other
        exports are finished first.
    """
    if address != "local" and not is_url(address):
        raise InputError(f"--cluster {address}: expected local, or the address of a scheduler, such as tcp://scheduler:8786")
    try:
        import distributed  # noqa: F401, PLC0415 - an extra
    except ImportError as missing:
        raise InputError("--cluster needs Dask; `pip install 'pmkit[cluster]'` installs it") from missing
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # pmkit reports progress and errors itself
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
        self._client: Any = None
        self._looks: dict[str, Any] = {}

    async def on(self, address: str) -> None:
        """Ingest the exports on the cluster at an address."""
        async with _client(address) as self._client:
            await self._check(address)
            looks = await self._all({source: self._look(source) for source in self._requests})
            self._progress.plan({source: seen.size for source, seen in looks.items()})
            await self._all({source: self._export(source, seen) for source, seen in looks.items()})

    async def _all(self, work: Mapping[str, Any]) -> dict[str, Any]:
        """Await all coroutines and only then raise what failed."""
        done = await asyncio.gather(*work.values(), return_exceptions=True)
        failed = [result for result in done if isinstance(result, BaseException)]
        strange = next((wrong for wrong in failed if not isinstance(wrong, PmkitError)), None)
        if strange is not None:
            raise strange
        if failed:
            kind = InputError if all(isinstance(wrong, InputError) for wrong in failed) else ClusterError
            raise kind("\n".join(dict.fromkeys(map(str, failed))))
        return dict(zip(work, done, strict=True))

    async def _check(self, address: str) -> None:
        """Raise InputError unless all workers have this version of pmkit and access to the cache."""
        try:
            await self._client.wait_for_workers(1, timeout=_WORKERS_S)
        except TimeoutError as none:
            raise InputError(f"--cluster {address}: the scheduler has no workers; start some with `dask worker`") from none
        token = self._cache / f".seen-{uuid.uuid4().hex}"
        with tempfile.NamedTemporaryFile() as empty:
            put_file(Path(empty.name), token)
        try:
            states = await self._client.run(tasks.state, token, on_error="return")
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

    async def _do(self, what: str, task: Any, *arguments: Any) -> Any:
        """Run a task on a worker, up to three times if it fails."""
        return await self._result(what, self._submit(task, *arguments))

    def _submit(self, task: Any, *arguments: Any) -> Any:
        return self._client.submit(tasks.guarded, self._code, task, *arguments, retries=_RETRIES, pure=False)

    async def _result(self, what: str, future: Any) -> Any:
        try:
            result = await future
        except Exception as failed:
            died = type(failed).__name__ == "KilledWorker"
            why = (
                "the workers that tried it died; has each a gigabyte of memory?" if died else f"{type(failed).__name__}: {failed}"
            )
            raise ClusterError(f"{what}: failed three times: {why}") from failed
        if isinstance(result, PmkitError):
            raise result
        return result

    async def _look(self, source: str) -> tasks.Look:
        self._looks[source] = self._submit(tasks.look, self._requests[source], self._size)
        seen: tasks.Look = await self._result(source, self._looks[source])
        return seen

    async def _export(self, source: str, seen: tasks.Look) -> None:
        request = self._requests[source]
        self._progress.start(source)
        if seen.plan is None or not await self._divided(source, request, seen):
            await self._do(source, tasks.whole, source, request, self._cache)
        self._progress.finish(source)

    async def _divided(self, source: str, request: Request, seen: tasks.Look) -> bool:
        """Parse a log by ranges; return False if its bytes need repair, which takes the whole file."""
        digest = await self._do(source, tasks.digest, request, self._cache)
        folder = folder_of(request, digest, self._cache)
        if await asyncio.to_thread(load, source, digest, folder) is not None:
            return True
        held = self._looks[source]  # stays on the workers; if a worker dies with it, another computes it again
        number = math.ceil(seen.size / self._size)
        surveyed = await asyncio.gather(
            *(self._do(self._named(source, nth, seen), tasks.survey, request, held, nth, self._size) for nth in range(number))
        )
        if not all(survey.plain for survey in surveyed):
            return False
        above = accumulate((survey.lines for survey in surveyed), initial=0)
        pieces = [
            Piece(survey.begin, survey.end, lines)
            for survey, lines in zip(surveyed, above, strict=False)
            if survey.begin < survey.end
        ]
        data = folder.with_name(f"{folder.name}.by-{self._size}")
        ledgers = await asyncio.gather(
            *(self._parsed(source, piece, tasks.parse, request, held, piece, data) for piece in pieces)
        )
        names = await self._merged(source, data, [tasks.name_of(piece) for piece in pieces])
        await self._do(f"{source}: merging", tasks.finish, source, data, names, ledgers, folder)
        return True

    async def _merged(self, source: str, data: Path, names: list[str]) -> list[str]:
        """Merge ranges on the workers, a group per task, until one group is left."""
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

    async def _parsed(self, source: str, piece: Piece, *task: Any) -> Any:
        ledger = await self._do(f"{source}, bytes {piece.begin:,} to {piece.end:,}", *task)
        self._progress.advance(source, piece.end - piece.begin)
        return ledger

    def _named(self, source: str, nth: int, seen: tasks.Look) -> str:
        return f"{source}, bytes {nth * self._size:,} to {min((nth + 1) * self._size, seen.size):,}"


@contextlib.asynccontextmanager
async def _client(address: str) -> AsyncIterator[Any]:
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
            yield client
        return
    try:
        client = await Client(address, asynchronous=True, timeout=_CONNECT_S)
    except (OSError, TimeoutError) as refused:
        raise InputError(f"--cluster {address}: no scheduler answers there; is it the address that it printed?") from refused
    async with client:
        yield client
