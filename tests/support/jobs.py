"""Jobs over the API, in the words of the tests."""
import uuid

from tests.support.waiting import wait_until

FINAL = ("completed", "failed")


def post_job(client, site_id, script=":log info hello", description="A job of the tests", key=None, **headers):
    """The answer as it came. Headers as keywords: X_Needs_Ack="false"."""
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(f"/site/{site_id}/job", body=script,
                       headers={"Content-Type": "text/plain", "X-Idempotency-Key": str(key or uuid.uuid4()), "X-Description": description, **more})


def create_job(client, site_id, *arguments, **more):
    response = post_job(client, site_id, *arguments, **more)
    assert response.status == 201, response
    return response.json()


def get_job(client, site_id, job_id):
    response = client.get(f"/site/{site_id}/job/{job_id}")
    assert response.status == 200, response
    return response.json()


def wait_for_job(client, site_id, job_id, state, timeout=60):
    return wait_until(lambda: (job := get_job(client, site_id, job_id))["status"] == state and job, f"job {job_id} is {state}", timeout, every=0.1)


def get_site(client, site_id):
    response = client.get(f"/sites/{site_id}")
    assert response.status == 200, response
    return response.json()
