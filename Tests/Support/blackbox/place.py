"""A place in the cloud to deploy to."""

import uuid

from . import cloud_services
from .cloud import REGISTRY

BREAKER = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}


class Place:
    """A cluster with one service, `web`, and a repository of ECR with an image `1`."""

    def __init__(self, cloud, configuration=None):
        self.cloud = cloud
        self.name = f"s{uuid.uuid4().hex[:8]}"
        self.ecs, self.ecr = cloud.client("ecs"), cloud.client("ecr")
        self.ecs.create_cluster(clusterName=self.name)
        self.ecs.register_task_definition(**self.definition())
        self.ecs.create_service(
            cluster=self.name, serviceName="web", taskDefinition=self.name, desiredCount=1,
            deploymentConfiguration=configuration or BREAKER)
        self.ecr.create_repository(repositoryName=self.name)
        self.digest = self.push("1")

    def definition(self, image="busybox:0", **environment):
        return cloud_services.definition(self.name, image, **environment)

    def push(self, tag):
        digest = f"sha256:{uuid.uuid4().hex}{uuid.uuid4().hex}"
        self.ecr.put_image(
            repositoryName=self.name, imageTag=tag, imageDigest=digest, imageManifest=cloud_services.manifest(digest))
        return digest

    @property
    def image(self):
        return f"{REGISTRY}/{self.name}"

    def service(self):
        return self.ecs.describe_services(cluster=self.name, services=["web"])["services"][0]

    def running(self):
        """`family:revision`, and the image of its container."""
        arn = self.service()["taskDefinition"]
        definition = self.ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"]
        return arn.split("/")[-1], definition["containerDefinitions"][0]["image"]
