"""Score the tests by mutation: change the code in random places and count the changes that a test notices.

    python tests/mutants.py [--sample 25] [--seed 7] [MODULE ...]

Needs `pip install mutmut`, which creates the mutants. Each sampled mutant runs with the tests of its module in a process of its
own, because tests share findings. Mutants that no test notices are printed.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import json
import os
import random
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
# The tests of each module.
TESTS: Final = {
    "analysis/impact/impact.py": ("analysis/test_impact.py", "analysis/test_metric_signals.py"),
    "analysis/response/timeline.py": ("analysis/test_timeline.py", "reports/test_report.py", "explorer/test_explorer.py"),
    "redaction/redactor.py": ("redaction/test_redactor.py", "redaction/test_notebook.py"),
    "redaction/check_digits.py": ("redaction/test_redactor.py",),
    "check/rules/action_item_quality.py": ("check/test_rules.py",),
    "check/rules/impact_numbers.py": ("check/test_rules.py",),
}


def mutated(folder: Path, module: str) -> list[str]:
    """Create the mutants of a module in a copy of the project and return their names."""
    packed = subprocess.run(["git", "-C", ROOT, "archive", "HEAD"], capture_output=True, check=True).stdout
    subprocess.run(["tar", "-x", "-C", folder], input=packed, check=True)
    source = folder / "pmkit" / module
    source.write_text(_undecorated(source.read_text()))
    also = ("notebooks", "data", "tests", "README.md", "LICENSE", "Makefile", "constraints.txt", "environment.yml")
    copied = "\n    ".join(also)
    (folder / "setup.cfg").write_text(
        f"[mutmut]\nsource_paths=\n    pmkit/\nonly_mutate=\n    pmkit/{module}\n"
        f"pytest_add_cli_args_test_selection=\n    tests/analysis/test_log_templates.py\nalso_copy=\n    {copied}\n"
    )
    subprocess.run([sys.executable, "-m", "mutmut", "run", "none"], cwd=folder, capture_output=True, check=False)
    return list(json.loads((folder / "mutants" / "pmkit" / f"{module}.meta").read_text())["exit_code_by_key"])


def _undecorated(source: str) -> str:
    """Return the source with decorators applied after each function, because mutmut skips decorated functions."""
    lines = source.splitlines(keepends=True)
    decorated = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef) and node.decorator_list]
    for node in reversed(decorated):
        end = node.end_lineno or node.lineno
        applied = [f"{node.name} = ({ast.unparse(decorator)})({node.name})\n" for decorator in node.decorator_list]
        behind = "".join(reversed(applied))
        first = node.decorator_list[0].lineno - 1
        lines[first:end] = [*lines[node.lineno - 1 : end], behind]
    return "".join(lines)


def is_noticed(folder: Path, module: str, name: str) -> bool:
    """Return whether a test fails with a mutant."""
    env = {**os.environ, "MUTANT_UNDER_TEST": name, "PYTHONPATH": str(folder / "mutants")}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:xdist", *(f"tests/{test}" for test in TESTS[module])]
    try:
        done = subprocess.run(command, cwd=folder / "mutants", env=env, capture_output=True, timeout=240, check=False)
    except subprocess.TimeoutExpired:
        return True
    return done.returncode != 0


def diff_of(folder: Path, module: str, name: str) -> str:
    """Return what a mutant changes, as a diff."""
    source = (folder / "mutants" / "pmkit" / module).read_text()
    short = name.rsplit(".", 1)[1]
    before, after = (_body(source, which) for which in (short.rsplit("_", 1)[0] + "_orig", short))
    return "\n".join(
        line for line in difflib.unified_diff(before, after, lineterm="", n=0) if not line.startswith(("---", "+++", "@@"))
    )


def _body(source: str, name: str) -> list[str]:
    lines = source.splitlines()
    start = next((n for n, line in enumerate(lines) if line.lstrip().startswith(f"def {name}(")), None)
    if start is None:
        return []
    depth = len(lines[start]) - len(lines[start].lstrip())
    end = next((n for n in range(start + 1, len(lines)) if lines[n].strip() and len(lines[n]) - len(lines[n].lstrip()) <= depth
                and not lines[n].lstrip().startswith(")")), len(lines))  # fmt: skip
    return lines[start + 1 : end]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="*", default=list(TESTS))
    parser.add_argument("--sample", type=int, default=25)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    for module in options.modules:
        with tempfile.TemporaryDirectory(prefix="pmkit-mutants-") as copy, ThreadPoolExecutor(os.cpu_count()) as pool:
            folder = Path(copy)
            names = mutated(folder, module)
            sample = random.Random(options.seed).sample(names, min(options.sample, len(names)))  # noqa: S311 - not cryptography
            results = list(pool.map(lambda name, folder=folder, module=module: is_noticed(folder, module, name), sample))
            print(f"{module}: {sum(results)} of {len(sample)} noticed, drawn from {len(names)}", flush=True)
            for name in (name for name, killed in zip(sample, results, strict=True) if not killed):
                print(f"  survives: {name}\n{diff_of(folder, module, name)}", flush=True)


if __name__ == "__main__":
    main()
