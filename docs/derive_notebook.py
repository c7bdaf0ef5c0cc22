"""Makes docs/notebook.ipynb: the cells below, executed on simulated ships. Run by hand.

``.venv/bin/python docs/derive_notebook.py`` uses a database of its own in a temporary folder.
"""

from __future__ import annotations

import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
NOTEBOOK = ROOT / "docs" / "notebook.ipynb"
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)

TITLE = """# The sea in a notebook

Three simulated ships, an hour: nothing here is real. Every question below stands in the audit with
who asked and why; what handling codes forbid is kept back ([exports](exports.md))."""
CELLS = (
    """import os

from service.notebook import open_sea

sea = open_sea(os.environ["DATABASE_URL"], who="a.greco", reason="docs: a first look")
HOUR = {"start": "2026-01-01T00:00Z", "end": "2026-01-01T01:00Z"}""",
    """tracks = sea.tracks(**HOUR)
tracks.frame()[["mmsi", "name", "flag", "started_at", "ended_at", "points"]]""",
    """positions = sea.positions(247000001, **HOUR)
columns = ["mmsi", "time", "lon_deg", "lat_deg", "sog_kn"]
positions.table.select(columns).slice(0, 5).to_pandas()""",
    """frame = positions.frame()
frame.set_index("time")["sog_kn"].resample("15min").mean()""",
    """lines = tracks.frame()
miles = lines.to_crs("EPSG:32633").length / 1852
dict(zip(lines["name"], miles.round(1), strict=True))""",
    """{name: tracks.sidecar[name] for name in ("rows", "points", "sources", "who", "why")} | {
    "codes": tracks.sidecar["codes"]["marked"]
}""",
)
WORDS = (
    "Who asks, and why. Without a reason there is no answer.",
    "Tracks: a line where a ship was heard without a silence of an hour.",
    "Positions: an Arrow table, or a GeoDataFrame.",
    "From here on it is pandas.",
    "How far each went, nautical miles.",
    "What stands beside it: keep it with whatever is made of it.",
)


def notebook() -> nbformat.NotebookNode:
    """Return the notebook, not executed."""
    cells = [nbformat.v4.new_markdown_cell(TITLE, id="title")]
    for number, (words, code) in enumerate(zip(WORDS, CELLS, strict=True)):
        cells.append(nbformat.v4.new_markdown_cell(words, id=f"words-{number}"))
        cells.append(nbformat.v4.new_code_cell(code, id=f"code-{number}"))
    made = nbformat.v4.new_notebook(cells=cells)
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    return made


def main() -> None:
    """Fill a database, execute the cells, and write the notebook without a path in it."""
    from store.embedded import embedded
    from store.migrate import migrate
    from tests.plugins.sailed import sailed

    with tempfile.TemporaryDirectory() as name, embedded(Path(name), database="docs") as dsn:
        migrate(dsn)
        sailed(dsn, BEGIN)
        os.environ["DATABASE_URL"], os.environ["PYTHONPATH"] = dsn, str(ROOT)
        made = notebook()
        NotebookClient(made, timeout=120, kernel_name="python3").execute()
    for cell in made.cells:
        cell.metadata = {}
    made.metadata.pop("language_info", None)
    text = nbformat.writes(made)
    if str(ROOT) in text or name in text:
        sys.exit("a path of this machine stands in an output; change the cell")
    NOTEBOOK.write_text(text + "\n", encoding="utf-8")
    print(f"{NOTEBOOK.name}: {len(made.cells)} cells")


if __name__ == "__main__":
    main()
