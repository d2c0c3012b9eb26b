"""Waiting for a condition instead of sleeping for luck."""
import time


def wait_until(check, what, timeout=30.0, every=0.05):
    """The first truthy answer of `check()`; AssertionError naming `what` after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while True:
        answer = check()
        if answer: return answer
        if time.monotonic() >= deadline: raise AssertionError(f"not within {timeout:g} s: {what}")
        time.sleep(every)
