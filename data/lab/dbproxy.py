"""The network between the services and the database: a TCP forwarder with a policy file.

While the policy says `deny`, packets are dropped, not refused: new connections are accepted
and never answered, established ones stay open and carry nothing, for good.
"""

import asyncio
import contextlib
import pathlib
import sys


async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, denied) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65536):
            if denied():
                await asyncio.Event().wait()
            writer.write(data)
            await writer.drain()
    writer.close()


async def main(port: int, target: int, policy: pathlib.Path) -> None:
    """Forward loopback `port` to loopback `target`."""

    def denied() -> bool:
        return policy.read_text().strip() == "deny"

    async def serve(reader, writer) -> None:
        if denied():
            await asyncio.Event().wait()
        upstream = await asyncio.open_connection("127.0.0.1", target)
        async with asyncio.TaskGroup() as group:
            group.create_task(carry(reader, upstream[1], denied))
            group.create_task(carry(upstream[0], writer, denied))

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), pathlib.Path(sys.argv[3])))
