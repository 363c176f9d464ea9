"""Make the pictures for README.md and the pages in resources/docs.

Run as ``.venv/bin/python packaging/pictures.py``, or with the names of some: explore, train,
holography, measure, gallery.  The window is drawn without a display, with a small training that was
run for the picture and the examples that come with the program; all take ten minutes.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from PIL import Image

from nrg_app.files import write_bytes
from nrg_app.session.training_client import TrainingClient
from nrg_app.session.training_messages import (
    TrainingFailure,
    TrainingMessage,
    TrainingPoint,
    TrainingState,
)
from nrg_app.session.training_runs import create_run
from nrg_app.session.training_settings import RunSettings

FOLDER = Path(__file__).resolve().parent.parent / "resources" / "docs" / "pictures"
OPTIONS = {
    "explore": ["--model", "ising-32"],
    "train": ["--model", "ising-8"],
    "holography": ["--model", "ising-32"],
    "measure": ["--model", "ising-16"],
}
MINUTES = 6.0


def main(names: list[str]) -> None:
    """Make the pictures of some names, all without one."""
    chosen = names or [*OPTIONS, "gallery"]
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as data:
        # The window shows the newest training and measurements of this folder.
        os.environ["XDG_DATA_HOME"] = data
        if "train" in chosen:
            train()
        for name in chosen:
            if name == "gallery":
                nrg("gallery", "--out", str(FOLDER / name), "--format", "png", "--dpi", "200")
                continue
            path = FOLDER / f"{name}.png"
            nrg("screenshot", "--workspace", name, *OPTIONS[name], "--out", str(path))
            shrink(path)
            print(f"{path.stat().st_size / 1000:.0f} kB")


def nrg(*arguments: str) -> None:
    """Run the program in a process of its own."""
    subprocess.run([sys.executable, "-m", "nrg_app", *arguments], check=True)


def train() -> None:
    """Train a flow of side 8 as the Train workspace does, with what it measures meanwhile."""
    ended = threading.Event()

    def hear(message: TrainingMessage) -> None:
        match message:
            case TrainingPoint():
                print(f"\rtraining {message.fraction:4.0%}", end="", flush=True)
            case TrainingState(status="finished"):
                ended.set()
            case TrainingFailure():
                print(message.message, file=sys.stderr)
                ended.set()

    client = TrainingClient(hear)
    client.start(create_run(RunSettings(size=8, minutes=MINUTES)).path)
    ended.wait()
    client.close()
    print()


def shrink(path: Path) -> None:
    """Write a PNG file again with a palette: a third of the bytes, to the eye the same."""
    with Image.open(path) as picture:
        # Coverage keeps rare colours, such as those of points in a plot.
        method = Image.Quantize.MAXCOVERAGE
        flat = picture.convert("RGB").quantize(256, method, kmeans=1, dither=Image.Dither.NONE)
    buffer = io.BytesIO()
    flat.save(buffer, "png", optimize=True)
    write_bytes(path, buffer.getvalue())


if __name__ == "__main__":
    main(sys.argv[1:])
