"""A network cable that can be pulled."""

import asyncio
import threading


class Cable:
    """Forwards a port of its own to another one, until it is cut; then all connections break and new ones are refused."""

    def __init__(self, port):
        self.target = port
        self.writers = set()
        self.server = None
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.port = None
        self.join()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}"

    def join(self):
        """Takes connections, on the same port as before."""
        self.call(self.listen())

    def cut(self):
        """Breaks what is connected in the middle of whatever it sends."""
        self.call(self.break_everything())

    def close(self):
        self.cut()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(timeout=10)

    def call(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(timeout=10)

    async def listen(self):
        self.server = await asyncio.start_server(self.forward, "127.0.0.1", self.port or 0)
        self.port = self.server.sockets[0].getsockname()[1]

    async def break_everything(self):
        self.server.close()
        for writer in list(self.writers):
            writer.transport.abort()
        self.writers.clear()

    async def forward(self, reader, writer):
        try:
            other_reader, other_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        self.writers |= {writer, other_writer}
        await asyncio.gather(self.copy(reader, other_writer), self.copy(other_reader, writer))
        self.writers -= {writer, other_writer}

    async def copy(self, reader, writer):
        try:
            while part := await reader.read(65536):
                writer.write(part)
                await writer.drain()
            writer.write_eof()
        except (OSError, RuntimeError):
            writer.transport.abort()
