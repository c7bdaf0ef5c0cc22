"""Documents about vessels and alerts: gathered here, told and drawn in ``maps.papers``."""
