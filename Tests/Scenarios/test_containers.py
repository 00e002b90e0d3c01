"""Container jobs, services and Docker actions, with a real Docker Engine."""

import textwrap

import pytest

pytestmark = pytest.mark.timeout(300)


WEB = """\
image: busybox:test
env: {ANSWER: hello}
entrypoint: sh
command: -c 'sleep 0.5; echo "$ANSWER" > /var/www/index.html; exec httpd -f -h /var/www'
options: --health-cmd "wget -q -O - http://127.0.0.1/" --health-interval 200ms --health-retries 50
ports: [80]
"""


def indented(text, spaces):
    return textwrap.indent(text, " " * spaces).strip()


@pytest.fixture(scope="module")
def workbench(container_workbench):
    return container_workbench


def test_steps_run_in_the_jobs_container_and_talk_back_through_its_files(workbench, nothing_left):
    outcome = workbench.execute(
        """
        on: push
        jobs:
          job:
            runs-on: ubuntu-latest
            container:
              image: busybox:test
              env: {COLOR: blue}
              options: --hostname box --cpus 1
              volumes: ["data:/data"]
            outputs: {answer: "${{ steps.one.outputs.answer }}"}
            steps:
              - uses: actions/checkout@v4
              - id: one
                run: |
                  hostname; echo "$COLOR $FROM_IMAGE"; pwd; id -u
                  test -e .github/workflows/ci.yml
                  test "$GITHUB_WORKSPACE" = /__w/app/app && test "$HOME" = /github/home
                  grep -q refs/heads/main "$GITHUB_EVENT_PATH"
                  echo answer=42 >> "$GITHUB_OUTPUT"; echo WORD=kept >> "$GITHUB_ENV"; echo /data >> "$GITHUB_PATH"
                  printf '#!/bin/sh\\necho from the path\\n' > /data/tool; chmod +x /data/tool
                  echo "# Summary" >> "$GITHUB_STEP_SUMMARY"; echo "::warning::careful"
              - run: echo "$WORD"; tool; echo "${{ job.container.network != '' }} ${{ hashFiles('.github/**') != '' }}"
              - run: for i in 1 2 3 4 5; do echo "out $i"; echo "err $i" >&2; done; exit 3
                continue-on-error: true
                id: bad
              - run: echo "${{ steps.bad.outcome }}"
          after:
            needs: job
            runs-on: ubuntu-latest
            steps: [run: "test '${{ needs.job.outputs.answer }}' = 42"]
        """)
    assert outcome.conclusions() == {"job": "success", "after": "success"}, outcome.log("job")
    lines = outcome.output("job")
    begin = lines.index("box")
    assert lines[begin:begin + 4] == ["box", "blue yes", "/__w/app/app", "0"]
    assert "kept" in lines and "from the path" in lines and "true true" in lines and "failure" in lines
    begin = lines.index("out 1")
    assert lines[begin:begin + 10] == [f"{word} {number}" for number in range(1, 6) for word in ("out", "err")]
    assert outcome.steps("job")["Run for i in 1 2 3 4 5; do echo \"out $i\"; echo \"err $i\" >&2; done; exit 3"]["exit_code"] == 3
    assert [found["message"] for found in outcome.annotations() if found["level"] == "warning"] == ["careful"]
    assert "Pulling" not in outcome.log("job") and "Starting the job's container" in outcome.log("job")


def test_services_are_healthy_before_the_first_step_on_the_host_and_in_a_container(workbench, nothing_left):
    outcome = workbench.execute(
        f"""
        on: push
        jobs:
          host:
            runs-on: ubuntu-latest
            services:
              web:
                {indented(WEB, 16)}
            steps:
              - run: |
                  python3 - <<'END'
                  import urllib.request
                  print(urllib.request.urlopen("http://127.0.0.1:${{{{ job.services.web.ports['80'] }}}}/").read().decode())
                  END
              - run: test -n "${{{{ job.services.web.id }}}}" -a "${{{{ job.services.web.network }}}}" = "${{{{ job.container.network }}}}"
          container:
            runs-on: ubuntu-latest
            container: busybox:test
            services:
              web:
                {indented(WEB, 16)}
            steps:
              - run: fetch web
        """)
    assert outcome.conclusions() == {"host": "success", "container": "success"}, outcome.log("host") + outcome.log("container")
    for job in ("host", "container"):
        assert "hello" in outcome.output(job)
        assert "The service web is healthy." in outcome.log(job)


def test_a_service_that_is_not_healthy_fails_the_job_and_shows_its_log(workbench, nothing_left):
    outcome = workbench.execute(
        """
        on: push
        jobs:
          job:
            runs-on: ubuntu-latest
            services:
              database:
                image: busybox:test
                entrypoint: sh
                command: -c 'echo no license found; exec sleep 1000'
                options: --health-cmd "exit 1" --health-interval 100ms --health-retries 2
            steps: [run: echo never]
        """)
    assert outcome.conclusion == "failure"
    assert "no license found" in outcome.log() and "database is unhealthy" in outcome.log()
    assert "never" not in outcome.output()
    assert "database is unhealthy" in outcome.job()["reason"]


ACTION = """\
name: Count
inputs:
  word: {required: true}
  times: {default: "2"}
outputs:
  text: {description: What was said}
runs:
  using: docker
  image: Dockerfile
  env: {STYLE: loud}
  args: ["${{ inputs.times }}", "two words"]
"""


DOCKERFILE = """\
FROM busybox:test
COPY say.sh /say.sh
RUN chmod +x /say.sh
ENTRYPOINT ["/say.sh"]
"""


SAY = """\
#!/bin/sh
echo "$INPUT_WORD $1 $2 $STYLE $FROM_STEP"
pwd
test -e "$GITHUB_EVENT_PATH" && echo event
echo "text=$INPUT_WORD" >> "$GITHUB_OUTPUT"
echo "SAID=$INPUT_WORD" >> "$GITHUB_ENV"
echo made by the action > made.txt
"""


@pytest.mark.parametrize("container", ["", "container: busybox:test"])
def test_docker_actions_are_built_or_pulled_and_run_with_the_jobs_folders(workbench, container, nothing_left):
    outcome = workbench.execute(
        f"""
        on: push
        jobs:
          job:
            runs-on: ubuntu-latest
            {container}
            steps:
              - uses: actions/checkout@v4
              - id: say
                uses: ./action
                with: {{word: hello}}
                env: {{FROM_STEP: step}}
              - run: cat made.txt; echo "$SAID ${{{{ steps.say.outputs.text }}}}"
              - uses: docker://busybox:test
                with:
                  entrypoint: /bin/sh
                  args: -c "cat made.txt; exit 7"
                continue-on-error: true
                id: bad
              - run: echo "it was a ${{{{ steps.bad.outcome }}}}"
        """, **{"action/action.yml": ACTION, "action/Dockerfile": DOCKERFILE, "action/say.sh": SAY})
    assert outcome.conclusion == "success", outcome.log()
    lines = outcome.output()
    for line in ("hello 2 two words loud step", "/github/workspace", "event", "hello hello", "it was a failure"):
        assert line in lines, outcome.log()
    assert lines.count("made by the action") == 2


def test_a_label_stands_for_an_image_unless_the_job_has_a_container(workbench, nothing_left):
    outcome = workbench.execute(
        """
        on: push
        jobs:
          label:
            runs-on: small
            steps: [run: "hostname; echo $FROM_IMAGE"]
          own:
            runs-on: [self-hosted, small]
            container: {image: busybox:test, options: --hostname own}
            steps: [run: hostname]
          host:
            runs-on: ubuntu-latest
            steps: [run: "echo \\"image: $FROM_IMAGE\\""]
        """)
    assert outcome.conclusion == "success", outcome.log("label")
    assert "by-label" in outcome.output("label") and "yes" in outcome.output("label")
    assert "own" in outcome.output("own")
    assert "image: " in outcome.output("host")
