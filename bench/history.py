#!/usr/bin/env python3
"""Fills a store with a long history, as years of work would leave it.

    history.py FOLDER/slipway.db --runs 100000

The daemon must not run, and must have executed one run with a gate in a job that deploys to an environment: its rows are the pattern
for all others, so that whatever columns the store has are filled. Written straight into the tables, 100,000 runs take some seconds; made by the daemon they take half an hour.
"""

import argparse
import hashlib
import pathlib
import random
import sqlite3

REPOSITORIES = ["app"] + [f"team-{number}/model-service" for number in range(1, 10)]
WORKFLOWS = [("CI", "ci.yml"), ("Train", "train.yml"), ("Nightly", "nightly.yml"), ("Deploy", "deploy.yml"), ("Lint", "lint.yml")]
ACTORS = ["anna", "ben", "carla", "deniz", "emil", "farah", "gus", "hana"]
VERBS = ["Add", "Mend", "Remove", "Speed up", "Document", "Test", "Rename", "Split"]
THINGS = ["the tokenizer", "a threshold", "the feature store", "the Dockerfile", "drift checks", "batch scoring", "the health route"]
CONCLUSIONS = ["success"] * 82 + ["failure"] * 12 + ["cancelled"] * 3 + ["timed_out"] * 2 + ["lost"]
SLICES = ["all", "de", "fr", "it", "new", "old", "fraud", "legit"]
STEPS = ["Set up job", "actions/checkout", "Install", "Test"]
DAY = 86400.0


class Pattern:
    """A row of a table, from which others are made."""

    def __init__(self, database, table, condition="1 ORDER BY rowid DESC"):
        columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
        row = database.execute(f"SELECT {', '.join(columns)} FROM {table} WHERE {condition} LIMIT 1").fetchone()
        if row is None:
            raise SystemExit(f"there is no row of {table} to take as a pattern: run a pipeline first")
        self.row = dict(zip(columns, row))
        marks = ", ".join(f":{name}" for name in columns)
        self.insertion = f"INSERT INTO {table}({', '.join(columns)}) VALUES ({marks})"

    def like(self, **changes):
        unknown = changes.keys() - self.row.keys()
        if unknown:
            raise SystemExit(f"the store has no columns {', '.join(sorted(unknown))} any more: mend this program")
        return self.row | changes


def fill(path, count, seed=1):
    """Adds that many completed runs with their events, jobs, steps, gates and deployments to environments.

    Returns the ids of those of the first repository that have a gate.
    """
    chance = random.Random(seed)
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA synchronous = OFF")
    database.execute("BEGIN IMMEDIATE")
    event, run = Pattern(database, "events"), Pattern(database, "runs")
    patterns = {
        "events": event, "runs": run, "jobs": Pattern(database, "jobs", "environment IS NULL"), "steps": Pattern(database, "steps", "1"),
        "gates": Pattern(database, "gates"), "metrics": Pattern(database, "metrics", "1"),
        "environment_deployments": Pattern(database, "environment_deployments")}
    first = {
        table: database.execute(f"SELECT max(id) FROM {table}").fetchone()[0] + 1
        for table in ("events", "runs", "jobs", "gates", "environment_deployments")}
    newest = run.row["created_at"]
    rows = {table: [] for table in patterns}
    numbers, current, gated = {}, {}, []
    for index in range(count):
        made = one_run(chance, index, count, newest, first, numbers)
        for table, values in made.items():
            rows[table] += [patterns[table].like(**one) for one in values]
        current |= {one["repository"]: one["id"] for one in made["environment_deployments"]}
        gated += [one["run_id"] for one in made["gates"] if one["repository"] == REPOSITORIES[0]]
        if len(rows["runs"]) == 5000 or index == count - 1:
            for table, pattern in patterns.items():
                database.executemany(pattern.insertion, rows[table])
                rows[table].clear()
    for name in REPOSITORIES:
        database.execute("INSERT OR IGNORE INTO repositories(name) VALUES (?)", (name,))
    database.executemany(
        "INSERT INTO run_numbers(repository, workflow_path, newest) VALUES (?, ?, ?)"
        " ON CONFLICT (repository, workflow_path) DO UPDATE SET newest = max(newest, excluded.newest)",
        [(repository, workflow, number) for (repository, workflow), number in numbers.items()])
    database.executemany(
        "INSERT OR REPLACE INTO environments(repository, name, newest_id, current_id) VALUES (?, 'production', ?, ?)",
        [(repository, deployment, deployment) for repository, deployment in current.items()])
    database.execute("COMMIT")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return gated


def one_run(chance, index, count, newest, first, numbers):
    """The values of a run and of what belongs to it that differ from the pattern's."""
    repository = REPOSITORIES[0] if chance.random() < 0.5 else chance.choice(REPOSITORIES)
    name, file = chance.choice(WORKFLOWS)
    workflow = f".github/workflows/{file}"
    number = numbers[repository, workflow] = numbers.get((repository, workflow), 0) + 1
    branch = "main" if chance.random() < 0.6 else f"feature/{chance.randrange(400)}"
    commit = hashlib.sha1(f"{index // 2}".encode()).hexdigest()
    actor, conclusion = chance.choice(ACTORS), chance.choice(CONCLUSIONS)
    # Two years, the oldest first.
    began = newest - 730 * DAY * (count - index) / count
    took = chance.uniform(20, 900)
    what = {"repository": repository, "ref": f"refs/heads/{branch}", "commit_id": commit, "actor": actor}
    run = first["runs"] + index
    made = {
        "events": [what | {"id": first["events"] + index, "received_at": began}],
        "runs": [what | {
            "id": run, "event_id": first["events"] + index, "number": number, "workflow": name, "workflow_path": workflow,
            "title": f"{chance.choice(VERBS)} {chance.choice(THINGS)} ({index})", "branch": branch, "attempt": 1,
            "status": "completed", "conclusion": conclusion, "reason": None, "created_at": began, "started_at": began + 1,
            "finished_at": began + took}],
        "jobs": [], "steps": [], "gates": [], "metrics": [], "environment_deployments": []}
    for place, key in enumerate(("lint", "test")):
        job = first["jobs"] + 2 * index + place
        made["jobs"].append({
            "id": job, "run_id": run, "key": key, "name": key, "position": place, "attempt": 1, "status": "completed",
            "conclusion": "success" if place == 0 else conclusion, "created_at": began,
            "started_at": began + 1 + place * took / 2, "finished_at": began + (1 + place) * took / 2, "reused_from": None})
        for position, title in enumerate(STEPS, 1):
            length = took / 2 / len(STEPS)
            start = began + 1 + place * took / 2 + (position - 1) * length
            is_last = position == len(STEPS)
            verdict = conclusion if place == 1 and is_last and conclusion in ("success", "failure") else "success"
            made["steps"].append({
                "job_id": job, "number": position, "name": title, "status": "completed", "conclusion": verdict,
                "outcome": verdict, "started_at": start, "finished_at": start + length})
    if name == "Train":
        add_gate(made, chance, first["gates"] + index, conclusion)
    if name == "Deploy" and branch == "main" and conclusion == "success":
        made["environment_deployments"].append(what | {
            "id": first["environment_deployments"] + index, "environment": "production", "run_id": run, "released_run_id": run,
            "job_id": made["jobs"][1]["id"], "status": "succeeded", "restores": None, "started_at": began + 1,
            "finished_at": began + took})
    return made


def add_gate(made, chance, gate, conclusion):
    """What an evaluation measured: two numbers of all, and two of each slice."""
    run, job = made["runs"][0], made["jobs"][1]
    made["gates"].append({
        "id": gate, "job_id": job["id"], "run_id": run["id"], "number": 1, "name": "quality", "job": job["name"], "place": 1,
        "repository": run["repository"], "workflow_path": run["workflow_path"], "branch": run["branch"],
        "outcome": "fail" if conclusion == "failure" else "pass", "created_at": job["finished_at"]})
    measured = [(name, slice) for slice in SLICES for name in ("recall", "precision")] + [("f1", None), ("latency_p95", None)]
    for place, (name, slice) in enumerate(measured):
        made["metrics"].append({"gate_id": gate, "place": place, "name": name, "slice": slice, "value": chance.uniform(0.7, 0.95)})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("database", type=pathlib.Path)
    parser.add_argument("--runs", type=int, default=100_000)
    arguments = parser.parse_args()
    fill(arguments.database, arguments.runs)


if __name__ == "__main__":
    main()
