"""What trainings, measurements and analyses say: sentences in the window and in its status bar."""

from __future__ import annotations

from pathlib import Path

from nrg_app.ui.activity import Activity
from nrg_app.ui.message_bar import WindowMessage
from nrg_app.ui.workspaces import Workspaces


def connect_jobs(workspaces: Workspaces, message: WindowMessage, activity: Activity) -> None:
    """Pass on what the jobs of all workspaces say, with a button where something can be done."""
    trainings, measurements = workspaces.desk, workspaces.measure_desk

    def training_failed(text: str) -> None:
        message.show_message(text, "error", button="Resume", action=trainings.resume_failed)

    def measurement_failed(text: str) -> None:
        message.show_message(text, "error", button="Retry", action=measurements.retry)

    def run_deleted(name: str, away: Path) -> None:
        message.show_message(
            f"Deleted the run {name}.", button="Undo", action=lambda: trainings.bring_back(away)
        )

    for speaker in (trainings, measurements, workspaces.measure, workspaces.holography):
        speaker.spoke.connect(message.show_message)
    trainings.failed.connect(training_failed)
    trainings.deleted.connect(run_deleted)
    measurements.failed.connect(measurement_failed)
    workspaces.train.activity.connect(activity.set_training)
    workspaces.measure.activity.connect(activity.set_measurement)
    workspaces.holography.activity.connect(activity.set_measurement)
