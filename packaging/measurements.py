"""Make the measurements that the window shows before the first own one: resources/measurements.

Run as ``.venv/bin/python packaging/measurements.py``, or with the names of some of them: scan,
scaling, mcrg, race.  Every order is carried out as the window would; all take six minutes of
processor time.
"""

from __future__ import annotations

import sys

from nrg_app.analysis.scan_results import ScanSettings
from nrg_app.physics.exact import CRITICAL_TEMPERATURE
from nrg_app.resources import measurements_dir
from nrg_app.session.measure.jobs import carry_out
from nrg_app.session.measure.orders import (
    Kind,
    McrgOrder,
    Message,
    Order,
    Progress,
    RaceOrder,
    Result,
    ScalingOrder,
    ScanOrder,
)
from nrg_app.session.measure.store import save_result
from nrg_app.ui.measure.order_form import dense_temperatures

TC = float(CRITICAL_TEMPERATURE)
ORDERS: dict[Kind, Order] = {
    "scan": ScanOrder(
        ScanSettings(16, dense_temperatures(1.5, 3.5, 25), "reweighted", 2048, 1, "ising-16"), 2048
    ),
    "scaling": ScalingOrder(
        (8, 16, 32), dense_temperatures(2.1, 2.45, 11), 8192, 0, ("ising-8", "ising-16", "ising-32")
    ),
    "mcrg": McrgOrder(32, ("majority", "encoded"), "ising-32", (2.1, TC, 2.4), 8000, 3000, 0),
    "race": RaceOrder(("ising-8", "ising-16", "ising-32"), TC, 3.0, 0),
}


def main(kinds: list[str]) -> None:
    """Carry out the orders of some kinds, all without a name, and write their results."""
    for kind, order in ORDERS.items():
        if kinds and kind not in kinds:
            continue
        found: list[Result] = []

        def hear(message: Message, found: list[Result] = found) -> None:
            if isinstance(message, Progress):
                print(f"\r{message.fraction:4.0%} {message.words:<50}", end="", flush=True)
            elif isinstance(message, Result):
                found[:] = [message]

        carry_out(order, hear)
        path = measurements_dir() / f"{kind}.json"
        save_result(found[0], path)
        print(f"\rwrote {path}".ljust(60))


if __name__ == "__main__":
    main(sys.argv[1:])
