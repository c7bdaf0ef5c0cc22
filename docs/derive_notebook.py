"""Makes docs/notebook.ipynb: the cells below, executed on the ships of an exercise. Run by hand.

``.venv/bin/python docs/derive_notebook.py`` uses a database of its own in a temporary folder.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
NOTEBOOK = ROOT / "docs" / "notebook.ipynb"
MINUTES, KINDS = 120.0, ("sudden_stop", "ghost_freighter", "mother_ship", "weaving")

TITLE = """# The sea in a notebook

Simulated ships of an exercise, two hours: nothing here is real. Every question below stands in the
audit with who asked and why; what handling codes forbid is kept back ([exports](exports.md))."""
STEPS = (
    (
        "Who asks, and why. Without a reason there is no answer.",
        """import os

from service.notebook import open_sea

sea = open_sea(os.environ["DATABASE_URL"], who="a.greco", reason="docs: a first look")
SPAN = {"start": "2026-05-01", "end": "2026-05-11"}""",
    ),
    (
        """Tracks: a line where a ship was heard without a silence of an hour. `frame()` is a
GeoDataFrame in WGS 84.""",
        """tracks = sea.tracks(**SPAN)
lines = tracks.frame()
lines = lines[lines["name"].notna()]  # a shore station says none
lines[["mmsi", "name", "flag", "ship_type", "started_at", "ended_at", "points"]].head(6)""",
    ),
    (
        "How far each went, nautical miles, along the ellipsoid.",
        """from pyproj import Geod

miles = lines.geometry.map(Geod(ellps="WGS84").geometry_length) / 1852
lines = lines.assign(miles=miles.round(1)).sort_values("miles", ascending=False)
lines[["mmsi", "name", "miles"]].head(6)""",
    ),
    (
        "Positions of the one that went furthest: `table` is an Arrow table.",
        """ship = int(lines["mmsi"].iloc[0])
positions = sea.positions(ship, **SPAN)
columns = ["mmsi", "time", "lon_deg", "lat_deg", "sog_kn"]
positions.table.select(columns).slice(0, 5).to_pandas()""",
    ),
    (
        "From here on it is pandas: her speed, kn, in quarters of an hour.",
        """speeds = positions.frame().set_index("time")["sog_kn"]
speeds.resample("15min").agg(["min", "mean", "max"])""",
    ),
    (
        """What the detectors saw. An event for law enforcement is under the codes of the entries
that its vessels answer to.""",
        """events = sea.events(**SPAN)
seen = events.frame()
kinds = seen.groupby(["lane", "kind"])
kinds.agg(events=("id", "count"), confidence=("confidence", "mean")).round(2)""",
    ),
    (
        "A picture: where they went, and where something happened.",
        """import matplotlib.pyplot as plt

figure, axes = plt.subplots(figsize=(8, 3.6), layout="constrained")
lines.plot(ax=axes, color="#55636D", linewidth=0.8)
placed = seen[seen.geometry.notna() & ~seen.is_empty]
placed.plot(ax=axes, color="#E69F00", marker="^", markersize=24)
axes.set(title="EXERCISE: simulated ships", xlabel="longitude, °", ylabel="latitude, °")
plt.show()""",
    ),
    (
        "What stands beside it: keep it with whatever is made of it.",
        """said = ("rows", "sources", "who", "why", "kept_back_count")
{name: events.sidecar[name] for name in said} | {"codes": events.sidecar["codes"]["marked"]}""",
    ),
)


def notebook() -> nbformat.NotebookNode:
    """Return the notebook, not executed."""
    cells = [nbformat.v4.new_markdown_cell(TITLE, id="title")]
    for number, (words, code) in enumerate(STEPS):
        cells.append(nbformat.v4.new_markdown_cell(words, id=f"words-{number}"))
        cells.append(nbformat.v4.new_code_cell(code, id=f"code-{number}"))
    made = nbformat.v4.new_notebook(cells=cells)
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    return made


def main() -> None:
    """Fill a database, execute the cells, and write the notebook without a path in it."""
    from store.embedded import embedded
    from store.migrate import migrate
    from tests.plugins.exercised import exercised

    with tempfile.TemporaryDirectory() as name, embedded(Path(name), database="docs") as dsn:
        migrate(dsn)
        folder = Path(name) / "exercise"
        folder.mkdir()
        exercised(dsn, folder, MINUTES, KINDS)
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
