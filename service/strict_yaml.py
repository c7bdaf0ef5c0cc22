"""YAML of settings: plain values, each key once, faults in one line without the file's text."""

from __future__ import annotations

from typing import Any

import yaml


class NotYamlError(ValueError):
    """What was read is no YAML that settings may be written in; the text is part of a line."""


class _Loader(yaml.SafeLoader):
    """Refuses a key that stands twice: YAML would silently take the last one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 (as in PyYAML)
        seen = set()
        for key, _ in node.value:
            where = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise NotYamlError(f"a key is no plain word (line {where})")
            if key.value in seen:
                raise NotYamlError(f"the key {key.value!r} stands twice (line {where})")
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def load_yaml(data: bytes | str) -> Any:  # noqa: ANN401 (YAML)
    """Return the values of ``data``; raises NotYamlError: no UTF-8, no YAML, a key twice."""
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
        return yaml.load(text, _Loader)  # noqa: S506 (a SafeLoader)
    except UnicodeDecodeError as error:
        raise NotYamlError(f"is not UTF-8 (byte {error.start})") from error
    except yaml.MarkedYAMLError as error:
        # Not the whole text of the error: it quotes the line, which may hold a secret.
        mark = error.problem_mark
        where = f", line {mark.line + 1}" if mark else ""
        raise NotYamlError(f"is not YAML ({error.problem}{where})") from error
    except (yaml.YAMLError, ValueError) as error:
        if isinstance(error, NotYamlError):
            raise
        raise NotYamlError(f"is not YAML ({' '.join(str(error).split())})") from error
