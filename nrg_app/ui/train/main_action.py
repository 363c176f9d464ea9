"""What the main button of a training does: start, pause, resume, or nothing for now."""

from __future__ import annotations

from dataclasses import dataclass

from nrg_app.ui.train.desk import TrainingDesk


@dataclass(frozen=True)
class MainAction:
    """Face of the button; ``obstacle`` says why it is off, where that is not plain."""

    text: str
    icon: str = "play"
    enabled: bool = True
    obstacle: str = ""


def main_action(desk: TrainingDesk, *, valid: bool) -> MainAction:
    """Return what the button does for the shown run; ``valid`` tells whether a new one can start.

    At most one run is on at a time; a paused one makes room for another.
    """
    status = desk.shown_status()
    if desk.shown and desk.shown == desk.active:
        ready = not desk.waiting
        if status == "running":
            return MainAction("Pause", "pause", ready)
        paused = status == "paused"
        return MainAction("Resume" if paused else "Measuring", "play", ready and paused)
    text = "Resume" if desk.shown else "Start training"
    if desk.is_training():
        why = f"{desk.active} is training; pause or stop it first"
        return MainAction(text, enabled=False, obstacle=why)
    if status == "finished":
        return MainAction("Finished", enabled=False)
    return MainAction(text, enabled=valid)
