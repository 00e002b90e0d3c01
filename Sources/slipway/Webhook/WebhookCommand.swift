internal import ArgumentParser
internal import PercentCoding
internal import Web

/// `slipway webhook`: what programs are told of runs.
struct WebhookCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhook", abstract: "Show who is told of runs, and tell it again.",
        subcommands: [WebhookList.self, WebhookRedeliver.self])
}

/// `slipway webhook list`: who is told, or what one webhook was told.
struct WebhookList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List forges, webhooks and notifications with their problems, or a webhook's deliveries.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: FormatOption

    @Argument(help: "A webhook of the settings: its deliveries, the newest first.")
    var webhook: String?

    func run() async throws {
        let client = try connection.client()
        guard let webhook else { return try print(targets: try await client.get("/api/v1/outward")) }
        let path = "/api/v1/webhooks/\(PercentEncoding.encoded(webhook))/deliveries"
        try print(deliveries: try await client.get(path), of: webhook)
    }

    private func print(targets body: [UInt8]) throws {
        guard output.format == .text else { return Terminal.write(bytes: body + [UInt8(ascii: "\n")]) }
        let targets = try DaemonClient.decode(OutwardListRepresentation.self, from: body).targets
        guard !targets.isEmpty else { return Terminal.report("slipway: nobody is told: see status, webhooks and notifications") }
        var table = TextTable(["WHO", "SINCE", "PROBLEM"])
        for target in targets {
            table.add([
                TextTable.Cell(target.target, .bold), TextTable.Cell(target.failingSince.map(LocalTime.text) ?? ""),
                TextTable.Cell(target.problem ?? "none"),
            ])
        }
        Terminal.write(table.text())
    }

    private func print(deliveries body: [UInt8], of webhook: String) throws {
        guard output.format == .text else { return Terminal.write(bytes: body + [UInt8(ascii: "\n")]) }
        let deliveries = try DaemonClient.decode(DeliveryListRepresentation.self, from: body).deliveries
        guard !deliveries.isEmpty else { return Terminal.report("slipway: the webhook \(webhook) was told nothing yet") }
        var table = TextTable(["ID", "WEBHOOK", "EVENT", "RUN", "STATE", "TRIES", "MADE", "ANSWER"])
        for delivery in deliveries {
            table.add([
                TextTable.Cell(delivery.id, .bold), TextTable.Cell(webhook), TextTable.Cell(delivery.event),
                TextTable.Cell(delivery.runId), TextTable.Cell(delivery.state), TextTable.Cell(String(delivery.tries)),
                TextTable.Cell(LocalTime.text(delivery.createdAt)), TextTable.Cell(delivery.answer ?? ""),
            ])
        }
        Terminal.write(table.text())
    }
}

/// `slipway webhook redeliver`: has a delivery sent again.
struct WebhookRedeliver: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redeliver", abstract: "Send a delivery again, with the same delivery id.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: FormatOption

    @Argument(help: "The delivery's id, as \"slipway webhook list WEBHOOK\" shows it.")
    var id: Int64

    func run() async throws {
        let body = try await connection.client().send("POST", "/api/v1/deliveries/\(id)/redeliver")
        guard output.format == .text else { return Terminal.write(bytes: body + [UInt8(ascii: "\n")]) }
        let delivery = try DaemonClient.decode(DeliveryRepresentation.self, from: body)
        Terminal.write(line: "delivery \(delivery.id): \(delivery.event) of run \(delivery.runId) to \(delivery.target)")
    }
}
