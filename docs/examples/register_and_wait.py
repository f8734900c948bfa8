"""Registers a job and waits for its end. Exits with 1 if the job did not succeed. Needs only Python 3.9 or newer.

    python3 register_and_wait.py '{"jobId": "0a1b2c3d4e5"}'
    python3 register_and_wait.py '{"source": "sfs-turbo-share", "shareId": "77ba6f23-...", "operation": "extend"}'

The environment has JOBWATCH_URL and JOBWATCH_KEY. Tried with Python 3.11 against the simulated cloud.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

URL = os.environ["JOBWATCH_URL"].rstrip("/")
HEADERS = {"Authorization": "Bearer " + os.environ["JOBWATCH_KEY"], "Content-Type": "application/json"}


def call(method, path, body=None, headers=None):
    """Returns the JSON of the answer. Repeats a call that the service has no time for."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(URL + path, data, {**HEADERS, **(headers or {})}, method=method)
    while True:
        try:
            with urllib.request.urlopen(request, timeout=40) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code not in (429, 503):
                sys.exit(f"{error.code}: {json.load(error).get('detail')}")
            time.sleep(int(error.headers.get("Retry-After", "5")))


def main():
    # Registering twice is safe: an open job is joined.
    job = call("POST", "/jobs", json.loads(sys.argv[1]))
    path = "/jobs/" + urllib.parse.quote(job["jobId"]) + "?source=" + job["source"] + "&projectId=" + job["projectId"]
    while job["state"] in ("registered", "waiting", "running"):
        print(job["jobId"], job["state"], flush=True)
        # The answer comes when the job changes, or after 25 seconds.
        job = call("GET", path, headers={"Prefer": "wait=25"})
    print(job["jobId"], job["state"], job.get("failReason") or "")
    return 0 if job["state"] == "success" else 1


if __name__ == "__main__":
    sys.exit(main())
