"""What moto's ECR does not have: repository creation templates, and repositories that credentials may not look at.

DescribeRepositories of a repository whose name begins with `hidden/` is denied.
"""

import json


def install():
    from moto.core.exceptions import JsonRESTError
    from moto.ecr.models import ECRBackend
    from moto.ecr.responses import ECRResponse

    def create(self):
        template = {name: self._get_param(name) for name in ("prefix", "appliedFor")}
        templates(self).append(template)
        return json.dumps({"registryId": self.current_account, "repositoryCreationTemplate": template})

    def describe(self):
        return json.dumps({"registryId": self.current_account, "repositoryCreationTemplates": templates(self)})

    def templates(response):
        backend = response.ecr_backend
        if not hasattr(backend, "creation_templates"):
            backend.creation_templates = []
        return backend.creation_templates

    ECRResponse.create_repository_creation_template = create
    ECRResponse.describe_repository_creation_templates = describe
    original = ECRBackend.describe_repositories

    def describe_repositories(self, registry_id=None, repository_names=None, **options):
        for name in repository_names or []:
            if name.startswith("hidden/"):
                raise JsonRESTError("AccessDeniedException", f"not authorized to perform: ecr:DescribeRepositories on resource: {name}")
        return original(self, registry_id=registry_id, repository_names=repository_names, **options)

    ECRBackend.describe_repositories = describe_repositories
