"""Bad input: said in full, executed not at all."""


def test_a_pipeline_with_mistakes_is_refused_with_all_of_them(slipway, repository):
    commit = repository.push_workflow(
        """\
        on: push
        jobs:
          build:
            runs-on: ubuntu-latest
            needs: [missing]
            steps:
              - run: echo ${{ github.sha
              - runs: typo
              - uses: actions/checkout@v4
                if: nonsense()
          build-2:
            steps:
              - run: touch /tmp/executed
        """)
    run = slipway.result_of(commit)
    assert run["conclusion"] == "refused"
    assert run["jobs"] == []
    errors = [found for found in run["diagnostics"] if found["severity"] == "error"]
    lines = {found["line"] for found in errors}
    # The need that is not there, the open expression, the unknown key, the unknown function, the missing runs-on.
    assert {5, 7, 8, 10, 12} <= lines, errors
    for found in errors:
        assert found["file"] == ".github/workflows/ci.yml"
        assert found["column"] >= 1
        assert found["message"]
    page = slipway.client.get(f"/runs/{run['id']}").text
    assert "runs: typo" in page
    assert "refused" in page.lower()


def test_a_file_that_is_no_yaml_is_refused(slipway, repository):
    commit = repository.push_workflow("on: push\njobs: [\n")
    run = slipway.result_of(commit)
    assert run["conclusion"] == "refused"
    assert run["diagnostics"][0]["line"] >= 2


def test_one_bad_file_does_not_keep_the_others_from_running(slipway, repository):
    repository.commit({".github/workflows/good.yml": """
        on: push
        jobs: {build: {runs-on: x, steps: [run: "true"]}}
        """})
    repository.commit({".github/workflows/bad.yml": "on: push\njobs: 7\n"})
    repository.push()
    commit = repository.head()
    slipway.wait(lambda: len(slipway.runs()) == 2, "a run of each file")
    found = {run["workflow_path"]: slipway.completed(run)["conclusion"] for run in slipway.runs()}
    assert found == {".github/workflows/good.yml": "success", ".github/workflows/bad.yml": "refused"}
    assert {run["commit"] for run in slipway.runs()} == {commit}


def test_what_is_not_supported_is_said_before_anything_runs(slipway, repository):
    commit = repository.push_workflow(
        """\
        on: push
        jobs:
          build:
            runs-on: ubuntu-latest
            steps: [run: touch "$GITHUB_WORKSPACE/x"]
          image:
            runs-on: ubuntu-latest
            snapshot: tools
            steps: [run: "true"]
        """)
    run = slipway.result_of(commit)
    assert run["conclusion"] == "refused"
    assert any(found["line"] == 8 and "snapshot" in found["message"] for found in run["diagnostics"]), run["diagnostics"]


def test_alias_bombs_are_bounded(slipway, repository):
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    previous = "a"
    for name in "bcdefghijk":
        bomb += f"{name}: &{name} [{', '.join([f'*{previous}'] * 9)}]\n"
        previous = name
    commit = repository.push_workflow("on: push\n" + bomb + "jobs: {build: {runs-on: x, steps: [run: 'true']}}\n")
    assert slipway.result_of(commit)["conclusion"] == "refused"
    assert slipway.client.health()["status"] == "ok"


def test_mistakes_in_the_check_command_have_places_and_source_lines(slipway, repository, tmp_path):
    file = tmp_path / "bad.yml"
    file.write_text("on: push\njobs:\n  build:\n    runs-on: x\n    steps:\n      - run: echo ${{ github.nonsense( }}\n")
    done = slipway.command("check", file, check=False)
    assert done.returncode == 1
    text = done.stdout + done.stderr
    assert "bad.yml:6:" in text
    assert "echo ${{ github.nonsense( }}" in text
    assert "^" in text


def test_a_file_whose_events_are_misspelled_is_refused_rather_than_never_run(slipway, repository):
    commit = repository.push_workflow("on: {psuh: {branches: main}}\njobs: {a: {runs-on: x, steps: [run: 'true']}}\n")
    run = slipway.result_of(commit)
    assert run["conclusion"] == "refused"
    (error,) = [found for found in run["diagnostics"] if found["severity"] == "error"]
    assert error["line"] == 1 and "did you mean \"push\"?" in error["message"]
