"""The long files come first, so that no core waits for another at the end of a run."""

import subprocess
import sys
from pathlib import Path

PLUGINS = Path(__file__).with_name("plugins")
FILES = {
    "test_a.py": "def test_1(): pass\n",
    "test_b.py": "import pytest\npytestmark = pytest.mark.browser\ndef test_2(): pass\n",
    "test_c.py": "import pytest\npytestmark = [pytest.mark.browser, pytest.mark.slow]\n"
    "def test_3(): pass\ndef test_4(): pass\n",
    "test_d.py": "import pytest\ndef test_5(): pass\n@pytest.mark.slow\ndef test_6(): pass\n",
}


def test_files_that_are_slow_as_a_whole_come_first_and_nothing_else_moves(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    words = ["-m", "pytest", "-q", "--collect-only", "-p", "order", "-p", "no:cacheprovider", "."]
    done = subprocess.run(
        [sys.executable, *words],
        cwd=tmp_path,
        env={"PYTHONPATH": str(PLUGINS)},
        capture_output=True,
        text=True,
        check=False,
    )
    found = [line.partition("::")[2] for line in done.stdout.splitlines() if "::" in line]
    assert found == [f"test_{number}" for number in (3, 4, 2, 1, 5, 6)]
