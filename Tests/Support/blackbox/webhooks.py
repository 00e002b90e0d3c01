"""Webhooks, as the forges send them."""

import hashlib
import hmac
import json
import uuid

ZERO = "0" * 40


def github_push(repository, before, after, ref="refs/heads/main", url=None):
    """The payload of a push, with the members that matter."""
    return {
        "ref": ref,
        "before": before or ZERO,
        "after": after,
        "created": before is None,
        "deleted": False,
        "forced": False,
        "repository": {
            "name": repository.name,
            "full_name": f"octo/{repository.name}",
            "clone_url": url or repository.url,
            "ssh_url": f"git@example.org:octo/{repository.name}.git",
            "html_url": f"https://example.org/octo/{repository.name}",
            "default_branch": "main",
        },
        "pusher": {"name": "ada", "email": "ada@example.org"},
        "sender": {"login": "ada", "id": 1},
        "head_commit": {"id": after, "message": "Change something", "author": {"name": "Ada"}},
        "commits": [{"id": after, "message": "Change something", "added": [], "removed": [], "modified": []}],
    }


def github_pull_request(repository, head, fork=None):
    """The payload of a pull request that was opened, from a branch of the repository or of a fork's `owner/name`."""
    name = f"octo/{repository.name}"
    return {
        **github_push(repository, None, head),
        "action": "opened",
        "number": 7,
        "pull_request": {
            "number": 7,
            "head": {"ref": "topic", "sha": head, "repo": {"full_name": fork or name}},
            "base": {"ref": "main", "repo": {"full_name": name}},
        },
    }


def send_github(daemon, payload, secret, event="push", delivery=None, name=None, signature=None):
    """Posts a payload signed with the secret; `signature` replaces the right one."""
    body = json.dumps(payload).encode()
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "GitHub-Hookshot/1",
        "X-GitHub-Event": event,
        "X-GitHub-Delivery": delivery or str(uuid.uuid4()),
        "X-Hub-Signature-256": signature or f"sha256={digest}",
    }
    path = f"/hooks/github/{name}" if name else "/hooks/github"
    return daemon.client.request("POST", path, data=body, headers=headers)


def send_gitea(daemon, payload, secret, event="push", delivery=None, name=None):
    body = json.dumps(payload).encode()
    headers = {
        "Content-Type": "application/json",
        "X-Gitea-Event": event,
        "X-Gitea-Delivery": delivery or str(uuid.uuid4()),
        "X-Gitea-Signature": hmac.new(secret.encode(), body, hashlib.sha256).hexdigest(),
    }
    path = f"/hooks/gitea/{name}" if name else "/hooks/gitea"
    return daemon.client.request("POST", path, data=body, headers=headers)


def gitlab_push(repository, before, after, ref="refs/heads/main"):
    return {
        "object_kind": "push",
        "event_name": "push",
        "before": before or ZERO,
        "after": after,
        "ref": ref,
        "checkout_sha": after,
        "user_username": "ada",
        "user_name": "Ada",
        "project": {
            "name": repository.name,
            "path_with_namespace": f"octo/{repository.name}",
            "git_http_url": repository.url,
            "git_ssh_url": f"git@example.org:octo/{repository.name}.git",
            "default_branch": "main",
        },
        "commits": [{"id": after, "message": "Change something", "added": [], "modified": [], "removed": []}],
        "total_commits_count": 1,
    }


def send_gitlab(daemon, payload, token, event="Push Hook", delivery=None, name=None):
    headers = {
        "X-Gitlab-Event": event,
        "X-Gitlab-Token": token,
        "X-Gitlab-Event-UUID": delivery or str(uuid.uuid4()),
    }
    path = f"/hooks/gitlab/{name}" if name else "/hooks/gitlab"
    return daemon.client.request("POST", path, json=payload, headers=headers)
