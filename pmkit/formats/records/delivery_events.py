"""Changes as delivery tools announce them, one event for each state: GitHub, GitLab, AWS EventBridge."""

from __future__ import annotations

from typing import Final

from pmkit.formats.builders import record_export
from pmkit.formats.format import Example

GITHUB_STATUSES = record_export(
    "github-deployment-status", "GitHub: webhooks of deployment statuses", "changes", "deployment_status.state, deployment_status.created_at, deployment.sha",
    {"key": "text(deployment.id)", "outcome": "deployment_status.state == 'inactive' && 'success' || deployment_status.state", "at": "deployment_status.created_at", "began_at": "deployment.created_at",
     "kind": "kind(deployment.description) == 'rollback' && 'rollback' || 'deploy'", "service": "repository.name", "version": "deployment.ref || short(deployment.sha)",
     "summary": "deployment.description || join(' to ', [deployment.task || 'deploy', deployment.environment])", "url": "deployment_status.target_url || deployment.url"},
    Example(
        '{"deployment_status": {"state": "in_progress", "created_at": "2026-01-17T03:00:00Z"}, "deployment": {"id": 7, "sha": "a84d88e7554fc1fa21bcbc4efae3c782a70d2b9d", '
        '"ref": "v2.4.1", "task": "deploy", "environment": "production", "created_at": "2026-01-17T02:59:00Z"}, "repository": {"name": "cart"}}\n'
        '{"deployment_status": {"state": "success", "created_at": "2026-01-17T03:04:00Z"}, "deployment": {"id": 7, "sha": "a84d88e7554fc1fa21bcbc4efae3c782a70d2b9d", '
        '"environment": "production", "created_at": "2026-01-17T02:59:00Z"}, "repository": {"name": "cart"}}\n'
        '{"deployment_status": {"state": "failure", "created_at": "2026-01-17T03:10:00Z"}, "deployment": {"id": 8, "sha": "b84d88e7554fc1fa21bcbc4efae3c782a70d2b9d", '
        '"environment": "production", "created_at": "2026-01-17T03:09:00Z"}, "repository": {"name": "cart"}}',
        ({"at": "2026-01-17T03:00:00Z", "finished_at": "2026-01-17T03:04:00Z", "kind": "deploy", "service": "cart", "version": "v2.4.1", "summary": "deploy to production"},),
    ),
    Example(
        '{"action": "created", "deployment_status": {"state": "success", "created_at": "2026-01-17T03:20:00Z", "target_url": "https://ci.example/9"}, "deployment": {"id": 9, '
        '"sha": "c84d88e7554fc1fa21bcbc4efae3c782a70d2b9d", "description": "Roll back to v2.4.0", "environment": "production"}, "repository": {"name": "cart"}}',
        ({"at": "2026-01-17T03:20:00Z", "kind": "rollback", "version": "c84d88e7554f", "url": "https://ci.example/9"},),
    ),
)  # fmt: skip

GITLAB_DEPLOYMENT_HOOK = record_export(
    "gitlab-deployment-hook", "GitLab: webhooks of deployments", "changes", "object_kind, status, status_changed_at, environment, project",
    {"key": "text(deployment_id || deployable_id)", "outcome": "status", "at": "status_changed_at", "kind": "'deploy'", "service": "match(project.web_url, '([^/]+)$') || project.name",
     "version": "ref || short_sha", "summary": "words(['deploy', commit_title, 'to', environment])", "url": "deployable_url"},
    Example(
        '{"object_kind": "deployment", "status": "running", "status_changed_at": "2026-01-17 04:00:00 +0100", "deployment_id": 15, "environment": "production", "project": '
        '{"name": "Cart", "web_url": "https://gitlab.example/shop/cart"}, "short_sha": "279484c0", "commit_title": "Rank by facet"}\n'
        '{"object_kind": "deployment", "status": "success", "status_changed_at": "2026-01-17 04:02:00 +0100", "deployment_id": 15, "environment": "production", "project": '
        '{"name": "Cart"}, "short_sha": "279484c0"}\n'
        '{"object_kind": "deployment", "status": "failed", "status_changed_at": "2026-01-17 04:12:00 +0100", "deployment_id": 16, "environment": "production", "project": '
        '{"name": "Cart"}, "short_sha": "379484c0"}',
        ({"at": "2026-01-17T03:00:00Z", "finished_at": "2026-01-17T03:02:00Z", "kind": "deploy", "service": "cart", "version": "279484c0",
          "summary": "deploy Rank by facet to production"},),
    ),
    where="object_kind == 'deployment'",
)  # fmt: skip

GITLAB_PIPELINE_HOOK = record_export(
    "gitlab-pipeline-hook", "GitLab: webhooks of pipelines", "changes", "object_kind, object_attributes.status, object_attributes.created_at, project",
    {"key": "text(object_attributes.id)", "outcome": "object_attributes.status", "at": "object_attributes.created_at", "finished_at": "object_attributes.finished_at",
     "kind": "object_attributes.stages[?contains(@, 'deploy')] && 'deploy' || 'other'", "service": "match(project.web_url, '([^/]+)$') || project.name",
     "version": "object_attributes.tag && object_attributes.ref || short(object_attributes.sha)", "summary": "words(['pipeline of', object_attributes.ref, commit.title])",
     "url": "object_attributes.url"},
    Example(
        '{"object_kind": "pipeline", "object_attributes": {"id": 31, "ref": "main", "sha": "a84d88e7554fc1fa21bcbc4efae3c782a70d2b9d", "status": "running", "stages": ["test", '
        '"deploy"], "created_at": "2026-01-17 03:00:00 UTC", "finished_at": null}, "project": {"name": "Cart", "web_url": "https://gitlab.example/shop/cart"}, "builds": []}\n'
        '{"object_kind": "pipeline", "object_attributes": {"id": 31, "ref": "main", "sha": "a84d88e7554fc1fa21bcbc4efae3c782a70d2b9d", "status": "success", "stages": ["test", '
        '"deploy"], "created_at": "2026-01-17 03:00:00 UTC", "finished_at": "2026-01-17 03:05:00 UTC"}, "project": {"name": "Cart"}, "builds": [{"id": 380, "stage": "deploy", '
        '"name": "production", "status": "success", "started_at": "2026-01-17 03:03:00 UTC", "finished_at": "2026-01-17 03:05:00 UTC"}]}\n'
        '{"object_kind": "pipeline", "object_attributes": {"id": 32, "ref": "main", "sha": "b84d88e7554fc1fa21bcbc4efae3c782a70d2b9d", "status": "failed", "stages": ["test"], '
        '"created_at": "2026-01-17 03:10:00 UTC", "finished_at": "2026-01-17 03:15:00 UTC"}, "project": {"name": "Cart"}, "builds": []}',
        ({"at": "2026-01-17T03:00:00Z", "finished_at": "2026-01-17T03:05:00Z", "kind": "deploy", "service": "cart", "version": "a84d88e7554f"},),
    ),
    where="object_kind == 'pipeline'",
)  # fmt: skip

GITLAB_JOB_HOOK = record_export(
    "gitlab-job-hook", "GitLab: webhooks of jobs", "changes", "object_kind, build_id, build_status, build_name, sha",
    {"key": "text(build_id)", "outcome": "build_status", "at": "build_started_at || build_created_at", "finished_at": "build_finished_at",
     "kind": "kind(words([build_stage, build_name])) == 'deploy' && 'deploy' || 'other'", "service": "match(repository.homepage, '([^/]+)$') || repository.name", "version": "short(sha)",
     "summary": "words([build_name, 'of', ref])"},
    Example(
        '{"object_kind": "build", "ref": "main", "sha": "a84d88e7554fc1fa21bcbc4efae3c782a70d2b9d", "build_id": 7, "build_name": "production", "build_stage": "deploy", '
        '"build_status": "success", "build_created_at": "2026-01-17 02:59:00 UTC", "build_started_at": "2026-01-17 03:00:00 UTC", "build_finished_at": "2026-01-17 03:02:00 UTC", '
        '"repository": {"name": "cart"}}\n'
        '{"object_kind": "build", "ref": "main", "sha": "b84d88e7554fc1fa21bcbc4efae3c782a70d2b9d", "build_id": 8, "build_name": "production", "build_stage": "deploy", '
        '"build_status": "failed", "build_started_at": "2026-01-17 03:10:00 UTC", "repository": {"name": "cart"}}\n'
        '{"object_kind": "build", "ref": "main", "sha": "c84d88e7554fc1fa21bcbc4efae3c782a70d2b9d", "build_id": 9, "build_name": "unit", "build_stage": "test", '
        '"build_status": "created", "build_started_at": null, "repository": {"name": "cart"}}',
        ({"at": "2026-01-17T03:00:00Z", "finished_at": "2026-01-17T03:02:00Z", "kind": "deploy", "service": "cart", "summary": "production of main"},),
    ),
    where="object_kind == 'build'",
)  # fmt: skip

GITLAB_MERGES = record_export(
    "gitlab-merge-hook", "GitLab: webhooks of merge requests; merged ones are changes", "changes", "object_kind, object_attributes.target_branch, object_attributes.state, project",
    {"at": "object_attributes.updated_at || object_attributes.merged_at", "kind": "starts_with(object_attributes.title, 'Revert') && 'rollback' || 'other'",
     "service": "match(project.web_url, '([^/]+)$') || project.name", "version": "short(object_attributes.merge_commit_sha)", "summary": "object_attributes.title",
     "url": "object_attributes.url"},
    Example(
        '{"object_kind": "merge_request", "project": {"name": "Cart", "web_url": "https://gitlab.example/shop/cart"}, "object_attributes": {"iid": 7, "title": "Rank by facet", '
        '"target_branch": "main", "state": "merged", "action": "merge", "updated_at": "2026-01-17 03:00:00 UTC", "merge_commit_sha": '
        '"a84d88e7554fc1fa21bcbc4efae3c782a70d2b9d"}}\n'
        '{"object_kind": "merge_request", "project": {"name": "Cart"}, "object_attributes": {"iid": 8, "title": "Raise limits", "target_branch": "main", "state": "opened", '
        '"updated_at": "2026-01-17T03:10:00Z"}}\n'
        '{"object_kind": "merge_request", "project": {"name": "Cart"}, "object_attributes": {"iid": 9, "title": "Revert \\"Rank by facet\\"", "target_branch": "main", "state": '
        '"merged", "updated_at": "2026-01-17T03:20:00Z"}}',
        ({"at": "2026-01-17T03:00:00Z", "kind": "other", "service": "cart", "version": "a84d88e7554f", "summary": "Rank by facet"}, {"kind": "rollback"}),
    ),
    where="object_kind == 'merge_request'", skip={"object_attributes.state != 'merged'": "a merge request that is not merged"},
)  # fmt: skip

GITLAB_RELEASE_HOOK = record_export(
    "gitlab-release-hook", "GitLab: webhooks of releases", "changes", "object_kind, tag, released_at|created_at, project",
    {"at": "released_at || created_at", "kind": "'deploy'", "service": "match(project.web_url, '([^/]+)$') || project.name", "version": "tag",
     "summary": "words(['release', name || tag])", "url": "url"},
    Example(
        '{"object_kind": "release", "action": "create", "name": "Rank by facet", "tag": "v2.4.1", "created_at": "2026-01-17 02:59:00 UTC", "released_at": '
        '"2026-01-17 03:00:00 UTC", "project": {"name": "Cart", "web_url": "https://gitlab.example/shop/cart"}, "url": "https://gitlab.example/shop/cart/-/releases/v2.4.1"}\n'
        '{"object_kind": "release", "action": "create", "tag": "v2.4.2", "created_at": "2026-01-17T03:10:00Z", "project": {"name": "Cart"}}\n'
        '{"object_kind": "release", "action": "delete", "tag": "v2.4.1", "created_at": "2026-01-17T03:20:00Z", "project": {"name": "Cart"}}',
        ({"at": "2026-01-17T03:00:00Z", "kind": "deploy", "service": "cart", "version": "v2.4.1", "summary": "release Rank by facet"}, {"service": "Cart", "version": "v2.4.2"}),
    ),
    where="object_kind == 'release'", skip={"action == 'delete'": "a release that was deleted"},
)  # fmt: skip

PUSHES = record_export(
    "push-hook", "GitHub, GitLab, Gitea: webhooks of pushes", "changes", "ref, before, after, commits, repository",
    {"at": "head_commit.timestamp || sort_by(commits, &timestamp)[-1].timestamp", "kind": "'other'", "service": "repository.name || project.name", "version": "short(after)",
     "summary": "words(['push to', match(ref, '^refs/\\w+/(.*)$'), head_commit.message || sort_by(commits, &timestamp)[-1].message])", "url": "compare || compare_url"},
    Example(
        '{"ref": "refs/heads/main", "before": "a84d88e7554fc1fa21bcbc4efae3c782a70d2b9d", "after": "b84d88e7554fc1fa21bcbc4efae3c782a70d2b9d", "repository": {"name": "cart"}, '
        '"commits": [{"id": "b84d88e7554fc1fa21bcbc4efae3c782a70d2b9d", "message": "Rank by facet", "timestamp": "2026-01-17T04:00:00+01:00"}], "head_commit": {"message": '
        '"Rank by facet", "timestamp": "2026-01-17T04:00:00+01:00"}}\n'
        '{"object_kind": "push", "ref": "refs/heads/main", "before": "a84d88e7554fc1fa21bcbc4efae3c782a70d2b9d", "after": "c84d88e7554fc1fa21bcbc4efae3c782a70d2b9d", "project": '
        '{"name": "Stock"}, "repository": {"name": "stock"}, "commits": [{"message": "Raise limits", "timestamp": "2026-01-17T03:10:00Z"}, {"message": "Lower them", "timestamp": '
        '"2026-01-17T03:05:00Z"}]}\n'
        '{"ref": "refs/heads/old", "before": "a84d88e7554fc1fa21bcbc4efae3c782a70d2b9d", "after": "0000000000000000000000000000000000000000", "repository": {"name": "cart"}, '
        '"commits": [], "head_commit": null}',
        ({"at": "2026-01-17T03:00:00Z", "kind": "other", "service": "cart", "version": "b84d88e7554f", "summary": "push to main Rank by facet"},
         {"at": "2026-01-17T03:10:00Z", "service": "stock", "summary": "push to main Raise limits"}),
    ),
    skip={"!head_commit && length(commits) == `0`": "a push without commits"},
)  # fmt: skip

# Which kind of change an event of AWS is about, and what was changed.
_AWS_KIND: Final = (
    "(source == 'aws.autoscaling' && 'scale') || (source == 'aws.ecr' && 'other') || (source == 'aws.codebuild' && 'other') || "
    "(source == 'aws.cloudformation' && (contains(detail.\"status-details\".status, 'ROLLBACK') && 'rollback' || 'config')) || 'deploy'"
)

EVENT_BRIDGE = record_export(
    "aws-eventbridge-changes", "AWS EventBridge: events of CodeDeploy, CodePipeline, CodeBuild, ECS, ECR, Auto Scaling and CloudFormation", "changes",
    "detail-type, source, time, detail",
    {"key": "words([source, detail.deploymentId || detail.\"execution-id\" || detail.\"build-id\" || detail.ActivityId || detail.\"image-digest\" || detail.\"stack-id\", "
            "detail.eventName && resources[0], detail.\"image-tag\"])",
     "outcome": "match(detail.state, '^(SUPERSEDED|STOP)') && 'canceled' || detail.state || detail.\"build-status\" || detail.result || match(detail.eventName, 'SERVICE_DEPLOYMENT_(\\w+)') || "
                "match(\"detail-type\", '(?i)(unsuccessful)') && 'failed' || match(detail.\"status-details\".status, '(IN_PROGRESS|FAILED|COMPLETE)$')",
     "at": "detail.StartTime || detail.updatedAt || time", "finished_at": "detail.EndTime", "kind": _AWS_KIND,
     "service": "detail.application || detail.pipeline || detail.\"project-name\" || detail.\"repository-name\" || detail.AutoScalingGroupName || "
                "match(detail.\"stack-id\", 'stack/([^/]+)') || match(resources[0], '([^/]+)$')",
     "version": "detail.\"image-tag\"", "summary": "words([\"detail-type\", detail.deploymentGroup, detail.Description || detail.reason])"},
    Example(
        '{"detail-type": "CodeDeploy Deployment State-change Notification", "source": "aws.codedeploy", "time": "2026-01-17T03:00:00Z", "resources": [], "detail": '
        '{"application": "cart", "deploymentId": "d-1", "state": "START", "deploymentGroup": "prod"}}\n'
        '{"detail-type": "CodeDeploy Deployment State-change Notification", "source": "aws.codedeploy", "time": "2026-01-17T03:05:00Z", "resources": [], "detail": '
        '{"application": "cart", "deploymentId": "d-1", "state": "SUCCESS", "deploymentGroup": "prod"}}\n'
        '{"detail-type": "CodePipeline Pipeline Execution State Change", "source": "aws.codepipeline", "time": "2026-01-17T03:10:00Z", "resources": [], "detail": {"pipeline": '
        '"stock", "state": "FAILED", "execution-id": "e-1"}}',
        ({"at": "2026-01-17T03:00:00Z", "finished_at": "2026-01-17T03:05:00Z", "kind": "deploy", "service": "cart"},),
    ),
    Example(
        '{"detail-type": "EC2 Instance Launch Successful", "source": "aws.autoscaling", "time": "2026-01-17T03:01:00Z", "resources": [], "detail": {"StatusCode": "InProgress", '
        '"Description": "Launching a new EC2 instance: i-1", "AutoScalingGroupName": "web", "ActivityId": "a-1", "StartTime": "2026-01-17T03:00:00Z", "EndTime": '
        '"2026-01-17T03:01:00Z"}}\n'
        '{"detail-type": "EC2 Instance Launch Unsuccessful", "source": "aws.autoscaling", "time": "2026-01-17T03:10:00Z", "resources": [], "detail": {"AutoScalingGroupName": "web", '
        '"ActivityId": "a-2", "StartTime": "2026-01-17T03:09:00Z"}}\n'
        '{"detail-type": "ECR Image Action", "source": "aws.ecr", "time": "2026-01-17T03:20:00Z", "resources": [], "detail": {"result": "SUCCESS", "repository-name": "cart", '
        '"image-digest": "sha256:7", "action-type": "PUSH", "image-tag": "v2.4.1"}}',
        ({"at": "2026-01-17T03:00:00Z", "finished_at": "2026-01-17T03:01:00Z", "kind": "scale", "service": "web"}, {"service": "cart", "version": "v2.4.1", "kind": "other"}),
    ),
    where="match(source, '^aws\\.(codedeploy|codepipeline|codebuild|ecs|ecr|autoscaling|cloudformation)$')",
    skip={
        "!match(\"detail-type\", '^(CodeDeploy Deployment State|CodePipeline Pipeline Execution|CodeBuild Build State|ECS (Service Action|Deployment State)|ECR Image Action|"
        "EC2 Instance (Launch|Terminate) (Successful|Unsuccessful)|CloudFormation Stack Status)')": "an event of a part of a change, or that changes nothing",
    },
)  # fmt: skip
