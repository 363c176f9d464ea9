from __future__ import annotations

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from nrg_app.session.document import Session
from nrg_app.session.messages import WorkerFailure
from nrg_app.session.views import SweepSettings
from nrg_app.ui.feed import SampleFeed
from nrg_app.ui.frame_clock import FrameClock
from nrg_app.ui.sweep import Sweep
from nrg_app.ui.temperature_slider import HIGH

from .fakes import FakeClient


@pytest.fixture
def session() -> Session:
    session = Session()
    session.model = "tiny"
    return session


@pytest.fixture
def feed(session: Session, qtbot: QtBot) -> SampleFeed:
    owner = QObject()
    feed = SampleFeed(session, FakeClient, owner)
    feed.owner = owner
    feed.start()
    return feed


def requests(feed: SampleFeed) -> list:
    assert isinstance(feed.client, FakeClient)
    return feed.client.requests


def test_nothing_is_asked_before_the_start(session: Session, qtbot: QtBot) -> None:
    feed = SampleFeed(session, FakeClient)
    session.temperature = 2.0
    assert feed.client is None


def test_a_change_of_temperature_asks_at_once_with_the_same_seed(
    feed: SampleFeed, session: Session
) -> None:
    session.temperature = 2.0
    first, second = requests(feed)
    assert second.temperature == 2.0
    assert second.seed == first.seed
    assert second.request_id > first.request_id


def test_the_same_request_is_not_repeated(feed: SampleFeed) -> None:
    feed.ask()
    assert len(requests(feed)) == 1


def test_without_auto_the_temperature_waits(feed: SampleFeed, session: Session) -> None:
    session.auto = False
    session.temperature = 2.0
    assert len(requests(feed)) == 1
    session.auto = True
    assert requests(feed)[-1].temperature == 2.0


def test_a_resample_asks_once_though_two_events_tell_of_it(
    feed: SampleFeed, session: Session
) -> None:
    session.frozen_scale = 4
    session.resample_fine()
    session.seed = 99
    assert [request.seed for request in requests(feed)] == [1, 1, 99]


def test_held_changes_ask_once(feed: SampleFeed, session: Session) -> None:
    with feed.hold():
        session.temperature = 2.0
        session.seed = 5
    assert len(requests(feed)) == 2


def test_held_changes_that_wait_ask_nothing(feed: SampleFeed, session: Session) -> None:
    session.auto = False
    with feed.hold():
        session.temperature = 2.0
        session.view = "field"
    assert len(requests(feed)) == 1


def test_the_flow_is_not_asked_without_a_model(qtbot: QtBot) -> None:
    session = Session()
    feed = SampleFeed(session, FakeClient)
    feed.start()
    assert requests(feed) == []
    session.sampler = "wolff"
    assert len(requests(feed)) == 1


def test_answers_arrive_as_signals_with_the_time_of_asking(session: Session, qtbot: QtBot) -> None:
    feed = SampleFeed(session, FakeClient)
    with qtbot.waitSignal(feed.samples_ready) as caught:
        feed.start()
    samples, asked = caught.args
    assert samples.spins.shape == (25, 8, 8)
    assert asked is None
    assert not feed.is_waiting()
    with qtbot.waitSignal(feed.samples_ready) as caught:
        session.temperature = 2.0
    assert isinstance(caught.args[1], float)


def test_playing_draws_new_seeds_until_the_pause(
    feed: SampleFeed, session: Session, qtbot: QtBot
) -> None:
    session.speed = 60
    session.playing = True
    qtbot.waitUntil(lambda: session.seed >= 4)
    session.playing = False
    count = len(requests(feed))
    qtbot.wait(60)
    assert len(requests(feed)) == count


def test_playing_waits_for_a_slow_worker(feed: SampleFeed, session: Session, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not feed.is_waiting())
    feed.client.silent = True
    session.speed = 60
    session.playing = True
    qtbot.wait(120)
    session.playing = False
    assert session.seed == 2


def test_a_dead_worker_is_reported_and_not_asked_until_the_restart(
    feed: SampleFeed, session: Session, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(feed.failed):
        feed.client.on_message(WorkerFailure("It died.", fatal=True))
    session.temperature = 2.0
    assert len(requests(feed)) == 1
    feed.restart()
    assert feed.client.restarts == 1
    assert requests(feed)[-1].temperature == 2.0


def test_a_failed_request_may_be_asked_again(feed: SampleFeed, qtbot: QtBot) -> None:
    failure = WorkerFailure("No such model.", fatal=False, request_id=1)
    with qtbot.waitSignal(feed.failed):
        feed.client.on_message(failure)
    feed.ask()
    assert len(requests(feed)) == 2


def test_nothing_is_announced_after_the_close(feed: SampleFeed, qtbot: QtBot) -> None:
    client = feed.client
    feed.close()
    assert client.closed
    with qtbot.assertNotEmitted(feed.samples_ready, wait=50):
        client.request(feed._session.sample_request(7))


def test_the_clock_counts_only_repaints_with_a_new_picture() -> None:
    clock = FrameClock()
    clock.repainted(0.0, 0.1)
    assert clock.frame is None
    assert clock.rate(0.1) is None
    clock.picture_came(asked=1.0)
    clock.repainted(1.05, 1.07)
    assert clock.latency == pytest.approx(0.07)
    assert clock.frame == pytest.approx(0.02)
    assert clock.rate(1.5) == 1
    assert clock.rate(3.0) is None


def test_a_sweep_turns_round_at_the_ends(qtbot: QtBot) -> None:
    session = Session()
    sweep = Sweep(session)
    session.temperature = HIGH - 0.01
    sweep.advance(0.5)
    assert session.temperature == HIGH
    sweep.advance(0.5)
    assert session.temperature == pytest.approx(HIGH - 0.5 * SweepSettings().rate)


def test_a_sweep_goes_on_from_a_temperature_that_the_user_sets(qtbot: QtBot) -> None:
    session = Session()
    sweep = Sweep(session)
    session.temperature = 2.0
    sweep.advance(0.1)
    assert session.temperature == pytest.approx(2.0 + 0.1 * SweepSettings().rate)
