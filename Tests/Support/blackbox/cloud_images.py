"""Lets moto's ECR know what is pushed to a real registry: each question about images takes over what the registry has."""

import json
import threading
import urllib.error
import urllib.request

MANIFESTS = "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json"

lock = threading.RLock()


def install(registry):
    """`registry` is host and port of the registry that stands for Amazon's."""
    from moto.ecr.models import ECRBackend

    def after_taking_over(original):
        def replacement(self, repository_name, *arguments, **options):
            with lock:
                if repository_name in self.repositories:
                    take_over(self, registry, repository_name)
                return original(self, repository_name, *arguments, **options)

        return replacement

    # moto adds up what containers ask for, and stumbles where only the task says it, as on Fargate.
    from moto.ecs.models import EC2ContainerServiceBackend

    needs = {"CPU": 0, "MEMORY": 0, "PORTS": [], "PORTS_UDP": []}
    EC2ContainerServiceBackend._calculate_task_resource_requirements = staticmethod(lambda task_definition: dict(needs))

    for name in ("batch_get_image", "describe_images"):
        setattr(ECRBackend, name, after_taking_over(getattr(ECRBackend, name)))


def take_over(backend, registry, repository):
    known = {(tag, image.get_image_digest()) for image in backend.repositories[repository].images for tag in image.image_tags}
    for tag in tags(registry, repository):
        with ask(registry, f"/v2/{repository}/manifests/{tag}") as answer:
            manifest, digest = answer.read().decode(), answer.headers["Docker-Content-Digest"]
        if (tag, digest) not in known:
            kind = json.loads(manifest).get("mediaType", "application/vnd.oci.image.manifest.v1+json")
            backend.put_image(repository, manifest, tag, kind, digest)


def tags(registry, repository):
    try:
        with ask(registry, f"/v2/{repository}/tags/list") as answer:
            return json.load(answer)["tags"] or []
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return []
        raise


def ask(registry, path):
    return urllib.request.urlopen(urllib.request.Request(f"http://{registry}{path}", headers={"Accept": MANIFESTS}), timeout=30)
