"""Fuzz everything that takes untrusted bytes, guided by code coverage.

    python tests/fuzz.py TARGET [--seconds 60]

Needs `pip install atheris`. TARGET is one of `targets.TARGETS`. Inputs that crash are saved in `build/crashes/TARGET`; each is
worth a test of its own. The seeds are the exports and texts that come with the project, which the test suite runs as well.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
CRASHES = ROOT / "build" / "crashes"
TEXTS = {"incident_yaml": "incident.yaml", "markdown": "*.md", "paper": "*.md"}


def seeds(name: str, folder: Path) -> None:
    """Write the seeds: pieces of the files that come with the project."""
    for path in sorted(
        [*(ROOT / "data").rglob(TEXTS.get(name, "*.*")), *(ROOT / "pmkit" / "manual").glob(TEXTS.get(name, "none"))]
    ):
        if path.is_file() and path.suffix not in {".gz", ".zst", ".png"}:
            data = path.read_bytes()[:3000]
            (folder / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)


def main() -> None:
    import atheris

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target")
    parser.add_argument("--seconds", type=int, default=60)
    options = parser.parse_args()
    with atheris.instrument_imports(include=["pmkit"]):
        import targets
    crashes: set[str] = set()

    def fuzz_one(data: bytes) -> None:
        try:
            targets.run_target(options.target, data)
        except Exception as crash:  # noqa: BLE001 - crashes are what we look for
            where = f"{type(crash).__name__} in {_last(crash)}"
            if where not in crashes:
                crashes.add(where)
                saved = CRASHES / options.target / hashlib.sha256(data).hexdigest()[:16]
                saved.parent.mkdir(parents=True, exist_ok=True)
                saved.write_bytes(data)
                print(f"{where}: {crash}; saved as {saved.relative_to(ROOT)}", flush=True)

    with tempfile.TemporaryDirectory(prefix="pmkit-seeds-") as folder:
        seeds(options.target, Path(folder))
        command = [
            sys.argv[0],
            folder,
            f"-max_total_time={options.seconds}",
            "-max_len=4096",
            "-timeout=60",
            "-print_final_stats=0",
        ]
        atheris.Setup(command, fuzz_one)
        atheris.Fuzz()  # prints the number of inputs at the end


def _last(crash: BaseException) -> str:
    trace = crash.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""


if __name__ == "__main__":
    main()
