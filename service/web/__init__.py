"""The live map's server: pages, the live socket, details, health and figures."""
