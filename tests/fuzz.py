"""Fuzzes what takes anybody's bytes, guided by what code they reach.

    python tests/fuzz.py TARGET [--seconds 60]

Needs `pip install atheris`. A target is one of `targets.TARGETS`. What crashes is kept in `tests/crashes/TARGET`, where the
suite tries it again from then on. Seeds are the exports and texts that ship with the project.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
CRASHES = ROOT / "tests" / "crashes"
TEXTS = {"incident_yaml": "incident.yaml", "markdown": "*.md", "paper": "*.md"}


def seeds(name: str, folder: Path) -> None:
    """Write some inputs to begin with: pieces of what ships with the project."""
    for path in sorted(
        [*(ROOT / "data").rglob(TEXTS.get(name, "*.*")), *(ROOT / "pmkit" / "manual").glob(TEXTS.get(name, "none"))]
    ):
        if path.is_file() and path.suffix not in {".gz", ".zst", ".png"}:
            data = path.read_bytes()[:3000]
            (folder / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)


def main() -> None:
    import atheris

    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("target")
    words.add_argument("--seconds", type=int, default=60)
    asked = words.parse_args()
    with atheris.instrument_imports(include=["pmkit"]):
        import targets
    found: set[str] = set()

    def one(data: bytes) -> None:
        try:
            targets.tried(asked.target, data)
        except Exception as crash:  # noqa: BLE001 - that is what is looked for
            where = f"{type(crash).__name__} in {_last(crash)}"
            if where not in found:
                found.add(where)
                kept = CRASHES / asked.target / hashlib.sha256(data).hexdigest()[:16]
                kept.parent.mkdir(parents=True, exist_ok=True)
                kept.write_bytes(data)
                print(f"{where}: {crash}; kept as {kept.relative_to(ROOT)}", flush=True)

    with tempfile.TemporaryDirectory(prefix="pmkit-seeds-") as folder:
        seeds(asked.target, Path(folder))
        command = [
            sys.argv[0],
            folder,
            f"-max_total_time={asked.seconds}",
            "-max_len=4096",
            "-timeout=60",
            "-print_final_stats=0",
        ]
        atheris.Setup(command, one)
        atheris.Fuzz()  # and says at the end how many inputs there were


def _last(crash: BaseException) -> str:
    trace = crash.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""


if __name__ == "__main__":
    main()
