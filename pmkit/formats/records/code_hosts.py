"""Changes from code hosts: GitHub deployments and releases, git log."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pmkit.formats.builders import record_export
from pmkit.formats.format import Example
from pmkit.formats.record import Record, Row
from pmkit.formats.records.changes import change_kind


def _repository(url: object) -> str | None:
    match = re.search(r"/repos/[^/]+/([^/]+)/", str(url)) or re.search(r"//github\.com/[^/]+/([^/]+)/", str(url))
    return match[1] if match else None


def _deployment(record: Record) -> Iterator[Row]:
    yield {
        "at": record["created_at"],
        "kind": "rollback" if change_kind(str(record.get("description"))) == "rollback" else "deploy",
        "service": _repository(record.get("url")),
        "version": record.get("ref") or record["sha"][:12],
        "summary": record.get("description") or f"{record.get('task', 'deploy')} to {record['environment']}",
        "url": record.get("url"),
    }


GITHUB_DEPLOYMENTS = record_export(
    "github-deployments", "GitHub: deployments", "changes",
    lambda record: "environment" in record and "sha" in record and "created_at" in record, _deployment,
    Example(
        '[{"url": "https://api.github.com/repos/shop/cart/deployments/7", "id": 7, "sha": "a84d88e7554fc1fa21bcbc4efae3c782a70d2b9d", '
        '"ref": "v2.4.1", "task": "deploy", "environment": "production", "description": "rank by facet", "created_at": "2026-01-17T03:00:00Z"},\n'
        '{"url": "https://api.github.com/repos/shop/cart/deployments/8", "id": 8, "sha": "b84d88e7554fc1fa21bcbc4efae3c782a70d2b9d", '
        '"task": "deploy", "environment": "production", "description": "Roll back to v2.4.0", "created_at": "2026-01-17T03:20:00Z"},\n'
        '{"id": 9, "sha": "c84d88e7554fc1fa21bcbc4efae3c782a70d2b9d", "environment": "staging", "description": null, '
        '"created_at": "2026-01-17T03:30:00Z"}]',
        ({"at": "2026-01-17T03:00:00Z", "kind": "deploy", "service": "cart", "version": "v2.4.1", "summary": "rank by facet"},
         {"kind": "rollback", "version": "b84d88e7554f"}, {"summary": "deploy to staging", "service": None}),
    ),
)  # fmt: skip


def _release(record: Record) -> Iterator[Row]:
    yield {
        "at": record.get("published_at") or record["created_at"],
        "kind": "deploy",
        "service": _repository(record.get("html_url")),
        "version": record["tag_name"],
        "summary": record.get("name") or f"release {record['tag_name']}",
        "url": record.get("html_url"),
    }


GITHUB_RELEASES = record_export(
    "github-releases", "GitHub: releases", "changes", lambda record: "tag_name" in record and "created_at" in record, _release,
    Example(
        '[{"html_url": "https://github.com/shop/cart/releases/tag/v2.4.1", "id": 7, "tag_name": "v2.4.1", "name": "Rank by facet", '
        '"created_at": "2026-01-17T02:50:00Z", "published_at": "2026-01-17T03:00:00Z"},\n'
        '{"tag_name": "v2.4.0", "created_at": "2026-01-16T03:00:00Z", "name": ""}]',
        ({"at": "2026-01-17T03:00:00Z", "kind": "deploy", "service": "cart", "version": "v2.4.1", "summary": "Rank by facet"},
         {"version": "v2.4.0", "summary": "release v2.4.0"}),
    ),
    Example(
        '[{"html_url": "https://github.com/shop/stock/releases/tag/2026.1", "tag_name": "2026.1", "name": null, "draft": '
        'true, "created_at": "2026-01-17T03:30:00Z", "published_at": null}]',
        ({"at": "2026-01-17T03:30:00Z", "service": "stock", "version": "2026.1", "summary": "release 2026.1"},),
    ),
)  # fmt: skip


def _commit(record: Record) -> Iterator[Row]:
    subject = " ".join(record["subject"].split())
    head = dict(line.split(":", 1) for line in record["head"].splitlines())
    yield {
        "at": (head.get("CommitDate") or head["Date"]).strip(),
        "kind": "rollback" if subject.startswith("Revert ") else "other",
        "version": record["sha"][:12],
        "summary": subject,
    }


GIT_LOG = record_export(
    "git-log", "git log in its default, fuller or ISO format", "changes", lambda record: record["sha"] is not None, _commit,
    Example(
        "commit a84d88e7554fc1fa21bcbc4efae3c782a70d2b9d (HEAD -> main, tag: v2.4.1)\n"
        "Author: Someone <someone@shop.example>\n"
        "Date:   Sat Jan 17 04:00:00 2026 +0100\n"
        "\n"
        "    Rank search results by facet\n"
        "\n"
        "    Closes #7\n"
        "\n"
        "commit b84d88e7554fc1fa21bcbc4efae3c782a70d2b9d\n"
        "Merge: 1234567 89abcde\n"
        "Author:     Someone <someone@shop.example>\n"
        "AuthorDate: 2026-01-16 03:00:00 +0000\n"
        "Commit:     Someone <someone@shop.example>\n"
        "CommitDate: 2026-01-17 03:20:00 +0000\n"
        "\n"
        '    Revert "Rank search results by facet"\n',
        ({"at": "2026-01-17T03:00:00Z", "kind": "other", "version": "a84d88e7554f", "summary": "Rank search results by facet"},
         {"at": "2026-01-17T03:20:00Z", "kind": "rollback"}),
    ),
    Example(
        'commit c84d88e7554fc1fa21bcbc4efae3c782a70d2b9d\n'
        'Author: Someone <someone@shop.example>\n'
        'Date:   2026-01-17T03:30:00+01:00\n'
        '\n'
        '    Raise the limit of the pool\n'
        '    to 40 connections\n',
        ({"at": "2026-01-17T02:30:00Z", "kind": "other", "version": "c84d88e7554f", "summary": "Raise the limit of the pool to 40 connections"},),
    ),
    line=r"commit [0-9a-f]{7,64}\b", pattern=r"^commit (?P<sha>[0-9a-f]{7,64})\b.*\n(?P<head>(?:[A-Z]\w+: .*\n)+)\n(?P<subject>(?:    .*\S.*(?:\n|\Z))+)(?:\n|    .*(?:\n|\Z))*",
)  # fmt: skip
