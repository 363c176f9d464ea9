"""Pictures of lattices as a GIF or MP4: every frame is drawn, none is dropped.

A frame shows a lattice, every site a square of the same whole number of pixels, above one line of
text and a scale with a mark.  Pillow draws it and writes a GIF, ffmpeg an MP4.
"""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from matplotlib.colors import Colormap, LinearSegmentedColormap, to_rgb
from PIL import Image, ImageDraw, ImageFont

from nrg_app.errors import NRGError
from nrg_app.figures import style
from nrg_app.files import unwritable, write_bytes

Pixels = npt.NDArray[np.uint8]

SUFFIXES = (".gif", ".mp4")
SMALLEST, LARGEST = 128, 2160
# MP4 players want sides that 16 divides.
_BLOCK = 16
_GIF_COLORS = 128
_FRAMES_PER_SECOND = (1, 60)
_MUTED = "#6B7783"


@dataclass(frozen=True)
class Mark:
    """A scale under a frame.

    Attributes:
        low: What its left end stands for.
        high: What its right end stands for.
        value: Where the mark is.
        tick: Where the scale has a tick, None for nowhere.
    """

    low: float
    high: float
    value: float
    tick: float | None = None


@dataclass(frozen=True, eq=False)
class Frame:
    """One picture.

    Attributes:
        values: ``(l, l)``, -1 to 1 from the first to the last colour of the map.
        text: One line.
        mark: Scale under it.
        field: Whether the values are a field, else spins.
    """

    values: npt.NDArray[np.floating]
    text: str
    mark: Mark | None = None
    field: bool = False


def frame_size(side: int) -> tuple[int, int]:
    """Width and height in pixels of frames whose lattice is ``side`` pixels wide.

    Raises:
        NRGError: if the side is not 128 to 2160.
    """
    if not SMALLEST <= side <= LARGEST:
        raise NRGError(
            f"A recording is {SMALLEST} to {LARGEST} pixels wide, not {side}; choose another size."
        )
    width = _rounded(side)
    return width, _rounded(width + 4.5 * _text_height(width))


def draw_frame(frame: Frame, side: int) -> Pixels:
    """The pixels of a frame, ``(height, width, 3)``.

    The lattice is as large as whole pixels for every site allow.

    Raises:
        NRGError: if the side is not 128 to 2160, or smaller than the lattice.
    """
    width, height = frame_size(side)
    count = len(frame.values)
    zoom = width // count
    if zoom == 0:
        raise NRGError(f"A lattice of side {count} needs more than {width} pixels; choose a size.")
    image = Image.new("RGB", (width, height), "white")
    colors = style.field_colors() if frame.field else _spin_shades()
    shades = colors(np.clip(0.5 + 0.5 * frame.values, 0.0, 1.0), bytes=True)[..., :3]
    cells = Image.fromarray(np.repeat(np.repeat(shades, zoom, axis=0), zoom, axis=1))
    margin = (width - zoom * count) // 2
    image.paste(cells, (margin, margin))
    draw = ImageDraw.Draw(image)
    line = _text_height(width)
    top = width + 0.6 * line
    draw.text((line, top), frame.text, fill=style.INK, font=_font(line))
    if frame.mark is not None:
        _draw_mark(draw, frame.mark, line, width - line, round(top + 2.6 * line), line)
    return np.asarray(image)


def write_movie(
    path: Path,
    frames: Iterable[Frame],
    *,
    side: int,
    fps: int,
    told: Mapping[str, str],
    tick: Callable[[int], None],
) -> None:
    """Draw and write frames one by one; the file appears whole after the last one.

    Args:
        path: ``.gif`` or ``.mp4``.
        frames: What to show.
        side: Width in pixels.
        fps: Frames per second; a GIF's delays are whole hundredths of a second.
        told: What was run, written into an MP4 as a comment and beside both as ``NAME.json``.
        tick: Told how many frames are drawn; what it raises ends the work and leaves no file.

    Raises:
        NRGError: if the name, the size or the rate cannot be used, or the file not be written.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise NRGError(f"The recording '{path.name}' needs a name that ends in .gif or .mp4.")
    if not _FRAMES_PER_SECOND[0] <= fps <= _FRAMES_PER_SECOND[1]:
        raise NRGError(f"A recording has 1 to 60 frames per second, not {fps}.")
    if not path.parent.is_dir():
        raise NRGError(f"There is no folder '{path.parent}'; make it or choose another.")
    frame_size(side)

    def pictures() -> Iterator[Pixels]:
        for count, frame in enumerate(frames, start=1):
            yield draw_frame(frame, side)
            tick(count)

    if path.suffix.lower() == ".gif":
        _write_gif(path, pictures(), fps)
    else:
        _write_mp4(path, pictures(), frame_size(side), fps, told)
    note = json.dumps({"file": path.name, **told}, ensure_ascii=False, indent=1)
    write_bytes(path.with_name(path.name + ".json"), note.encode())


def _write_gif(path: Path, pictures: Iterator[Pixels], fps: int) -> None:
    # Without dithering, so that equal sites have equal colours.
    images = (
        Image.fromarray(picture).quantize(_GIF_COLORS, dither=Image.Dither.NONE)
        for picture in pictures
    )
    buffer = io.BytesIO()
    next(images).save(
        buffer, "GIF", save_all=True, append_images=images, duration=round(100 / fps) * 10, loop=0
    )
    write_bytes(path, buffer.getvalue())


def _write_mp4(
    path: Path, pictures: Iterator[Pixels], size: tuple[int, int], fps: int, told: Mapping[str, str]
) -> None:
    # Imported here: it carries an encoder that is a program of its own.
    from imageio_ffmpeg import get_ffmpeg_exe

    try:
        program = get_ffmpeg_exe()
    except RuntimeError as error:
        raise NRGError("There is no ffmpeg for MP4 files: install it, or record a GIF.") from error
    comment = "; ".join(f"{name}: {words}" for name, words in told.items())
    form = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{size[0]}x{size[1]}", "-r", str(fps)]
    # Few details are lost: lattices have hard edges.
    quality = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-crf", "14"]
    notes = ["-metadata", f"comment={comment}", "-fflags", "+bitexact"]
    try:
        with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as folder:
            scratch = Path(folder) / "movie.mp4"
            command = [program, "-v", "error", *form, "-i", "-", "-an", *quality, *notes]
            _encode([*command, str(scratch)], pictures, path)
            os.replace(scratch, path)
    except OSError as error:
        raise unwritable(path, error) from error


def _encode(command: list[str], pictures: Iterator[Pixels], path: Path) -> None:
    """Feed an encoder with pictures.

    Raises:
        OSError: if it finds no room on the disk.
        NRGError: if it ends with any other complaint.
    """
    try:
        # In a session of its own, Ctrl-C does not end it in the middle of a picture.
        encoder = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            start_new_session=True,
        )  # fmt: skip
    except OSError as error:
        raise NRGError(
            f"'{command[0]}', which encodes MP4 files, does not start: install ffmpeg, or record "
            "a GIF."
        ) from error
    with encoder:
        assert encoder.stdin is not None
        assert encoder.stderr is not None
        try:
            with contextlib.suppress(BrokenPipeError):
                for picture in pictures:
                    encoder.stdin.write(np.ascontiguousarray(picture).data)
                encoder.stdin.close()
        except BaseException:
            encoder.kill()
            raise
        said = encoder.stderr.read().decode(errors="replace").strip()
        if encoder.wait() != 0:
            if os.strerror(errno.ENOSPC) in said:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            line = said.partition("\n")[0] or "nothing"
            raise NRGError(
                f"The recording '{path}' cannot be encoded; ffmpeg said: {line}. Record a GIF."
            )


def _draw_mark(
    draw: ImageDraw.ImageDraw, mark: Mark, left: float, right: float, y: int, line: int
) -> None:
    def place(value: float) -> float:
        share = (value - mark.low) / ((mark.high - mark.low) or 1.0)
        return left + min(max(share, 0.0), 1.0) * (right - left)

    weight = max(1, line // 8)
    draw.line([(left, y), (right, y)], fill=_MUTED, width=weight)
    if mark.tick is not None:
        x = place(mark.tick)
        draw.line([(x, y - line // 2), (x, y + line // 2)], fill=_MUTED, width=weight)
    x, radius = place(mark.value), line // 2
    draw.ellipse([x - radius, y - radius, x + radius, y + radius], fill=_dot())


@lru_cache(maxsize=1)
def _spin_shades() -> Colormap:
    """The colours of the spins and all between them, for what fades."""
    return LinearSegmentedColormap.from_list("nrg-spins", style.SPIN_COLORS)


@lru_cache(maxsize=1)
def _dot() -> tuple[int, int, int]:
    red, green, blue = (round(255 * part) for part in to_rgb(style.SPIN_COLORS[0]))
    return red, green, blue


def _text_height(width: int) -> int:
    return max(12, round(width / 28))


def _rounded(length: float) -> int:
    return max(1, round(length / _BLOCK)) * _BLOCK


@lru_cache(maxsize=4)
def _font(height: int) -> ImageFont.FreeTypeFont:
    path = style.font_file()
    try:
        return ImageFont.truetype(str(path), height)
    except OSError as error:
        raise NRGError(f"The font '{path}' is damaged: install NRG again.") from error
