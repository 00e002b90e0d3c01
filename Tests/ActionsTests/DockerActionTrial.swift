import Docker
import EngineAddresses
import EngineRig
import Execution
import Expressions
import Foundation

extension ActionTrial {
    /// With the tests' engine, and folders under their own names.
    static func withEngine(_ permission: EngineUse.Permission = .containers) throws -> ActionTrial {
        let trial = ActionTrial(runsCommands: true)
        trial.engineAddress = EngineAddress(socket: try EngineRig.socket())
        trial.permission = permission
        return trial
    }

    var engine: DockerEngine { get throws { try DockerEngine(socket: EngineRig.socket()) } }

    /// What the registry has under a name.
    func registryDigest(_ repository: String, _ tag: String) throws -> String? {
        let image = ImageReference("\(try EngineRig.registry().name)/\(repository):\(tag)")
        return try image.flatMap { try engine.registryDigest(of: $0) }
    }

    /// A name that no other test has.
    static func name(_ prefix: String) -> String { "\(prefix)-\(UUID().uuidString.lowercased().prefix(8))" }

    /// The words with which an action fails; nil where it does not.
    func failure(of action: any BuiltinAction, _ inputs: [String: String], environment: [String: String] = [:]) throws -> String?
    {
        var invocation = try invocation(inputs)
        invocation.commandEnvironment.merge(environment) { $1 }
        do throws(ActionFailure) {
            _ = try action.run(invocation)
            return nil
        } catch {
            return error.message
        }
    }
}
