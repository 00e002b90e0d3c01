internal import AWS

/// Tells how load balancers find the tasks of a service, where that changes: a task that runs may still not be healthy.
final class TargetHealth {
    private let cloud: Cloud
    private let groups: [String]
    private var said: [String: String] = [:]
    private var isReadable = true

    init(_ cloud: Cloud, of service: ECSService) {
        self.cloud = cloud
        groups = (service.loadBalancers ?? []).flatMap { [$0.targetGroupARN, $0.advancedConfiguration?.alternateTargetGroupArn] }
            .compactMap { $0 }
    }

    func tell() {
        guard isReadable else { return }
        for group in groups {
            do throws(AWSError) {
                tell(try cloud.targets(group).health(cloud.patience), of: group)
            } catch {
                if error.reason == .cancelled || error.isTransient { return }
                // Said once: the deploy goes on without.
                isReadable = false
                return cloud.log("how the load balancer finds the tasks can't be had: \(error)")
            }
        }
    }

    private func tell(_ targets: [TargetGroup.Health], of group: String) {
        for target in targets {
            let place = target.target + (target.port.map { ":\($0)" } ?? "")
            let reason = [target.reason, target.explanation].compactMap { $0 }.joined(separator: ": ")
            let line = "target \(place) is \(target.state)" + (reason.isEmpty ? "" : " (\(reason))")
            let key = "\(group) \(place)"
            guard said[key] != line else { continue }
            said[key] = line
            cloud.log(line)
        }
    }
}
