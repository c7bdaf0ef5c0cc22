"""Snapshots of the pipeline's state: one Arrow file per spool position, the newest three kept.

A file holds one row per array: part, name, numpy type, shape, bytes. Its schema carries the format
version, the position and a SHA-256 of all rows, so a damaged file is recognised and the one before
it is used. No pickle: reading runs no code.
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import structlog

from ais.spool.layout import replace_durably

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

VERSION = 1
_KEPT = 3
_NAME = re.compile(r"snapshot-(\d{20})\.arrow")
_COLUMNS = ("part", "name", "dtype", "shape", "data")
_TYPES = (pa.string(), pa.string(), pa.string(), pa.list_(pa.int64()), pa.large_binary())

log = structlog.get_logger()


def save(folder: Path, offset: int, parts: Mapping[str, Mapping[str, NDArray[Any]]]) -> Path:
    """Write the state at spool position ``offset`` durably; return the file, drop the older ones.

    ``parts`` holds arrays of any shape and plain or structured type by part and name. Raises
    ValueError for an array of Python objects and OSError when the disk refuses.
    """
    # Its arrays say who is listed: nobody but the service reads them.
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    rows = [
        (part, name, _type_text(array), list(array.shape), np.ascontiguousarray(array).tobytes())
        for part, arrays in parts.items()
        for name, array in arrays.items()
    ]
    meta = {
        "version": VERSION,
        "offset": offset,
        "parts": list(parts),
        "sha256": _digest(rows),
    }
    # Arrays of one state differ in length, so a row holds an array, not a value.
    columns = list(zip(*rows, strict=True)) or [()] * len(_COLUMNS)
    schema = pa.schema(
        list(zip(_COLUMNS, _TYPES, strict=True)), metadata={"vedetta": json.dumps(meta)}
    )
    batch = pa.record_batch(
        [pa.array(c, t) for c, t in zip(columns, _TYPES, strict=True)], schema=schema
    )
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, schema) as writer:
        writer.write_batch(batch)
    path = folder / f"snapshot-{offset:020d}.arrow"
    replace_durably(path, sink.getvalue())
    for old in (*(p for _, p in _snapshots(folder)[:-_KEPT]), *folder.glob("*.arrow.tmp")):
        old.unlink(missing_ok=True)
    return path


def newest(folder: Path, at_most: int) -> tuple[int, dict[str, dict[str, NDArray[Any]]]] | None:
    """Return the first of ``candidates``, None when there is none."""
    return next(candidates(folder, at_most), None)


def candidates(
    folder: Path, at_most: int
) -> Iterator[tuple[int, dict[str, dict[str, NDArray[Any]]]]]:
    """Yield the sound snapshots at or before ``at_most``, newest first: position and parts.

    A file is read when its turn comes. A damaged one, or one of another version, is logged and
    passed over.
    """
    for offset, path in reversed(_snapshots(folder)):
        if offset > at_most:
            continue
        try:
            parts = _load(path, offset)
        except (OSError, ValueError, KeyError, TypeError, SyntaxError, pa.ArrowException) as error:
            log.warning("snapshot_passed_over", file=str(path), error=str(error))
        else:
            yield offset, parts


def offsets(folder: Path) -> list[int]:
    """Return the positions of the snapshots in ``folder``, ascending, sound or not."""
    return [offset for offset, _ in _snapshots(folder)]


def _load(path: Path, offset: int) -> dict[str, dict[str, NDArray[Any]]]:
    # Read whole: an array that is a view of a mapped file would fault when the file is dropped.
    with pa.ipc.open_file(pa.py_buffer(path.read_bytes())) as reader:
        meta = json.loads(reader.schema.metadata[b"vedetta"])
        columns = [column.to_pylist() for column in reader.read_all().columns]
    rows = list(zip(*columns, strict=True))
    found = (meta["version"], meta["offset"], meta["sha256"])
    if found != (VERSION, offset, _digest(rows)):
        msg = f"expected version {VERSION} at {offset} with matching rows, found {found}"
        raise ValueError(msg)
    parts: dict[str, dict[str, NDArray[Any]]] = {part: {} for part in meta["parts"]}
    for part, name, dtype, shape, data in rows:
        kind = np.lib.format.descr_to_dtype(ast.literal_eval(dtype))
        # A copy, because the state goes on being written to.
        parts[part][name] = np.frombuffer(data, kind).reshape(shape).copy()
    return parts


def _type_text(array: NDArray[Any]) -> str:
    if array.dtype.hasobject:
        msg = f"an array of type {array.dtype} cannot be saved: expected numbers or plain text"
        raise ValueError(msg)
    return repr(np.lib.format.dtype_to_descr(array.dtype))


def _digest(rows: list[tuple[Any, ...]]) -> str:
    whole = hashlib.sha256()
    for part, name, dtype, shape, data in rows:
        # Lengths are hashed too: bytes must not wander from one array to the next unseen.
        head = json.dumps([part, name, dtype, list(shape), len(data)])
        whole.update(head.encode())
        whole.update(data)
    return whole.hexdigest()


def _snapshots(folder: Path) -> list[tuple[int, Path]]:
    """Return the snapshots in ``folder`` by position, ascending."""
    if not folder.is_dir():
        return []
    named = ((_NAME.fullmatch(path.name), path) for path in folder.iterdir())
    return sorted((int(match[1]), path) for match, path in named if match)
