"""``nrg mcrg``: critical exponents and flowing couplings by Monte Carlo RG."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from pydantic import BaseModel, ConfigDict, Field

from nrg_app.analysis.rg_results import Rule
from nrg_app.cli.jobs import check_places, run_job, stopped, write_result
from nrg_app.cli.measuring_tables import print_values
from nrg_app.cli.options import read_options
from nrg_app.cli.reports import load
from nrg_app.physics.exact import CRITICAL_TEMPERATURE
from nrg_app.session.measure.mcrg_plots import mcrg_plots
from nrg_app.session.measure.orders import McrgOrder, McrgResult
from nrg_app.session.measure.rows import mcrg_tables


class McrgOptions(BaseModel):
    """Everything that flags or a TOML file say; the names are those of the flags.

    Attributes:
        model: Name or file of a network whose coarse fields are looked at too.
        size: Lattice side; that of the model, or 32 without one.
        rules: How spins are coarse-grained; majority blocks, with a model also "encoded".
        temperatures: Where paths of couplings begin, in J/k_B.
        samples: Configurations for the exponents of a rule.
        path_samples: Configurations for every path.
        seed: Of all random numbers.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = ""
    size: int | None = None
    rules: tuple[Rule, ...] = ()
    temperatures: tuple[float, ...] = (2.15, float(CRITICAL_TEMPERATURE), 2.4)
    samples: int = Field(default=8000, ge=1)
    path_samples: int = Field(default=2000, ge=1)
    seed: int = Field(default=0, ge=0, lt=2**31)

    def order(self) -> McrgOrder:
        """The job of the Measure workspace that these options ask for.

        Raises:
            NRGError: if there is no such model.
        """
        side = load(self.model).size if self.model else 32
        usual: tuple[Rule, ...] = ("majority", "encoded") if self.model else ("majority",)
        return McrgOrder(
            side if self.size is None else self.size,
            self.rules or usual,
            self.model,
            self.temperatures,
            self.samples,
            self.path_samples,
            self.seed,
        )


def run_mcrg(
    flags: dict[str, Any],
    settings: Path | None,
    out: Path | None,
    figure: Path | None,
    threads: int,
) -> None:
    """Measure, print tables and write files if asked to.

    Args:
        flags: Options of the command line; None where nothing was said.
        settings: A TOML file with options that flags override.
        out: JSON file of the whole result; CSV or NPZ file of the numbers of its plots.
        figure: PDF, SVG or PNG file.
        threads: Of the network.

    Raises:
        NRGError: for bad options, a bad model or a place that cannot be written.
        KeyboardInterrupt: if the user stopped it, after the tables and the files of what was done.
    """
    torch.set_num_threads(threads)
    check_places(out, figure)
    result, complete = run_job(read_options(McrgOptions, settings, flags).order())
    if isinstance(result, McrgResult):
        print_values(mcrg_tables(result))
        write_result(result, mcrg_plots(result), out, figure)
    if not complete:
        raise stopped()
