"""Changes of tools that build and deploy: Jenkins, Spinnaker, Terraform Cloud, Heroku, Vercel, Netlify, Octopus, Azure DevOps, Bitbucket."""

from __future__ import annotations

from pmkit.formats.builders import record_export
from pmkit.formats.format import Example

JENKINS = record_export(
    "jenkins-builds", "Jenkins: builds of jobs, from the JSON API", "changes", "number, result, timestamp, duration, url",
    # A job that deploys says so in its name; the number of milliseconds that it took is 0 while it runs.
    {"at": "timestamp", "finished_at": "duration != `0` && later(timestamp, seconds(duration)) || null", "kind": "kind(fullDisplayName || url) == 'deploy' && 'deploy' || 'other'",
     "service": "match(url, '/job/([^/]+)/\\d+/?$') || match(fullDisplayName, '^(.*) #')", "version": "text(number)",
     "summary": "words([fullDisplayName || displayName || match(url, '/job/(.*?)/?$'), description])", "outcome": "result", "url": "url"},
    Example(
        '{"name": "cart-deploy", "builds": [{"number": 7, "result": "SUCCESS", "timestamp": 1768618800000, "duration": 120000, "fullDisplayName": "cart-deploy #7", '
        '"url": "https://ci.example/job/cart-deploy/7/"},\n'
        '{"number": 8, "result": "FAILURE", "timestamp": 1768619800000, "duration": 1000, "url": "https://ci.example/job/cart-deploy/8/"},\n'
        '{"number": 9, "result": null, "timestamp": 1768620600000, "duration": 0, "url": "https://ci.example/job/cart-tests/9/"}]}',
        ({"at": "2026-01-17T03:00:00Z", "finished_at": "2026-01-17T03:02:00Z", "kind": "deploy", "service": "cart-deploy", "version": "7", "summary": "cart-deploy #7"},
         {"at": "2026-01-17T03:30:00Z", "kind": "other", "finished_at": None}),
    ),
)  # fmt: skip

SPINNAKER = record_export(
    "spinnaker", "Spinnaker: executions of pipelines", "changes", "application, name, status, startTime, stages",
    {"at": "startTime", "finished_at": "endTime", "kind": "kind(join(' ', [name, join(' ', stages[].type || `[]`)]))", "service": "application", "summary": "name", "outcome": "status"},
    Example(
        '[{"id": "1", "application": "cart", "name": "To production", "status": "SUCCEEDED", "startTime": 1768618800000, "endTime": 1768619100000, "stages": '
        '[{"type": "deployManifest"}]},\n'
        '{"id": "2", "application": "cart", "name": "To production", "status": "TERMINAL", "startTime": 1768619800000, "endTime": 1768619900000, "stages": []},\n'
        '{"id": "3", "application": "cart", "name": "Roll back", "status": "RUNNING", "startTime": 1768620000000, "endTime": null, "stages": []}]',
        ({"at": "2026-01-17T03:00:00Z", "finished_at": "2026-01-17T03:05:00Z", "kind": "deploy", "service": "cart", "summary": "To production"},
         {"kind": "rollback", "finished_at": None}),
    ),
    where="type(stages) == 'array'",
)  # fmt: skip

TERRAFORM_CLOUD = record_export(
    "terraform-cloud-runs", "Terraform Cloud: runs", "changes", "type, attributes.status, attributes.created-at, attributes.status-timestamps",
    {"at": "attributes.\"status-timestamps\".\"applying-at\" || attributes.\"created-at\"", "finished_at": "attributes.\"status-timestamps\".\"applied-at\"", "kind": "'config'",
     "service": "relationships.workspace.data.id", "summary": "attributes.message", "outcome": "attributes.status"},
    Example(
        '{"data": [{"id": "run-1", "type": "runs", "attributes": {"status": "applied", "created-at": "2026-01-17T02:58:00.123Z", "message": "Raise the pool", '
        '"status-timestamps": {"applying-at": "2026-01-17T03:00:00+00:00", "applied-at": "2026-01-17T03:05:00+00:00"}}, "relationships": {"workspace": '
        '{"data": {"id": "ws-1"}}}},\n'
        '{"id": "run-2", "type": "runs", "attributes": {"status": "errored", "created-at": "2026-01-17T04:00:00Z", "message": "x", "status-timestamps": {}}},\n'
        '{"id": "run-3", "type": "runs", "attributes": {"status": "planned_and_finished", "created-at": "2026-01-17T04:10:00Z", "message": "y", "status-timestamps": {}}}]}',
        ({"at": "2026-01-17T03:00:00Z", "finished_at": "2026-01-17T03:05:00Z", "kind": "config", "service": "ws-1", "summary": "Raise the pool"},),
    ),
    where="type == 'runs'",
    skip={"!contains(['applied', 'applying', 'errored'], attributes.status)": "a run that has applied nothing"},
)  # fmt: skip

TERRAFORM_WEBHOOK = record_export(
    "terraform-cloud-webhook", "Terraform Cloud: notifications of runs", "changes", "run_id, workspace_name, notifications",
    {"at": "run_updated_at", "kind": "'config'", "service": "outer.workspace_name", "summary": "outer.run_message", "outcome": "run_status", "url": "outer.run_url"},
    Example(
        '{"run_id": "run-1", "run_message": "Raise the pool", "workspace_name": "cart", "run_created_at": "2026-01-17T02:58:00.000Z", "notifications": '
        '[{"trigger": "run:completed", "run_status": "applied", "run_updated_at": "2026-01-17T03:05:00.000Z"}]}\n'
        '{"run_id": "run-2", "run_message": "x", "workspace_name": "cart", "notifications": [{"trigger": "run:errored", "run_status": "errored", "run_updated_at": '
        '"2026-01-17T03:15:00.000Z"}]}\n'
        '{"run_id": "run-3", "run_message": "x", "workspace_name": "cart", "notifications": [{"trigger": "run:planning", "run_status": "planning", '
        '"run_updated_at": "2026-01-17T03:25:00.000Z"}]}',
        ({"at": "2026-01-17T03:05:00Z", "kind": "config", "service": "cart", "summary": "Raise the pool"},),
    ),
    each="notifications", skip={"!contains(['applied', 'errored'], run_status)": "a run that has applied nothing"},
)  # fmt: skip

HEROKU = record_export(
    "heroku-releases", "Heroku: releases as JSON", "changes", "app.name, created_at, description, version, status",
    {"at": "created_at", "kind": "(kind(description) == 'rollback' && 'rollback') || (match(description, '^(Deploy)') && 'deploy') || 'config'", "service": "app.name",
     "version": "join('', ['v', text(version)])", "summary": "description", "outcome": "status"},
    Example(
        '[{"app": {"name": "cart", "id": "x"}, "created_at": "2026-01-17T03:00:00Z", "description": "Deploy a84d88e7", "status": "succeeded", "version": 42},\n'
        '{"app": {"name": "cart"}, "created_at": "2026-01-17T03:10:00Z", "description": "Deploy b84d88e7", "status": "failed", "version": 43},\n'
        '{"app": {"name": "cart"}, "created_at": "2026-01-17T03:20:00Z", "description": "Rollback to v41", "status": "succeeded", "version": 44},\n'
        '{"app": {"name": "cart"}, "created_at": "2026-01-17T03:30:00Z", "description": "Set POOL config vars", "status": "succeeded", "version": 45}]',
        ({"at": "2026-01-17T03:00:00Z", "kind": "deploy", "service": "cart", "version": "v42", "summary": "Deploy a84d88e7"}, {"kind": "rollback"}, {"kind": "config"}),
    ),
)  # fmt: skip

HEROKU_TABLE = record_export(
    "heroku-releases-table", "Heroku: heroku releases", "changes", "version, description",
    {"at": "at", "kind": "(kind(description) == 'rollback' && 'rollback') || (match(description, '^(Deploy)') && 'deploy') || 'config'", "service": "app",
     "version": "version", "summary": "description"},
    Example(
        "=== cart Releases - Current: v43\nv43  Rollback to v41   ann@shop.example  2026/01/17 03:20:00 +0000 (~ 5m ago)\n"
        "v42  Deploy a84d88e7   ann@shop.example  2026/01/17 03:00:00 +0000\nv41  Set POOL config vars  ann@shop.example  2026/01/16 03:00:00 +0000\n",
        ({"at": "2026-01-17T03:20:00Z", "kind": "rollback", "service": "cart", "version": "v43", "summary": "Rollback to v41"}, {"kind": "deploy", "service": "cart"},
         {"kind": "config"}),
    ),
    carried=("app",), line=r"v\d+ +\S[^\n]* \d{4}/\d\d/\d\d \d\d:\d\d:\d\d",
    pattern=r"(?:^=== (?P<app>\S+) Releases.*\n+)?^(?P<version>v\d+) +(?P<description>\S.*?) +\S+@\S+ +(?P<at>\d{4}/\d\d/\d\d \d\d:\d\d:\d\d [+-]\d{4}).*$",
)  # fmt: skip

VERCEL = record_export(
    "vercel-deployments", "Vercel: deployments", "changes", "uid, name, created|createdAt, state|readyState, creator",
    {"at": "created || createdAt", "finished_at": "ready", "kind": "'deploy'", "service": "name", "version": "short(meta.githubCommitSha || meta.gitlabCommitSha || meta.bitbucketCommitSha)",
     "summary": "words(['deploy to', target || 'preview', meta.githubCommitMessage || meta.gitlabCommitMessage])", "outcome": "state || readyState", "url": "url"},
    Example(
        '{"deployments": [{"uid": "d1", "name": "web", "url": "web-1.vercel.example", "created": 1768618800000, "ready": 1768618860000, "state": "READY", "target": '
        '"production", "creator": {"uid": "u"}, "meta": {"githubCommitSha": "a84d88e7554fc1fa21bcbc4efae3c782a70d2b9d", "githubCommitMessage": "Rank by facet"}},\n'
        '{"uid": "d2", "name": "web", "created": 1768619800000, "state": "ERROR", "creator": {"uid": "u"}},\n'
        '{"uid": "d3", "name": "web", "created": 1768619900000, "state": "BUILDING", "target": null, "creator": {"uid": "u"}}]}',
        ({"at": "2026-01-17T03:00:00Z", "finished_at": "2026-01-17T03:01:00Z", "kind": "deploy", "service": "web", "version": "a84d88e7554f",
          "summary": "deploy to production Rank by facet"}, {"summary": "deploy to preview", "finished_at": None}),
    ),
)  # fmt: skip

NETLIFY = record_export(
    "netlify-deploys", "Netlify: deploys", "changes", "site_id, state, created_at, context",
    {"at": "created_at", "finished_at": "published_at", "kind": "'deploy'", "service": "name", "version": "short(commit_ref)", "summary": "words(['deploy to', context, title])",
     "outcome": "state", "url": "ssl_url || url"},
    Example(
        '[{"id": "5", "site_id": "s", "name": "web", "state": "ready", "context": "production", "commit_ref": "a84d88e7554fc1fa21bcbc4efae3c782a70d2b9d", "title": '
        '"Rank by facet", "created_at": "2026-01-17T03:00:00.123Z", "published_at": "2026-01-17T03:01:50Z"},\n'
        '{"id": "6", "site_id": "s", "name": "web", "state": "error", "context": "production", "created_at": "2026-01-17T04:00:00Z"},\n'
        '{"id": "7", "site_id": "s", "name": "web", "state": "ready", "context": "deploy-preview", "created_at": "2026-01-17T04:10:00Z", "published_at": null}]',
        ({"at": "2026-01-17T03:00:00.123Z", "finished_at": "2026-01-17T03:01:50Z", "service": "web", "version": "a84d88e7554f", "summary": "deploy to production Rank by facet"},
         {"summary": "deploy to deploy-preview"}),
    ),
)  # fmt: skip

OCTOPUS = record_export(
    "octopus-tasks", "Octopus Deploy: tasks", "changes", "Name, Description, State, StartTime, CompletedTime",
    {"at": "StartTime || QueueTime", "finished_at": "CompletedTime", "kind": "kind(Name)", "service": "match(Description, '^Deploy (.*?) release ')",
     "version": "match(Description, ' release (\\S+)')", "summary": "Description", "outcome": "State"},
    Example(
        '{"ItemType": "ServerTask", "Items": [{"Id": "ServerTasks-1", "Name": "Deploy", "Description": "Deploy cart release 2.4.1 to Production", "State": "Success", '
        '"StartTime": "2026-01-17T03:00:00.123+00:00", "CompletedTime": "2026-01-17T03:05:00+00:00"},\n'
        '{"Id": "ServerTasks-2", "Name": "Deploy", "Description": "Deploy cart release 2.4.2 to Production", "State": "Failed", "StartTime": '
        '"2026-01-17T04:00:00+00:00", "CompletedTime": "2026-01-17T04:05:00+00:00"},\n'
        '{"Id": "ServerTasks-3", "Name": "Health", "Description": "Check the health of machines", "State": "Success", "StartTime": "2026-01-17T04:10:00+00:00", '
        '"CompletedTime": "2026-01-17T04:11:00+00:00"}]}',
        ({"at": "2026-01-17T03:00:00.123Z", "finished_at": "2026-01-17T03:05:00Z", "kind": "deploy", "service": "cart", "version": "2.4.1",
          "summary": "Deploy cart release 2.4.1 to Production"},),
    ),
    skip={"kind(Name) == 'other'": "a task that deploys nothing"},
)  # fmt: skip

AZURE_RELEASES = record_export(
    "azure-devops-deployments", "Azure DevOps: deployments of releases", "changes", "releaseDefinition.name, releaseEnvironment.name, deploymentStatus, startedOn|queuedOn",
    {"at": "startedOn || queuedOn", "finished_at": "completedOn", "kind": "'deploy'", "service": "releaseDefinition.name", "version": "release.name",
     "summary": "words(['deploy', release.name, 'to', releaseEnvironment.name])", "outcome": "deploymentStatus"},
    Example(
        '{"count": 3, "value": [{"id": 7, "release": {"name": "Release-7"}, "releaseDefinition": {"name": "cart"}, "releaseEnvironment": {"name": "Production"}, '
        '"deploymentStatus": "succeeded", "startedOn": "2026-01-17T03:00:00.12Z", "completedOn": "2026-01-17T03:05:00Z"},\n'
        '{"id": 8, "release": {"name": "Release-8"}, "releaseDefinition": {"name": "cart"}, "releaseEnvironment": {"name": "Production"}, "deploymentStatus": "failed", '
        '"startedOn": "2026-01-17T03:10:00Z"},\n'
        '{"id": 9, "release": {"name": "Release-9"}, "releaseDefinition": {"name": "cart"}, "releaseEnvironment": {"name": "Test"}, "deploymentStatus": "inProgress", '
        '"startedOn": "2026-01-17T03:20:00Z"}]}',
        ({"at": "2026-01-17T03:00:00.120Z", "finished_at": "2026-01-17T03:05:00Z", "kind": "deploy", "service": "cart", "version": "Release-7",
          "summary": "deploy Release-7 to Production"}, {"finished_at": None}),
    ),
)  # fmt: skip

AZURE_BUILDS = record_export(
    "azure-devops-builds", "Azure DevOps: builds and runs of pipelines", "changes", "buildNumber, definition.name, startTime|queueTime, status",
    {"at": "startTime || queueTime", "finished_at": "finishTime", "kind": "kind(definition.name) == 'deploy' && 'deploy' || 'other'", "service": "repository.name || definition.name",
     "version": "short(sourceVersion)", "summary": "words([definition.name, buildNumber])", "outcome": "result || status"},
    Example(
        '{"value": [{"id": 7, "buildNumber": "20260117.1", "status": "completed", "result": "succeeded", "startTime": "2026-01-17T03:00:00.12Z", "finishTime": '
        '"2026-01-17T03:05:00Z", "definition": {"name": "cart-deploy"}, "sourceVersion": "a84d88e7554fc1fa21bcbc4efae3c782a70d2b9d"},\n'
        '{"id": 8, "buildNumber": "20260117.2", "status": "completed", "result": "failed", "startTime": "2026-01-17T03:10:00Z", "definition": {"name": "cart-deploy"}},\n'
        '{"id": 9, "buildNumber": "20260117.3", "status": "inProgress", "startTime": "2026-01-17T03:20:00Z", "definition": {"name": "cart-tests"}}]}',
        ({"at": "2026-01-17T03:00:00.120Z", "finished_at": "2026-01-17T03:05:00Z", "kind": "deploy", "service": "cart-deploy", "version": "a84d88e7554f"}, {"kind": "other"}),
    ),
)  # fmt: skip

BITBUCKET = record_export(
    "bitbucket-deployments", "Bitbucket: deployments", "changes", "type, state.started_on|last_update_time, release, environment",
    {"at": "state.started_on || last_update_time", "finished_at": "state.completed_on", "kind": "'deploy'", "service": "release.pipeline.repository.name || repository.name",
     "version": "short(release.commit.hash)", "summary": "words(['deploy', release.name, 'to', environment.name])", "outcome": "state.status.name || state.name"},
    Example(
        '{"values": [{"type": "deployment", "state": {"name": "COMPLETED", "status": {"name": "SUCCESSFUL"}, "started_on": "2026-01-17T03:00:00.000Z", "completed_on": '
        '"2026-01-17T03:05:00.000Z"}, "environment": {"name": "Production"}, "release": {"name": "#7", "commit": {"hash": "a84d88e7554fc1fa21bcbc4efae3c782a70d2b9d"}}},\n'
        '{"type": "deployment", "state": {"name": "COMPLETED", "status": {"name": "FAILED"}, "started_on": "2026-01-17T03:10:00.000Z"}, "environment": {}, "release": {}},\n'
        '{"type": "deployment", "state": {"name": "IN_PROGRESS", "started_on": "2026-01-17T03:20:00.000Z"}, "environment": {"name": "Test"}, "release": {"name": "#9"}}]}',
        ({"at": "2026-01-17T03:00:00Z", "finished_at": "2026-01-17T03:05:00Z", "version": "a84d88e7554f", "summary": "deploy #7 to Production"}, {"finished_at": None}),
    ),
    where="type == 'deployment'",
)  # fmt: skip
