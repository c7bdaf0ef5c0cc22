"""How well the detectors do: exercises, other people's cases, real tracks."""
