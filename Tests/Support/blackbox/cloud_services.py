"""The life of ECS's services and tasks, which moto leaves out: each update makes a deployment with an id of its own, which goes
one stage further each time that the service is described.

How a deployment goes, a container's environment in its task definition says:

- `ROLLOUT`: `completes` (also without it), `fails` (its tasks stop, until the circuit breaker, where the service has one, ends the
  deployment, and rolls it back where it is to), or `hangs`;
- `ANSWER`: `lost` has ECS do what it is told and then answer as a server that broke down does;
- `EXIT_CODE`: how its container ends; `SAYS`: what its tasks write to their log.
"""

import copy
import itertools
import json
import threading
import time

from blackbox import cloud_shifts

FAILURES_UNTIL_BROKEN = 3

lock = threading.RLock()
numbers = itertools.count(1)


def install():
    from moto.ecs.models import EC2ContainerServiceBackend as Backend

    originals = {
        name: getattr(Backend, name)
        for name in ("create_service", "update_service", "describe_services", "describe_tasks", "create_task_set")}
    # By which client token a task set was made already.
    answered = set()

    def create_service(self, *arguments, **options):
        with lock:
            service = originals["create_service"](self, *arguments, **options)
            service.running_count, service.pending_count = service.desired_count, 0
            for deployment in service.deployments:
                settle(deployment)
                deployment["taskDefinition"] = service.task_definition
            return service

    def update_service(self, properties):
        with lock:
            properties = dict(properties)
            is_forced = properties.get("force_new_deployment", False)
            wanted = properties.get("task_definition")
            breaker = properties.get("deployment_configuration")
            service = originals["update_service"](self, properties)
            if breaker:
                service.deployment_configuration = breaker
            if wanted or is_forced:
                service.task_definition = self.describe_task_definition(wanted or service.task_definition).arn
                is_lost = environment_of(self, service.task_definition).get("ANSWER") == "lost"
                if not is_lost or service.deployments[0]["taskDefinition"] != service.task_definition:
                    begin(service, service.task_definition)
                    if cloud_shifts.is_shifting(service):
                        course = environment_of(self, service.task_definition).get("ROLLOUT", "completes")
                        cloud_shifts.begin(service, service.deployments[0], course)
                if is_lost:
                    raise RuntimeError("the answer is lost")
            return service

    def describe_services(self, cluster, names):
        with lock:
            found, failures = originals["describe_services"](self, cluster, names)
            for service in found:
                advance(self, service)
                for task_set in service.task_sets:
                    advance_task_set(self, service, task_set)
            return found, failures

    def create_task_set(self, service, cluster_str, task_definition, scale=None, **options):
        with lock:
            is_lost = environment_of(self, task_definition).get("ANSWER") == "lost"
            if is_lost and options.get("client_token") in answered:
                raise RuntimeError("the answer is lost")
            answered.add(options.get("client_token"))
            # moto would start tasks for a scale, and wants machines for them.
            made = originals["create_task_set"](self, service, cluster_str, task_definition, scale=None, **options)
            made.scale = scale or {"value": 0.0, "unit": "PERCENT"}
            desired = self._get_service(cluster_str, service.split("/")[-1]).desired_count
            made.computed_desired_count = int(desired * made.scale["value"] / 100)
            made.running_count, made.pending_count, made.stabilityStatus = 0, made.computed_desired_count, "STABILIZING"
            if is_lost:
                raise RuntimeError("the answer is lost")
            return made

    def describe_tasks(self, cluster, tasks):
        with lock:
            found = originals["describe_tasks"](self, cluster, tasks)
            for task in found:
                # Asking for the state is what takes a task to its next one.
                _ = task.last_status
                end_if_due(self, task)
            return found

    from moto.ecs.responses import EC2ContainerServiceResponse as Response

    create = Response.create_service

    def create_with_configuration(self):
        answer = create(self)
        service = self.ecs_backend._get_service(self._get_param("cluster", "default"), self._get_param("serviceName"))
        service.deployment_configuration = self._get_param("deploymentConfiguration")
        return answer

    run = Response.run_task
    answers = {}

    def run_once(self):
        """A token that was used before gets the answer of then, as ECS has it."""
        token = self._get_param("clientToken")
        with lock:
            if token in answers:
                return answers[token]
            answer = run(self)
            if token:
                answers[token] = answer
            overrides = self._get_param("overrides") or {}
            if environment_of(self.ecs_backend, self._get_param("taskDefinition"), overrides).get("ANSWER") == "lost":
                raise RuntimeError("the answer is lost")
            return answer

    Response.create_service = create_with_configuration
    Response.run_task = run_once
    cloud_shifts.install(lock)
    for replacement in (create_service, update_service, describe_services, describe_tasks, create_task_set):
        setattr(Backend, replacement.__name__, replacement)


def settle(deployment):
    deployment.update(
        rolloutState="COMPLETED", rolloutStateReason=f"ECS deployment {deployment['id']} completed.",
        runningCount=deployment["desiredCount"], pendingCount=0, failedTasks=0)


def begin(service, task_definition):
    for deployment in service.deployments:
        deployment["status"] = "ACTIVE"
    now = time.time()
    identity = f"ecs-svc/{9_000_000_000_000_000_000 + next(numbers)}"
    service.deployments.insert(0, {
        "id": identity, "status": "PRIMARY", "taskDefinition": task_definition, "desiredCount": service.desired_count,
        "pendingCount": service.desired_count, "runningCount": 0, "failedTasks": 0, "createdAt": now, "updatedAt": now,
        "rolloutState": "IN_PROGRESS", "rolloutStateReason": f"ECS deployment {identity} in progress.",
    })


def say(service, text):
    identity = f"event-{next(numbers):08}"
    service.events.insert(0, {"id": identity, "createdAt": time.time(), "message": f"(service {service.name}) {text}"})


def environment_of(backend, task_definition, overrides=None, name=None):
    """The variables of one container, or of all."""
    containers = backend.describe_task_definition(task_definition).container_definitions
    found = {}
    for container in containers + (overrides or {}).get("containerOverrides", []):
        if name is not None and container.get("name") != name:
            continue
        found.update({pair["name"]: pair["value"] for pair in container.get("environment") or []})
    return found


def advance(backend, service):
    deployment = next((one for one in service.deployments if one["status"] == "PRIMARY"), None)
    if deployment is None or deployment.get("rolloutState") != "IN_PROGRESS":
        return
    course = environment_of(backend, deployment["taskDefinition"]).get("ROLLOUT", "completes")
    deployment["updatedAt"] = time.time()
    if course == "completes":
        complete(service, deployment)
    elif course == "fails":
        fail_once(backend, service, deployment)


def complete(service, deployment):
    if deployment["runningCount"] < deployment["desiredCount"]:
        deployment["runningCount"], deployment["pendingCount"] = deployment["desiredCount"], 0
        say(service, f"has started {deployment['desiredCount']} tasks.")
        return
    settle(deployment)
    service.deployments = [deployment]
    service.running_count, service.pending_count = service.desired_count, 0
    say(service, f"(deployment {deployment['id']}) deployment completed.")
    say(service, "has reached a steady state.")


def fail_once(backend, service, deployment):
    deployment["failedTasks"] += 1
    task = start_task(backend, service, deployment)
    stop(backend, task)
    say(service, f"(task {task.id}) has stopped: Essential container in task exited.")
    breaker = (getattr(service, "deployment_configuration", None) or {}).get("deploymentCircuitBreaker") or {}
    if not breaker.get("enable") or deployment["failedTasks"] < FAILURES_UNTIL_BROKEN:
        return
    reason = "ECS deployment circuit breaker: tasks failed to start."
    deployment.update(rolloutState="FAILED", rolloutStateReason=reason, pendingCount=0)
    say(service, f"(deployment {deployment['id']}) deployment failed: tasks failed to start.")
    earlier = next((one for one in service.deployments if one["rolloutState"] == "COMPLETED"), None)
    if breaker.get("rollback") and earlier:
        deployment.update(
            status="ACTIVE", rolloutStateReason=f"ECS deployment circuit breaker: rolling back to deploymentId {earlier['id']}.")
        earlier.update(status="PRIMARY", rolloutState="IN_PROGRESS")
        service.task_definition = earlier["taskDefinition"]
        say(service, f"rolling back to deployment {earlier['id']}.")


def advance_task_set(backend, service, task_set):
    if task_set.stabilityStatus != "STABILIZING":
        return
    course = environment_of(backend, task_set.task_definition).get("ROLLOUT", "completes")
    if course == "fails":
        task = start_task(backend, service, {"id": task_set.id, "taskDefinition": task_set.task_definition})
        stop(backend, task)
        say(service, f"(task {task.id}) has stopped: Essential container in task exited.")
    elif course == "completes" and task_set.running_count < task_set.computed_desired_count:
        task_set.running_count, task_set.pending_count = task_set.computed_desired_count, 0
        say(service, f"has started {task_set.running_count} tasks in the task set {task_set.id}.")
    elif course == "completes":
        task_set.stabilityStatus = "STEADY_STATE"


def start_task(backend, service, deployment):
    from moto.ecs.models import Task

    cluster = backend._get_cluster(service.cluster_name)
    network = {"awsvpcConfiguration": (service.network_configuration or {}).get("awsvpcConfiguration", {})}
    task = Task(
        cluster=cluster, task_definition=backend.describe_task_definition(deployment["taskDefinition"]),
        container_instance_arn=None, resource_requirements={}, backend=backend, group=f"service:{service.name}",
        launch_type="FARGATE", started_by=deployment["id"], networking_configuration=network)
    backend.tasks.setdefault(cluster.name, {})[task.task_arn] = task
    return task


def stop(backend, task):
    task.last_status = "STOPPED"
    end_if_due(backend, task)


def end_if_due(backend, task):
    """Gives a task that has stopped its end: exit code, reason and log. Once."""
    if task._status != "STOPPED" or getattr(task, "has_ended", False):
        return
    task.has_ended = True
    task.desired_status = "STOPPED"
    found = environment_of(backend, task.task_definition_arn, task.overrides)
    if not task.stopped_reason:
        task.stopped_reason, task.stop_code = "Essential container in task exited", "EssentialContainerExited"
    # moto makes the first container only.
    for one in backend.describe_task_definition(task.task_definition_arn).container_definitions[len(task.containers):]:
        container = copy.copy(task.containers[0])
        container.name, container.image = one["name"], one.get("image")
        task.containers.append(container)
    for container in task.containers:
        container.last_status = "STOPPED"
        own = environment_of(backend, task.task_definition_arn, task.overrides, container.name)
        container.exitCode = int(own.get("EXIT_CODE", "1" if found.get("ROLLOUT") == "fails" else "0"))
        if container.exitCode == 137:
            container.reason = "OutOfMemoryError: Container killed due to memory usage"
    write_log(backend, task, found.get("SAYS", "").splitlines())


def write_log(backend, task, lines):
    from moto.logs.models import logs_backends

    for definition in backend.describe_task_definition(task.task_definition_arn).container_definitions:
        options = (definition.get("logConfiguration") or {}).get("options") or {}
        if not lines or "awslogs-group" not in options:
            continue
        logs = logs_backends[backend.account_id][options.get("awslogs-region", backend.region_name)]
        stream = f"{options.get('awslogs-stream-prefix', '')}/{definition['name']}/{task.id}"
        logs.ensure_log_group(options["awslogs-group"])
        logs.ensure_log_stream(options["awslogs-group"], stream)
        now = int(time.time() * 1000)
        logs.put_log_events(
            options["awslogs-group"], stream,
            [{"timestamp": now + number, "message": line} for number, line in enumerate(lines)])


def definition(family, image, **environment):
    """A task definition of one container, `app`, for Fargate-less services: what `register_task_definition` takes."""
    return {
        "family": family,
        "containerDefinitions": [{
            "name": "app", "image": image, "memory": 128, "essential": True,
            "environment": [{"name": name, "value": value} for name, value in environment.items()],
            "logConfiguration": {
                "logDriver": "awslogs",
                "options": {"awslogs-group": f"/ecs/{family}", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "ecs"},
            },
        }],
    }


def manifest(text="image"):
    """A manifest that moto's ECR takes for a whole image; another text makes another digest."""
    return json.dumps({
        "schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
        "config": {"mediaType": "application/vnd.docker.container.image.v1+json", "size": len(text), "digest": f"sha256:{0:064}"},
        "layers": [], "annotations": {"text": text},
    })
