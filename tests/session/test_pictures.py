"""Spins from files: what is read, and what is refused in a sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nrg_app.errors import NRGError
from nrg_app.session.pictures import read_spins, spins_of_picture

SPINS = np.where(np.arange(48).reshape(3, 4, 4) % 5 < 2, 1, -1)


@pytest.mark.parametrize("dtype", [np.int8, np.int64, np.float32])
@pytest.mark.parametrize("order", ["C", "F"])
def test_spins_of_any_number_type_are_read(tmp_path: Path, dtype: type, order: str) -> None:
    np.savez_compressed(tmp_path / "a.npz", spins=SPINS.astype(dtype, order=order))  # type: ignore[call-overload]
    spins = read_spins(tmp_path / "a.npz", 4)
    assert spins.dtype == np.int8
    assert np.array_equal(spins, SPINS)


def test_one_configuration_is_a_stack_of_one(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", spins=SPINS[0])
    assert np.array_equal(read_spins(tmp_path / "a.npz", 4), SPINS[:1])


@pytest.mark.parametrize(
    "arrays",
    [
        {"other": SPINS},
        {"spins": SPINS[:, :, :3]},
        {"spins": SPINS[:0]},
        {"spins": SPINS[0, 0]},
        {"spins": 2 * SPINS},
        {"spins": np.full((4, 4), np.nan)},
        {"spins": np.full((4, 4), "up")},
        {"spins": np.full((4, 4), None, dtype=object)},
    ],
)
def test_unfit_arrays_are_refused(tmp_path: Path, arrays: dict[str, np.ndarray]) -> None:
    np.savez(tmp_path / "a.npz", **arrays)  # type: ignore[arg-type]
    with pytest.raises(NRGError, match=r"a\.npz.+\.$"):
        read_spins(tmp_path / "a.npz", 4)


def test_a_broken_or_missing_file_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", spins=SPINS)
    content = (tmp_path / "a.npz").read_bytes()
    for number, part in enumerate((b"", b"spins", content[:80], content[:-30])):
        path = tmp_path / f"{number}.npz"
        path.write_bytes(part)
        with pytest.raises(NRGError, match="Cannot read"):
            read_spins(path, 4)
    with pytest.raises(NRGError, match="Cannot read"):
        read_spins(tmp_path / "missing.npz", 4)


def test_the_threshold_parts_bright_from_dark() -> None:
    grey = np.array([[0, 99], [100, 255]], dtype=np.uint8)
    assert spins_of_picture(grey, 99).tolist() == [[-1, -1], [1, 1]]
    assert spins_of_picture(grey, 99, dark_is_up=True).tolist() == [[1, 1], [-1, -1]]
