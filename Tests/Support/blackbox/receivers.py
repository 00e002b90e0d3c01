"""Servers that take what Slipway tells: programs, and the forges' APIs for the statuses of commits.

The forges check each request as their manuals have it, and answer as they do: who sends what a forge would not take gets its error.
"""

import http.server
import json
import re
import threading
import urllib.parse


class Receiver:
    """Takes everything and remembers it. `answers` are given to the next requests: (status, headers)."""

    def __init__(self):
        self.lock = threading.Lock()
        self.requests = []
        self.answers = []
        self.server = None
        self.port = 0
        self.open()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}"

    def open(self):
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *arguments):
                pass

            def handle_any(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                request = {"method": self.command, "path": self.path, "headers": headers, "text": body.decode()}
                status, extra, answer = receiver.take(request)
                data = json.dumps(answer).encode()
                self.send_response(status)
                for name, value in {**extra, "Content-Length": str(len(data))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PATCH = handle_any

        class Server(http.server.ThreadingHTTPServer):
            allow_reuse_address = True

        self.server = Server(("127.0.0.1", self.port), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self):
        """Nobody answers at the address any more."""
        self.server.shutdown()
        self.server.server_close()

    def take(self, request):
        with self.lock:
            self.requests.append(request)
            if self.answers:
                status, headers = self.answers.pop(0)
                return status, headers, {"message": f"answer {status}"}
            return self.answer(request)

    def answer(self, request):
        return 200, {}, {}

    def bodies(self):
        with self.lock:
            return [json.loads(request["text"]) for request in self.requests if request["text"]]


class Forge(Receiver):
    """`statuses` are those that it took, in their order: (commit, context, state, description, url)."""

    token = "right-token"

    def __init__(self):
        self.statuses = []
        super().__init__()

    def states(self, context=None):
        with self.lock:
            return [status[2] for status in self.statuses if context in (None, status[1])]

    def keep(self, commit, context, state, body, url="target_url"):
        assert re.fullmatch(r"[0-9a-f]{40}", commit), commit
        assert len(body.get("description", "")) <= 140, body
        assert re.fullmatch(r"https?://[^/]+/(runs|jobs)/\d+", body[url]), body
        self.statuses.append((commit, context, state, body.get("description"), body[url]))


class GitHub(Forge):
    def answer(self, request):
        if request["headers"].get("authorization") != f"Bearer {self.token}":
            return 401, {}, {"message": "Bad credentials"}
        if "user-agent" not in request["headers"]:
            return 403, {}, {"message": "Request forbidden by administrative rules"}
        found = re.fullmatch(r"/repos/team/app/statuses/([0-9a-f]{40})", request["path"])
        if not found or request["method"] != "POST":
            return 404, {}, {"message": "Not Found"}
        body = json.loads(request["text"])
        description = body.get("description", "")
        if body.get("state") not in ("error", "failure", "pending", "success") or len(description) > 140:
            return 422, {}, {"message": "Validation Failed"}
        if any(ord(one) > 0xFFFF for one in description):
            return 422, {}, {"message": "description doesn't accept 4-byte Unicode"}
        self.keep(found[1], body["context"], body["state"], body)
        return 201, {}, {"id": len(self.statuses), **body}


class GitHubChecks(Forge):
    def __init__(self):
        self.checks = {}
        super().__init__()

    def answer(self, request):
        if request["headers"].get("authorization") != f"Bearer {self.token}":
            return 401, {}, {"message": "Bad credentials"}
        path, _, query = request["path"].partition("?")
        found = re.fullmatch(r"/repos/team/app/commits/([0-9a-f]{40})/check-runs", path)
        if found and request["method"] == "GET":
            name = urllib.parse.parse_qs(query)["check_name"][0]
            checks = [check for check in self.checks.values() if check["name"] == name and check["head_sha"] == found[1]]
            return 200, {}, {"total_count": len(checks), "check_runs": checks[-1:]}
        body = json.loads(request["text"])
        found = re.fullmatch(r"/repos/team/app/check-runs(?:/(\d+))?", path)
        assert found, path
        if body["status"] not in ("queued", "in_progress", "completed") or (body["status"] == "completed") != ("conclusion" in body):
            return 422, {}, {"message": "Validation Failed"}
        if request["method"] == "POST":
            check = {"id": len(self.checks) + 1, **body}
        else:
            check = {**self.checks[int(found[1])], **body}
            assert self.checks[int(found[1])]["status"] != "completed" or body["status"] == "completed", "it is not opened again"
        self.checks[check["id"]] = check
        state = body.get("conclusion") or body["status"]
        self.keep(check["head_sha"], check["name"], state, {**body, "description": body["output"]["title"]}, "details_url")
        return 201 if request["method"] == "POST" else 200, {}, check


class GitLab(Forge):
    def answer(self, request):
        if request["headers"].get("private-token") != self.token:
            return 401, {}, {"message": "401 Unauthorized"}
        found = re.fullmatch(r"/api/v4/projects/team%2Fapp/statuses/([0-9a-f]{40})", request["path"])
        if not found or request["method"] != "POST":
            return 404, {}, {"message": "404 Project Not Found"}
        body = json.loads(request["text"])
        if body.get("state") not in ("pending", "running", "success", "failed", "canceled", "skipped"):
            return 400, {}, {"error": "state does not have a valid value"}
        before = [one for one in self.statuses if one[:2] == (found[1], body["name"])]
        if before and before[-1][2] == body["state"]:
            return 400, {}, {"message": f"Cannot transition status via :run from :{body['state']} (Reason(s): …)"}
        self.keep(found[1], body["name"], body["state"], body)
        return 201, {}, {"id": len(self.statuses)}


class Gitea(Forge):
    def answer(self, request):
        if request["headers"].get("authorization") != f"token {self.token}":
            return 401, {}, {"message": "token is required"}
        found = re.fullmatch(r"/api/v1/repos/team/app/statuses/([0-9a-f]{40})", request["path"])
        if not found or request["method"] != "POST":
            return 404, {}, {"message": "Not Found"}
        body = json.loads(request["text"])
        if body.get("state") not in ("pending", "success", "error", "failure", "warning"):
            return 422, {}, {"message": "unknown state"}
        self.keep(found[1], body["context"], body["state"], body)
        return 201, {}, {"id": len(self.statuses)}
