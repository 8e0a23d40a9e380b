"""Runs the notebook of a report and publishes its outputs, all or nothing.

Everything is written to a temporary folder inside the target and moved into place at the end, so a run that fails
leaves earlier reports as they were.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Final

import nbformat
import papermill
from filelock import FileLock, Timeout
from jupyter_client.kernelspec import NoSuchKernel
from nbformat import NotebookNode
from papermill.exceptions import PapermillException, PapermillExecutionError
from traitlets.config import Config

from pmkit.core.errors import InputError, OutputError, PmkitError, ReportError
from pmkit.core.progress import Progress, labelled
from pmkit.incident.field_types import validate_timezone
from pmkit.publish.job import Job, TrendsJob
from pmkit.publish.writers import HTML_TEMPLATE, TYPST_TEMPLATE, WRITERS, ReportExporter
from pmkit.redaction.notebook import redact_notebook

_PREFIX: Final = ".pmkit-"

# A failing cell is reported by its own error, so the kernel's log is not needed.
_SILENT: Final = ["--IPKernelApp.log_level=CRITICAL", "--HistoryManager.enabled=False"]


def run(job: Job | TrendsJob, progress: Progress = lambda _: None) -> list[Path]:
    """Produce a report.

    Parameters
    ----------
    job : Job
        The report to produce.
    progress : callable, optional
        Called with progress messages.

    Returns
    -------
    list of Path
        The files written; the pictures of the Markdown are in a folder beside it.

    Raises
    ------
    InputError
        When an export cannot be used or the target cannot be written. Nothing is changed then.
    ReportError
        When a cell fails. The executed notebook is kept as `ID.failed.ipynb`, and an earlier report stays as it is.
    """
    templates = (HTML_TEMPLATE, TYPST_TEMPLATE)
    if job.template_folder and not any((job.template_folder / name).is_file() for name in templates):
        raise InputError(f"--template {job.template_folder}: contains neither {' nor '.join(templates)}")
    _check_timezone(job)
    if job.audience == "public" and not all(WRITERS[name].public for name in job.formats):
        raise InputError("--to ipynb: a notebook holds its code, parameters and folders; for the public write html, pdf or md")
    with _temporary_folder(job) as folder, ThreadPoolExecutor() as pool:
        background = _BackgroundWork(job, pool, progress)
        notebook = _execute(job, folder, background, progress)
        progress(f"writing {', '.join(job.formats)}")
        exports = [pool.submit(_export, name, background.exporters[name].result(), notebook, job, folder) for name in job.formats]
        paths = [path for export in exports for path in export.result()]
        published = [_publish(path, folder, job.out) for path in paths]
        _failed_notebook(job).unlink(missing_ok=True)
        return published


def _check_timezone(job: Job | TrendsJob) -> None:
    """Raise InputError if there is no such time zone."""
    zone = job.parameters.get("timezone")
    if not zone:
        return
    try:
        validate_timezone(zone)
    except ValueError as error:
        raise InputError(f"timezone {zone!r}: {error}") from error


def run_all(
    jobs: Sequence[Job], at_once: int, progress: Progress = lambda _: None
) -> Iterator[tuple[Job, list[Path] | PmkitError]]:
    """Produce several reports in parallel, in one process; one that fails does not affect the others.

    Parameters
    ----------
    jobs : sequence of Job
        The reports to produce, at most one per incident.
    at_once : int
        How many to produce in parallel.
    progress : callable, optional
        Called with progress messages, which name the incident if there are several.

    Yields
    ------
    tuple
        Each job with the files written or the error, in the order of `jobs`.
    """

    def run_or_error(job: Job) -> list[Path] | PmkitError:
        try:
            return run(job, labelled(progress, job.incident.id) if len(jobs) > 1 else progress)
        except PmkitError as error:
            return error

    if len(jobs) > 1:
        from pmkit.findings.investigate import read_signatures  # noqa: PLC0415 - only for several reports

        # Otherwise, whether a report names an earlier incident would depend on which of the two is built first.
        read_signatures((job.incident for job in jobs), progress)
    with ThreadPoolExecutor(max_workers=at_once) as pool:
        yield from zip(jobs, pool.map(run_or_error, jobs), strict=True)


class _BackgroundWork:
    """Work done while the notebook runs, but not before, because it would delay the start of the kernel."""

    def __init__(self, job: Job | TrendsJob, pool: ThreadPoolExecutor, progress: Progress) -> None:
        self._job = job
        self._pool = pool
        self._progress = progress
        self.reading: Future[None]
        self.exporters: dict[str, Future[ReportExporter]] = {}

    def begin(self, **_: NotebookNode) -> None:
        # The notebook waits for the exports, so reading them comes first.
        self.reading = self._pool.submit(self._job.read, self._progress)
        self.exporters = {name: self._pool.submit(self._load, name) for name in self._job.formats}

    def _load(self, name: str) -> ReportExporter:
        return WRITERS[name].load(paper=self._job.paper, template_folder=self._job.template_folder)


@contextlib.contextmanager
def _temporary_folder(job: Job | TrendsJob) -> Iterator[Path]:
    """Yield a temporary folder inside the target, and let only one run at a time write a report."""
    out_existed = job.out.exists()
    try:
        lock = _acquire_lock(job)
        # Without a lock, the folders may belong to another run that has not ended.
        if lock.is_locked:
            for stale in job.out.glob(f"{_PREFIX}{job.name}-*"):
                shutil.rmtree(stale, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{job.name}-", dir=job.out))
    except Timeout as error:
        raise OutputError(f"{job.out}: a report on {job.name} is being written there; wait for it to end") from error
    except OSError as error:
        raise OutputError(f"{job.out}: cannot be written: {error.strerror}; name another folder with --out") from error
    try:
        yield folder
    except OSError as error:
        raise OutputError(f"{job.out}: cannot be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        with contextlib.suppress(OSError):
            Path(lock.lock_file).unlink()
        with contextlib.suppress(OSError):
            lock.release()
        if not out_existed:
            # The folder is kept if it contains reports.
            with contextlib.suppress(OSError):
                job.out.rmdir()


def _acquire_lock(job: Job | TrendsJob) -> FileLock:
    """Lock a report in the target folder, which is created if it does not exist.

    Where the file system has no locks, the report is written without one.

    Raises
    ------
    Timeout
        When another run holds the lock.
    """
    lock = FileLock(job.out / f"{_PREFIX}{job.name}.lock", thread_local=False)
    while True:
        job.out.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            raise
        except FileNotFoundError:
            # Another run has just ended and removed the empty folder.
            continue
        except (OSError, NotImplementedError):
            return lock
        return lock


@contextlib.contextmanager
def _private_kernel() -> Iterator[Config]:
    """Yield a configuration in which the kernel listens on private sockets, not on ports."""
    with tempfile.TemporaryDirectory(prefix="pmkit-") as folder:
        yield Config({"KernelManager": {"transport": "ipc", "ip": str(Path(folder) / "kernel")}})


def _execute(job: Job | TrendsJob, folder: Path, background: _BackgroundWork, progress: Progress) -> NotebookNode:
    source, target = job.source, folder / f"{job.name}.ipynb"
    if not source.is_file():
        raise InputError(f"{source}: no such notebook")
    progress("running the notebook")
    logging.getLogger("papermill").setLevel(logging.ERROR)
    try:
        with _private_kernel() as config, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            papermill.execute_notebook(
                str(source),
                str(target),
                job.parameters,
                progress_bar=False,
                config=config,
                extra_arguments=_SILENT,
                shutdown_kernel="immediate",
                execution_timeout=job.cell_timeout_s,
                on_notebook_start=background.begin,
            )
    except PapermillExecutionError as error:
        job.check()
        kept, message = _keep(target, job), job.redactor(f"{error.ename}: {error.evalue}")
        raise ReportError(
            f"{_failed_cell(kept, job.redactor(error.source))}: {message}; the notebook is kept as {kept}"
        ) from error
    except NoSuchKernel as error:
        raise InputError(
            f"{source}: no kernel is called {error.name!r} here; `jupyter kernelspec list` lists the kernels"
        ) from error
    except (PapermillException, RuntimeError, TimeoutError) as error:
        kept = _keep(target, job)
        raise ReportError(f"the notebook could not be run: {error}; it is kept as {kept}") from error
    background.reading.result()
    notebook = redact_notebook(nbformat.read(target, as_version=4), job.redactor)
    _check_all_ran(notebook, job, target)
    return notebook


def _check_all_ran(notebook: NotebookNode, job: Job | TrendsJob, target: Path) -> None:
    """Raise ReportError if the run ended early without an error, for example by `sys.exit(0)`."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    for before, cell in pairwise(code):
        if cell.execution_count is None:
            kept = _keep(target, job)
            raise ReportError(
                f"cell {before.get('id')!r} ended the run before cell {cell.get('id')!r}; the notebook is kept as {kept}"
            )


def _failed_cell(kept: Path, source: str) -> str:
    """Return which cell failed, with its ID and its last line."""
    cells = nbformat.read(kept, as_version=4).cells
    raised = (cell for cell in cells if any(output.output_type == "error" for output in cell.get("outputs", ())))
    name = next((cell.get("id") for cell in raised), None)
    return f"cell {name!r} ({source.strip().splitlines()[-1]}) failed"


def _failed_notebook(job: Job | TrendsJob) -> Path:
    return job.out / f"{job.name}.failed.ipynb"


def _keep(executed: Path, job: Job | TrendsJob) -> Path:
    """Write the redacted notebook of a failed run to the target folder and return its path."""
    kept = _failed_notebook(job)
    if executed.exists():
        nbformat.write(redact_notebook(nbformat.read(executed, as_version=4), job.redactor), executed)
        executed.replace(kept)
    return kept


def _export(name: str, exporter: ReportExporter, notebook: NotebookNode, job: Job | TrendsJob, folder: Path) -> list[Path]:
    path = folder / f"{job.name}.{name}"
    body, resources = exporter.from_notebook_node(notebook, {"metadata": {"name": job.name}})
    path.write_bytes(body if isinstance(body, bytes) else body.encode("utf-8"))
    for picture, data in resources.get("outputs", {}).items():
        (folder / picture).parent.mkdir(exist_ok=True)
        (folder / picture).write_bytes(data)
    return [*(folder / picture for picture in resources.get("outputs", {})), path]


def _publish(path: Path, folder: Path, out: Path) -> Path:
    """Move a finished file into place once it is on disk, so no reader sees a part of it."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
    target = out / path.relative_to(folder)
    target.parent.mkdir(exist_ok=True)
    path.replace(target)
    return target
