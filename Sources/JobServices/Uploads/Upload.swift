internal import Archives
internal import Plan
internal import Storage
internal import Synchronization

/// A file that a client uploads, whole or in pieces, until it says what the pieces make and asks to keep it.
final class Upload: Sendable {
    /// What it is to become.
    enum Purpose: Sendable {
        case artifact(RunArtifacts.Order)
        case cache(key: String, version: String)
    }

    /// A file that is complete, with its SHA-256.
    struct Content: Sendable {
        let file: StagedFile
        let digest: String
    }

    /// What it became.
    enum Stored: Sendable {
        case artifact(id: Int64)
        case cache(CacheEntry)
    }

    private struct State {
        var pieces: [String: StagedFile] = [:]
        /// Of all pieces.
        var size: Int64 = 0
        var content: Content?
        /// The pieces that the content was made of.
        var assembled: [String] = []
        var stored: Stored?
    }

    let purpose: Purpose
    private let room: Int64
    private let makeFile: @Sendable () throws(StorageError) -> IncomingFiles.File
    private let state = Mutex(State())

    /// More pieces than that are not allowed in the protocol either.
    static let mostPieces = 50_000

    /// - Parameters:
    ///   - room: bytes that it may have.
    ///   - makeFile: makes a file that is filled.
    init(
        _ purpose: Purpose, room: Int64, makeFile: @escaping @Sendable () throws(StorageError) -> IncomingFiles.File
    ) {
        self.purpose = purpose
        self.room = room
        self.makeFile = makeFile
    }

    func begin() throws(ServiceRefusal) -> StagedFile {
        do throws(StorageError) { return StagedFile(try makeFile()) } catch { throw ServiceRefusal(error) }
    }

    /// Keeps a piece until the end. One of that name that was there is replaced: clients send a piece again that they got no answer
    /// for.
    func keep(_ piece: StagedFile, named name: String) throws(ServiceRefusal) {
        try state.withLock { state throws(ServiceRefusal) in
            let size = state.size - (state.pieces[name]?.size ?? 0) + piece.size
            guard size <= room else {
                throw ServiceRefusal(
                    StorageError(.full, "the upload does not fit: it has \(size) bytes so far, and \(room) are left for it"))
            }
            guard state.pieces.count < Self.mostPieces || state.pieces[name] != nil else {
                throw .invalid("an upload has at most \(Self.mostPieces) pieces")
            }
            state.pieces[name] = piece
            state.size = size
        }
    }

    /// The names of the pieces that came so far.
    var pieceNames: [String] { state.withLock { Array($0.pieces.keys) } }

    func size(ofPiece name: String) -> Int64? { state.withLock { $0.pieces[name]?.size } }

    /// Makes the file of pieces, in their order. Takes as long as copying it.
    ///
    /// The same list again changes nothing: a client sends it again where it got no answer.
    func assemble(_ names: [String], isCancelled: () -> Bool) throws(ServiceRefusal) {
        guard let pieces = try pieces(named: names) else { return }
        // The only piece of a file that was not large is the file.
        guard pieces.count != 1 else { return try complete(pieces[0], of: names) }
        let whole = try begin()
        for piece in pieces { try archiving { () throws(ArchiveError) in try whole.append(piece, isCancelled: isCancelled) } }
        try complete(whole, of: names)
    }

    /// - Returns: nil where the file was made of them already.
    private func pieces(named names: [String]) throws(ServiceRefusal) -> [StagedFile]? {
        try state.withLock { state throws(ServiceRefusal) -> [StagedFile]? in
            guard state.stored == nil, state.content == nil || state.assembled != names else { return nil }
            var pieces: [StagedFile] = []
            for name in names {
                guard let piece = state.pieces[name] else {
                    throw ServiceRefusal(
                        status: 400, code: "InvalidBlockList", message: "the piece \"\(name)\" was not uploaded")
                }
                pieces.append(piece)
            }
            return pieces
        }
    }

    /// The file is all there. No piece is left: what is in no file was given up.
    func complete(_ file: StagedFile, of names: [String] = []) throws(ServiceRefusal) {
        let digest = try archiving { () throws(ArchiveError) in try file.finish() }
        state.withLock { state in
            state.content = Content(file: file, digest: digest)
            state.assembled = names
            state.pieces = [:]
            state.size = 0
        }
    }

    /// Whether nothing is missing but that it is stored, or that is done too.
    var isComplete: Bool { state.withLock { $0.stored != nil || ($0.content != nil && $0.pieces.isEmpty) } }

    /// What it became, once it is stored; its file and its pieces are let go of then.
    var stored: Stored? { state.withLock { $0.stored } }

    func end(as stored: Stored) {
        state.withLock { $0 = State(stored: stored) }
    }

    /// What was uploaded, for who stores it.
    func content() throws(ServiceRefusal) -> Content {
        guard let content = state.withLock({ $0.content }) else {
            throw ServiceRefusal(
                status: 400, code: "failed_precondition", message: "nothing was uploaded to the address that was given")
        }
        return content
    }
}
