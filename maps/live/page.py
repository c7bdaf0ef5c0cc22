"""The live map's page, built by folium without anything from outside.

folium's own Map loads from four foreign hosts, and its template forbids zooming and needs inline
styles; this subclass has local links and a template of its own. The page is built once: only the
nonce of the content security policy changes from request to request.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import folium
from branca.element import Element, Figure, MacroElement
from folium.template import Template
from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup

from maps.live.symbols import CLASSES
from maps.live.texts import say
from maps.live.zones import ZONE_KINDS
from watchlist.flags import FLAGS

MIN_ZOOM, MAX_ZOOM = 3, 17
NONCE = "nonce-goes-here"
"""What stands in the page where each answer puts its own nonce."""
STYLES = ("tokens", "live", "zones", "drawer", "maptools", "nav", "screens", "replay", "panel",
          "inbox", "session")  # fmt: skip
"""Sheets of the page, in order: what gives way on small screens comes after what it changes."""

_HERE = Path(__file__).parent
_FRAMES = Environment(loader=FileSystemLoader(_HERE), autoescape=select_autoescape())


@dataclass(frozen=True, slots=True)
class PageSettings:
    """What the page is told.

    assets     path prefix of our files, with their version
    exercise   marked EXERCISE everywhere
    coast      source of the coast line that the project carries, in words
    stale_s, lost_s   ages at which a symbol fades and is crossed, seconds
    track_h    recent track of a selected vessel, hours
    inbox      whether the alerts have their column at the right
    """

    assets: str = "/assets/0"
    exercise: bool = False
    coast: str = ""
    stale_s: float = 600.0
    lost_s: float = 3600.0
    track_h: float = 3.0
    inbox: bool = False


class LivePage(Figure):
    """The whole document."""

    _template = Template(
        """<!DOCTYPE html>
<html lang="en">
<head>
<title>{{ this.title }}</title>
{{ this.header.render(**kwargs) }}
</head>
<body>
{{ this.html.render(**kwargs) }}
<script nonce="{{ this.nonce }}">
{{ this.script.render(**kwargs) }}
</script>
</body>
</html>
"""
    )

    def __init__(self, title: str) -> None:
        """Make an empty page; ``title`` is shown on the browser's tab."""
        super().__init__(title=title)
        self.nonce = NONCE


class LiveMap(folium.Map):
    """A folium map that loads Leaflet from ``assets`` and nothing else."""

    _template = Template(
        """
        {% macro header(this, kwargs) %}
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <link rel="icon" href="{{ this.assets }}/icon.svg">
        {% endmacro %}
        {% macro html(this, kwargs) %}{{ this.frame() }}{% endmacro %}
        {% macro script(this, kwargs) %}
        const {{ this.get_name() }} = L.map({{ this.get_name()|tojson }}, {
            center: {{ this.location|tojson }}, ...{{ this.options|tojavascript }},
            ...(matchMedia("(prefers-reduced-motion: reduce)").matches
                && { zoomAnimation: false, fadeAnimation: false, inertia: false })
        });
        {% endmacro %}
        """
    )

    def __init__(self, settings: PageSettings) -> None:
        """Put a map of the Mediterranean into a page of its own."""
        prefix = settings.assets
        # Before all else: what fails from there on is said on the page.
        self.default_js = [
            ("broken", f"{prefix}/broken.js"),
            ("leaflet", f"{prefix}/leaflet/leaflet.js"),
        ]
        self.default_css = [
            ("leaflet_css", f"{prefix}/leaflet/leaflet.css"),
            *((f"{name}_css", f"{prefix}/{name}.css") for name in STYLES),
        ]
        super().__init__(
            location=(38.0, 15.0),
            zoom_start=5,
            tiles=None,
            zoom_control=False,
            # folium keeps min_zoom and max_zoom for a tile layer, and this map has none.
            minZoom=MIN_ZOOM,
            maxZoom=MAX_ZOOM,
            zoom_snap=0.25,
            attribution_control=False,
            bounce_at_zoom_limits=False,
        )
        self.assets, self.settings, self._id = prefix, settings, "live"
        title = f"{say('frame.exercise')} · Vedetta" if settings.exercise else "Vedetta"
        LivePage(title).add_child(self)

    def frame(self) -> str:
        """Return everything around the map, and the map's own box, as HTML."""
        box = Markup('<div id="{}" role="application" aria-label="{}"></div>')
        box = box.format(self.get_name(), say("frame.name"))
        template = _FRAMES.get_template("frame.html")
        told = self.settings
        return template.render(map=box, say=say, exercise=told.exercise, coast=told.coast)


class VesselLayer(MacroElement):
    """All vessels as one canvas layer, fed by the live socket (maps/assets/live.js)."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        import("{{ this.assets }}/live.js").then(
            (live) => live.start({{ this._parent.get_name() }}, {{ this.told|tojson }})
        ).catch((error) => {
            // broken.js says why, if it is there itself.
            if (!window.vedetta) document.getElementById("broken").hidden = false;
            throw error;
        });
        {% endmacro %}
        """
    )

    def __init__(self, settings: PageSettings) -> None:
        """Tell the layer its classes, ages and addresses."""
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "VesselLayer"
        self.assets = settings.assets
        self.told = {
            "live": "/live",
            "exercise": settings.exercise,
            "land": f"{settings.assets}/mediterranean_land.geojson",
            "classes": [{**asdict(entry), "title": entry.title} for entry in CLASSES],
            "flags": FLAGS,
            "inbox": settings.inbox,
            "zones": [{"kind": kind.kind, "title": kind.title} for kind in ZONE_KINDS],
            "stale_s": settings.stale_s,
            "lost_s": settings.lost_s,
            "track_h": settings.track_h,
        }


def render(settings: PageSettings) -> str:
    """Return the page; NONCE stands where a nonce belongs."""
    live = LiveMap(settings)
    live.add_child(VesselLayer(settings))
    root: Element = live.get_root()
    return str(root.render())
