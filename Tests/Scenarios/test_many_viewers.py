"""A thousand people look at one log while it is written."""

import asyncio
import hashlib
import resource

import pytest

VIEWERS = 1000
LINES = 12_000

GROWING = f"""
    on: push
    jobs:
      build:
        runs-on: ubuntu-latest
        steps:
          - run: |
              for line in $(seq 1 {LINES // 2}); do echo "line $line of a log that a thousand people look at"; done
              until [ -e "$GATES/viewers" ]; do sleep 0.02; done
              for line in $(seq {LINES // 2 + 1} {LINES}); do echo "line $line of a log that a thousand people look at"; done
    """


@pytest.fixture
def many_files():
    """Descriptors for as many connections, here and in the daemon that is started with this limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * VIEWERS + 500
    if hard != resource.RLIM_INFINITY and hard < wanted:
        pytest.fail(f"at most {hard} files may be open here; {VIEWERS} viewers need {wanted}: raise the limit (ulimit -Hn)")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


class Viewer:
    """One connection that reads the stream of a log to its end, and keeps no more of it than its digest."""

    def __init__(self, port, job):
        self.port = port
        self.job = job
        self.digest = hashlib.sha256()
        self.size = 0
        self.has_ended = False

    async def look(self, begun):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(f"GET /api/v1/jobs/{self.job}/log/stream HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            status = await reader.readline()
            assert b" 200 " in status, status
            while (await reader.readline()).strip():
                pass
            begun()
            await self.read_events(body(reader))
        finally:
            writer.close()

    async def read_events(self, lines):
        name, data = "", []
        async for line in lines:
            if line.startswith(b"event: "):
                name = line[7:].decode()
            elif line.startswith(b"data: "):
                data.append(line[6:])
            elif not line:
                if name == "end":
                    self.has_ended = True
                    return
                if data:
                    self.add(b"\n".join(data) + (b"" if name == "part" else b"\n"))
                name, data = "", []

    def add(self, text):
        self.digest.update(text)
        self.size += len(text)


async def body(reader):
    """The lines of a chunked body."""
    rest = b""
    while size := int((await reader.readline()).strip() or b"0", 16):
        lines = (rest + await reader.readexactly(size)).split(b"\n")
        await reader.readline()
        rest = lines.pop()
        for line in lines:
            yield line


async def look_together(viewers, on_all_there):
    there = 0
    all_there = asyncio.Event()

    def begun():
        nonlocal there
        there += 1
        if there == len(viewers):
            all_there.set()

    looking = [asyncio.create_task(viewer.look(begun)) for viewer in viewers]
    async with asyncio.timeout(60):
        await all_there.wait()
    on_all_there()
    async with asyncio.timeout(150):
        await asyncio.gather(*looking)


@pytest.mark.timeout(300)
def test_a_thousand_viewers_of_one_log_get_every_byte(many_files, make_daemon, repository, tmp_path):
    gates = tmp_path / "gates"
    gates.mkdir()
    daemon = make_daemon(sandbox_options={"read_write": [str(gates)]}, environment={"GATES": str(gates)})
    daemon.watch(repository)
    daemon.start()
    daemon.wait_until_seen()
    run = daemon.run_of(repository.push_workflow(GROWING))
    job = daemon.running_job(run)["id"]
    viewers = [Viewer(daemon.port, job) for _ in range(VIEWERS)]

    def go_on():
        (gates / "viewers").touch()
        # Others are served meanwhile.
        assert daemon.client.get("/runs").status_code == 200

    asyncio.run(look_together(viewers, go_on))
    assert daemon.completed(run, 60)["conclusion"] == "success"
    whole = daemon.client.log_bytes(job)
    assert len(whole) > LINES * 60
    digest = hashlib.sha256(whole).hexdigest()
    wrong = [viewer for viewer in viewers if not viewer.has_ended or viewer.digest.hexdigest() != digest]
    assert not wrong, f"{len(wrong)} viewers have something else, the first {wrong[0].size} of {len(whole)} bytes"
    daemon.wait(lambda: "slipway_streams 0\n" in daemon.client.get("/metrics").text or None, "the end of all streams")
