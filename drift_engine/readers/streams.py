"""Chunks of text as UTF-8 bytes out of a file: decompressed, transcoded, its byte order mark taken off."""

from __future__ import annotations

import codecs
import importlib
import itertools
import logging
import zlib
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import BinaryIO, cast

from drift_engine.errors import DataError
from drift_engine.readers.options import ReadOptions, as_given
from drift_engine.readers.partition import DataFile

_log = logging.getLogger(__name__)
_PROBE = 65_536
_NOT_TEXT: Mapping[bytes, str] = MappingProxyType(
    {
        b"PAR1": f"a Parquet file; give {as_given('format', 'parquet')} or a name that ends in .parquet",
        b"\x1f\x8b": "compressed with gzip; let its name end in .gz",
        b"\x28\xb5\x2f\xfd": "compressed with Zstandard; let its name end in .zst",
        b"BZh91AY&SY": "compressed with bzip2; let its name end in .bz2",
        b"PK\x03\x04": "a ZIP archive or an Excel workbook; unpack it, or save the sheet as CSV",
        b"\xd0\xcf\x11\xe0": "an old Excel workbook; save the sheet as CSV",
        b"ARROW1\x00\x00": f"an Arrow file; give {as_given('format', 'arrow')} or a name that ends in .arrow",
        b"Obj\x01": "an Avro file; convert it to Parquet",
        b"\x89HDF\r\n": "an HDF5 file; convert it to Parquet",
        b"SQLite format 3\x00": "an SQLite database; export the table as CSV",
        b"\x80\x04\x95": "a Python pickle; save the frame as Parquet",
        b"\x80\x05\x95": "a Python pickle; save the frame as Parquet",
        b"%PDF-": "a PDF document",
        b"\x89PNG\r\n": "a PNG picture",
        b"\xff\xd8\xff": "a JPEG picture",
    }
)


def _zstandard() -> tuple[Callable[[BinaryIO], BinaryIO], type[Exception]]:
    """What opens Zstandard streams here, and the error that it raises on a damaged one."""
    try:  # from Python 3.14 on
        module = importlib.import_module("compression.zst")
    except ImportError:
        pass
    else:
        return module.ZstdFile, module.ZstdError
    try:
        module = importlib.import_module("zstandard")
    except ImportError as error:
        raise DataError(
            "a .zst file needs the package zstandard: pip install zstandard, or decompress it first"
        ) from error
    return lambda stored: module.ZstdDecompressor().stream_reader(
        stored, read_across_frames=True
    ), module.ZstdError


def _gzip() -> tuple[Callable[[BinaryIO], BinaryIO], type[Exception]]:
    module = importlib.import_module("gzip")
    return lambda stored: cast(BinaryIO, module.GzipFile(fileobj=stored)), zlib.error


def _bzip2() -> tuple[Callable[[BinaryIO], BinaryIO], type[Exception]]:
    module = importlib.import_module("bz2")
    return lambda stored: cast(BinaryIO, module.BZ2File(stored)), EOFError


COMPRESSIONS: Mapping[str, Callable[[], tuple[Callable[[BinaryIO], BinaryIO], type[Exception]]]] = (
    MappingProxyType(
        {
            ".gz": _gzip,
            ".bz2": _bzip2,
            ".zst": _zstandard,
        }
    )
)


def compression(name: str) -> str:
    """The ending of a file's name that names its compression, or ""."""
    return next((ending for ending in COMPRESSIONS if name.lower().endswith(ending)), "")


def chunks(file: DataFile, options: ReadOptions) -> Iterator[bytes]:
    """The file's text as UTF-8 bytes, in chunks that are cut anywhere and never empty.

    Bytes that are not UTF-8 in a UTF-8 file are still in there: the caller, who knows where rows end,
    mends them (`mended`). A file whose first 64 KiB hold carriage returns but no newline is an old
    Macintosh's: its carriage returns come out as newlines.

    Raises:
        DataError: the file can't be opened, its compression is damaged, or it is not text in this encoding.
    """
    pieces = _transcoded(file, options)
    first = b""
    for piece in pieces:
        first += piece
        if len(first) >= _PROBE:
            break
    macintosh = b"\r" in first[:_PROBE] and b"\n" not in first[:_PROBE]
    for piece in itertools.chain([first] if first else [], pieces):
        yield from _sliced(piece, macintosh, options.block_bytes)


def _sliced(piece: bytes, macintosh: bool, size: int) -> Iterator[bytes]:
    text = piece.replace(b"\r", b"\n") if macintosh else piece
    if len(text) <= size:
        yield text
        return
    for start in range(0, len(text), size):
        yield text[start : start + size]


def _transcoded(file: DataFile, options: ReadOptions) -> Iterator[bytes]:
    pieces = _raw(file, max(options.block_bytes, _PROBE))
    if options.is_utf8:
        first = True
        for piece in pieces:
            text = _checked(piece, file) if first else piece
            first = False
            if text:
                yield text
        return
    decoder = codecs.getincrementaldecoder(options.encoding)(errors="replace")
    try:
        for piece in pieces:
            text = decoder.decode(piece).encode("utf-8", "replace")
            if text:
                yield text
        text = decoder.decode(b"", final=True).encode("utf-8", "replace")
    except UnicodeError as error:
        raise DataError(f"{file.name}: not text in the encoding {options.encoding}: {error}") from error
    if text:
        yield text


def _checked(start: bytes, file: DataFile) -> bytes:
    """The start of a UTF-8 file without its byte order mark."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise DataError(
            f"{file.name}: its byte order mark says UTF-16; give {as_given('encoding', 'utf-16')} "
            "or save it as UTF-8"
        )
    for magic, meaning in _NOT_TEXT.items():
        if start.startswith(magic):
            raise DataError(f"{file.name}: this is no text but {meaning}")
    return start.removeprefix(codecs.BOM_UTF8)


def _raw(file: DataFile, size: int) -> Iterator[bytes]:
    ending = compression(file.name)
    decompress, damage = COMPRESSIONS[ending]() if ending else (lambda stored: stored, EOFError)
    try:
        with file.open() as stored:
            stream = decompress(stored)
            while piece := stream.read(size):
                yield piece
    except (OSError, EOFError, damage) as error:
        raise DataError(f"{file.name}: can't be read: {error}") from error


def at_least(source: Iterator[bytes], size: int) -> bytes:
    """The next chunks, together at least so many bytes while there are any."""
    pieces: list[bytes] = []
    have = 0
    while have < size and (piece := next(source, b"")):
        pieces.append(piece)
        have += len(piece)
    return b"".join(pieces)


def has_content(file: DataFile, options: ReadOptions) -> bool:
    """Whether a text file holds anything but newlines and a byte order mark."""
    return any(piece.strip(b"\r\n") for piece in chunks(file, options))


def mended(text: bytes) -> tuple[bytes, int]:
    """Text that is UTF-8 for certain, and how many sequences of bytes became U+FFFD for that."""
    if text.isascii():
        return text, 0
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        before = text.count("\ufffd".encode())
        good = text.decode("utf-8", "replace").encode("utf-8")
        return good, good.count("\ufffd".encode()) - before
    return text, 0


def warn_of_replaced(file: DataFile, count: int) -> None:
    """One warning for a file of which `mended` replaced something."""
    if count:
        _log.warning(
            "%s: %d sequences of bytes are not UTF-8 and became U+FFFD; if the file is Latin-1, give %s",
            file.name,
            count,
            as_given("encoding", "latin-1"),
        )
