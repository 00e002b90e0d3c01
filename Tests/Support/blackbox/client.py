"""The API, from outside."""

import requests

TIME_STAMP = 29


class Client:
    """One daemon's API. Methods with a noun give decoded answers and fail on anything but 2xx."""

    def __init__(self, address):
        self.address = address
        self.session = requests.Session()
        self.session.trust_env = False

    def request(self, method, path, **options):
        return self.session.request(method, self.address + path, timeout=30, **options)

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def post(self, path, body=None, **options):
        if body is not None:
            options["json"] = body
        return self.request("POST", path, **options)

    def fetched(self, path, **options):
        answer = self.get(path, **options)
        assert answer.ok, f"GET {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def posted(self, path, body=None, **options):
        answer = self.post(path, body, **options)
        assert answer.ok, f"POST {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def health(self):
        """The report; None while nobody listens."""
        try:
            answer = self.get("/health")
        except requests.RequestException:
            return None
        return answer.json() if answer.status_code in (200, 503) else None

    def repositories(self):
        return self.fetched("/api/v1/repositories")["repositories"]

    def repository(self, name):
        return self.fetched(f"/api/v1/repositories/{name}")

    def remote(self, name):
        return self.repository(name)["remote"]

    def triggers(self, name):
        return self.fetched(f"/api/v1/repositories/{name}/triggers")["triggers"]

    def all_runs(self, **filters):
        """Every run, over all pages, the newest first."""
        found = []
        query = {**filters, "limit": 100}
        while True:
            page = self.fetched("/api/v1/runs", params=query)
            found += page["runs"]
            if page["next"] is None:
                return found
            query["before"] = page["next"]

    def run(self, identity, **query):
        return self.fetched(f"/api/v1/runs/{identity}", params=query)

    def annotations(self, identity):
        return self.fetched(f"/api/v1/runs/{identity}/annotations")["annotations"]

    def log_bytes(self, job):
        answer = self.get(f"/api/v1/jobs/{job}/log")
        assert answer.ok, f"log of job {job}: {answer.status_code} {answer.text}"
        return answer.content

    def log(self, job):
        """The log's text without the time stamps."""
        return "\n".join(self.log_lines(job))

    def log_lines(self, job):
        return [line[TIME_STAMP:].decode(errors="replace") for line in self.log_bytes(job).split(b"\n")]

    def audit(self):
        return self.fetched("/api/v1/audit")["entries"]

    def cancel(self, run):
        return self.posted(f"/api/v1/runs/{run}/cancel")

    def rerun(self, run, jobs="all", reason=None):
        return self.posted(f"/api/v1/runs/{run}/rerun", {"jobs": jobs, "reason": reason})

    def dispatch(self, repository, workflow, ref=None, inputs=None):
        body = {"workflow": workflow, "ref": ref, "inputs": inputs or {}}
        return self.posted(f"/api/v1/repositories/{repository}/dispatch", body)

    def stream(self, job, last=None):
        """The log as server-sent events, from the event id `last` on."""
        headers = {} if last is None else {"Last-Event-ID": str(last)}
        return EventStream(f"{self.address}/api/v1/jobs/{job}/log/stream", headers)


class EventStream:
    """A stream of server-sent events. Iterating gives (id, name, data) until the server ends it or it is closed."""

    def __init__(self, address, headers):
        self.answer = requests.get(address, headers=headers, stream=True, timeout=30)
        assert self.answer.status_code == 200, f"{address}: {self.answer.status_code} {self.answer.text}"

    def lines(self):
        """Lines as they come. (requests' own splitter waits for more than a line, and loses what a break left over.)"""
        rest = b""
        while part := self.answer.raw.read1(65536):
            *whole, rest = (rest + part).split(b"\n")
            yield from whole

    def __iter__(self):
        identity, name, data = None, "message", []
        for line in self.lines():
            if not line:
                if data:
                    yield identity, name, b"\n".join(data)
                name, data = "message", []
                continue
            field, _, value = line.partition(b":")
            value = value.removeprefix(b" ")
            if field == b"id":
                identity = int(value)
            elif field == b"event":
                name = value.decode()
            elif field == b"data":
                data.append(value)

    def close(self):
        self.answer.close()
