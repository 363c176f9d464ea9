"""Spins from files: what is read, and what is refused in a sentence."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

from nrg_app.errors import NRGError
from nrg_app.session.array_files import Described, write_arrays
from nrg_app.session.hdf5_reading import read_dataset
from nrg_app.session.reading_apart import read_apart
from nrg_app.session.spin_files import read_spins

SPINS = np.where(np.arange(48).reshape(3, 4, 4) % 5 < 2, 1, -1)


def write(path: Path, spins: np.ndarray, name: str = "spins") -> Path:
    """Write spins without the program, in the format of the suffix."""
    if path.suffix == ".npz":
        np.savez_compressed(path, **{name: spins})  # type: ignore[arg-type]
    elif path.suffix == ".h5":
        with h5py.File(path, "w") as file:
            file[name] = spins
    else:
        rows = spins.reshape(-1, spins.shape[-1])
        path.write_text("\n".join(",".join(map(str, row)) for row in rows))
    return path


@pytest.mark.parametrize("dtype", [np.int8, np.int64, np.float32])
@pytest.mark.parametrize("order", ["C", "F"])
def test_spins_of_any_number_type_are_read(tmp_path: Path, dtype: type, order: str) -> None:
    np.savez_compressed(tmp_path / "a.npz", spins=SPINS.astype(dtype, order=order))  # type: ignore[call-overload]
    spins, note = read_spins(tmp_path / "a.npz", 4)
    assert spins.dtype == np.int8
    assert np.array_equal(spins, SPINS)
    assert note == ""


@pytest.mark.parametrize("suffix", ["npz", "h5", "csv"])
def test_one_configuration_or_several_are_read_from_any_format(tmp_path: Path, suffix: str) -> None:
    for spins in (SPINS, SPINS[0]):
        found = read_spins(write(tmp_path / f"a.{suffix}", spins), 4)
        assert np.array_equal(found.spins, spins.reshape(-1, 4, 4))


@pytest.mark.parametrize("suffix", ["npz", "h5", "csv"])
def test_zeros_are_spins_down_and_it_is_said(tmp_path: Path, suffix: str) -> None:
    found = read_spins(write(tmp_path / f"a.{suffix}", (SPINS + 1) // 2), 4)
    assert np.array_equal(found.spins, SPINS)
    assert found.note == f"In 'a.{suffix}' 0 was read as the spin \N{MINUS SIGN}1."


@pytest.mark.parametrize("suffix", ["npz", "h5", "csv"])
@pytest.mark.parametrize(
    "spins",
    [
        SPINS[:, :, :3],
        SPINS[0, 0][None],
        2 * SPINS,
        np.where(SPINS > 0, 1, np.nan),
        np.where(SPINS > 0, np.inf, -1),
        np.where(SPINS > 0, 1 + 1e-9, -1),
        np.where(np.arange(48).reshape(3, 4, 4) % 3, SPINS, 0),
        np.ones((8, 8), int),
    ],
    ids=["no square", "one row", "twos", "nan", "infinity", "nearly", "all three", "other side"],
)
def test_unfit_numbers_are_refused(tmp_path: Path, suffix: str, spins: np.ndarray) -> None:
    path = write(tmp_path / f"a.{suffix}", spins)
    with pytest.raises(NRGError, match=rf"a\.{suffix}.+\.$") as refusal:
        read_spins(path, 4)
    assert len(str(refusal.value)) < 300


@pytest.mark.parametrize(
    "arrays",
    [
        {"other": SPINS},
        {"spins": SPINS[:0]},
        {"spins": SPINS[0, 0]},
        {"spins": np.full((4, 4), "up")},
        {"spins": np.full((4, 4), None, dtype=object)},
    ],
)
def test_unfit_arrays_are_refused(tmp_path: Path, arrays: dict[str, np.ndarray]) -> None:
    np.savez(tmp_path / "a.npz", **arrays)  # type: ignore[arg-type]
    with pytest.raises(NRGError, match=r"a\.npz.+\.$"):
        read_spins(tmp_path / "a.npz", 4)


@pytest.mark.parametrize("suffix", ["npz", "h5", "csv"])
def test_a_broken_or_missing_file_is_refused(tmp_path: Path, suffix: str) -> None:
    content = write(tmp_path / f"a.{suffix}", SPINS).read_bytes()
    for number, part in enumerate((b"", b"spins", content[: len(content) // 2 - 1])):
        path = tmp_path / f"{number}.{suffix}"
        path.write_bytes(part)
        with pytest.raises(NRGError, match=r"Cannot read|holds"):
            read_spins(path, 4)
    with pytest.raises(NRGError, match="Cannot read"):
        read_spins(tmp_path / f"missing.{suffix}", 4)


@pytest.mark.parametrize("suffix", ["npz", "h5", "csv"])
def test_what_the_program_writes_is_read_again(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    arrays = {
        "fields": Described(SPINS / 3, "others", "1", ("sample", "row", "column")),
        "spins": Described(SPINS.astype(np.int8), "spins", "1", ("sample", "row", "column")),
    }
    write_arrays(path, arrays, {"L": 4})
    assert np.array_equal(read_spins(path, 4).spins, SPINS)


@pytest.mark.parametrize("separator", [",", ";", "\t", "  ", ", "])
def test_a_matrix_may_have_any_separator_and_comments(tmp_path: Path, separator: str) -> None:
    rows = [separator.join(f"{spin:+d}" for spin in row) for row in SPINS.reshape(-1, 4)]
    (tmp_path / "a.csv").write_text("# by hand\r\n" + "\r\n".join(rows) + "\r\n\r\n")
    assert np.array_equal(read_spins(tmp_path / "a.csv", 4).spins, SPINS)


def test_a_small_file_that_inflates_is_refused_before_it_does(tmp_path: Path) -> None:
    side = 2**14
    with zipfile.ZipFile(tmp_path / "a.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("spins.npy", bytes(side * side))
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_dataset("spins", (side, side), "i1", chunks=(64, 64), compression="gzip")
    for path in tmp_path.iterdir():
        assert path.stat().st_size < 2**20
        with pytest.raises(NRGError, match="at most 64 MiB"):
            read_spins(path, side)


def external_link(file: h5py.File, other: Path) -> None:
    file["spins"] = h5py.ExternalLink(other, "spins")


def soft_link(file: h5py.File, other: Path) -> None:
    file["there"] = SPINS
    file["spins"] = h5py.SoftLink("/there")


def external_storage(file: h5py.File, other: Path) -> None:
    other.with_suffix(".raw").write_bytes(bytes([1]) * 16)
    file.create_dataset(
        "spins", (4, 4), "i1", external=[(str(other.with_suffix(".raw")), 0, h5py.h5f.UNLIMITED)]
    )


def virtual(file: h5py.File, other: Path) -> None:
    layout = h5py.VirtualLayout((3, 4, 4), "i8")
    layout[:] = h5py.VirtualSource(other, "spins", (3, 4, 4))
    file.create_virtual_dataset("spins", layout)


def group(file: h5py.File, other: Path) -> None:
    file.create_group("spins")


def objects(file: h5py.File, other: Path) -> None:
    file.create_dataset("spins", (4, 4), h5py.string_dtype())


def references(file: h5py.File, other: Path) -> None:
    file.create_dataset("spins", (4, 4), h5py.ref_dtype)


def records(file: h5py.File, other: Path) -> None:
    file["spins"] = np.zeros((4, 4), [("spin", "i1")])


def nothing(file: h5py.File, other: Path) -> None:
    file["spins"] = h5py.Empty("i1")


def huge_chunk(file: h5py.File, other: Path) -> None:
    file.create_dataset(
        "spins", (4, 4), "i1", chunks=(2**14, 2**14), maxshape=(None, None), compression="gzip"
    )


@pytest.mark.parametrize(
    "make",
    [
        external_link, soft_link, external_storage, virtual, group, objects, references, records,
        nothing, huge_chunk,
    ],
)  # fmt: skip
def test_hdf5_files_hold_numbers_and_nothing_else(
    tmp_path: Path, make: Callable[[h5py.File, Path], None]
) -> None:
    other = write(tmp_path / "other.h5", SPINS)
    with h5py.File(tmp_path / "a.h5", "w") as file:
        make(file, other)
    with pytest.raises(NRGError, match="must be an HDF5 file"):
        read_spins(tmp_path / "a.h5", 4)


def test_a_reader_that_does_not_end_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "a.h5", SPINS)
    monkeypatch.setattr("nrg_app.session.reading_apart._SECONDS", 0.0)
    with pytest.raises(ValueError, match="no such numbers"):
        read_apart(read_dataset, path, "spins", 2**20)


def crash(path: str, name: str, limit: int) -> bytes:
    raise SystemExit(os.kill(os.getpid(), signal.SIGSEGV))


def test_a_reader_that_crashes_is_given_up(tmp_path: Path) -> None:
    path = write(tmp_path / "a.h5", SPINS)
    with pytest.raises(ValueError, match="no such numbers"):
        read_apart(crash, path, "spins", 2**20)


def test_the_process_that_asks_never_loads_the_library(tmp_path: Path) -> None:
    path = write(tmp_path / "a.h5", SPINS)
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from nrg_app.session.spin_files import read_spins\n"
        "if __name__ == '__main__':\n"
        "    print(read_spins(Path(sys.argv[1]), 4).spins.shape, 'h5py' in sys.modules)\n"
    )
    (tmp_path / "program.py").write_text(program)
    command = [sys.executable, str(tmp_path / "program.py"), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[0] == "(3, 4, 4) False"
