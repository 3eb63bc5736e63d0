"""What the server does once a day beside serving."""

import threading

from assistant.web.daily import Daily


def test_the_job_runs_at_once_and_again_even_when_it_failed() -> None:
    runs, thrice = [0], threading.Event()

    def job() -> None:
        runs[0] += 1
        if runs[0] == 3:
            thrice.set()
        raise RuntimeError("the disk is full")

    daily = Daily(job, every_s=0.001)
    daily.start()
    assert thrice.wait(10)
    daily.stop()


def test_nothing_runs_where_the_server_could_not_be_started() -> None:
    ran = threading.Event()
    daily = Daily(ran.set, every_s=0.001)
    daily.start(RuntimeError("no model"))
    daily.stop()
    daily.start()
    assert not ran.is_set()
