"""Deployments of ECS that shift traffic (`BLUE_GREEN`, `LINEAR`, `CANARY`), which moto leaves out: each goes one stage further each time
that it is described, as `ROLLOUT` in its task definition says: `completes`, `fails` (ECS goes back by itself), `breaks` (its tasks fail, and ECS starts others for ever), or `hangs`.
"""

import itertools
import time

STRATEGIES = ("BLUE_GREEN", "LINEAR", "CANARY")
STAGES = ("PRE_SCALE_UP", "SCALE_UP", "PRODUCTION_TRAFFIC_SHIFT", "BAKE_TIME", "CLEAN_UP")

numbers = itertools.count(1)
# By their ARNs: the deployment as ECS describes it, its service, and how it goes.
shifts = {}


def is_shifting(service):
    return (getattr(service, "deployment_configuration", None) or {}).get("strategy") in STRATEGIES


def begin(service, deployment, course):
    """The service's own deployment tells no state: ECS has that for rolling updates only."""
    for key in ("rolloutState", "rolloutStateReason"):
        deployment.pop(key, None)
    arn = service.arn.replace(":service/", ":service-deployment/") + f"/shift{next(numbers):08}"
    shifts[arn] = ({
        "serviceDeploymentArn": arn, "serviceArn": service.arn, "clusterArn": service.cluster_arn, "status": "PENDING",
        "createdAt": time.time(),
    }, service, course)


def advance(shift, service, course):
    if shift["status"] == "ROLLBACK_REQUESTED":
        shift["status"] = "ROLLBACK_IN_PROGRESS"
    elif shift["status"] == "IN_PROGRESS" and course == "fails" and shift.get("lifecycleStage") == "SCALE_UP":
        shift.update(
            status="ROLLBACK_IN_PROGRESS", rollback={"reason": "Tasks of the green service revision failed to start."})
    elif shift["status"] == "ROLLBACK_IN_PROGRESS":
        shift["status"] = "ROLLBACK_SUCCESSFUL"
        service.deployments = service.deployments[1:]
        service.deployments[0]["status"] = "PRIMARY"
        service.task_definition = service.deployments[0]["taskDefinition"]
    elif shift["status"] in ("PENDING", "IN_PROGRESS"):
        shift["status"] = "IN_PROGRESS"
        position = STAGES.index(shift["lifecycleStage"]) + 1 if "lifecycleStage" in shift else 0
        if course == "breaks" and position > 1:
            service.deployments[0]["failedTasks"] += 1
        if course in ("hangs", "breaks") and position > 1:
            return
        if position < len(STAGES):
            shift["lifecycleStage"] = STAGES[position]
            return
        shift.update(status="SUCCESSFUL", finishedAt=time.time())
        service.deployments = service.deployments[:1]
        newest = service.deployments[0]
        newest.update(runningCount=newest["desiredCount"], pendingCount=0)


def install(lock):
    from moto.core.responses import ActionResult
    from moto.ecs.responses import EC2ContainerServiceResponse as Response

    def list_service_deployments(self):
        service = self.ecs_backend._get_service(self._get_param("cluster", "default"), self._get_param("service"))
        with lock:
            found = [dict(shift) for shift, owner, _ in shifts.values() if owner is service]
        return ActionResult({"serviceDeployments": found})

    def describe_service_deployments(self):
        with lock:
            found = [shifts[arn] for arn in self._get_param("serviceDeploymentArns") if arn in shifts]
            for one in found:
                advance(*one)
            return ActionResult({"serviceDeployments": [dict(shift) for shift, _, _ in found]})

    def stop_service_deployment(self):
        arn = self._get_param("serviceDeploymentArn")
        with lock:
            shifts[arn][0].update(status="ROLLBACK_REQUESTED", rollback={"reason": "Somebody asked for it."})
        return ActionResult({"serviceDeploymentArn": arn})

    for action in (list_service_deployments, describe_service_deployments, stop_service_deployment):
        setattr(Response, action.__name__, action)
