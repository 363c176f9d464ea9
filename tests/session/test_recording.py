"""Recordings: every frame is there, and shows what the model says."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from imageio_ffmpeg import read_frames
from PIL import Image

from nrg_app.errors import NRGError
from nrg_app.figures import style
from nrg_app.figures.movie import Frame, draw_frame, write_movie
from nrg_app.session.document import Session
from nrg_app.session.messages import SampleRequest, SamplerName
from nrg_app.session.recording import Recording, recorded_frames, recording_origin
from nrg_app.session.sampling import load_model, sample
from nrg_app.session.training_messages import FixedNoise, TrainingPoint
from nrg_app.session.training_runs import create_run, write_event
from nrg_app.session.training_settings import RunSettings

UP, DOWN = (tuple(bytes.fromhex(color[1:])) for color in reversed(style.SPIN_COLORS))


def checkerboard(size: int = 8) -> np.ndarray:
    return np.where(np.indices((size, size)).sum(0) % 2, -1.0, 1.0)


def ignore(_count: int) -> None:
    pass


def test_every_site_is_a_square_of_its_colour() -> None:
    pixels = draw_frame(Frame(checkerboard(), "text"), 160)
    for row in range(8):
        for column in range(8):
            cell = pixels[20 * row : 20 * row + 20, 20 * column : 20 * column + 20]
            expected = DOWN if (row + column) % 2 else UP
            assert (cell == expected).all()


# The reader of imageio-ffmpeg leaves its pipes to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("suffix", [".gif", ".mp4"])
def test_all_frames_come_back(tmp_path: Path, suffix: str) -> None:
    # Frame k has k spins up in its first row.
    frames = []
    for count in range(9):
        values = np.full((8, 8), -1.0)
        values[0, :count] = 1.0
        frames.append(Frame(values, f"frame {count}"))
    path, done = tmp_path / f"movie{suffix}", []
    write_movie(path, frames, side=160, fps=10, told={"model": "m"}, tick=done.append)
    assert done == list(range(1, 10))
    if suffix == ".gif":
        with Image.open(path) as image:
            assert image.info["duration"] == 100
            pictures = []
            for index in range(image.n_frames):
                image.seek(index)
                pictures.append(np.asarray(image.convert("RGB"), int))
    else:
        reader = read_frames(str(path))
        facts = next(reader)
        assert facts["fps"] == 10
        width, height = facts["size"]
        pictures = [np.frombuffer(f, np.uint8).reshape(height, width, 3) for f in reader]
    assert len(pictures) == 9
    for count, picture in enumerate(pictures):
        middles = np.asarray(picture, int)[10, 10:160:20]
        up = np.abs(middles - UP).sum(1) < np.abs(middles - DOWN).sum(1)
        assert up.tolist() == [k < count for k in range(8)]
    assert json.loads((tmp_path / f"movie{suffix}.json").read_text())["model"] == "m"


@pytest.mark.parametrize("suffix", [".gif", ".mp4"])
def test_what_is_stopped_leaves_no_file(tmp_path: Path, suffix: str) -> None:
    def stop(count: int) -> None:
        if count == 3:
            raise KeyboardInterrupt

    frames = [Frame(checkerboard(), str(k)) for k in range(9)]
    with pytest.raises(KeyboardInterrupt):
        write_movie(tmp_path / f"m{suffix}", frames, side=160, fps=10, told={}, tick=stop)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "side", "fps", "word"),
    [("m.avi", 160, 10, ".mp4"), ("m.gif", 20, 10, "pixels"), ("m.gif", 160, 0, "per second")],
)
def test_what_cannot_be_written_is_said(
    tmp_path: Path, name: str, side: int, fps: int, word: str
) -> None:
    with pytest.raises(NRGError, match=word):
        write_movie(tmp_path / name, [], side=side, fps=fps, told={}, tick=ignore)


@pytest.mark.parametrize(
    ("program", "said"), [("no-such-program", "install ffmpeg"), ("false", "cannot be encoded")]
)
def test_an_encoder_that_fails_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, said: str
) -> None:
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", program)
    frames = [Frame(checkerboard(), str(k)) for k in range(99)]
    with pytest.raises(NRGError, match=said):
        write_movie(tmp_path / "m.mp4", frames, side=640, fps=10, told={}, tick=ignore)
    assert list(tmp_path.iterdir()) == []


def test_a_sweep_orders_and_melts_one_sample() -> None:
    order = Recording("sweep", "ising-8", seed=3, low=1.5, high=3.5, frames=9)
    frames, count = recorded_frames(order)
    shown = list(frames)
    assert len(shown) == count == 9
    magnetizations = [abs(frame.values.mean()) for frame in shown]
    assert magnetizations[0] > 0.9
    assert magnetizations[-1] < magnetizations[0]
    assert [frame.mark.value for frame in shown if frame.mark] == pytest.approx(
        np.linspace(1.5, 3.5, 9)
    )
    again, _ = recorded_frames(order)
    assert all(np.array_equal(a.values, b.values) for a, b in zip(shown, again, strict=True))


def test_a_path_begins_and_ends_at_two_samples() -> None:
    order = Recording("path", "ising-8", seed=3, temperature=2.3, frames=5, view="field")
    first, last = (list(recorded_frames(order)[0])[k].values for k in (0, -1))
    other = Recording(
        "path", "ising-8", seed=3, temperature=2.3, frames=5, view="field", index=1, target=0
    )
    start = next(recorded_frames(other)[0]).values
    # The two ways to the same latents differ by the rounding of cos(pi / 2).
    assert np.allclose(last, start, atol=1e-4)
    assert not np.allclose(first, last, atol=0.1)


def a_session() -> Session:
    """Another sample than the first, with resampled scales and a latent set by hand."""
    session = Session()
    session.model, session.temperature, session.seed = "ising-8", 2.2, 5
    session.frozen_scale = 2
    session.resample_fine()
    session.selected = 3
    session.edit_latent(4, 1, 1, 2.0)
    return session


@pytest.mark.parametrize("sampler", ["flow", "wolff"])
def test_a_recording_shows_the_sample_that_the_window_shows(sampler: SamplerName) -> None:
    session = a_session()
    session.sampler = sampler
    request = session.sample_request(0)
    window = sample(request, load_model("ising-8"))
    order = Recording(
        "sweep", "ising-8", seed=5, low=2.2, high=2.4, frames=2, index=3, request=request
    )
    assert np.array_equal(next(recorded_frames(order)[0]).values, window.spins[3])
    scales = replace(order, kind="scales", temperature=2.2, frames=9)
    assert np.array_equal(list(recorded_frames(scales)[0])[-1].values, window.spins[3])


def test_an_encoded_configuration_is_recorded_to_the_last_spin() -> None:
    session = Session()
    session.model, session.temperature = "ising-8", 2.2
    spins = checkerboard().astype(np.int8)
    session.encode(spins)
    order = Recording(
        "sweep", "ising-8", low=2.2, high=2.4, frames=2, request=session.sample_request(0)
    )
    assert np.array_equal(next(recorded_frames(order)[0]).values, spins)


def test_the_scales_end_at_the_field_itself() -> None:
    order = Recording("scales", "ising-8", seed=3, frames=8, view="field")
    field = next(recorded_frames(Recording("path", "ising-8", seed=3, view="field"))[0]).values
    shown = list(recorded_frames(order)[0])
    assert np.allclose(shown[-1].values, field, atol=1e-5)
    # The coarsest scale has one site.
    assert np.ptp(shown[0].values) == 0.0


def test_a_training_shows_what_its_run_has_noted(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("nrg_app.session.training_runs.user_data_dir", lambda *_, **__: tmp_path)
    folder = create_run(RunSettings(size=8, minutes=1.0))
    with folder.events.open("w", encoding="utf-8") as stream:
        for steps in (0, 50):
            point = TrainingPoint(
                steps, 8, 0, 0.01, 0.001, None, None, 0.5, 1e-3, 0.1, 10.0, 0.1, 1.0, 9.0
            )
            write_event(stream, point)
            spins = np.where(checkerboard() > (steps > 0), 1, -1).astype(np.int8)
            write_event(stream, FixedNoise(steps, spins[None]))
    frames, count = recorded_frames(Recording("training", folder.name))
    texts = [frame.text for frame in frames]
    assert count == 2
    assert "step 50" in texts[1]
    assert "gap 0.01" in texts[1]


def test_bad_orders_are_refused() -> None:
    for order, word in (
        (Recording("sweep", "ising-8", low=3.0, high=2.0), "begins"),
        (Recording("path", "ising-8", frames=1), "frames"),
        (Recording("training", "no such run"), "no such run"),
        (Recording("sweep", "no-model"), "no-model"),
        (
            Recording("path", "ising-8", target=9, request=SampleRequest(0, "ising-8", 2.3, 1, 2)),
            "no sample 10",
        ),
    ):
        with pytest.raises(NRGError, match=word):
            recorded_frames(order)


def test_the_origin_names_what_was_run() -> None:
    told = recording_origin(Recording("sweep", "ising-8", seed=3, low=1.5, high=3.5))
    assert told["temperature"] == "1.5 to 3.5 J/k_B"
    assert (told["seed"], told["sample"]) == ("3", "1")
    assert recording_origin(Recording("path", "ising-8", index=4))["sample"] == "5 to 2"
