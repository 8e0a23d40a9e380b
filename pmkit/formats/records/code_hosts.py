"""Changes from code hosts: GitHub, GitLab, git log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pmkit.formats.builders import record_export
from pmkit.formats.format import Example
from pmkit.formats.record import Record, Row

_REPOSITORY: Final = r"(?:/repos/|//github\.com/)[^/]+/([^/]+)/"

GITHUB_DEPLOYMENTS = record_export(
    "github-deployments", "GitHub: deployments", "changes", "environment, sha, created_at",
    {"at": "created_at", "finished_at": "updated_at != created_at && updated_at || null", "kind": "kind(description) == 'rollback' && 'rollback' || 'deploy'",
     "service": f"match(url, '{_REPOSITORY}') || repository.name",
     "version": "ref || short(sha)", "summary": "description || join(' to ', [task || 'deploy', environment])", "outcome": "state", "url": "url"},
    Example(
        '[{"url": "https://api.github.com/repos/shop/cart/deployments/7", "id": 7, "sha": "a84d88e7554fc1fa21bcbc4efae3c782a70d2b9d", '
        '"ref": "v2.4.1", "task": "deploy", "environment": "production", "description": "rank by facet", "created_at": "2026-01-17T03:00:00Z"},\n'
        '{"url": "https://api.github.com/repos/shop/cart/deployments/8", "id": 8, "sha": "b84d88e7554fc1fa21bcbc4efae3c782a70d2b9d", '
        '"task": "deploy", "environment": "production", "description": "Roll back to v2.4.0", "created_at": "2026-01-17T03:20:00Z", "updated_at": "2026-01-17T03:21:05Z"},\n'
        '{"id": 9, "sha": "c84d88e7554fc1fa21bcbc4efae3c782a70d2b9d", "environment": "staging", "description": null, '
        '"created_at": "2026-01-17T03:30:00Z"}]',
        ({"at": "2026-01-17T03:00:00Z", "kind": "deploy", "service": "cart", "version": "v2.4.1", "summary": "rank by facet"},
         {"kind": "rollback", "version": "b84d88e7554f", "finished_at": "2026-01-17T03:21:05Z"}, {"summary": "deploy to staging", "service": None}),
    ),
    where="type(environment) == 'string'",
)  # fmt: skip

GITHUB_RELEASES = record_export(
    "github-releases", "GitHub: releases", "changes", "tag_name, created_at",
    {"at": "published_at || created_at", "kind": "'deploy'", "service": f"match(html_url, '{_REPOSITORY}')", "version": "tag_name",
     "summary": "name || join(' ', ['release', tag_name])", "url": "html_url"},
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

GITHUB_RUNS = record_export(
    "github-workflow-runs", "GitHub Actions: workflow runs", "changes", "head_sha, run_number, created_at, conclusion|status",
    {"at": "run_started_at || created_at", "finished_at": "status == 'completed' && updated_at || null",
     "kind": "kind(join(' ', [name || '', path || '', display_title || '']))", "service": f"repository.name || match(html_url, '{_REPOSITORY}')",
     "version": "short(head_sha)", "summary": "join(': ', [name || path, display_title || head_commit.message || head_branch][?@ != `null`])", "outcome": "conclusion || status",
     "url": "html_url"},
    Example(
        '{"total_count": 3, "workflow_runs": [{"id": 1, "name": "Deploy", "head_branch": "main", "head_sha": "a84d88e7554fc1fa21bcbc4efae3c782a70d2b9d", '
        '"path": ".github/workflows/deploy.yml", "display_title": "v2.4.1", "run_number": 7, "status": "completed", "conclusion": "success", "created_at": '
        '"2026-01-17T02:58:00Z", "updated_at": "2026-01-17T03:00:00Z", "html_url": "https://github.com/shop/cart/actions/runs/1"},\n'
        '{"id": 2, "name": "Deploy", "head_sha": "b84d88e7554fc1fa21bcbc4efae3c782a70d2b9d", "run_number": 8, "status": "completed", "conclusion": "failure", '
        '"created_at": "2026-01-17T03:10:00Z", "updated_at": "2026-01-17T03:12:00Z"},\n'
        '{"id": 3, "name": "Tests", "head_sha": "b84d88e7554fc1fa21bcbc4efae3c782a70d2b9d", "run_number": 9, "status": "in_progress", "conclusion": null, '
        '"created_at": "2026-01-17T03:20:00Z", "updated_at": "2026-01-17T03:21:00Z"}]}',
        ({"at": "2026-01-17T02:58:00Z", "finished_at": "2026-01-17T03:00:00Z", "kind": "deploy", "service": "cart", "version": "a84d88e7554f"},
         {"kind": "other", "finished_at": None, "summary": "Tests"}),
    ),
)  # fmt: skip

GITHUB_PULLS = record_export(
    "github-pulls", "GitHub: pull requests; merged ones are changes", "changes", "number, title, merged_at, merge_commit_sha",
    {"at": "merged_at", "kind": "starts_with(title, 'Revert') && 'rollback' || 'other'", "service": "base.repo.name", "version": "short(merge_commit_sha)", "summary": "title",
     "url": "html_url"},
    Example(
        '[{"number": 7, "title": "Rank by facet", "merged_at": "2026-01-17T03:00:00Z", "merge_commit_sha": "a84d88e7554fc1fa21bcbc4efae3c782a70d2b9d", '
        '"base": {"repo": {"name": "cart"}}},\n'
        '{"number": 8, "title": "Revert \\"Rank by facet\\"", "merged_at": "2026-01-17T03:20:00Z", "merge_commit_sha": "b84d88e7554fc1fa21bcbc4efae3c782a70d2b9d"},\n'
        '{"number": 9, "title": "Raise limits", "merged_at": null, "merge_commit_sha": null}]',
        ({"at": "2026-01-17T03:00:00Z", "kind": "other", "service": "cart", "version": "a84d88e7554f", "summary": "Rank by facet"}, {"kind": "rollback"}),
    ),
    skip={"!merged_at": "a pull request that is not merged"},
)  # fmt: skip

GITLAB_DEPLOYMENTS = record_export(
    "gitlab-deployments", "GitLab: deployments", "changes", "iid, sha, created_at, environment.name, status",
    {"at": "deployable.started_at || created_at", "finished_at": "status != 'running' && (deployable.finished_at || updated_at) || null", "kind": "'deploy'",
     "service": "match(deployable.web_url, '/([^/]+)/-/') || match(environment.external_url, '//([^./]+)') || deployable.project.path",
     "version": "short(ref && tag && ref || sha)", "summary": "join(' ', ['deploy', ref || '', 'to', environment.name])", "outcome": "status", "url": "deployable.web_url"},
    Example(
        '[{"id": 1, "iid": 1, "ref": "main", "sha": "a84d88e7554fc1fa21bcbc4efae3c782a70d2b9d", "created_at": "2026-01-17T03:00:00.123Z", "updated_at": '
        '"2026-01-17T03:02:00.123Z", "status": "success", "environment": {"name": "production"}, "deployable": {"finished_at": "2026-01-17T03:01:59Z", '
        '"web_url": "https://gitlab.example/shop/cart/-/jobs/1"}},\n'
        '{"id": 2, "iid": 2, "ref": "main", "sha": "b84d88e7554fc1fa21bcbc4efae3c782a70d2b9d", "created_at": "2026-01-17T03:10:00Z", "status": "failed", '
        '"environment": {"name": "production"}},\n'
        '{"id": 3, "iid": 3, "ref": "main", "sha": "c84d88e7554fc1fa21bcbc4efae3c782a70d2b9d", "created_at": "2026-01-17T03:20:00Z", "updated_at": '
        '"2026-01-17T03:20:00Z", "status": "running", "environment": {"name": "staging"}}]',
        ({"at": "2026-01-17T03:00:00.123Z", "finished_at": "2026-01-17T03:01:59Z", "kind": "deploy", "service": "cart", "version": "a84d88e7554f",
          "summary": "deploy main to production"}, {"summary": "deploy main to staging", "finished_at": None}),
    ),
)  # fmt: skip

GITLAB_PIPELINES = record_export(
    "gitlab-pipelines", "GitLab: pipelines and jobs", "changes", "ref, status, created_at, web_url, sha|commit.id|pipeline.sha",
    {"at": "started_at || created_at", "finished_at": "finished_at || (status == 'success' && updated_at) || null",
     "kind": "kind(join(' ', [name || '', stage || ''])) == 'deploy' && 'deploy' || 'other'", "service": "match(web_url, '/([^/]+)/-/')",
     "version": "short(sha || commit.id || pipeline.sha)", "summary": "join(' ', [name || 'pipeline', 'of', ref])", "outcome": "status", "url": "web_url"},
    Example(
        '[{"id": 1, "sha": "a84d88e7554fc1fa21bcbc4efae3c782a70d2b9d", "ref": "main", "status": "success", "created_at": "2026-01-17T03:00:00Z", "updated_at": '
        '"2026-01-17T03:05:00Z", "web_url": "https://gitlab.example/shop/cart/-/pipelines/1"},\n'
        '{"id": 2, "sha": "b84d88e7554fc1fa21bcbc4efae3c782a70d2b9d", "ref": "main", "status": "failed", "created_at": "2026-01-17T03:10:00Z", "web_url": '
        '"https://gitlab.example/shop/cart/-/pipelines/2"},\n'
        '{"id": 3, "name": "deploy", "stage": "deploy", "commit": {"id": "c84d88e7554fc1fa21bcbc4efae3c782a70d2b9d"}, "ref": "main", "status": "success", '
        '"created_at": "2026-01-17T03:19:00Z", "started_at": "2026-01-17T03:20:00Z", "finished_at": "2026-01-17T03:22:00Z", "web_url": '
        '"https://gitlab.example/shop/cart/-/jobs/3"}]',
        ({"at": "2026-01-17T03:00:00Z", "finished_at": "2026-01-17T03:05:00Z", "kind": "other", "service": "cart", "version": "a84d88e7554f"},
         {"at": "2026-01-17T03:20:00Z", "finished_at": "2026-01-17T03:22:00Z", "kind": "deploy"}),
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
    "git-log", "git log in its default, fuller or ISO format", "changes", "", _commit,
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
    claims=lambda record: record["sha"] is not None,
    line=r"commit [0-9a-f]{7,64}\b", pattern=r"^commit (?P<sha>[0-9a-f]{7,64})\b.*\n(?P<head>(?:[A-Z]\w+: .*\n)+)\n(?P<subject>(?:    .*\S.*(?:\n|\Z))+)(?:\n|    .*(?:\n|\Z))*",
)  # fmt: skip
