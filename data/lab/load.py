"""The customers: clients with a pause for thought between requests.

Every failed request (HTTP 5xx or no answer) is written to a file as the client saw it; the
recorder takes the true first and last failure from there.
"""

import asyncio
import json
import random
import sys
import time

import httpx

AGENTS = (
    "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
    "ShopApp/7.2 (Android 16)",
)
WORDS = ("lamp", "chair", "desk", "rug", "shelf", "vase", "mirror", "stool")
FACETS = ("", "color", "color,size", "size", "brand,color", "")
CLIENTS = 44
MEAN_PAUSE_S = 1.7


def action(rng: random.Random, client: str) -> tuple[str, str, dict | None]:
    """Choose what the client does next: method, path, body."""
    roll = rng.random()
    if roll < 0.34:
        return "GET", f"/api/search?q={rng.choice(WORDS)}&facets={rng.choice(FACETS)}", None
    if roll < 0.64:
        return "GET", f"/api/products/{rng.randint(1, 2010)}", None
    if roll < 0.78:
        return "POST", "/api/cart", {"client": client, "product": rng.randint(1, 2000)}
    if roll < 0.92:
        coupon = "SUMMER24" if rng.random() < 0.007 else ("WELCOME" if rng.random() < 0.2 else None)
        return "POST", "/api/checkout", {"client": client, "coupon": coupon}
    return "GET", rng.choice(("/", "/static/logo.svg")), None


async def customer(number: int, base: str, failures, stop_at: float) -> None:
    """Browse until `stop_at`; a customer keeps one address and one user agent."""
    rng = random.Random(number)
    net = "203.0.113" if number % 2 else "198.51.100"
    while time.time() < stop_at:
        client = f"{net}.{rng.randint(1, 250)}"
        headers = {"X-Forwarded-For": client, "User-Agent": AGENTS[number % len(AGENTS)]}
        async with httpx.AsyncClient(base_url=base, headers=headers, timeout=8.0) as session:
            for _ in range(rng.randint(5, 25)):
                await asyncio.sleep(rng.expovariate(1 / MEAN_PAUSE_S))
                if time.time() >= stop_at:
                    return
                method, path, body = action(rng, client)
                try:
                    status = (await session.request(method, path, json=body)).status_code
                except httpx.HTTPError:
                    status = 0
                if status >= 500 or status == 0:
                    failures.write(json.dumps({"at": time.time(), "status": status, "path": path}) + "\n")


async def main(base: str, failures_file: str, seconds: float) -> None:
    stop_at = time.time() + seconds
    with open(failures_file, "a", buffering=1) as failures:
        async with asyncio.TaskGroup() as group:
            for number in range(CLIENTS):
                group.create_task(customer(number, base, failures, stop_at))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], float(sys.argv[3])))
