internal import GRDB

/// What the store could not do, on which file, why, and what to do about it.
public struct StoreError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What a caller may want to tell apart.
    public enum Kind: Equatable, Sendable {
        /// The file was written by a later version of Slipway.
        case newerDatabase
        /// The file is no database, or what it holds contradicts itself.
        case damaged
        /// The disk is full. What was being written is not there; what was there before is untouched.
        case diskFull
        /// The file or its folder is missing or may not be written.
        case notWritable
        /// Another process holds the database.
        case busy
        /// The row that was to be changed does not exist.
        case notFound
        /// The task that asked was cancelled before it had its answer. Only reads end so.
        case cancelled
        /// Anything else that SQLite reports.
        case failed
    }

    public var kind: Kind
    /// What was being done, as it reads after "can't": `record a push event of app`.
    public var purpose: String
    /// The database file.
    public var path: String
    public var cause: String
    /// What the operator can do.
    public var remedy: String

    public init(kind: Kind, purpose: String, path: String, cause: String, remedy: String) {
        self.kind = kind
        self.purpose = purpose
        self.path = path
        self.cause = cause
        self.remedy = remedy
    }

    public var description: String { "can't \(purpose): \(cause) (database \(path)); \(remedy)" }
}

extension StoreError {
    /// Any error of a database access, in the module's words. Statements and their arguments are left out: they may hold
    /// what must not reach a log.
    init(_ error: any Error, while purpose: String, at path: String) {
        let (kind, cause, remedy): (Kind, String, String)
        switch error {
        case let error as StoreError:
            self = error
            return
        case let refusal as RowRefusal:
            (kind, cause, remedy) = refusal.explanation
        case let error as DatabaseError:
            kind = Kind(error.resultCode)
            cause = error.message ?? "\(error.resultCode)"
            remedy = kind.remedy
        case is CancellationError:
            (kind, cause, remedy) = (.cancelled, "the request was cancelled", "ask again")
        default:
            // What is left are values that don't decode: the file holds what this version would not have written.
            (kind, cause, remedy) = (.damaged, "\(error)", Kind.damaged.remedy)
        }
        self.init(kind: kind, purpose: purpose, path: path, cause: cause, remedy: remedy)
    }
}

extension StoreError.Kind {
    init(_ code: ResultCode) {
        switch code {
        case .SQLITE_FULL: self = .diskFull
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .damaged
        case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH: self = .notWritable
        case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy
        case .SQLITE_INTERRUPT: self = .cancelled
        default: self = .failed
        }
    }

    var remedy: String {
        switch self {
        case .newerDatabase: "start the version of Slipway that wrote it, or a later one"
        case .damaged: "stop Slipway, keep a copy of the file and its -wal, and restore a backup or run `sqlite3 FILE .recover`"
        case .diskFull: "free space on the disk that holds it; nothing needs repair"
        case .notWritable: "check that the folder exists and that Slipway's user may write it"
        case .busy: "end the other program that has it open, a second Slipway or a sqlite3 shell"
        case .notFound: "look at what exists now"
        case .cancelled: "ask again"
        case .failed: "see whether the disk has errors; Slipway goes on with what was stored before"
        }
    }
}

/// A reason, found inside a transaction, to undo it.
enum RowRefusal: Error {
    case missing(String)
    case undecodable(table: String, detail: String)

    var explanation: (StoreError.Kind, String, String) {
        switch self {
        case .missing(let row): (.notFound, "\(row) does not exist", StoreError.Kind.notFound.remedy)
        case .undecodable(let table, let detail): (.damaged, "table \(table): \(detail)", StoreError.Kind.damaged.remedy)
        }
    }
}
