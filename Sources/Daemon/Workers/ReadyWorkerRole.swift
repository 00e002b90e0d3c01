internal import Execution
internal import Executors
internal import Foundation
internal import Glibc
internal import Processes

/// What a forked process does as a worker that is there before its job: prepare a place, wait, and be the job's worker.
///
/// Descriptor 0 is a socket of the daemon's. Its first message is `prepare` with a `HostPreparation.Order` in a file, its second
/// `begin` with the descriptors of a `WorkerRole`. A daemon that ends without the second one closes it: nothing is executed then.
enum ReadyWorkerRole {
    static let name = "ready-worker"
    static let prepare: UInt8 = 1
    static let begin: UInt8 = 2

    static func run(_ descriptors: [OwnedDescriptor]) -> Never {
        guard let socket = descriptors.first.map(MessageSocket.init),
            let message = socket.receive(atMost: 1), message.bytes == [prepare],
            let text = try? message.descriptors.first?.readToEnd(),
            let order = try? JSONDecoder().decode(HostPreparation.Order.self, from: Data(text))
        else { exit(1) }
        let preparation: HostPreparation
        do { preparation = try HostPreparation(order) } catch {
            FileHandle.standardError.write(Data("slipway: a worker can't prepare a place for jobs: \(error)\n".utf8))
            exit(1)
        }
        guard let message = socket.receive(atMost: 1), message.bytes == [begin] else {
            // What can't be removed now is removed by the next daemon.
            try? preparation.discard()
            exit(0)
        }
        socket.descriptor.close()
        WorkerRole.run(message.descriptors, preparation: preparation)
    }
}
